"""A translator step by step gives what it gives at once; what is written; beams."""

from itertools import product

import numpy as np
import pytest

from rnn_edu.errors import UsageError
from rnn_edu.translation.beam import beam_search
from rnn_edu.translation.dates import DATES
from rnn_edu.translation.networks import parameters, stepper, translator
from rnn_edu.translation.sums import SUMS
from rnn_edu.translation.training import marks, write

TREE = {
    (): {"a": 0.55, "the": 0.45},
    ("a",): {"dog": 0.5, "cat": 0.5},
    ("the",): {"dog": 0.9, "cat": 0.1},
}


def chances(words):
    return TREE.get(words, {})


def test_a_wide_beam_finds_the_best_of_all():
    every = {
        (first, second): TREE[()][first] * TREE[first,][second]
        for first, second in product(("a", "the"), ("dog", "cat"))
    }
    best = max(every, key=every.get)
    assert beam_search(chances, width=4, most=2)[0] == (best, pytest.approx(every[best]))
    assert len(beam_search(chances, width=9, most=2)) == 4


def test_a_width_of_one_is_greedy_and_loses():
    assert beam_search(chances, width=1, most=2) == [(("a", "dog"), pytest.approx(0.275))]


def test_what_is_complete_stays_in_the_beam_and_impossible_words_do_not():
    short = {(): {"yes": 0.6, "well": 0.4}, ("well",): {"no": 1.0, "never": 0.0}}
    found = beam_search(lambda words: short.get(words, {}), width=3, most=5)
    assert [words for words, _ in found] == [("yes",), ("well", "no")]


@pytest.mark.parametrize(("width", "most"), [(0, 3), (2, 0)])
def test_a_beam_of_nothing_is_refused(width, most):
    with pytest.raises(UsageError, match="at least 1"):
        beam_search(chances, width, most)


@pytest.mark.parametrize("task", [DATES, SUMS], ids=["dates", "sums"])
@pytest.mark.parametrize("attention", [True, False])
def test_a_step_at_a_time_gives_what_all_steps_give(attention, task):
    pytest.importorskip("keras")
    model, shown = translator(attention, width=8, task=task), task.training(0, 6)
    assert model.count_params() == parameters(attention, width=8, task=task)
    whole = np.asarray(model([shown.source, shown.fed]))
    state, step = stepper(model, shown.source)
    for k in range(shown.fed.shape[1]):
        scores, state, weights = step(shown.fed[:, k], state)
        np.testing.assert_allclose(scores, whole[:, k], rtol=0, atol=1e-5)
        if attention:
            assert not weights[shown.source == 0].any()
            np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)


def test_a_network_that_always_says_the_same_is_marked_by_hand(monkeypatch):
    from rnn_edu.translation import training

    test = DATES.unseen(1, 50)
    monkeypatch.setattr(training, "write", lambda *_: np.where(test.target, test.target[:1], 0))
    told = np.zeros((50, 5, 103))
    told[np.arange(50)[:, None], np.arange(5), test.target] = 1
    found = marks(lambda _: told, test)
    right = test.target == test.target[:1]
    assert found["exact_if_told"] == found["figures_if_told"] == 1
    assert found["exact"] == pytest.approx(right.all(axis=1).mean())
    assert found["figures"] == pytest.approx(right.mean(), abs=1e-4)
    after = [r for row in right for k, r in enumerate(row) if not row[:k].all()]
    assert found["after_mistake"] == pytest.approx(np.mean(after), abs=1e-4)


def test_padding_is_never_written():
    pytest.importorskip("keras")
    shown = DATES.training(0, 6)
    assert (write(translator(False, width=4), shown.source, 5) > 0).all()
