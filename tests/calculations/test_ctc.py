"""CTC's forward sums: against all paths, one by one, and a gradient that says what it should."""

import numpy as np
import pytest

from rnn_edu.calculations import ctc_forward
from rnn_edu.calculations.ctc import AT_PLACES, FOLLOWS, FRAMES, PLACES, READS, SIGNS, WEIGHTS
from rnn_edu.sound.ctc import log_chance, paths, places

SAME = {"rtol": 0, "atol": 1e-14}


def every_path(p, labels):
    return {
        path: np.prod([p[t, sign] for t, sign in enumerate(path)]) for path in paths(labels, len(p))
    }


@pytest.mark.parametrize("frames", [FRAMES, FRAMES[:2], (*FRAMES, (0.4, 0.9), (0.2, 0.1))])
def test_the_sums_are_those_over_all_paths(frames):
    w = ctc_forward(frames=frames)
    p = w.over_time("p")
    chances = every_path(p, (1, 2))
    np.testing.assert_allclose(w["P"].value, sum(chances.values()), **SAME)
    np.testing.assert_allclose(w["L"].value, -log_chance(np.log(p), (1, 2)), **SAME)


def test_the_gradient_is_what_is_said_less_the_share_of_the_paths():
    w = ctc_forward()
    p = w.over_time("p")
    shares = np.zeros_like(p)
    for path, chance in every_path(p, (1, 2)).items():
        shares[range(len(p)), path] += chance / w["P"].value
    slopes = [w["d_z", t].value for t in range(1, len(p) + 1)]
    np.testing.assert_allclose(slopes, p - shares, **SAME)


def test_the_places_are_those_of_the_word():
    signs = np.array(READS).argmax(axis=0)
    assert signs.tolist() == AT_PLACES == places((1, 2))
    for place, name in enumerate(PLACES):
        assert name == SIGNS[signs[place]] or signs[place] == 0
    follows = np.eye(5) + np.eye(5, k=1)
    follows[1, 3] = 1
    np.testing.assert_array_equal(FOLLOWS, follows)


def test_the_sums_are_those_with_matrices():
    w = ctc_forward()
    p = w.over_time("p")
    alpha = np.array([1.0, 1.0, 0.0, 0.0, 0.0]) * (p[0] @ READS)
    for t, row in enumerate(p[1:], start=2):
        alpha = (alpha @ FOLLOWS) * (row @ READS)
        np.testing.assert_allclose(w["alpha", t].value, alpha, **SAME)


def test_no_weight_is_zero_and_no_two_are_equal():
    numbers = np.concatenate([np.ravel(array) for array in WEIGHTS])
    assert np.all(numbers != 0)
    assert len(set(numbers)) == len(numbers)


def test_keras_agrees_as_far_as_its_precision_goes():
    import keras

    w = ctc_forward()
    scores = keras.ops.convert_to_tensor(w.over_time("z")[None])
    found = keras.ops.ctc_loss([[1, 2]], scores, [2], [4], mask_index=0)
    assert float(found[0]) == pytest.approx(w["L"].value.item(), abs=1e-6)
