"""The command `python -m rnn_edu experiment`: its words, interruption and resumption."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from rnn_edu.__main__ import main
from rnn_edu.errors import DataError, UsageError
from rnn_edu.experiments import RunOptions, commands
from rnn_edu.experiments.checkpoints import Checkpoints, fingerprint, save_weights
from rnn_edu.experiments.records import NAMES
from rnn_edu.experiments.stopwatch import Stopwatch

FACTS = {"units": 2, "seed": 0}


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path))
    return tmp_path


def checkpoints(*, resume, epochs=None):
    return Checkpoints("imdb_lstm", RunOptions(epochs, resume), Stopwatch())


# -- words -----------------------------------------------------------------------------------


def test_without_a_name_every_run_is_listed(capsys):
    assert main(["experiment"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(NAMES)
    assert "minutes" in lines[0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["airline"], "There is no experiment 'airline'; the names are airline_simple_rnn, "),
        (["imdb_lstm", "--epochs", "0"], "--epochs is 0; a run needs at least one epoch."),
    ],
)
def test_wrong_arguments_end_in_a_sentence(arguments, sentence, capsys):
    assert main(["experiment", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"rnn_edu: {sentence}")


def test_a_run_that_is_only_planned_is_named(monkeypatch):
    monkeypatch.setattr(commands, "NAMES", ("not_yet",))
    with pytest.raises(UsageError, match="'not_yet' is planned, but this version does not"):
        commands.module("not_yet")


def test_the_options_reach_the_run_and_the_record_is_named(monkeypatch, capsys, tmp_path):
    asked = []
    fake = SimpleNamespace(run=lambda options: asked.append(options) or tmp_path / "it.json")
    monkeypatch.setattr(commands, "module", lambda name: fake)
    assert main(["experiment", "imdb_lstm", "--epochs", "3", "--resume"]) == 0
    assert asked == [RunOptions(epochs=3, resume=True)]
    assert capsys.readouterr().out == f"Record: {tmp_path / 'it.json'}\n"


def test_ctrl_c_says_how_to_go_on(monkeypatch, capsys):
    def interrupted(options):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "module", lambda name: SimpleNamespace(run=interrupted))
    assert main(["experiment", "imdb_lstm"]) == 130
    assert "the same command with --resume goes on" in capsys.readouterr().err


# -- parts -----------------------------------------------------------------------------------


def test_a_finished_part_is_not_made_again():
    assert checkpoints(resume=False).part(FACTS, lambda: [1]) == [1]
    assert checkpoints(resume=True).part(FACTS, lambda: [2]) == [1]
    assert checkpoints(resume=True).part({**FACTS, "units": 3}, lambda: [3]) == [3]
    assert checkpoints(resume=True, epochs=4).part(FACTS, lambda: [4]) == [4]
    assert checkpoints(resume=False).part(FACTS, lambda: [5]) == [5]


def test_an_interrupted_part_leaves_nothing():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        checkpoints(resume=False).part(FACTS, interrupted)
    assert checkpoints(resume=True).part(FACTS, lambda: "made") == "made"


def test_the_clock_goes_on(own_cache):
    kept = checkpoints(resume=False)
    kept.part(FACTS, lambda: 1)
    seconds = kept.folder / "seconds.json"
    seconds.write_text('{"seconds": 100.0, "cpu_seconds": 50.0}')
    watch = Stopwatch()
    Checkpoints("imdb_lstm", RunOptions(resume=True), watch)
    assert 100 <= watch.read()["seconds"] < 160
    assert 50 <= watch.read()["cpu_seconds"] < 110


def test_a_damaged_checkpoint_is_named():
    kept = checkpoints(resume=False)
    kept.part(FACTS, lambda: 1)
    next(kept.folder.glob("*.part.json")).write_text("{")
    with pytest.raises(DataError, match=r"part\.json cannot be read; start the run again without"):
        checkpoints(resume=True).part(FACTS, lambda: 2)


def test_other_rows_have_another_fingerprint():
    rows = np.arange(4)
    assert fingerprint(rows) == fingerprint(rows.copy())
    assert fingerprint(rows) != fingerprint(rows[::-1])
    assert fingerprint(rows) != fingerprint(rows.astype(np.int32))


# -- epochs ----------------------------------------------------------------------------------


@pytest.fixture
def trainable():
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(0).normal(size=(8, 3, 2)).astype("float32")

    def build():
        keras.utils.set_random_seed(0)
        layers = [keras.Input((3, 2)), keras.layers.LSTM(2, recurrent_dropout=0.5)]
        model = keras.Sequential([*layers, keras.layers.Dense(1)])
        model.compile("adam", "mse")

        def epoch(number):
            model.reset_metrics()  # Keras gives the mean over all steps since then
            order = np.random.default_rng(number).permutation(8)
            return {"loss": model.train_on_batch(x[order[:4]], x[order[:4], 0, :1])}

        return model, epoch

    return build


def test_a_resumed_training_ends_where_one_without_a_break_does(trainable):
    model, epoch = trainable()
    whole = checkpoints(resume=False).train(FACTS, model, 4, epoch)
    kept = checkpoints(resume=False)
    first, epoch = trainable()

    def interrupted(number):
        if number == 2:
            raise KeyboardInterrupt
        return epoch(number)

    with pytest.raises(KeyboardInterrupt):
        kept.train(FACTS, first, 4, interrupted)
    assert len(list(kept.folder.glob("*.weights.h5"))) == 1
    second, epoch = trainable()
    assert checkpoints(resume=True).train(FACTS, second, 4, epoch) == whole
    for mine, theirs in zip(second.get_weights(), model.get_weights(), strict=True):
        assert np.array_equal(mine, theirs)


def test_interrupted_while_saving_the_last_weights_are_still_there(trainable, monkeypatch):
    model, epoch = trainable()
    kept = checkpoints(resume=False)
    kept.train(FACTS, model, 2, epoch)

    def halfway(path):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(model, "save_weights", halfway)
    with pytest.raises(KeyboardInterrupt):
        save_weights(model, kept.folder / "other.weights.h5")
    assert len(list(kept.folder.glob("*.weights.h5"))) == 1
    (history,) = kept.folder.glob("*.history.json")
    assert len(json.loads(history.read_text())) == 2
