"""The gradient of a score with respect to each word's row."""

import numpy as np
import pytest

from rnn_edu import layers
from rnn_edu.errors import ShapeError
from rnn_edu.inside import saliency, score_of

WORDS, WIDTH = 5, 3


def stack(answers=1):
    found = [
        layers.LSTM(4, dtype="float64", seed=1),
        layers.Dense(answers, dtype="float64", seed=2),
    ]
    found[0].build((None, WORDS, WIDTH))
    found[1].build((None, 4))
    for k, layer in enumerate(found):
        random = np.random.default_rng(k)
        layer.set_weights([random.normal(0, 0.8, w.shape) for w in layer.get_weights()])
    return found


@pytest.fixture
def rows():
    return np.random.default_rng(9).normal(size=(WORDS, WIDTH))


def test_every_number_of_the_gradient_agrees_with_centred_differences(rows):
    network, step = stack(), 1e-5
    found = saliency(network, rows)
    for place in np.ndindex(rows.shape):
        moved = np.stack([rows, rows])
        moved[0][place] += step
        moved[1][place] -= step
        up, down = score_of(network, moved)[:, 0]
        assert found.gradient[place] == pytest.approx((up - down) / (2 * step), rel=0, abs=1e-8)
    assert np.abs(found.gradient).min() > 1e-6


def test_the_gradient_is_that_of_keras(rows):
    import keras
    import tensorflow as tf

    network = stack()
    twin = [keras.layers.LSTM(4, dtype="float64"), keras.layers.Dense(1, dtype="float64")]
    twin[0].build((None, WORDS, WIDTH))
    twin[1].build((None, 4))
    for ours, theirs in zip(network, twin, strict=True):
        theirs.set_weights(ours.get_weights())
    x = tf.constant(rows[np.newaxis])
    with tf.GradientTape() as tape:
        tape.watch(x)
        score = twin[1](twin[0](x))
    found = saliency(network, rows)
    assert found.score == pytest.approx(float(score[0, 0]), rel=0, abs=1e-12)
    expected = tape.gradient(score, x).numpy()[0]
    np.testing.assert_allclose(found.gradient, expected, rtol=0, atol=1e-12)


def test_one_number_for_each_word(rows):
    found = saliency(stack(), rows)
    first = found.gradient[0]
    assert found.lengths[0] == pytest.approx(np.sqrt((first**2).sum()), rel=0, abs=1e-15)
    assert found.pushes[0] == pytest.approx(first @ rows[0], rel=0, abs=1e-15)
    assert found.lengths.shape == found.pushes.shape == (WORDS,)


def test_only_one_score_has_a_gradient(rows):
    with pytest.raises(ShapeError, match=r"end in the shape \(1, 2\); choose one answer first"):
        saliency(stack(answers=2), rows)


def test_rows_must_be_a_table(rows):
    with pytest.raises(ShapeError, match=r"One text is a table .* these rows have \(3,\)"):
        saliency(stack(), rows[0])
