"""The readers and tasks behind the chapter on when to use what."""

import subprocess

import numpy as np
import pytest

from rnn_edu.errors import UsageError
from rnn_edu.uses import KINDS, TASKS, kinds_for, multiplications, reader, recall_task
from rnn_edu.uses.comparison import simple_models, train
from rnn_edu.uses.readers import LINEAR


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


def test_training_ends_after_two_epochs_in_a_row_that_solve_it():
    task = recall_task(10)
    curve = train("SimpleRNN", task, seed=0, epochs=6, rate=0.003, solved=0.9).curve
    assert 2 <= len(curve) < 6
    assert min(curve[-2:]) >= 0.9
    assert len(train("SimpleRNN", task, seed=0, epochs=3, rate=0.0, solved=0.9).curve) == 3


@pytest.mark.parametrize(("kind", "gates", "place"), [("open LSTM", 4, 1), ("open GRU", 3, 0)])
def test_the_memory_gate_alone_starts_open(kind, gates, place):
    layer = reader(kind, 5, 3, words=9).layers[2]
    bias = layer.get_weights()[-1].reshape(-1, gates, 32)
    expected = np.zeros_like(bias)
    expected[0, place] = 5
    assert np.array_equal(bias, expected)


def test_an_open_gate_keeps_the_state_that_a_usual_one_loses():
    """Steps of zeros after a first one: what is left of the state, untrained."""
    import keras

    from rnn_edu.uses.readers import WIDTH, open_gate

    x = np.zeros((1, 60, WIDTH), np.float32)
    x[0, 0] = 1
    for kind in ("LSTM", "GRU"):
        kept = {}
        for name, more in (("usual", {}), ("open", open_gate(kind))):
            keras.utils.set_random_seed(3)
            layer = getattr(keras.layers, kind)(WIDTH, return_sequences=True, **more)
            states = np.abs(layer(x)).sum(axis=(0, 2))
            kept[name] = states[-1] / states[0]
        assert kept["open"] > 10 * kept["usual"]


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


@pytest.mark.parametrize("kind", LINEAR)
def test_readers_without_recurrent_weights(kind):
    task = recall_task(10)
    model = reader(kind, task.steps, task.outputs, words=task.words)
    assert model(task.test[0][:3]).shape == (3, task.outputs)
    assert model.layers[2].scan is (kind == "scanned MinGRU")
    starts = {"open MinGRU": (5, 0), "open MinLSTM": (-5, 5, 0)}
    if kind in starts:
        assert model.layers[2].get_weights()[1].tolist() == np.repeat(starts[kind], 32).tolist()


@pytest.mark.parametrize("kind", ["MinGRU", "MinLSTM"])
def test_both_open_layers_keep_as_much_at_the_start(kind):
    from rnn_edu.keras_layers import library
    from rnn_edu.uses.readers import WIDTH, open_gate

    layer = getattr(library(), kind)(WIDTH, **open_gate(kind))
    layer.build((None, None, 1))
    kept, _ = layer.cell.keep_and_new(np.zeros((1, 1), np.float32))
    assert np.allclose(kept, 1 / (1 + np.exp(-5)), atol=1e-6)


def test_what_the_small_cells_multiply():
    # One matrix for each part, and none for the state.
    assert multiplications("MinGRU", 10, 32) * 3 == multiplications("GRU", 10, 32)
    assert multiplications("DiagonalSSM", 10, 32) * 2 == multiplications("SimpleRNN", 10, 32)


def test_an_update_is_timed_in_a_process_with_so_many_threads(monkeypatch):
    from rnn_edu.uses import threads

    given = {}

    def run(command, env, **_):
        given.update(command=command, env=env)
        return subprocess.CompletedProcess(command, 0, 'a warning\n{"GRU": [0.5]}\n')

    monkeypatch.setattr(threads.subprocess, "run", run)
    assert threads.seconds_with_threads(2, ["GRU"], [8]) == {"GRU": [0.5]}
    assert given["command"][1:] == ["-m", "rnn_edu.uses.threads", '["GRU"]', "[8]"]
    assert {given["env"][name] for name in threads.THREADS} == {"2"}
    with pytest.raises(UsageError, match=r"^an update needs 1 thread or more, but 0 were asked"):
        threads.seconds_with_threads(0, ["GRU"], [8])
