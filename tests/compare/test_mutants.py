"""Each mistake is caught at the first step that it spoils, and the sentence names it."""

import itertools

import numpy as np
import pytest

from rnn_edu.calculations.both_directions import STACK, WEIGHTS, bidirectional_and_stacked
from rnn_edu.calculations.next_word import NEXT_WORD_NETWORK, next_word_hello
from rnn_edu.calculations.this_is_an_example import NETWORK as EXAMPLE
from rnn_edu.calculations.this_is_an_example import this_is_an_example
from rnn_edu.compare import compare, keras_twin
from rnn_edu.errors import ComparisonError
from rnn_edu.networks import CELLS
from rnn_edu.networks.readers.keras_model import read_keras
from rnn_edu.walkthrough import tanh

from .keras_models import by_network, copy_of, layer, numbers, stacked

LOSS = "categorical_crossentropy"
KINDS = ("SimpleRNN", "LSTM", "GRU")


def case(kind):
    """A model that answers at each of two steps, and the walkthrough of its network."""
    recurrent = layer(kind, 2, return_sequences=True)
    model = stacked(recurrent, layer("Dense", 3, activation="softmax"), shape=(2, 3))
    return model, by_network(model, numbers(2, 3), np.eye(3)[[2, 0]], LOSS)


CASES = {kind: case(kind) for kind in KINDS}
#: The first step of each name. The total is judged as it is written, see test_by_hand.
PLACES = [
    (kind, name, next(q.t for q in w.steps if q.name == name))
    for kind, (_, w) in CASES.items()
    for name in dict.fromkeys(step.name for step in w.steps)
    if name != "L"
]


@pytest.mark.parametrize(("kind", "name", "t"), PLACES)
def test_each_step_that_is_a_little_off_is_the_first_that_differs(kind, name, t):
    model, w = CASES[kind]
    mutant = copy_of(w, {(name, t): lambda _, formula: formula * 1.0001 + 1e-6})
    place = name if t is None else f"{name} at t={t}"
    with pytest.raises(ComparisonError) as raised:
        compare(mutant, model, loss=LOSS)
    assert f'"{w.title}": the first step that differs: {place} (' in str(raised.value)


@pytest.mark.parametrize("pair", list(itertools.combinations("ifco", 2)))
def test_two_gates_exchanged(pair):
    model, w = CASES["LSTM"]
    assert [gate.letter for gate in CELLS["LSTM"].gates] == list("ifco")

    def other(letter):
        return lambda copy, _: copied(copy, w[f"a_{letter}", 1])

    def copied(copy, q):
        twins = {old: copy[old.name, old.t] for old in q.definition.quantities()}
        return q.definition.replaced(twins)

    slips = {(f"a_{a}", 1): other(b) for a, b in (pair, pair[::-1])}
    with pytest.raises(ComparisonError, match=f"first step that differs: a_{pair[0]} at t=1 "):
        compare(copy_of(w, slips), model, loss=LOSS)


@pytest.mark.parametrize(
    ("slip", "t"),
    [
        (lambda w, a: a - w["b_h"], 2),
        (lambda w, a: a - w["h", 1] @ w["W_hh"] + w["h", 1] @ w["W_hh"].T, 2),
        (lambda w, a: a - w["h", 1] @ w["W_hh"] + w["a", 1] @ w["W_hh"], 2),
        (lambda w, a: w["x", 1] @ w["W_xh"] + w["b_h"] + w["b_h"], 1),
    ],
    ids=["bias dropped", "transposed", "pre-activation fed back", "bias twice"],
)
def test_mistakes_of_the_recurrence(slip, t):
    model, w = CASES["SimpleRNN"]
    with pytest.raises(ComparisonError, match=f"first step that differs: a at t={t} "):
        compare(copy_of(w, {("a", t): slip}), model, loss=LOSS)


def test_another_activation():
    model, w = CASES["GRU"]
    with pytest.raises(ComparisonError, match=r"first step that differs: r at t=2 \(gate\)"):
        compare(copy_of(w, {("r", 2): lambda c, _: tanh(c["a_r", 2])}), model, loss=LOSS)


def test_the_slip_of_the_published_sheet():
    w = this_is_an_example(carry="pre-activation")
    with pytest.raises(ComparisonError) as raised:
        compare(w, keras_twin(EXAMPLE, [q.value for q in w.weights]))
    assert str(raised.value) == (
        '"This is an example": the first step that differs: a at t=2 (pre-activation), '
        "element [0], is 0.045203 by hand and 0.0452104 in Keras; "
        "they differ by 7.41e-06, more than the tolerance 1e-12."
    )


@pytest.mark.parametrize(
    ("name", "t", "slip"),
    [
        ("a_backwards", 3, lambda w, a: a - w["b_backwards"]),
        ("h_backwards", 2, lambda w, h: w["a_backwards", 2] * 1),
        ("m", 2, lambda w, m: m[[2, 3, 0, 1]]),
        ("a_second", 1, lambda w, a: a + w["b_second"]),
        ("z", None, lambda w, z: z - w["b_y"]),
        ("d_h_forwards", 4, lambda w, d: d * 1.001),
        ("d_W_x_backwards", None, lambda w, d: d * 1.001),
    ],
)
def test_mistakes_in_both_directions_and_in_a_second_layer(name, t, slip):
    mutant = copy_of(bidirectional_and_stacked(), {(name, t): slip})
    place = name if t is None else f"{name} at t={t}"
    with pytest.raises(ComparisonError, match=rf"first step that differs: {place} \("):
        compare(mutant, keras_twin(STACK, WEIGHTS))


@pytest.mark.parametrize(("name", "t"), [("d_E", None), ("x", 3), ("d_x", 2), ("z", None)])
def test_mistakes_around_a_look_up(name, t):
    w = next_word_hello()
    mutant = copy_of(w, {(name, t): lambda _, formula: formula * 1.01})
    place = name if t is None else f"{name} at t={t}"
    with pytest.raises(ComparisonError, match=rf"first step that differs: {place} \("):
        compare(mutant, keras_twin(NEXT_WORD_NETWORK, [q.value for q in w.weights]))


def test_one_part_of_a_gradient():
    recurrent = layer("SimpleRNN", 2, return_sequences=True)
    model = stacked(recurrent, layer("Dense", 3, activation="softmax"), shape=(2, 3))
    found = read_keras(model, loss=LOSS)
    w = found.network.walkthrough(found.weights, numbers(2, 3), np.eye(3)[[2, 0]], separate=True)
    assert compare(w, model, loss=LOSS).complete
    part = next(q for q in w.steps if q.gradient_part is not None)
    mutant = copy_of(w, {(part.name, part.t): lambda _, formula: formula * 1.001})
    with pytest.raises(ComparisonError, match=f"first step that differs: {part.title} "):
        compare(mutant, model, loss=LOSS)
