"""``language-model``: train, write and score; broken off, gone on with, refused."""

import json
import math
import shutil
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from rnn_edu.__main__ import main
from rnn_edu.language_model import RNNLanguageModel
from rnn_edu.own_texts import language, sizes
from rnn_edu.own_texts.sizes import plan_for

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def headlines(tmp_path_factory):
    """The first 200 sentences of the shipped headlines."""
    path = tmp_path_factory.mktemp("texts") / "headlines.txt"
    with (ROOT / "data" / "headlines.txt").open(encoding="utf-8") as file:
        path.write_text("".join(islice(file, 200)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def trained(headlines, tmp_path_factory):
    """A folder with a model trained with no setting."""
    folder = tmp_path_factory.mktemp("models") / "model"
    assert main(["language-model", "train", str(headlines), "--out", str(folder)]) == 0
    return folder


def train(file, folder, *more):
    return main(["language-model", "train", str(file), "--out", str(folder), *more])


def test_200_sentences_are_learned_with_no_setting(trained):
    report = json.loads((trained / "texts.json").read_text("utf-8"))["report"]
    assert report["network"]["value"] < report["counts"]["value"] < math.log(100)
    assert report["gain"]["value"] > report["gain"]["margin"]
    assert sorted(path.suffix for path in trained.iterdir()) == [".json", ".json", ".npz"]


def test_a_model_writes_and_knows_capitals(trained, capsys):
    write = ["language-model", "write", str(trained), "--seed", "3", "--number", "2"]
    assert main([*write, "--start", "Inchley Council"]) == 0
    written, told = capsys.readouterr()
    assert main([*write, "--start", "inchley council"]) == 0
    assert capsys.readouterr().out == written
    assert told == ""
    assert all(line.startswith("inchley council") for line in written.splitlines())
    assert len(written.splitlines()) == 2
    assert main([*write, "--start", "inchley zebra"]) == 0
    assert capsys.readouterr().err == "(The model does not know: zebra.)\n"


def test_a_model_scores_a_file(trained, headlines, capsys):
    score = ["language-model", "score", str(trained), str(headlines)]
    assert main(score) == 0
    summary = capsys.readouterr().out
    assert main([*score, "--each"]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    words = [len(sentence.split()) + 1 for _, sentence in lines]
    mean = sum(float(nats) * n for (nats, _), n in zip(lines, words, strict=True)) / sum(words)
    assert float(summary.split(" ±")[0].split()[-1]) == pytest.approx(mean, abs=1e-3)
    assert len(lines) == 200


def test_one_sentence_has_no_margin(trained, tmp_path, capsys):
    (tmp_path / "one.txt").write_text("council backs new bridge\n", encoding="utf-8")
    assert main(["language-model", "score", str(trained), str(tmp_path / "one.txt")]) == 0
    assert "(no margin: it is of one text alone) nats a word" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "change", "sentence"),
    [
        ("texts.json", {"cutting": {"upper": True}}, "its 'cutting' is {'upper': True}, where"),
        ("texts.json", {"cutting": {"lower": "no", "characters": "no"}}, "its 'cutting' is"),
        ("texts.json", {"cutting": None}, "its 'cutting' is None"),
        ("texts.json", {"version": 99}, "version 99, not"),
        ("model.json", {"weights": 3}, "is damaged: its 'weights' is 3; save the model again."),
        ("model.json", {"unknown": "zebra"}, "'unknown' is 'zebra', which is none of the words"),
        ("model.json", {"end": []}, "'end' is [], which is none of the words"),
        ("model.json", {"words": {}}, "is damaged: its 'words' is {}"),
    ],
)
def test_a_model_that_was_edited_by_hand(trained, tmp_path, file, change, sentence, capsys):
    folder = tmp_path / "edited"
    shutil.copytree(trained, folder)
    facts = json.loads((folder / file).read_text("utf-8")) | change
    (folder / file).write_text(json.dumps(facts), "utf-8")
    assert main(["language-model", "write", str(folder)]) == 2
    assert sentence in capsys.readouterr().err


def test_a_training_that_fails_at_once_leaves_nothing(headlines, trained, tmp_path, capsys):
    assert train(headlines, tmp_path / "new", "--rate", "1e300", "--size", "2") == 2
    assert "Train with a smaller learning rate" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
    assert train(headlines, trained, "--resume") == 2
    assert not (trained / "training").exists()


def test_an_interruption_before_the_first_epoch_leaves_nothing(
    headlines, tmp_path, monkeypatch, capsys
):
    def interrupted(*_args, **_settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(RNNLanguageModel, "fit", interrupted)
    assert train(headlines, tmp_path / "new") == 130
    assert "--resume" not in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_the_command_to_try_can_be_typed_with_spaces_in_the_name(headlines, tmp_path, capsys):
    folder = tmp_path / "my model"
    assert train(headlines, folder, "--epochs", "1", "--size", "2") == 0
    assert f"Try: language-model write '{folder}' --start" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["write", "DIR", "--temperature", "0"], "temperature is 0"),
        (["write", "DIR", "--number", "0"], "--number is 0; it must be a whole number"),
        (["write", "DIR", "--top-k", "0"], "top_k is 0"),
        (["write", "DIR", "--start", "zebra"], "knows none of the words"),
        (["write", "NOWHERE"], "There is no folder"),
        (["write", "HERE"], "is not a language model"),
        (["score", "DIR", "NOWHERE"], "There is no file"),
    ],
)
def test_what_cannot_be_written_or_scored(trained, tmp_path, arguments, sentence, capsys):
    names = {"DIR": str(trained), "NOWHERE": str(tmp_path / "x"), "HERE": str(tmp_path)}
    assert main(["language-model", *(names.get(one, one) for one in arguments)]) == 2
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert sentence in error


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--size", "0"], "--size is 0"),
        (["--rate", "-1"], "learning rate is -1.0"),
        (["--dropout", "1"], "dropout is a share"),
        (["--epochs", "0"], "--epochs is 0"),
        (["--words", "0"], "--words is 0"),
        (["--seed", "-1", "--shuffled"], "seed is -1"),
        (["--encoding", "klingon"], "no text encoding 'klingon'"),
    ],
)
def test_wrong_settings_leave_nothing_behind(headlines, tmp_path, more, sentence, capsys):
    assert train(headlines, tmp_path / "new", *more) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_folders_in_use_are_refused_before_training(headlines, trained, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    file = tmp_path / "notes.txt"
    for folder, sentence in (
        (tmp_path, "holds other files, such as notes.txt; give a new folder"),
        (file, "is a file; a model is written to a folder"),
        (file / "below", "cannot be written"),
        (trained, "holds a model already; --replace throws it away"),
    ):
        assert train(headlines, folder) == 2
        assert sentence in capsys.readouterr().err
    assert train(headlines, trained, "--resume") == 2
    assert "is finished; --replace throws it away" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_training_that_is_broken_off_goes_on_to_the_same_end(
    headlines, tmp_path, monkeypatch, capsys
):
    short = ["--epochs", "3", "--size", "8"]
    assert train(headlines, tmp_path / "whole", *short) == 0
    take = RNNLanguageModel.train_on_numbers
    taken = []

    def broken_off(model, sentences):
        taken.append(1)
        if len(taken) == 30:
            raise KeyboardInterrupt
        return take(model, sentences)

    monkeypatch.setattr(RNNLanguageModel, "train_on_numbers", broken_off)
    assert train(headlines, tmp_path / "parts", *short) == 130
    assert "interrupted; the same command with --resume" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "parts").iterdir()] == ["training"]
    assert main(["language-model", "write", str(tmp_path / "parts")]) == 2
    assert "is not finished" in capsys.readouterr().err
    assert train(headlines, tmp_path / "parts", *short) == 2
    assert "holds a training already" in capsys.readouterr().err
    assert train(headlines, tmp_path / "parts", "--resume", "--epochs", "4", "--size", "8") == 2
    assert "begun with another plan" in capsys.readouterr().err
    assert train(headlines, tmp_path / "parts", "--resume", *short) == 0
    models = [language.load(tmp_path / name)[0] for name in ("whole", "parts")]
    for one, other in zip(*(model.get_weights() for model in models), strict=True):
        assert np.array_equal(one, other)


def test_plans_grow_with_the_text():
    sizes = [plan_for(words).state_size for words in (2_000, 20_000, 200_000, 900_000, 10**7)]
    assert sizes == sorted(sizes)
    assert plan_for(2_000, learning_rate=0.5).learning_rate == 0.5


def test_a_large_text_is_read_less_often_and_the_rate_falls_in_the_second_half():
    read = [words * plan_for(words).epochs for words in (300_000, 10**6, 2 * 10**6, 3 * 10**6)]
    assert max(read) <= sizes.WORDS_READ
    assert plan_for(10**9).epochs == sizes.FEWEST_EPOCHS
    plan = plan_for(1_500_000)
    falling = [4.0, 3.0, 2.0, 1.0]
    rates = [plan.rate(falling[:done]) / plan.learning_rate for done in range(plan.epochs)]
    assert rates == [1, 1, 0.5, 0.25]
    # The plans of smaller texts wait for an epoch that brings nothing, and so does a single epoch.
    assert plan_for(200_000).rate(falling) == plan_for(200_000).learning_rate
    assert plan_for(1_500_000, epochs=1).rate([]) == plan.learning_rate
