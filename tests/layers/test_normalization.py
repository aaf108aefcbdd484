"""Normalization against Keras, and its way back."""

import numpy as np
import pytest

from rnn_edu.errors import UsageError
from rnn_edu.layers import Normalization

X = np.random.default_rng(0).normal(2, 3, (2, 4, 3))


@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize(("mean", "variance"), [(1.5, 6.25), ([0.5, -1.0, 2.0], [4.0, 0.25, 9.0])])
def test_it_is_keras_s(mean, variance, invert):
    keras = pytest.importorskip("keras")
    ours = Normalization(mean, variance, invert, dtype="float64")(X)
    layer = keras.layers.Normalization(mean=mean, variance=variance, invert=invert, dtype="float64")
    np.testing.assert_allclose(ours, keras.ops.convert_to_numpy(layer(X)), rtol=0, atol=1e-12)


@pytest.mark.parametrize("invert", [False, True])
def test_the_gradient_by_differences(invert):
    layer = Normalization([0.5, -1.0, 2.0], [4.0, 0.25, 9.0], invert, dtype="float64")
    layer(X)
    d_y = np.random.default_rng(1).normal(size=X.shape)
    d_x, d_weights = layer.backward(d_y)
    nudge = 1e-6 * np.ones_like(X)
    slope = (layer(X + nudge) - layer(X - nudge)) / 2e-6 * d_y
    np.testing.assert_allclose(d_x, slope, atol=1e-8)
    assert d_weights == []


def test_there_and_back_again():
    there, back = (Normalization(3.0, 7.0, k, dtype="float64") for k in (False, True))
    np.testing.assert_allclose(back(there(X)), X, rtol=0, atol=1e-14)


def test_no_spread_is_refused():
    with pytest.raises(UsageError, match=r"normalization: variance is 0.0, but it must be above 0"):
        Normalization(1.0, 0.0)
