"""Sounds made of tones, CTC by plain Python, and a network that writes digits down."""

import numpy as np
import pytest

from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.sound import ctc, spoken
from rnn_edu.sound.listener import Listener


def test_a_frame_is_loudest_in_the_band_of_its_tone():
    time = np.arange(spoken.RATE) / spoken.RATE
    for band in range(spoken.BANDS):
        tone = np.sin(2 * np.pi * (125 + 200 * band) * time)
        assert set(spoken.frames(tone).argmax(axis=1)) == {band}


def test_no_two_digits_are_made_of_the_same_sounds():
    assert len(set(spoken.DIGITS)) == 10
    assert {sound for digit in spoken.DIGITS for sound in digit} == set(spoken.SOUNDS)


def test_a_sound_can_be_said_again_and_others_say_it_otherwise():
    first, again = (spoken.say((4, 2), np.random.default_rng(1)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    other = spoken.say((4, 2), np.random.default_rng(2))
    assert len(other) != len(first) or not np.allclose(other, first)
    longer = spoken.say((4, 2, 4, 2), np.random.default_rng(1))
    assert 1.6 * len(first) < len(longer) < 2.4 * len(first)


@pytest.mark.parametrize("digits", [(), (10,), (3, -1)])
def test_what_is_no_digit_cannot_be_said(digits):
    with pytest.raises(UsageError, match="each from 0 to 9"):
        spoken.say(digits, np.random.default_rng(0))


def test_a_sound_shorter_than_a_frame_is_refused():
    with pytest.raises(UsageError, match="has 80 samples; this sound has 79"):
        spoken.frames(np.zeros(79))


@pytest.mark.parametrize("labels", [(), (1,), (1, 1), (2, 1), (1, 2, 1), (2, 2, 2)])
def test_forward_sums_are_those_over_all_paths(labels):
    p = np.random.default_rng(4).dirichlet(np.ones(3), size=6)
    found = sum(
        np.prod([p[t, sign] for t, sign in enumerate(path)]) for path in ctc.paths(labels, 6)
    )
    assert np.exp(ctc.log_chance(np.log(p), labels)) == pytest.approx(found, rel=1e-12)


def test_too_few_frames_have_no_path():
    p = np.log(np.full((2, 3), 1 / 3))
    assert ctc.fewest_steps((1, 1)) == 3
    assert list(ctc.paths((1, 1), 2)) == []
    assert ctc.log_chance(p, (1, 1)) == -np.inf
    assert np.isfinite(ctc.log_chance(p, (1, 2)))


def test_wrong_chances_and_labels_are_refused():
    with pytest.raises(ShapeError, match=r"the shape \(3,\)"):
        ctc.log_chance(np.zeros(3), (1,))
    with pytest.raises(UsageError, match=r"numbers from 1 to 2 here, not \[3\]"):
        ctc.log_chance(np.zeros((4, 3)), (3,))


def test_a_network_learns_and_padding_changes_nothing():
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(0)
    heard, said = spoken.spoken(300, (1, 2), rng)
    keras.utils.set_random_seed(0)
    listener = Listener(heard)
    losses = listener.train(heard, said, passes=2)
    assert losses[1] < losses[0]
    short, long = spoken.spoken(1, (1,), rng)[0], spoken.spoken(1, (4,), rng)[0]
    alone, beside = listener.chances(short)[0], listener.chances([*short, *long])[0]
    assert alone.shape == (len(short[0]), 11)
    np.testing.assert_allclose(alone, beside, rtol=0, atol=1e-5)
    np.testing.assert_allclose(alone.sum(axis=1), 1, atol=1e-5)
