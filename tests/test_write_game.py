"""The tool that writes the game: what is kept from training, and the page of real abstracts."""

import numpy as np
import pytest

from rnn_edu.datasets import load_sample
from rnn_edu.errors import DataError
from rnn_edu.experiments.patents_setting import Setting
from rnn_edu.language_model.game import Round

SETTING = Setting(epochs=1, width=4, units=4, batch_size=16, sampled=0)


@pytest.fixture
def tool(monkeypatch):
    pytest.importorskip("keras")
    monkeypatch.syspath_prepend("tools")
    import write_game

    return write_game


def test_the_machine_is_trained_on_none_of_the_texts_of_the_rounds(tool, monkeypatch):
    learned = []

    class Machine:
        def __init__(self, vocabulary, setting, seed):
            self.words = len(vocabulary)

        def epoch(self, abstracts, split, number):
            learned.extend(abstracts.owner[abstracts.may_learn(split)])
            return 0.0

        def measure(self, abstracts, rows):
            return {"accuracy": 0.0}

        def chances(self, words):
            return np.full(self.words, 1 / self.words)

    monkeypatch.setattr(tool, "Writer", Machine)
    texts = load_sample("abstracts").texts[:20]
    task = tool.Task(texts, (3, 17), SETTING, longest=60)
    rounds = tool.played(task)
    assert set(learned) == set(range(20)) - {3, 17}
    starts = [texts[number].split(".")[0].strip() + "." for number in task.kept]
    assert [played.start for played in rounds] == starts


def test_equal_texts_give_one_round_and_texts_of_one_sentence_none(tool):
    long, short = "we saw . it ran and ran and ran and ran .", "we saw and saw ."
    task = tool.Task([long, short, long, long + " more"], (0, 1, 2), SETTING, longest=12)
    assert tool.starts(task) == [long.split()]


def test_the_real_page_stands_alone(tool):
    text = tool.page([Round("we saw {it}.", ("one.", "two.", "three."), "b")])
    assert "we saw {it}. …" in text
    assert "class Game" in text
    assert ".hm-choice" in text
    assert "src=" not in text
    assert "<link" not in text


def test_without_the_real_abstracts_there_is_no_real_game(tool, monkeypatch):
    monkeypatch.setenv("RNN_EDU_DATA", "samples")
    with pytest.raises(DataError, match="only the shipped sample"):
        tool.real()
