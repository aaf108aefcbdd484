"""Walkthroughs that somebody has written by hand, without a network's help."""

import keras
import numpy as np
import pytest

from rnn_edu.calculations.next_word import WEIGHTS, next_word_hello
from rnn_edu.calculations.this_is_an_example import this_is_an_example
from rnn_edu.compare import compare
from rnn_edu.compare.recognising import origins_of
from rnn_edu.errors import ComparisonError, UsageError
from rnn_edu.networks.readers.keras_model import read_keras
from rnn_edu.walkthrough import (
    Walkthrough,
    cross_entropy,
    part,
    relu,
    sigmoid,
    softmax,
    tanh,
    total,
)

from .keras_models import by_network, copy_of, layer, numbers, stacked

ARRAYS = [numbers(3, 2), numbers(2, 2), numbers(2), numbers(2, 4), numbers(4)]
X, STEPS = numbers(3, 3), (1, 2, 3)
NAMES = {"weights": ("W_xh", "W_hh", "b_h", "W_hy", "b_y"), "a": "a", "h": "h", "z": "z", "p": "p"}


def model(*, every_step=True, loss=None):
    recurrent = layer("SimpleRNN", 2, return_sequences=every_step)
    built = stacked(recurrent, layer("Dense", 4, activation="softmax"), shape=(None, 3))
    built.set_weights(ARRAYS)
    if loss is not None:
        built.compile(loss=loss)
    return built


def by_hand(*, every_step=True, add=lambda losses: sum(losses[1:], losses[0]) / 3, off=0, **names):
    """SimpleRNN(2), Dense(4, softmax), as somebody might write it; ``a`` may be off."""
    n = NAMES | names
    w = Walkthrough("By hand")
    W_xh, W_hh, b_h, W_hy, b_y = map(w.weight, n["weights"], ARRAYS)
    h, losses = w.constant(n["h"], np.zeros(2), t=0), []
    for t in STEPS:
        a = w.step(n["a"], w.input("x", X[t - 1], t=t) @ W_xh + h @ W_hh + b_h + off, t=t)
        h = w.step(n["h"], tanh(a - off), t=t, role="state")
        if every_step or t == STEPS[-1]:
            time = t if every_step else None
            z = w.step(n["z"], h @ W_hy + b_y, t=time)
            p = w.step(n["p"], softmax(z), t=time, role="output")
            y = w.target("y", np.eye(4)[t], t=time)
            losses.append(w.step("l", cross_entropy(y, p), t=time, role="loss"))
    w.gradients(w.step("L", add(losses), role="loss") if every_step else losses[0])
    return w


@pytest.mark.parametrize("every_step", [True, False])
@pytest.mark.parametrize(
    "names",
    [
        {},
        {"weights": ("A", "B", "C", "D", "E"), "h": "state", "z": "scores", "p": "answer"},
    ],
)
def test_steps_are_recognised_by_their_names_or_by_their_part(every_step, names):
    comparison = compare(by_hand(every_step=every_step, **names), model(every_step=every_step))
    assert comparison.complete
    assert comparison.largest < 1e-14


@pytest.mark.parametrize("compiled", [None, "categorical_crossentropy"])
def test_losses_that_are_added_up_are_judged_as_they_are_written(compiled):
    w = by_hand(add=lambda losses: losses[0] + losses[1] + losses[2])
    comparison = compare(w, model(loss=compiled))
    assert comparison.complete
    assert comparison.values["L", None] == pytest.approx(sum(w["l", t].value for t in STEPS))
    uneven = by_hand(add=lambda losses: losses[0] * 2 + losses[2] / 5)
    assert compare(uneven, model(loss=compiled)).complete


def test_a_loss_that_keras_does_not_have_is_not_judged_nor_are_its_gradients():
    w = by_hand(every_step=False)
    odd = copy_of(w, {("l", None): lambda c, loss: loss * loss * c["y"][3]}, origins=False)
    comparison = compare(odd, model(every_step=False))
    assert (comparison.ok, comparison.complete, comparison.differing) == (True, False, 0)
    left = {step.title.split(" at ")[0] for step in comparison.not_judged}
    assert left == {"l", *(step.name for step in odd.of_role("gradient"))}


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_the_loss_of_a_single_label_is_recognised(label):
    answer = layer("Dense", 1, activation="sigmoid")
    built = stacked(layer("LSTM", 2), answer)
    w = by_network(built, numbers(4, 3), [label], "binary_crossentropy")
    assert compare(w, built).complete
    assert compare(copy_of(w, origins=False), built).complete


def test_a_step_under_another_name_that_is_wrong_never_passes_as_judged():
    w = by_hand(a="sum", off=5)
    assert w["sum", 1].value == pytest.approx(by_hand()["a", 1].value + 5)
    comparison = compare(w, model())
    assert "sum" not in {row.name for row in comparison.rows}
    assert not comparison.complete
    assert [step.title for step in comparison.not_judged if step.title.startswith("sum")] == [
        "sum at t=1",
        "sum at t=2",
        "sum at t=3",
    ]
    assert comparison.verdict.endswith("12 numbers not judged (sum, d_sum).")
    assert comparison.counts() == "92 agree, 0 differ, 12 not judged"
    # Under its own name it is judged, and found.
    with pytest.raises(ComparisonError, match="first step that differs: a at t=1 "):
        compare(by_hand(off=5), model())


def test_a_part_that_is_known_by_its_name_is_not_given_away_by_another_step():
    w = by_hand()
    w.step("doubled", w["h", 2] * 2, t=2, role="state")
    comparison = compare(w, model())
    assert [step.title for step in comparison.not_judged] == ["doubled at t=2"]
    assert comparison.values["h", 2] == pytest.approx(w["h", 2].value)


def gru_by_hand(weights, reset_after):
    """Keras's GRU, both ways of resetting, in names of the writer's own for the weights."""
    w = Walkthrough("A GRU by hand")
    W_x, W_h, b = map(w.weight, ("kernel", "memory", "shift"), weights)
    rows = [b[0], b[1]] if reset_after else [b, None]
    columns = {"z": slice(0, 2), "r": slice(2, 4), "h": slice(4, 6)}

    def sums(letter, vector, array, row):
        whole = vector @ part(array, (slice(None), columns[letter]), f"W_{letter}")
        return whole if row is None else whole + row[columns[letter]]

    h = w.constant("h", np.zeros(2), t=0)
    for t in STEPS:
        x, gates = w.input("x", X[t - 1], t=t), {}
        for letter in ("z", "r"):
            both = sums(letter, x, W_x, rows[0]) + sums(letter, h, W_h, rows[1])
            gates[letter] = w.step(letter, sigmoid(both), t=t, role="gate")
        memory = (
            gates["r"] * sums("h", h, W_h, rows[1])
            if reset_after
            else sums("h", gates["r"] * h, W_h, None)
        )
        new = w.step("h_tilde", tanh(sums("h", x, W_x, rows[0]) + memory), t=t)
        h = w.step("h", gates["z"] * h + (1 - gates["z"]) * new, t=t, role="state")
    return w


@pytest.mark.parametrize("reset_after", [True, False])
def test_both_kinds_of_gru_by_hand(reset_after):
    built = stacked(layer("GRU", 2, reset_after=reset_after), shape=(None, 3))
    comparison = compare(gru_by_hand(built.get_weights(), reset_after), built)
    assert comparison.complete
    assert {row.name for row in comparison.rows} == {"z", "r", "h_tilde", "h"}


def test_every_name_that_the_network_uses_is_recognised_without_its_origin():
    built = stacked(layer("LSTM", 2), layer("Dense", 3, activation="softmax"))
    mine = by_network(built, numbers(4, 3), np.eye(3)[1], "categorical_crossentropy")
    bare = copy_of(mine, origins=False)
    assert all(q.origin is None for q in bare.quantities)
    comparison = compare(bare, built)
    assert comparison.complete
    assert comparison.numbers == compare(mine, built, loss="categorical_crossentropy").numbers


def test_a_state_to_start_from_is_heard():
    found = read_keras(model())
    recurrent = found.network.layers[1]
    starts = {recurrent.name: {"h": [0.3, -0.7]}}
    w = copy_of(found.network.walkthrough(found.weights, X, starts=starts), origins=False)
    comparison = compare(w, model())
    assert comparison.complete
    assert comparison.values["h", 1] == pytest.approx(w["h", 1].value)


def look_up(*, changed=False):
    """The words of a beginning by hand: one-hot, looked up, read."""
    w = Walkthrough("Two words")
    E, W_xh, W_hh, b_h = map(w.weight, ("E", "W_xh", "W_hh", "b_h"), WEIGHTS[:4])
    h = w.constant("h", np.zeros(3), t=0)
    for t, number in enumerate((3, 6), start=1):
        word = w.input("word", np.eye(11)[number], t=t)
        x = w.step("x", (word * 2 if changed else word) @ E, t=t)
        a = w.step("a", x @ W_xh + h @ W_hh + b_h, t=t)
        h = w.step("h", relu(a), t=t, role="state")
    return w


def word_layers():
    embedding, recurrent = layer("Embedding", 11, 2), layer("SimpleRNN", 3, activation="relu")
    built = stacked(embedding, recurrent, shape=(None,), dtype="int32")
    built.set_weights([np.array(array) for array in WEIGHTS[:4]])
    return built


def test_a_look_up_by_hand():
    comparison = compare(look_up(), word_layers())
    assert comparison.complete
    assert {row.name for row in comparison.rows} == {"x", "a", "h"}


def test_words_that_are_changed_on_their_way_to_the_table_are_refused():
    with pytest.raises(UsageError, match='"Two words" does not begin with a look-up: each of its'):
        compare(look_up(changed=True), word_layers())


def test_numbers_where_words_are_needed_are_refused():
    bare = copy_of(this_is_an_example(), origins=False)
    wide = keras.layers.Embedding(4, 3)
    wide.build(None)
    with pytest.raises((UsageError, ComparisonError)):
        compare(bare, [wide, *model().layers])


def test_nothing_recognised_is_not_agreement():
    w = Walkthrough("Silent")
    W_xh, W_hh, b_h = map(w.weight, ("W_xh", "W_hh", "b_h"), ARRAYS[:3])
    w.step("s", total(w.input("x", X[0], t=1) @ W_xh @ W_hh + b_h), t=1)
    layers = model(every_step=False).layers[:1]
    with pytest.raises(ComparisonError, match='nothing in "Silent" could be compared'):
        compare(w, layers)
    silent = compare(w, layers, strict=False)
    assert (silent.ok, silent.counts()) == (False, "0 agree, 0 differ, 1 not judged")


def test_what_has_no_input_is_refused():
    w = Walkthrough("A sum")
    w.step("s", w.weight("v", [1.0, 2.0]) + 1)
    with pytest.raises(UsageError, match='"A sum" has no input, so there is nothing to ask a netw'):
        compare(w, model())


def test_a_hand_written_calculation_has_one_input():
    x, other = keras.Input((4, 3), dtype="float64"), keras.Input((4, 3), dtype="float64")
    both = keras.Model([x, other], layer("Add")([layer("LSTM", 2)(x), layer("GRU", 2)(other)]))
    with pytest.raises(UsageError, match="is written by hand, and the network has 2 inputs"):
        compare(by_hand(), both)


def test_an_input_of_another_size_is_refused():
    built = stacked(layer("SimpleRNN", 2), shape=(None, 5))
    with pytest.raises(UsageError, match='"By hand" is not what the network calculates: the input'):
        compare(by_hand(), built)


def test_names_go_before_parts():
    """A state that has another state's name is not taken for what it stands in the place of."""
    w = by_hand()
    found = read_keras(model(loss="categorical_crossentropy"))
    origins = origins_of(w, found.network, found.weights)
    assert {origins[w[name, 2]].value for name in ("a", "h")} == {"a", "h"}
    assert origins[w["z", 2]].value == "pre_activation"
    assert origins[w["p", 2]].value == "output"


def test_the_book_by_hand():
    """A calculation of the book without its origins is judged as completely as with them."""
    w = copy_of(next_word_hello(), origins=False)
    built = stacked(
        layer("Embedding", 11, 2),
        layer("SimpleRNN", 3, activation="relu"),
        layer("Dense", 11, activation="softmax"),
        shape=(None,),
        dtype="int32",
    )
    built.set_weights([np.array(array) for array in WEIGHTS])
    assert compare(w, built).complete
