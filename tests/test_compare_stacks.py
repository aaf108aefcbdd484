"""Keras as the judge of layers on top of each other and in both directions."""

import numpy as np
import pytest

from rnn_edu.calculations import both_directions
from rnn_edu.calculations.both_directions import STACK, WEIGHTS, bidirectional_and_stacked
from rnn_edu.compare import compare, keras_twin
from rnn_edu.errors import ComparisonError, ShapeError
from rnn_edu.walkthrough import Walkthrough, part, sigmoid, tanh

keras = pytest.importorskip("keras")


@pytest.fixture(scope="module")
def twin():
    return keras_twin(STACK, WEIGHTS)


def test_every_step_of_every_layer_is_compared(twin):
    comparison = compare(bidirectional_and_stacked(), twin)
    names = {row.name for row in comparison.rows}
    for reader in ("forwards", "backwards", "second"):
        assert {f"a_{reader}", f"h_{reader}", f"d_a_{reader}", f"d_W_h_{reader}"} <= names
    assert {"m", "z", "p", "L", "d_m", "d_b_y"} <= names
    assert comparison.not_asked == ("d_L", "d_p")
    assert comparison.largest < 1e-14


def test_float32_has_a_wider_tolerance():
    comparison = compare(bidirectional_and_stacked(), keras_twin(STACK, WEIGHTS, "float32"))
    assert comparison.tolerance == 1e-6
    assert 1e-12 < comparison.largest < 1e-6


def test_a_float64_layer_in_a_float32_bidirectional_counts_as_float32():
    inner = keras.layers.SimpleRNN(2, return_sequences=True, dtype="float64")
    layers = [
        keras.layers.Bidirectional(inner),
        keras.layers.SimpleRNN(2, dtype="float64"),
        keras.layers.Dense(3, activation="softmax", dtype="float64"),
    ]
    model = keras.Sequential([keras.Input((4, 4)), *layers])
    model.set_weights([np.asarray(value) for value in WEIGHTS])
    assert compare(bidirectional_and_stacked(), model).dtype == "float32"


LSTM_PARTS = (("i", sigmoid, 0), ("f", sigmoid, 2), ("c_tilde", tanh, 4), ("o", sigmoid, 6))


def lstm_in_both_directions(weights):
    """Bidirectional(LSTM(2)) over two steps, without a dense layer."""
    w = Walkthrough("Both ways")
    x = {t: w.input("x", [0.3 * t, -0.5], t=t) for t in (1, 2)}
    for suffix, arrays, order in (("ahead", weights[:3], (1, 2)), ("behind", weights[3:], (2, 1))):
        names = (f"{name}_{suffix}" for name in ("W_x", "W_h", "b"))
        W_x, W_h, b = (w.weight(*pair) for pair in zip(names, arrays, strict=True))
        start = 0 if suffix == "ahead" else 3
        h = w.constant(f"h_{suffix}", [0.1, -0.2], t=start)
        c = w.constant(f"c_{suffix}", [0.4, 0.3], t=start)
        for t in order:
            a = x[t] @ W_x + h @ W_h + b
            i, f, c_tilde, o = (
                w.step(f"{name}_{suffix}", function(part(a, slice(k, k + 2), "a")), t=t)
                for name, function, k in LSTM_PARTS
            )
            c = w.step(f"c_{suffix}", f * c + i * c_tilde, t=t, role="cell state")
            h = w.step(f"h_{suffix}", o * tanh(c), t=t, role="state")
    return w


def test_gates_and_cell_states_of_both_directions_are_compared():
    layer = keras.layers.Bidirectional(keras.layers.LSTM(2, dtype="float64"), dtype="float64")
    layer.build((None, None, 2))
    layer.set_weights(both_directions.distinct_weights([w.shape for w in layer.weights], seed=3))
    comparison = compare(lstm_in_both_directions(layer.get_weights()), layer)
    assert {"f_behind", "c_ahead", "h_behind"} <= {row.name for row in comparison.rows}
    # Two directions, two steps, two units: four gates, a cell state and a hidden state.
    assert comparison.numbers == 2 * 2 * 2 * 6


def with_slip(w, name, t, slip):
    """The same walkthrough with one formula changed."""
    twin, copies = Walkthrough(w.title), {}
    for q in w.quantities:
        if q.definition is None:
            copies[q] = twin._given(q.name, q.value, q.t, q.role, q.note, q.labels)
            continue
        formula = q.definition.replaced(copies)
        formula = slip(twin, formula) if (q.name, q.t) == (name, t) else formula
        copies[q] = twin.step(q.name, formula, t=q.t, role=q.role)
    return twin


@pytest.mark.parametrize(
    ("name", "t", "slip"),
    [
        ("a_backwards", 3, lambda w, a: a - w["b_backwards"]),
        ("h_backwards", 2, lambda w, h: w["a_backwards", 2] * 1),
        ("m", 2, lambda w, m: m[[2, 3, 0, 1]]),
        ("a_second", 1, lambda w, a: a + w["b_second"]),
        ("z", None, lambda w, z: z - w["b_y"]),
        ("d_h_forwards", 4, lambda w, d: d * 1.001),
    ],
)
def test_a_mutant_is_caught_at_its_first_step(twin, name, t, slip):
    mutant = with_slip(bidirectional_and_stacked(), name, t, slip)
    place = name if t is None else f"{name} at t={t}"
    with pytest.raises(ComparisonError, match=rf"first step that differs: {place} \("):
        compare(mutant, twin)


def test_directions_exchanged_are_caught(twin):
    swapped = [*WEIGHTS[3:6], *WEIGHTS[0:3], *WEIGHTS[6:]]
    with pytest.raises(ComparisonError, match="W_x_forwards of the walkthrough has"):
        compare(bidirectional_and_stacked(swapped), twin)


def rnn(**settings):
    return keras.layers.SimpleRNN(2, **settings)


def both(merge_mode="concat"):
    return keras.layers.Bidirectional(
        rnn(return_sequences=True), merge_mode=merge_mode, name="both"
    )


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        (lambda: [rnn()], "the model has 1 recurrent layers; the walkthrough calculates 2."),
        (
            lambda: [rnn(return_sequences=True, name="one"), rnn()],
            "the SimpleRNN layer 'one' reads in one direction; the walkthrough reads in both "
            "directions.",
        ),
        (
            lambda: [both(), both()],
            "the Bidirectional layer 'both' reads in both directions; the walkthrough reads in "
            "one direction.",
        ),
        (
            lambda: [both(merge_mode="sum"), rnn()],
            "the Bidirectional layer 'both' has merge_mode='sum'; the walkthrough needs "
            "merge_mode='concat'.",
        ),
        (
            lambda: [both(), keras.layers.LSTM(2, name="top")],
            "the LSTM layer 'top' is a LSTM; the walkthrough calculates a SimpleRNN.",
        ),
        (
            lambda: [both(), rnn(return_sequences=True, name="top")],
            "the SimpleRNN layer 'top' has return_sequences=True; the walkthrough needs "
            "return_sequences=False.",
        ),
    ],
)
def test_layers_that_are_built_otherwise_are_named(layers, sentence):
    recurrent = layers()
    tensor = np.zeros((1, 4, 4), dtype="float32")
    for layer in recurrent:
        tensor = layer(tensor)
    with pytest.raises(ComparisonError) as raised:
        compare(bidirectional_and_stacked(), [*recurrent, built_dense()])
    assert str(raised.value) == sentence


def built_dense():
    dense = keras.layers.Dense(3, "softmax")
    dense.build((None, 2))
    return dense


def test_weights_that_do_not_fit_the_twin_are_named():
    with pytest.raises(ShapeError, match=r"^Bidirectional\(SimpleRNN\(2\)\), SimpleRNN\(2\), D"):
        keras_twin(STACK, [np.ones((2, 2))])
