"""What the patents' model writes: from where, beside what, and how copies are counted."""

import numpy as np
import pytest

from rnn_edu.datasets import load_sample
from rnn_edu.experiments import patents_written
from rnn_edu.experiments.patents import Abstracts
from rnn_edu.experiments.patents_setting import LENGTH
from rnn_edu.experiments.patents_written import WORDS, beginnings, copied, held_out, written


class Parrot:
    """Always says the word that it read last."""

    def __init__(self, words):
        self.words = words

    def chances(self, words):
        return np.eye(self.words)[words[-1]]


@pytest.fixture(scope="module")
def abstracts():
    texts = load_sample("abstracts").texts[:60]
    long = [" ".join(texts[k : k + 2]) for k in range(0, 60, 2)]
    return Abstracts([*long, long[0]])


def test_beginnings_are_of_long_abstracts_of_the_test_part_each_once(abstracts):
    split = abstracts.split_by_abstract(0)
    places = beginnings(abstracts, split)
    texts = abstracts.owner[places]
    assert len(places) > 3
    assert set(texts) <= set(held_out(abstracts, split))
    assert len({abstracts.texts[text] for text in texts}) == len(texts)
    assert (abstracts.place[places] == 0).all()
    assert (abstracts.owner[np.array(places) + LENGTH + WORDS - 1] == texts).all()


def test_the_true_end_stands_beside_what_the_model_adds(abstracts, monkeypatch):
    monkeypatch.setattr(patents_written, "KEPT", 2)
    split = abstracts.split_by_abstract(0)
    found = written(Parrot(len(abstracts.vocabulary)), abstracts, split)
    first, place = found["samples"][0], beginnings(abstracts, split)[0]
    words = abstracts.vocabulary.decode(abstracts.words[place:][: LENGTH + WORDS].tolist())
    assert f"{first['start']} {first['true']}" == " ".join(words)
    assert first["0.7"].split() == [words[LENGTH - 1]] * WORDS
    assert len(found["samples"]) == 2
    assert set(found["named_before"]) == set(found["copied"]) == {"true", "0.7", "1.0"}


def test_what_stands_in_the_training_part_counts_as_copied(abstracts):
    split = abstracts.split_by_abstract(0)
    training = abstracts.words[~np.isin(abstracts.owner, held_out(abstracts, split))].tolist()
    backwards = training[WORDS - 1 :: -1]
    shares = copied(abstracts, split, {"copy": [training[:WORDS]], "other": [backwards]})
    assert shares == {"copy": 1.0, "other": 0.0}
