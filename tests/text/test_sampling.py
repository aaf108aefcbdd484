import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_edu.errors import NumberError, UsageError
from rnn_edu.text import adjust, generate, greedy, sample

P = np.array([0.1, 0.4, 0.05, 0.25, 0.2])


def random_rows(seed, shape=(4, 9)):
    rows = np.random.default_rng(seed).random(shape) + 1e-3
    return rows / rows.sum(axis=-1, keepdims=True)


@given(st.integers(0, 99), st.floats(0.2, 5))
def test_temperature_is_a_softmax_of_the_scores_divided_by_it(seed, temperature):
    rows = random_rows(seed)
    scores = np.log(rows) / temperature
    expected = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(adjust(rows, temperature=temperature), expected, rtol=1e-10)


def test_temperature_1_changes_nothing_and_a_tiny_one_leaves_the_likeliest():
    np.testing.assert_allclose(adjust(P), P, rtol=1e-15)
    np.testing.assert_allclose(adjust(P, temperature=1e-4), np.eye(5)[1], atol=1e-300)
    np.testing.assert_allclose(adjust(P, temperature=1e9), np.full(5, 0.2), rtol=1e-6)


def test_top_k_keeps_the_k_likeliest():
    np.testing.assert_allclose(adjust(P, top_k=2), [0, 0.4 / 0.65, 0, 0.25 / 0.65, 0])
    np.testing.assert_allclose(adjust(P, top_k=1), np.eye(5)[1])
    np.testing.assert_allclose(adjust(P, top_k=99), P)


def test_equal_chances_at_the_border_all_stay():
    np.testing.assert_allclose(adjust([0.4, 0.3, 0.3], top_k=2), [0.4, 0.3, 0.3])


@pytest.mark.parametrize(
    ("share", "kept"), [(0.3, [1]), (0.4, [1]), (0.41, [1, 3]), (0.8, [1, 3, 4]), (1, range(5))]
)
def test_the_nucleus_is_the_smallest_set_that_reaches_the_share(share, kept):
    expected = np.where(np.isin(np.arange(5), kept), P, 0)
    np.testing.assert_allclose(adjust(P, top_p=share), expected / expected.sum())


def test_the_nucleus_is_found_after_the_temperature():
    # At temperature 1/2 the likeliest word has 0.16 / 0.275 = 0.58.
    assert np.count_nonzero(adjust(P, top_p=0.5)) == 2
    assert np.count_nonzero(adjust(P, top_p=0.5, temperature=0.5)) == 1


def test_excluded_words_are_never_drawn_and_the_others_keep_their_proportions():
    np.testing.assert_allclose(adjust(P, exclude=[1, 4]), [0.25, 0, 0.125, 0.625, 0])
    assert int(greedy(P, exclude=[1])) == 3
    drawn = sample(np.tile(P, (500, 1)), np.random.default_rng(0), exclude=[1, 4])
    assert set(drawn.tolist()) == {0, 2, 3}


def test_rows_are_handled_one_by_one():
    rows = random_rows(3)
    settings = {"temperature": 0.7, "top_k": 5, "top_p": 0.8, "exclude": [2]}
    together = adjust(rows, **settings)
    np.testing.assert_allclose(together, [adjust(row, **settings) for row in rows], rtol=1e-14)
    np.testing.assert_array_equal(greedy(rows), rows.argmax(axis=1))


def test_draws_follow_the_chances():
    count = 40_000
    drawn = sample(np.tile(P, (count, 1)), np.random.default_rng(5), temperature=2)
    expected = np.sqrt(P) / np.sqrt(P).sum()
    shares = np.bincount(drawn, minlength=5) / count
    assert np.all(np.abs(shares - expected) < 4 * np.sqrt(expected * (1 - expected) / count))


class Lowest:
    """A source of chance that gives the lowest number there is."""

    def random(self, shape):
        return np.zeros(shape)


def test_a_word_without_a_chance_is_not_drawn_even_by_the_lowest_number():
    assert int(sample([0, 0.5, 0.5], Lowest())) == 1


def test_the_same_seed_gives_the_same_draws():
    rows = random_rows(1, (50, 9))
    first, again, other = (sample(rows, np.random.default_rng(s)).tolist() for s in (2, 2, 3))
    assert first == again != other


def test_chances_of_a_model_in_float32_are_taken():
    rows = random_rows(0, (3, 10_002)).astype(np.float32)
    assert sample(rows, np.random.default_rng(0)).shape == (3,)
    assert sample(rows[0], np.random.default_rng(0)).shape == ()


def cycle(words):
    """A model that nearly always says the number after the last one."""
    chances = np.full(5, 0.01)
    chances[(words[-1] + 1) % 5] = 0.96
    return chances


def test_generate_goes_on_from_its_own_words():
    assert generate(cycle, [0], 6) == [1, 2, 3, 4, 0, 1]
    assert generate(cycle, [0], 6, end=3) == [1, 2]
    assert generate(cycle, [3], 2, exclude=[4])[0] != 4
    hot = generate(cycle, [0], 50, np.random.default_rng(0), temperature=5)
    cold = generate(cycle, [0], 50, np.random.default_rng(0), temperature=0.2)
    assert cold == generate(cycle, [0], 50)
    assert hot != cold


def test_generate_takes_predictions_with_a_row_of_their_own():
    assert generate(lambda words: cycle(words)[None], [0], 2) == [1, 2]


def test_an_infinite_temperature_is_no_temperature():
    with pytest.raises(UsageError, match="temperature is inf; it must be a finite number above 0"):
        sample(P, np.random.default_rng(0), temperature=float("inf"))


@pytest.mark.parametrize("temperature", [0, -1, float("nan")])
def test_temperatures_that_cannot_be(temperature):
    with pytest.raises(UsageError) as error:
        sample(P, np.random.default_rng(0), temperature=temperature)
    assert str(error.value) == (
        f"The temperature is {temperature}; it must be above 0. For the likeliest word alone, take "
        "top_k=1."
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"top_k": 0}, "top_k is 0; at least 1 word must stay."),
        ({"top_p": 0}, "top_p is 0; it must lie above 0 and not above 1."),
        ({"top_p": 1.1}, "top_p is 1.1; it must lie above 0 and not above 1."),
        ({"exclude": [5]}, "Word number 5 cannot be excluded: there are 0 to 4."),
        ({"exclude": [-1]}, "Word number -1 cannot be excluded: there are 0 to 4."),
    ],
)
def test_settings_that_cannot_be(settings, sentence):
    with pytest.raises(UsageError) as error:
        adjust(P, **settings)
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("chances", "settings", "sentence"),
    [
        ([0.5, 0.4], {}, "The chances of the words add up to 0.9, not to 1."),
        ([1.5, -0.5], {}, "The chance -0.5 of a word is not a number from 0 to 1."),
        ([np.nan, 1], {}, "The chance nan of a word is not a number from 0 to 1."),
        ([], {}, "There are no chances to choose a word from."),
        (
            [0.5, 0.5],
            {"exclude": [0, 1]},
            "All words with a chance are excluded; none is left to choose.",
        ),
    ],
)
def test_chances_that_are_none(chances, settings, sentence):
    with pytest.raises(NumberError) as error:
        greedy(chances, **settings)
    assert str(error.value) == sentence
