"""Losses against Keras, from probabilities and from logits, with masks; metrics; errors."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnn_edu.errors import NamingError, NumberError, ShapeError, UsageError
from rnn_edu.training import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    MeanSquaredError,
    SparseCategoricalCrossentropy,
    losses,
    metrics,
)

RNG = np.random.default_rng(0)


def told(error, sentence, action):
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        action()


def probabilities(shape):
    p = RNG.uniform(0.05, 1.0, size=shape)
    return p / p.sum(axis=-1, keepdims=True)


CASES = {
    "binary": (BinaryCrossentropy, RNG.uniform(size=(5, 2)), RNG.integers(0, 2, (5, 2))),
    "binary, one column": (BinaryCrossentropy, RNG.uniform(size=(5, 1)), RNG.integers(0, 2, 5)),
    "categorical": (CategoricalCrossentropy, probabilities((5, 4)), np.eye(4)[[1, 3, 0, 2, 2]]),
    "categorical, no shares": (
        CategoricalCrossentropy,
        RNG.uniform(0.1, 0.9, size=(3, 4)),
        np.eye(4)[[1, 3, 0]],
    ),
    "sparse": (SparseCategoricalCrossentropy, probabilities((5, 4)), np.array([1, 3, 0, 2, 2])),
    "sparse, no shares": (
        SparseCategoricalCrossentropy,
        RNG.uniform(0.1, 0.9, size=(3, 4)),
        np.array([1, 3, 0]),
    ),
    "sparse, by step": (
        SparseCategoricalCrossentropy,
        probabilities((2, 3, 4)),
        RNG.integers(0, 4, (2, 3, 1)),
    ),
    "squares": (MeanSquaredError, RNG.normal(size=(5, 3)), RNG.normal(size=(5, 3))),
}


def keras_value_and_gradient(loss, y, p):
    inputs = tf.constant(p)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = loss(tf.constant(y), inputs)
    return float(value), tape.gradient(value, inputs).numpy()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-6)])
def test_from_probabilities(case, dtype, tolerance):
    kind, p, y = CASES[case]
    p = p.astype(dtype)
    expected, gradient = keras_value_and_gradient(
        getattr(keras.losses, kind.__name__)(dtype=dtype), y, p
    )
    ours = kind()
    assert ours(y, p) == pytest.approx(expected, abs=tolerance)
    assert ours.gradient(y, p).dtype == dtype
    np.testing.assert_allclose(ours.gradient(y, p), gradient, atol=tolerance)


@pytest.mark.parametrize("case", [name for name in CASES if name != "squares"])
def test_from_logits(case):
    kind, p, y = CASES[case]
    a = 20.0 * p - 8.0
    loss = getattr(keras.losses, kind.__name__)(from_logits=True, dtype="float64")
    expected, gradient = keras_value_and_gradient(loss, y, a)
    ours = kind(from_logits=True)
    assert ours(y, a) == pytest.approx(expected, abs=1e-12)
    np.testing.assert_allclose(ours.gradient(y, a), gradient, atol=1e-12)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_probabilities_of_0_and_1_stay_finite(value):
    p = np.array([[value]])
    loss = keras.losses.BinaryCrossentropy(dtype="float64")
    expected, gradient = keras_value_and_gradient(loss, np.array([[1.0]]), p)
    ours = BinaryCrossentropy()
    assert ours([[1.0]], p) == pytest.approx(expected, abs=1e-12)
    np.testing.assert_allclose(ours.gradient([[1.0]], p), gradient, atol=1e-12)


def test_huge_logits_do_not_overflow():
    ours = BinaryCrossentropy(from_logits=True)
    assert ours([[1.0], [0.0]], [[-1000.0], [1000.0]]) == 1000.0
    sparse = SparseCategoricalCrossentropy(from_logits=True)
    assert sparse([1], [[1000.0, 0.0]]) == 1000.0


def test_a_mask_leaves_the_mean_of_the_rest():
    p, y = probabilities((2, 3, 4)), RNG.integers(0, 4, (2, 3))
    mask = np.array([[True, False, True], [False, False, True]])
    loss = SparseCategoricalCrossentropy()
    value, gradient = loss.value_and_gradient(y, p, mask)
    assert value == pytest.approx(loss(y[mask], p[mask]), abs=1e-15)
    np.testing.assert_allclose(gradient[mask], loss.gradient(y[mask], p[mask]), atol=1e-15)
    assert not gradient[~mask].any()


@pytest.mark.parametrize(
    ("y", "p"),
    [
        (RNG.integers(0, 2, (6, 1)), RNG.uniform(size=(6, 1))),
        (RNG.integers(0, 3, 6), probabilities((6, 3))),
        (np.eye(3)[RNG.integers(0, 3, 6)], probabilities((6, 3))),
    ],
)
def test_accuracy_finds_its_kind_as_keras_does(y, p):
    binary = p.shape[1] == 1
    theirs = keras.metrics.BinaryAccuracy() if binary else keras.metrics.CategoricalAccuracy()
    one_hot = y if y.shape == p.shape else np.eye(p.shape[1])[y]
    theirs.update_state(one_hot, p)
    assert metrics.accuracy(y, p).mean() == pytest.approx(float(theirs.result()), abs=1e-7)


# --- what a reader is told ---------------------------------------------------------------------


@pytest.mark.parametrize(("label", "shown"), [(3, "3"), (-1, "-1"), (0.5, "0.5")])
def test_labels_outside_the_classes(label, shown):
    told(
        UsageError,
        f"sparse_categorical_crossentropy: the label {shown} is outside the 3 classes 0 to 2 "
        "that the output has.",
        lambda: SparseCategoricalCrossentropy()([0, label], probabilities((2, 3))),
    )


def test_labels_outside_0_and_1():
    told(
        UsageError,
        "binary_crossentropy: the label 2 is outside the classes; a label is 0 or 1, "
        "or a probability between them.",
        lambda: BinaryCrossentropy()([[2], [1]], [[0.5], [0.5]]),
    )


def test_rows_that_are_no_classes():
    told(
        UsageError,
        "categorical_crossentropy: every row of labels must be a probability for each class, "
        "with the sum 1 (one-hot rows, for instance).",
        lambda: CategoricalCrossentropy()([[1, 1, 0]], probabilities((1, 3))),
    )


def test_labels_of_another_shape():
    told(
        ShapeError,
        "categorical_crossentropy: the labels have the shape (2,), but the predictions have "
        "(2, 3). For class numbers use sparse_categorical_crossentropy.",
        lambda: CategoricalCrossentropy()([0, 1], probabilities((2, 3))),
    )
    told(
        ShapeError,
        "sparse_categorical_crossentropy: the labels have the shape (2, 3), but predictions of "
        "shape (2, 3) need (2,): one class number for each.",
        lambda: SparseCategoricalCrossentropy()(np.eye(3)[:2], probabilities((2, 3))),
    )
    told(
        ShapeError,
        "mean_squared_error: the labels have the shape (3,), but the predictions have (2, 1).",
        lambda: MeanSquaredError()([1, 2, 3], [[1.0], [2.0]]),
    )


def test_nan_in_the_labels():
    told(
        NumberError,
        "mean_squared_error: the array of labels holds nan at [1, 0]; every entry must be a "
        "finite number, so clean the data first.",
        lambda: MeanSquaredError()([[1.0], [np.nan]], [[1.0], [2.0]]),
    )


def test_unknown_names():
    told(
        NamingError,
        "Unknown loss 'binary_crossentrop'; did you mean 'binary_crossentropy'? Known: "
        "binary_crossentropy, categorical_crossentropy, mean_squared_error, mse, "
        "sparse_categorical_crossentropy.",
        lambda: losses.get("binary_crossentrop"),
    )
    told(
        NamingError,
        "Unknown metric 'recall'; Known: acc, accuracy, mean_squared_error, mse.",
        lambda: metrics.get("recall"),
    )
