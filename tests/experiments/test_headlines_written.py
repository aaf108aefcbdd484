"""The model that writes: its figures on known words, and what is kept of its writing."""

import numpy as np
import pytest

from rnn_edu.experiments.headlines_language_model import Headlines
from rnn_edu.experiments.headlines_written import (
    WRITTEN,
    counted,
    known,
    over_seeds,
    perplexities,
    written,
)
from rnn_edu.experiments.which_network_rates import kinds_of
from rnn_edu.text import Vocabulary

TRAIN = [["rain", "again"], ["rain", "stops"], ["rain", "just", "today"]] * 4


@pytest.fixture(scope="module")
def headlines():
    return Headlines(
        TRAIN,
        [["rain", "falls"], ["again", "rain"]],
        Vocabulary.build(TRAIN, 5, padding=False),
    )


def test_the_ends_are_known_and_a_new_word_is_not(headlines):
    assert known(headlines).tolist() == [True, False, True, True, True, True]


def test_the_two_perplexities_by_hand(headlines):
    logs = np.log([1 / 2, 1 / 64, 1 / 4, 1 / 2, 1 / 2, 1 / 2])
    found = perplexities(headlines, logs)
    assert found["perplexity"] == pytest.approx(2 ** (12 / 6))
    assert found["perplexity_of_known"] == pytest.approx(2 ** (6 / 5), abs=0.01)


class Fixed:
    """A model that gives each answer the same chance."""

    def __init__(self, chance):
        self.chance = chance

    def log_chances(self, sentences):
        return np.full(sum(len(words) + 1 for words in sentences), np.log(self.chance))


def test_each_model_stands_beside_the_mean(headlines):
    found = over_seeds(headlines, [Fixed(1 / 4), Fixed(1 / 8)])
    assert found == {
        "perplexity": 6.0,
        "perplexity_of_known": 6.0,
        "perplexity_per_seed": [4.0, 8.0],
        "perplexity_of_known_per_seed": [4.0, 8.0],
    }


def test_models_that_count_have_both(headlines):
    assert list(counted(headlines)) == ["unigram", "bigram", "trigram", "four_gram"]
    assert set(counted(headlines)["trigram"]) == {"perplexity", "perplexity_of_known"}


def test_what_is_written_is_kept_and_copies_are_counted(headlines):
    from rnn_edu.language_model import RNNLanguageModel

    model = RNNLanguageModel(headlines.vocabulary, 8, seed=1, learning_rate=0.05)
    model.fit(TRAIN, 4, 30, progress=False)
    found = written(model, headlines)
    texts = found["headlines"]["1.0"]
    assert len(texts) == WRITTEN
    assert texts[3] == model.sample(3, 1.0)
    assert found["copied"]["1.0"] == sum(text.split() in TRAIN for text in texts) > 0
    assert len(found["ends"]) == 8


def test_an_open_memory_is_tried_on_the_long_task_only():
    assert {"open GRU", "open LSTM", "GRU", "LSTM"} < set(kinds_of("recall_150"))
    assert set(kinds_of("waves")) == {"SimpleRNN", "LSTM", "self-attention"}
