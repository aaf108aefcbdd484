"""Correlations of all cells with all features, and what chance reaches."""

import numpy as np
import pytest

from rnn_edu.errors import NumberError, ShapeError, UsageError
from rnn_edu.inside import correlate, strongest_by_chance

PLACES = 400


@pytest.fixture
def states():
    return np.random.default_rng(1).normal(size=(PLACES, 5))


@pytest.fixture
def features(states):
    random = np.random.default_rng(2)
    return {
        "like cell 3": -2.0 * states[:, 3] + 7.0,
        "noise": random.normal(size=PLACES),
    }


def test_the_numbers_are_those_of_numpy(states, features):
    found = correlate(states, features)
    for name, column in features.items():
        for cell in range(5):
            r = np.corrcoef(column, states[:, cell])[0, 1]
            assert found.of(name, cell) == pytest.approx(r, rel=0, abs=1e-12)


def test_the_best_cell_is_found_whatever_its_sign(states, features):
    best = correlate(states, features).best()
    assert (best[0].feature, best[0].cell) == ("like cell 3", 3)
    assert best[0].r == pytest.approx(-1.0, rel=0, abs=1e-12)
    assert correlate(states, features).strongest() == pytest.approx(1.0, rel=0, abs=1e-12)


def test_pulled_apart_the_strong_pair_is_gone(states, features):
    for shuffle in (True, False):
        chance = strongest_by_chance(states, features, rounds=50, seed=0, shuffle=shuffle)
        assert list(chance) == list(features)
        for largest in chance.values():
            assert largest.shape == (50,)
            assert largest.min() > 0.005
            assert largest.max() < 0.3


def test_each_feature_is_measured_as_if_it_were_the_only_one(states, features):
    together = strongest_by_chance(states, features, rounds=6, seed=0)
    for name, column in features.items():
        alone = strongest_by_chance(states, {name: column}, rounds=6, seed=0)
        np.testing.assert_allclose(together[name], alone[name], rtol=0, atol=1e-12)


def test_the_largest_of_a_round_is_that_of_the_moved_feature(states):
    feature = np.random.default_rng(5).normal(size=PLACES)
    found = strongest_by_chance(states, {"any": feature}, rounds=1, seed=7)["any"][0]
    moves = range(PLACES // 4, 1 + PLACES - PLACES // 4)
    reached = [correlate(states, {"any": np.roll(feature, move)}).strongest() for move in moves]
    assert np.abs(np.array(reached) - found).min() < 1e-12


def test_what_comes_back_in_a_rhythm_still_fits_after_it_was_moved(states):
    place = np.arange(PLACES)
    states[:, 2] = place % 20
    features = {"rhythm": place % 20, "noise": np.random.default_rng(6).normal(size=PLACES)}
    luck = strongest_by_chance(states, features, rounds=100, seed=0)
    assert luck["rhythm"].max() > 0.9
    assert luck["noise"].max() < 0.3


def test_shuffling_makes_slow_features_look_less_lucky_than_they_are():
    slow = np.cumsum(np.random.default_rng(3).normal(size=(PLACES, 6)), axis=0)
    feature = {"slow": np.cumsum(np.random.default_rng(4).normal(size=PLACES))}
    moved = strongest_by_chance(slow, feature, rounds=60, seed=0)["slow"]
    shuffled = strongest_by_chance(slow, feature, rounds=60, seed=0, shuffle=True)["slow"]
    assert np.median(moved) > 3 * np.median(shuffled)


def test_the_same_seed_gives_the_same_chance(states, features):
    once, again, other = (
        strongest_by_chance(states, features, rounds=5, seed=seed)["noise"] for seed in (1, 1, 2)
    )
    assert once.tolist() == again.tolist() != other.tolist()


def test_a_feature_that_never_varies_is_named(states):
    with pytest.raises(NumberError) as caught:
        correlate(states, {"digit": np.zeros(PLACES)})
    assert str(caught.value) == (
        "The feature 'digit' is 0 at all 400 places, so its correlation is undefined; "
        "read a longer text, or leave it out."
    )


def test_a_cell_that_never_varies_is_named(states, features):
    states[:, 1] = 0.1
    with pytest.raises(NumberError, match=r"The cell 1 is 0\.1 at all 400 places"):
        correlate(states, features)


def test_features_of_another_text_are_refused(states):
    with pytest.raises(ShapeError, match=r"'digit' has the shape \(3,\).* at 400 places"):
        correlate(states, {"digit": [0, 1, 0]})


def test_no_feature_and_no_states_are_refused(states):
    with pytest.raises(ShapeError, match="There is no feature"):
        correlate(states, {})
    with pytest.raises(ShapeError, match=r"States have the shape \(places, cells\)"):
        correlate(np.zeros(4), {"digit": [0, 1, 0, 1]})


def test_chance_needs_rounds_and_places(states, features):
    with pytest.raises(UsageError, match="there are 0 rounds and 400 places"):
        strongest_by_chance(states, features, rounds=0, seed=0)
