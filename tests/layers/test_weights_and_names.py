"""Arguments, defaults, weight names, shapes, counts and starting values: all Keras's."""

import inspect
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from rnn_edu import layers
from rnn_edu.layers import initializers

SHAPE = (None, 5, 3)
PAIRS = {
    "Dense": lambda m: m.Dense(4),
    "Embedding": lambda m: m.Embedding(6, 4),
    "SimpleRNN": lambda m: m.SimpleRNN(4),
    "LSTM": lambda m: m.LSTM(4),
    "GRU": lambda m: m.GRU(4),
    "GRU, reset before": lambda m: m.GRU(4, reset_after=False),
    "no bias": lambda m: m.LSTM(4, use_bias=False),
    "Bidirectional": lambda m: m.Bidirectional(m.LSTM(4)),
    "Dropout": lambda m: m.Dropout(0.5),
    "Masking": lambda m: m.Masking(),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_weights_have_keras_names_shapes_and_count(kind):
    ours, theirs = PAIRS[kind](layers), PAIRS[kind](keras.layers)
    shape = (None, 5) if kind == "Embedding" else SHAPE
    ours.build(shape)
    theirs.build(shape)
    names = [name.split("/")[-1] for name in ours.named_weights()]
    assert names == [weight.name for weight in theirs.weights]
    assert [w.shape for w in ours.get_weights()] == [w.shape for w in theirs.get_weights()]
    assert ours.count_params() == theirs.count_params()
    assert ours.compute_output_shape(shape) == theirs.compute_output_shape(shape)


@pytest.mark.parametrize(
    "name", ["Dense", "Embedding", "SimpleRNN", "LSTM", "GRU", "Bidirectional"]
)
def test_arguments_have_keras_defaults(name):
    theirs = inspect.signature(getattr(keras.layers, name).__init__).parameters
    checked = 0
    for part in inspect.getmro(getattr(layers, name)):
        if "__init__" not in vars(part) or part is layers.Layer or part is object:
            continue
        for argument, ours in inspect.signature(part.__init__).parameters.items():
            if argument in theirs and ours.default is not inspect.Parameter.empty:
                assert ours.default == theirs[argument].default, argument
                checked += 1
    assert checked >= 2


def test_weights_of_a_bidirectional_layer_are_named_by_direction():
    layer = layers.Bidirectional(layers.LSTM(2))
    layer.build(SHAPE)
    assert list(layer.named_weights())[:2] == [
        "forward_lstm/kernel",
        "forward_lstm/recurrent_kernel",
    ]
    assert list(layer.named_weights())[-1] == "backward_lstm/bias"


def test_parameter_counts_that_the_documents_print():
    table = layers.Embedding(12_249_370 // 70, 70)
    first = layers.Bidirectional(layers.SimpleRNN(64, return_sequences=True))
    second = layers.Bidirectional(layers.SimpleRNN(64, return_sequences=True))
    third, last = layers.SimpleRNN(32), layers.Dense(41)
    shape, counts = (None, 50), []
    for layer in (table, first, second, third, last):
        layer.build(shape)
        shape = layer.compute_output_shape(shape)
        counts.append(layer.count_params())
    assert counts == [12_249_370, 17_280, 24_704, 5_152, 1_353]
    assert sum(counts) == 12_297_859


def test_the_forget_gate_starts_open():
    layer = layers.LSTM(2)
    layer.build(SHAPE)
    assert layer.bias.tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    closed = layers.LSTM(2, unit_forget_bias=False)
    closed.build(SHAPE)
    assert not closed.bias.any()


def test_float32_is_the_default_and_float64_is_kept():
    x = np.ones((2, 3, 4))
    for dtype in ("float32", "float64"):
        for layer in (layers.SimpleRNN(2, dtype=dtype), layers.LSTM(2, dtype=dtype)):
            y = layer(x)
            d_x, d_weights = layer.backward(np.ones_like(y))
            assert {array.dtype for array in (y, d_x, *d_weights)} == {np.dtype(dtype)}
    assert layers.Dense(1).dtype == "float32"


def test_a_seed_gives_the_same_start_and_another_seed_another():
    def start(seed):
        layer = layers.Bidirectional(layers.GRU(3), seed=seed)
        layer.build(SHAPE)
        return layer.get_weights()

    one, again, other = start(1), start(1), start(2)
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one[0], other[0])
    assert not np.array_equal(one[0], one[3])  # the two directions start differently


def test_set_weights_copies():
    layer = layers.Dense(1)
    layer.build((None, 1))
    given = [np.array([[2.0]]), np.array([1.0])]
    layer.set_weights(given)
    given[0][:] = 5.0
    got = layer.get_weights()
    got[0][:] = 7.0
    assert layer.kernel.item() == 2.0


# --- initializers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "mean", "spread"),
    [
        ("glorot_uniform", 0.0, np.sqrt(2 / 500)),
        ("glorot_normal", 0.0, np.sqrt(2 / 500)),
        ("random_uniform", 0.0, 0.1 / np.sqrt(12)),
        ("random_normal", 0.0, 0.05),
        ("ones", 1.0, 0.0),
        ("zeros", 0.0, 0.0),
    ],
)
def test_initializers_have_keras_distributions(name, mean, spread):
    ours = initializers.get(name)((200, 300), np.random.default_rng(0))
    theirs = np.asarray(keras.initializers.get(name)((200, 300)))
    for drawn in (ours, theirs):
        assert drawn.mean() == pytest.approx(mean, abs=2e-3)
        assert drawn.std() == pytest.approx(spread, rel=0.02, abs=1e-9)
    assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.25)


@pytest.mark.parametrize("shape", [(3, 12), (12, 3), (4, 4)])
def test_orthogonal_keeps_lengths(shape):
    q = initializers.Orthogonal(gain=2.0)(shape, np.random.default_rng(0))
    small = q @ q.T if shape[0] <= shape[1] else q.T @ q
    np.testing.assert_allclose(small, 4.0 * np.eye(min(shape)), atol=1e-12)


def test_an_initializer_with_a_seed_of_its_own_ignores_the_layers():
    drawn = [
        initializers.RandomNormal(seed=4)((2, 2), np.random.default_rng(seed)) for seed in (1, 2)
    ]
    np.testing.assert_array_equal(*drawn)


def test_constant_and_identity():
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(initializers.Constant(0.3)((2,), rng), [0.3, 0.3])
    np.testing.assert_array_equal(initializers.Identity(2.0)((2, 2), rng), 2 * np.eye(2))


# --- no TensorFlow -----------------------------------------------------------------------------


def test_importing_layers_and_training_imports_no_tensorflow():
    code = (
        "import sys, rnn_edu.layers, rnn_edu.training; "
        "print([m for m in ('tensorflow', 'keras') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=dict(os.environ),
        check=True,
    )
    assert done.stdout.strip() == "[]"
