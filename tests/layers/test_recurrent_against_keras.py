"""SimpleRNN, LSTM, GRU and Bidirectional against Keras, in random sizes and with all options."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_edu import layers
from tests.layers.keras_twin import assert_twins, share_weights

CELLS = {
    "SimpleRNN": ("SimpleRNN", {}),
    "LSTM": ("LSTM", {}),
    "GRU": ("GRU", {}),
    "GRU, reset before": ("GRU", {"reset_after": False}),
}
SIZE = st.integers(1, 4)
OPTIONS = st.fixed_dictionaries(
    {
        "return_sequences": st.booleans(),
        "return_state": st.booleans(),
        "go_backwards": st.booleans(),
        "use_bias": st.booleans(),
    }
)
CASE = st.fixed_dictionaries(
    {
        "batch": SIZE,
        "time": st.integers(1, 5),
        "features": SIZE,
        "units": SIZE,
        "masked": st.booleans(),
        "started": st.booleans(),
        "seed": st.integers(0, 10_000),
    }
)
few = settings(max_examples=12, deadline=None, derandomize=True)
fewer = settings(max_examples=5, deadline=None, derandomize=True)


def data(case, copies=1):
    """Inputs, mask or None, states or None, and the random numbers that follow."""
    rng = np.random.default_rng(case["seed"])
    x = rng.normal(size=(case["batch"], case["time"], case["features"]))
    mask = rng.random(x.shape[:2]) < 0.6 if case["masked"] else None
    shape = (case["batch"], case["units"])
    states = [rng.normal(size=shape) for _ in range(copies)] if case["started"] else None
    return x, mask, states, rng


def assert_cell(cell, dtype, case, options):
    name, arguments = CELLS[cell]
    arguments = arguments | options | {"dtype": dtype}
    ours = getattr(layers, name)(case["units"], **arguments)
    theirs = getattr(keras.layers, name)(case["units"], **arguments)
    x, mask, states, rng = data(case, 2 if name == "LSTM" else 1)
    assert_twins(ours, theirs, x, rng, mask, states)


@pytest.mark.parametrize("cell", CELLS)
@few
@given(case=CASE, options=OPTIONS)
def test_a_cell_in_float64(cell, case, options):
    assert_cell(cell, "float64", case, options)


@pytest.mark.parametrize("cell", CELLS)
@fewer
@given(case=CASE, options=OPTIONS)
def test_a_cell_in_float32(cell, case, options):
    assert_cell(cell, "float32", case, options)


@pytest.mark.parametrize("cell", CELLS)
def test_masks_with_every_option_at_once(cell):
    case = {"batch": 4, "time": 5, "features": 2, "units": 3, "masked": True, "started": True}
    for seed, backwards in enumerate([False, True]):
        options = {"return_sequences": True, "return_state": True, "go_backwards": backwards}
        assert_cell(cell, "float64", case | {"seed": seed}, options)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("sequences", [True, False])
def test_masked_steps_that_give_zero(cell, sequences):
    case = {"batch": 4, "time": 5, "features": 2, "units": 3, "masked": True, "started": True}
    options = {"return_sequences": sequences, "zero_output_for_mask": True}
    assert_cell(cell, "float64", case | {"seed": 3}, options)


def test_a_sequence_that_is_masked_throughout():
    x, rng = np.ones((2, 3, 2)), np.random.default_rng(0)
    mask = np.array([[False, False, False], [False, True, False]])
    pair = [module.LSTM(2, dtype="float64") for module in (layers, keras.layers)]
    assert_twins(*pair, x, rng, mask, [rng.normal(size=(2, 2)) for _ in range(2)])


@pytest.mark.parametrize("merge_mode", ["concat", "sum", "mul", "ave", None])
@fewer
@given(case=CASE, options=OPTIONS, cell=st.sampled_from(sorted(CELLS)))
def test_both_directions(merge_mode, case, options, cell):
    name, arguments = CELLS[cell]
    arguments = arguments | options | {"dtype": "float64", "go_backwards": False}
    ours = layers.Bidirectional(
        getattr(layers, name)(case["units"], **arguments), merge_mode=merge_mode
    )
    theirs = keras.layers.Bidirectional(
        getattr(keras.layers, name)(case["units"], **arguments),
        merge_mode=merge_mode,
        dtype="float64",
    )
    x, mask, states, rng = data(case, 4 if name == "LSTM" else 2)
    assert_twins(ours, theirs, x, rng, mask, states)


def test_both_directions_in_float32():
    rng = np.random.default_rng(5)
    ours = layers.Bidirectional(layers.LSTM(3, return_sequences=True))
    theirs = keras.layers.Bidirectional(keras.layers.LSTM(3, return_sequences=True))
    assert_twins(ours, theirs, rng.normal(size=(3, 4, 2)), rng)


def test_two_layers_given_for_the_two_directions():
    rng = np.random.default_rng(6)
    pair = []
    for module in (layers, keras.layers):
        forward = module.GRU(2, dtype="float64")
        backward = module.GRU(3, go_backwards=True, activation="relu", dtype="float64")
        pair.append(module.Bidirectional(forward, backward_layer=backward, dtype="float64"))
    assert_twins(*pair, rng.normal(size=(2, 4, 2)), rng)


@pytest.mark.parametrize("activation", sorted(layers.activations.ACTIVATIONS))
@pytest.mark.parametrize("cell", ["SimpleRNN", "LSTM", "GRU"])
def test_every_activation_in_every_cell(cell, activation):
    rng = np.random.default_rng(7)
    arguments = {"activation": activation, "dtype": "float64"}
    if cell != "SimpleRNN":
        growing = activation in ("exponential", "relu")  # gates of this kind would overflow
        arguments["recurrent_activation"] = "hard_sigmoid" if growing else activation
    pair = [getattr(module, cell)(3, **arguments) for module in (layers, keras.layers)]
    assert_twins(*pair, 0.5 * rng.normal(size=(2, 3, 2)), rng)


# --- dropout: Keras draws other numbers, so it is given ours ----------------------------------


class GivenMasks:
    """Replaces the drawing of dropout masks by masks from a list."""

    def __init__(self, rng):
        self.rng, self.drawn = rng, {}

    def __call__(self, kind, rate, shape):
        self.drawn[kind] = (self.rng.random(shape) < 0.7) / 0.7
        return self.drawn[kind]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("rates", [(0.3, 0.0), (0.0, 0.3), (0.3, 0.3)], ids=str)
def test_dropout_inside_a_cell(cell, rates, monkeypatch):
    name, arguments = CELLS[cell]
    arguments = arguments | {"dropout": rates[0], "recurrent_dropout": rates[1]}
    arguments |= {"dtype": "float64", "return_sequences": True}
    ours = getattr(layers, name)(3, **arguments)
    theirs = getattr(keras.layers, name)(3, **arguments)
    rng = np.random.default_rng(8)
    x = rng.normal(size=(2, 4, 5))
    ours.build(x.shape)
    theirs.build(x.shape)
    share_weights(ours, theirs, rng)
    masks = GivenMasks(rng)
    monkeypatch.setattr(ours, "_dropout_mask", masks)
    output = ours(x, training=True)
    factor = rng.normal(size=output.shape)
    d_x, d_weights = ours.backward(factor)
    expected, gradients = keras_with_masks(theirs, x, factor, masks.drawn)
    for one, other in zip([output, d_x, *d_weights], [expected, *gradients], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-10)


def keras_with_masks(layer, x, factor, masks):
    import tensorflow as tf

    def given(kind):
        if kind not in masks:
            return None
        parts = [tf.constant(mask) for mask in masks[kind]]
        return parts if hasattr(layer.cell, "dropout_mask_count") else parts[0]

    layer.cell._dropout_mask = given("dropout")
    layer.cell._recurrent_dropout_mask = given("recurrent_dropout")
    inputs = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        output = layer(inputs, training=True)
        loss = tf.reduce_sum(output * factor)
    sources = [inputs, *(w.value for w in layer.trainable_weights)]
    return output.numpy(), [g.numpy() for g in tape.gradient(loss, sources)]


# --- the tests above can fail ------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "gates"), [("LSTM", 4), ("GRU", 3)])
def test_no_two_gates_can_be_swapped_unnoticed(cell, gates):
    rng = np.random.default_rng(9)
    x = rng.normal(size=(2, 4, 3))
    layer = getattr(layers, cell)(2, dtype="float64")
    layer.build(x.shape)
    theirs = getattr(keras.layers, cell)(2, dtype="float64")
    theirs.build(x.shape)
    share_weights(layer, theirs, rng)
    right, weights = layer(x), layer.get_weights()
    for one in range(gates):
        for other in range(one):
            order = list(range(gates))
            order[one], order[other] = other, one
            layer.set_weights([swapped(weight, gates, order) for weight in weights])
            assert np.abs(layer(x) - right).max() > 1e-3


def swapped(weight, gates, order):
    parts = np.split(weight, gates, axis=-1)
    return np.concatenate([parts[gate] for gate in order], axis=-1)
