"""Dense, Embedding, Masking, Dropout and the activations against Keras."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_edu import layers
from rnn_edu.layers import activations
from tests.layers.keras_twin import (
    TOLERANCE,
    assert_twins,
    compare,
    keras_outputs_and_gradients,
    share_weights,
)

few = settings(max_examples=15, deadline=None, derandomize=True)
SHAPE = st.lists(st.integers(1, 4), min_size=2, max_size=4)


@few
@given(
    shape=SHAPE,
    units=st.integers(1, 4),
    activation=st.sampled_from([None, "relu", "sigmoid", "softmax", "tanh"]),
    use_bias=st.booleans(),
    dtype=st.sampled_from(["float64", "float32"]),
    seed=st.integers(0, 10_000),
)
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
def test_dense(shape, units, activation, use_bias, dtype, seed):
    rng = np.random.default_rng(seed)
    arguments = {"activation": activation, "use_bias": use_bias, "dtype": dtype}
    pair = [module.Dense(units, **arguments) for module in (layers, keras.layers)]
    assert_twins(*pair, rng.normal(size=shape), rng)


@few
@given(
    shape=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    width=st.integers(1, 4),
    dtype=st.sampled_from(["float64", "float32"]),
    seed=st.integers(0, 10_000),
)
def test_embedding(shape, width, dtype, seed):
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, 4, size=shape)  # few ids, so that some come twice
    ours, theirs = (
        m.Embedding(4, width, mask_zero=True, dtype=dtype) for m in (layers, keras.layers)
    )
    ours.build(ids.shape)
    theirs.build(ids.shape)
    share_weights(ours, theirs, rng)
    with tf.GradientTape() as tape:
        output = theirs(tf.constant(ids))
        factor = rng.normal(size=output.shape).astype(dtype)
        loss = tf.reduce_sum(output * factor)
    gradient = tf.convert_to_tensor(tape.gradient(loss, theirs.trainable_weights[0].value))
    got = ours(ids)
    d_ids, (d_table,) = ours.backward(factor)
    assert d_ids is None
    compare([got, d_table], [output.numpy(), gradient.numpy()], dtype)
    expected = theirs.compute_mask(tf.constant(ids)).numpy()
    np.testing.assert_array_equal(ours.compute_mask(ids, None), expected)


@pytest.mark.parametrize("mask_value", [0.0, -1.0])
def test_masking(mask_value):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 4, 2))
    x[rng.random((3, 4)) < 0.5] = mask_value
    ours, theirs = (
        layers.Masking(mask_value, dtype="float64"),
        keras.layers.Masking(mask_value, dtype="float64"),
    )
    outputs, factors, gradients = keras_outputs_and_gradients(theirs, x, None, rng)
    got = ours(x)
    d_x, d_weights = ours.backward(factors[0])
    assert d_weights == []
    compare([got, d_x], [*outputs, *gradients], "float64")
    expected = theirs.compute_mask(tf.constant(x)).numpy()
    np.testing.assert_array_equal(ours.compute_mask(x, None), expected)


@pytest.mark.parametrize("name", sorted(activations.ACTIVATIONS))
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_activations(name, dtype):
    rng = np.random.default_rng(1)
    a = np.concatenate([rng.normal(scale=3.0, size=(4, 5)), [[0.0, -3.0, 3.0, 30.0, -30.0]]])
    a, factor = a.astype(dtype), rng.normal(size=(5, 5)).astype(dtype)
    inputs = tf.constant(a)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        expected = keras.activations.get(name)(inputs)
        loss = tf.reduce_sum(expected * factor)
    ours = activations.get(name)
    y = ours(a)
    # In float32 the exponential of 30 is 10¹³, so the tolerance is relative as well.
    theirs = [expected, tape.gradient(loss, inputs)]
    for one, other in zip([y, ours.backward(y, factor)], theirs, strict=True):
        assert one.dtype == dtype
        np.testing.assert_allclose(one, other, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


def test_gates_of_two_kinds_at_once_are_the_gates_one_by_one():
    rng = np.random.default_rng(2)
    kinds = ["sigmoid", "tanh", "sigmoid"]
    a, d_y = rng.normal(size=(2, 3, 4, 5))
    gates = activations.GateActivations([activations.get(kind) for kind in kinds])
    assert gates.joint
    y = gates(a.copy())
    d_a = gates.backward(y, d_y.copy())
    for number, kind in enumerate(kinds):
        alone = activations.get(kind)
        np.testing.assert_allclose(y[number], alone(a[number]), rtol=1e-15)
        expected = alone.backward(y[number], d_y[number])
        np.testing.assert_allclose(d_a[number], expected, rtol=1e-14)


def test_dropout_keeps_the_expected_sum_and_its_gradient_follows():
    layer = layers.Dropout(0.4, seed=3, dtype="float64")
    x = np.full((200, 100), 2.0)
    y = layer(x, training=True)
    assert set(np.unique(y)) == {0.0, 2.0 / 0.6}
    assert (y == 0.0).mean() == pytest.approx(0.4, abs=0.01)
    d_x, _ = layer.backward(np.ones_like(x))
    np.testing.assert_allclose(d_x, y / 2.0)
    assert layer(x) is not None
    np.testing.assert_array_equal(layer(x), x)


def test_dropout_of_whole_columns():
    y = layers.Dropout(0.5, noise_shape=(None, 1, None), seed=1)(np.ones((2, 3, 4)), training=True)
    assert 0.0 in y
    np.testing.assert_array_equal(y, y[:, :1].repeat(3, axis=1))
