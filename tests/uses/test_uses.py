"""The readers and tasks behind the chapter on when to use what."""

import numpy as np
import pytest

from rnn_edu.errors import UsageError
from rnn_edu.uses import KINDS, TASKS, kinds_for, multiplications, reader, recall_task
from rnn_edu.uses.comparison import simple_models, train


@pytest.mark.parametrize("name", TASKS)
def test_every_reader_answers_in_the_shape_of_the_task(name):
    task = TASKS[name](0)
    rows = task.test[0][:3]
    for kind in kinds_for(task):
        model = reader(kind, task.steps, task.outputs, words=task.words, features=task.features)
        assert model(rows).shape == (3, task.outputs)


def test_counting_words_does_not_tell_which_country_came_first():
    scores = simple_models(recall_task(10))
    assert 0.4 < scores["bag_of_words"] < 0.62


def test_the_two_countries_differ_and_the_first_is_the_answer():
    from rnn_edu.datasets.toys import LANGUAGE_OF
    from rnn_edu.memory.memory_task import WORDS

    inputs, answers = recall_task(12).test
    for row, answer in zip(inputs[:50], answers[:50], strict=True):
        named = [word for word in WORDS.decode(row) if word in LANGUAGE_OF]
        assert len(named) == len(set(named)) == 2
        assert list(LANGUAGE_OF)[answer] == named[0]


def test_a_reader_learns():
    task = recall_task(10)
    assert train("SimpleRNN", task, seed=0, epochs=2).curve[-1] > 0.9


def test_attention_costs_more_than_an_lstm_only_for_long_texts():
    costs = {
        n: [multiplications(kind, n, 32) for kind in ("LSTM", "self-attention")] for n in (8, 512)
    }
    assert costs[512][1] > 4 * costs[512][0]
    assert costs[8][1] < 1.1 * costs[8][0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("RNN", 5, 2), "There is no reader 'RNN'; there are SimpleRNN, GRU, LSTM"),
        (("LSTM", 5, 2), "takes either words or features"),
    ],
)
def test_what_a_reader_cannot_be(arguments, sentence):
    with pytest.raises(UsageError, match=sentence):
        reader(*arguments)


def test_too_short_a_distance_is_refused():
    with pytest.raises(UsageError, match="The distance is 9; it must be 10 or more"):
        recall_task(9)


def test_the_counted_multiplications_are_those_of_the_layers():
    task = TASKS["waves"](0)
    for kind, gates in (("SimpleRNN", 1), ("LSTM", 4)):
        layer = reader(kind, task.steps, 1, features=1).layers[2]
        per_step = sum(int(np.prod(w.shape)) for w in layer.weights if len(w.shape) == 2)
        assert multiplications(kind, 1, 32) == per_step == gates * 2 * 32**2
    assert set(KINDS) > {"SimpleRNN", "LSTM"}
