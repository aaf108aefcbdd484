"""Marking networks that are not of the book: several layers, other names, other activations."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_edu.marking import blanks_of, kinds, mark
from rnn_edu.marking.mistakes import variants
from rnn_edu.marking.scene import Scene, tolerance_for
from rnn_edu.networks import GRU, LSTM, Bidirectional, Dense, Input, Network, SimpleRNN
from rnn_edu.walkthrough import Walkthrough, activation, tanh

RNG = np.random.default_rng(11)
UNITS, STEPS = 2, 2
GATES = "ifco"
LAYERS = [
    {"W": RNG.normal(size=(2, 8)), "U": RNG.normal(size=(2, 8)), "b": RNG.normal(size=8)}
    for _ in range(2)
]
# So that relu does something: one unit of the first layer's candidate is below 0, the other above.
LAYERS[0]["b"][4:6] = -3, 2
W_Y, B_Y = RNG.normal(size=(2, 1)), RNG.normal(size=1)
X = RNG.normal(size=(STEPS, 2))


def stacked():
    """Two LSTM layers, the first with relu and hard-sigmoid gates."""
    network = Network.sequential(
        Input((None, 2)),
        LSTM(2, activation="relu", recurrent_activation="hard_sigmoid", return_sequences=True),
        LSTM(2),
        Dense(1, "sigmoid"),
        loss="binary_crossentropy",
    )
    arrays = [array for layer in LAYERS for array in layer.values()]
    return network.walkthrough([*arrays, W_Y, B_Y], X, [1.0])


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


def relu(u):
    return np.maximum(u, 0)


def hard_sigmoid(u, slope=1 / 6):
    return np.clip(slope * u + 0.5, 0, 1)


def learner(mistake=""):
    """The numbers of a learner who does it with the formulas of a textbook, and a mistake."""
    found, below = {}, list(X)
    for k, layer in enumerate(LAYERS):
        suffix = ("lstm", "lstm_1")[k]
        g, s = (relu, hard_sigmoid) if k == 0 else (np.tanh, sigmoid)
        if mistake == "hard sigmoid of Keras 2" and k == 0:
            s = lambda u: hard_sigmoid(u, 0.2)  # noqa: E731
        if mistake == "tanh for relu" and k == 0:
            g = np.tanh
        h, c, outputs = np.zeros(2), np.zeros(2), []
        for t, x in enumerate(below, start=1):
            carried = below[t - 2] if mistake == "other layer" and k and t > 1 else h
            x = 0 * x if mistake == "input forgotten" and k else x
            carried = c if mistake == "cell state fed back" and k else carried
            carried = 0 * h if mistake == "state forgotten" else carried
            bias = 0 if mistake == "bias missing" and k else layer["b"]
            a = dict(
                zip(GATES, np.split(x @ layer["W"] + carried @ layer["U"] + bias, 4), strict=True)
            )
            i, f, o = (s(a[gate]) for gate in "ifo")
            c_tilde = a["c"] if mistake == "activation forgotten" and not k else g(a["c"])
            c = i * c + f * c_tilde if mistake == "gates exchanged" and k else f * c + i * c_tilde
            h = o * g(c)
            outputs.append(h)
            found |= {(f"a_{gate}_{suffix}", t): a[gate] for gate in GATES}
            found |= {(f"{gate}_{suffix}", t): v for gate, v in zip("ifo", (i, f, o), strict=True)}
            found |= {(f"c_tilde_{suffix}", t): c_tilde, (f"c_{suffix}", t): c}
            found[f"h_{suffix}", t] = h
        below = outputs
    return found


PLANTED = [
    ("activation forgotten", "c_tilde_lstm at t=1", kinds.ACTIVATION_FORGOTTEN, "relu was not"),
    ("tanh for relu", "c_tilde_lstm at t=1", kinds.OTHER_ACTIVATION, "tanh was applied where relu"),
    ("hard sigmoid of Keras 2", "i_lstm at t=1", kinds.OTHER_ACTIVATION, "hard_sigmoid of Keras 2"),
    ("state forgotten", "a_i_lstm at t=2", kinds.STATE_FORGOTTEN, "the state before"),
    ("input forgotten", "a_i_lstm_1 at t=1", kinds.INPUT_FORGOTTEN, "the input was left out"),
    ("bias missing", "a_i_lstm_1 at t=1", kinds.BIAS_MISSING, "the bias"),
    ("gates exchanged", "c_lstm_1 at t=1", kinds.GATES_SWAPPED, ""),
    ("cell state fed back", "a_i_lstm_1 at t=2", kinds.STATES_EXCHANGED, ""),
    ("other layer", "a_i_lstm_1 at t=2", kinds.OTHER_LAYER, ""),
]


def marked(walkthrough, numbers):
    steps = [q for q in walkthrough.steps if (q.name, q.t) in numbers]
    blanks, decimals = blanks_of(steps), tolerance_for(steps).decimals
    answers = {
        b.number: round(float(numbers[b.quantity.name, b.quantity.t][b.index]), decimals)
        for b in blanks
    }
    return mark(walkthrough, blanks, answers)


def test_a_careful_learner_is_right_everywhere():
    marks = marked(stacked(), learner())
    assert str(marks) == "All numbers are right."
    assert marks.total == 2 * 2 * 10 * UNITS


@pytest.mark.parametrize(("mistake", "where", "kind", "words"), PLANTED)
def test_a_mistake_in_one_of_two_layers_is_named(mistake, where, kind, words):
    marks = marked(stacked(), learner(mistake))
    assert marks.first_wrong is not None
    assert marks.first_wrong.blank.quantity.title == where
    assert marks.mistake is not None
    assert marks.mistake.kind == kind
    assert words in marks.mistake.sentence


def weights(*shapes):
    return [RNG.normal(size=shape) for shape in shapes]


OTHERS = {
    "elu": lambda: Network.sequential(
        Input((None, 2)), SimpleRNN(3, activation="elu"), Dense(2, "softmax")
    ).walkthrough(weights((2, 3), (3, 3), 3, (3, 2), 2), RNG.normal(size=(3, 2))),
    "both directions": lambda: Network.sequential(
        Input((None, 2)),
        Bidirectional(GRU(2, reset_after=False), merge_mode="sum"),
        Dense(1, "tanh"),
    ).walkthrough(
        weights((2, 6), (2, 6), 6, (2, 6), (2, 6), 6, (2, 1), 1), RNG.normal(size=(2, 2))
    ),
    "stacked": stacked,
}


@pytest.mark.parametrize("name", OTHERS)
def test_every_mistake_names_itself_in_other_networks_too(name):
    w = OTHERS[name]()
    steps = [step for step in w.steps if step.role != "gradient"][:24]
    blanks, scene = blanks_of(steps), Scene(w, {}, steps)
    named, total = 0, 0
    for step in steps[-12:]:
        first: dict[str, np.ndarray] = {}
        for mistake, formula in variants(scene, step):
            if not np.allclose(formula.value, step.value, rtol=0, atol=1e-4):
                first.setdefault(mistake.kind, formula.value)
        for kind, value in first.items():
            numbers = {b.number: b.value for b in blanks}
            numbers |= {b.number: float(value[b.index]) for b in blanks if b.quantity is step}
            found = mark(w, blanks, numbers).mistake
            total += 1
            named += found is not None and found.kind == kind
    assert total > 30
    # Some mistakes give the same number as another one: a state of zeros forgotten, or misplaced.
    assert named / total > 0.9


def test_an_activation_with_a_parameter_is_an_activation():
    w = Walkthrough("Half an elu")
    a = w.step("a", w.input("x", [-1.0, 0.5]) * 1.5, role="pre-activation")
    h = w.step("h", activation("elu", alpha=0.5)(a), role="state")
    marks = mark(w, blanks_of([h]), {1: -1.5})
    assert marks.mistake.sentence == "the activation was left out: elu was not applied"


@pytest.mark.parametrize("held", [1.0, -1.0, 0.0004])
def test_a_number_that_stands_everywhere_is_not_called_that_of_another_cell(held):
    """1, -1 and numbers near 0 stand in so many cells that they say nothing about a mistake."""
    w = Walkthrough("Two cells")
    x = w.input("x", 7.3)
    y = w.step("y", 5 * tanh(x / 9))
    w.step("other", x / 7.3 * held)
    assert mark(w, blanks_of([y]), {1: held}).mistake is None


def test_a_number_that_stands_in_one_cell_is_called_that_of_this_cell():
    w = Walkthrough("Two cells")
    x = w.input("x", 7.3)
    y = w.step("y", tanh(x / 9))
    w.step("other", x / 7.3 * 0.4177)
    mistake = mark(w, blanks_of([y]), {1: 0.4177}).mistake
    assert mistake.kind == kinds.OTHER_PLACE
    assert mistake.sentence == "this is the number of other"
