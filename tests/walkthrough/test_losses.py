"""Every loss with its gradient, against Keras in float64."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.walkthrough import Walkthrough, sigmoid, softmax
from rnn_edu.walkthrough.losses import LOSSES, SHORT_NAMES, loss
from tests.walkthrough.scalar_evaluator import by_scalars

P = [0.2, 0.5, 0.3]
NEARLY = [0.3, 0.9, 0.1]
SURE = [1.0, 0.0, 0.0]
ONE_HOT = [0.0, 1.0, 0.0]
FIRST = [1.0, 0.0, 0.0]
SOFT = [0.1, 0.7, 0.2]
LOGITS = [0.4, -1.5, 3.0]
NUMBERS = [1.5, -0.25, 0.75]
OTHERS = [0.5, 0.75, -2.0]
LABELS = [1.0, 0.0, 1.0]
SIGNS = [1.0, -1.0, 1.0]

CASES = [
    *((name, NUMBERS, OTHERS, {}) for name in ("mean_squared_error", "mean_absolute_error")),
    ("mean_absolute_error", NUMBERS, [1.5, 1.0, 2.0], {}),
    ("mean_absolute_percentage_error", NUMBERS, OTHERS, {}),
    ("mean_absolute_percentage_error", [0.0, 0.5, 1.0], OTHERS, {}),
    ("mean_squared_logarithmic_error", NUMBERS, OTHERS, {}),
    ("mean_squared_logarithmic_error", NUMBERS, [0.0, 2.0, 3e-8], {}),
    ("huber", NUMBERS, OTHERS, {}),
    ("huber", NUMBERS, OTHERS, {"delta": 2.0}),
    ("log_cosh", NUMBERS, OTHERS, {}),
    ("log_cosh", NUMBERS, [40.0, -35.0, 0.75], {}),
    ("cosine_similarity", NUMBERS, OTHERS, {}),
    *((name, LABELS, OTHERS, {}) for name in ("hinge", "squared_hinge", "categorical_hinge")),
    *((name, SIGNS, [1.0, 0.5, -3.0], {}) for name in ("hinge", "squared_hinge")),
    ("categorical_hinge", ONE_HOT, [0.5, 0.25, 0.5], {}),
    ("categorical_crossentropy", ONE_HOT, P, {}),
    ("categorical_crossentropy", SOFT, NEARLY, {}),
    ("categorical_crossentropy", SOFT, SURE, {}),
    ("categorical_crossentropy", SOFT, P, {"label_smoothing": 0.1}),
    ("categorical_crossentropy", SOFT, LOGITS, {"from_logits": True}),
    ("categorical_crossentropy", ONE_HOT, LOGITS, {"from_logits": True, "label_smoothing": 0.2}),
    ("sparse_categorical_crossentropy", 1.0, P, {}),
    ("sparse_categorical_crossentropy", 2.0, NEARLY, {}),
    ("sparse_categorical_crossentropy", 1.0, SURE, {}),
    ("sparse_categorical_crossentropy", 0.0, LOGITS, {"from_logits": True}),
    ("binary_crossentropy", LABELS, P, {}),
    ("binary_crossentropy", LABELS, SURE, {}),
    ("binary_crossentropy", SOFT, NEARLY, {"label_smoothing": 0.1}),
    ("binary_crossentropy", LABELS, LOGITS, {"from_logits": True}),
    ("binary_crossentropy", [1.0], [0.25], {}),
    ("poisson", [1.0, 2.0, 0.0], [0.5, 2.5, 0.125], {}),
    ("kl_divergence", SOFT, P, {}),
    ("kl_divergence", ONE_HOT, NEARLY, {}),
]


def in_keras(name, y, output, settings, through=None):
    """Keras's loss and its gradient, of the answer or of what an activation makes an answer of."""
    x = tf.constant([output], tf.float64)
    target = tf.constant([int(y)]) if np.ndim(y) == 0 else tf.constant([y], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        answer = x if through is None else getattr(keras.activations, through)(x)
        value = getattr(keras.losses, name)(target, answer, **settings)
    return value.numpy()[0], tape.gradient(value, x).numpy()[0]


@pytest.mark.parametrize(("name", "y", "output", "settings"), CASES)
def test_value_and_gradient_are_those_of_keras(name, y, output, settings):
    w = Walkthrough("t")
    target, answer = w.target("y", y), w.weight("y_hat", output)
    found = w.step("L", loss(name, **settings)(target, answer), role="loss")
    gradient = w.gradients(found)["y_hat"]
    value, slope = in_keras(name, y, output, settings)
    assert found.shape == ()
    # Keras takes ln 2 in float32 there.
    rest = 2e-9 if name == "log_cosh" else 1e-15
    np.testing.assert_allclose(found.value, value, rtol=1e-12, atol=rest)
    np.testing.assert_allclose(gradient.value, slope, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(by_scalars(found.definition), found.value, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("name", "y", "through", "activation"),
    [
        ("categorical_crossentropy", ONE_HOT, "softmax", softmax),
        ("sparse_categorical_crossentropy", 1.0, "softmax", softmax),
        ("binary_crossentropy", LABELS, "sigmoid", sigmoid),
    ],
)
@pytest.mark.parametrize("logits", [LOGITS, [25.0, -25.0, 3.0]])
def test_nothing_is_clipped_after_softmax_and_sigmoid(name, y, through, activation, logits):
    w = Walkthrough("t")
    z = w.weight("z", logits)
    found = w.step("L", loss(name)(w.target("y", y), w.step("p", activation(z))))
    value, slope = in_keras(name, y, logits, {}, through)
    np.testing.assert_allclose(found.value, value, rtol=1e-12)
    np.testing.assert_allclose(w.gradients(found)["z"].value, slope, rtol=1e-9, atol=1e-15)


def test_a_case_for_every_loss():
    assert {name for name, *_ in CASES} == set(LOSSES)


def test_short_names_are_those_of_keras():
    for short, name in SHORT_NAMES.items():
        assert keras.losses.get(short).__name__ == name


def test_what_does_not_fit_is_said():
    w = Walkthrough("t")
    y, p, m = w.target("y", FIRST), w.input("p", [0.5, 0.5]), w.input("m", [[1.0]])
    with pytest.raises(UsageError, match="there is no loss 'mss'; there are mean_squared_error, "):
        loss("mss")
    with pytest.raises(UsageError, match=r"^poisson has no setting 'delta'; it has none\.$"):
        loss("poisson", delta=1.0)
    for output in (p, m):
        with pytest.raises(ShapeError, match="mean_squared_error needs a vector of answers and"):
            loss("mse")(y, output)
