"""``classify``: train and predict; refused, damaged, broken off."""

import csv
import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from rnn_edu.__main__ import main
from rnn_edu.own_texts import classifiers, classifying
from rnn_edu.own_texts.classifiers import (
    COUNTS,
    Examples,
    count_of_words,
    encoder_for,
    epochs_for,
)
from rnn_edu.own_texts.cutting import Cutting
from rnn_edu.own_texts.judging import answers, best_threshold, share_right

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def reviews(tmp_path_factory):
    """The first 300 of the shipped reviews, with their header."""
    path = tmp_path_factory.mktemp("texts") / "reviews.csv"
    with (ROOT / "data" / "reviews.csv").open(encoding="utf-8") as file:
        path.write_text("".join(islice(file, 301)), encoding="utf-8")
    return path


def train(file, folder, *more):
    columns = ["--text", "text", "--label", "label"]
    return main(["classify", "train", str(file), *columns, "--out", str(folder), *more])


@pytest.fixture(scope="module")
def trained(reviews, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "model"
    assert train(reviews, folder, "--epochs", "2") == 0
    return folder


def test_the_baseline_comes_first_and_the_best_is_kept(trained):
    facts = json.loads((trained / "classifier.json").read_text("utf-8"))
    kinds = [result["kind"] for result in facts["results"]]
    assert kinds == ["most frequent label", "bag of words", "pooled embedding", "GRU", "LSTM"]
    best = max(facts["results"][1:], key=lambda result: result["chosen_by"])
    assert (facts["kind"], facts["threshold"]) == (best["kind"], best["threshold"])
    assert sorted(path.name for path in trained.iterdir()) == ["classifier.json", "model.keras"]
    assert not any(word in facts["words"] for word in ("", "<UNK>"))


def test_a_loaded_classifier_answers_as_the_trained_one(trained, reviews):
    loaded = classifying.load(trained)
    facts = json.loads((trained / "classifier.json").read_text("utf-8"))
    with reviews.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    given = loaded.answer([row["text"] for row in rows])
    assert {label for label, _ in given} <= {"positive", "negative"}
    assert sum(facts["rows"]) == 300
    alone = [loaded.answer([row["text"]])[0] for row in rows[:3]]
    for (label, chance), (same, alike) in zip(given, alone, strict=False):
        assert label == same
        assert chance == pytest.approx(alike, abs=1e-6)


def test_predictions_are_written_beside_the_rows(trained, reviews, tmp_path, capsys):
    out = tmp_path / "answers.csv"
    assert main(["classify", "predict", str(trained), str(reviews), "--out", str(out)]) == 0
    told = capsys.readouterr().err
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    right = sum(row["label"] == row["predicted"] for row in rows)
    assert f"{right} of 300 with a label are right" in told
    assert all(0 <= float(row["chance"]) <= 1 for row in rows)


def test_tables_without_the_column_of_training(trained, tmp_path, capsys):
    path = tmp_path / "new.txt"
    path.write_text("the plot was good\n...\nzebra quagga\n", encoding="utf-8")
    assert main(["classify", "predict", str(trained), str(path)]) == 0
    out, told = capsys.readouterr()
    rows = list(csv.reader(out.splitlines()))
    assert [row[0] for row in rows] == ["the plot was good", "...", "zebra quagga"]
    assert "3 texts answered" in told
    path.write_text("id,words\n1,the plot was good\n", encoding="utf-8")
    assert main(["classify", "predict", str(trained), str(path)]) == 2
    assert "no column 'text'; its first row is 'id', 'words'" in capsys.readouterr().err
    assert main(["classify", "predict", str(trained), str(path), "--text", "words"]) == 0
    assert capsys.readouterr().out.startswith("id,words,predicted,chance\n1,the plot was good,")


def test_one_sentence_is_answered(trained, capsys):
    assert main(["classify", "predict", str(trained), "--sentence", "The plot was good"]) == 0
    out, told = capsys.readouterr()
    label, chance = out.split("\t")
    assert label in ("positive", "negative")
    assert 0 <= float(chance) <= 1
    assert told == ""
    assert main(["classify", "predict", str(trained), "--sentence", "zebra"]) == 0
    assert capsys.readouterr().err == "(The classifier knows none of the words.)\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "give a file or --sentence, one of the two"),
        (["FILE", "--sentence", "x"], "give a file or --sentence, one of the two"),
        (["--sentence", "  "], "the sentence has no word"),
        (["NOWHERE"], "There is no file"),
        (["FILE", "--out", "BELOW"], "cannot be written"),
    ],
)
def test_what_cannot_be_predicted(trained, reviews, tmp_path, arguments, sentence, capsys):
    places = {"FILE": reviews, "NOWHERE": tmp_path / "x", "BELOW": reviews / "out.csv"}
    given = [str(places.get(one, one)) for one in arguments]
    assert main(["classify", "predict", str(trained), *given]) == 2
    assert sentence in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_none_or_a_damaged_one(trained, tmp_path, capsys):
    predict = ["classify", "predict", str(tmp_path), "--sentence", "good"]
    assert main(predict) == 2
    assert "holds no classifier" in capsys.readouterr().err
    facts = json.loads((trained / "classifier.json").read_text("utf-8"))
    keras_file = (trained / "model.keras").read_bytes()
    for change, data, sentence in (
        ({}, keras_file[:-1], "not the file that was saved"),
        ({"version": 2}, keras_file, "version 2"),
        ({"steps": None}, keras_file, "is damaged"),
        ({"rows": []}, keras_file, "is damaged"),
        ({"threshold": 1.5}, keras_file, "is damaged (the threshold is 1.5)"),
        ({"threshold": float("nan")}, keras_file, "is damaged (the threshold is nan)"),
    ):
        (tmp_path / "model.keras").write_bytes(data)
        (tmp_path / "classifier.json").write_text(json.dumps(facts | change), encoding="utf-8")
        assert main(predict) == 2
        assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--seeds", "0"], "--seeds is 0"),
        (["--epochs", "0"], "--epochs is 0"),
        (["--separator", ";;"], "it must be one character"),
        (["--group", "author"], "no column 'author'"),
        (["--encoding", "klingon"], "no text encoding"),
    ],
)
def test_wrong_settings_leave_nothing_behind(reviews, tmp_path, more, sentence, capsys):
    assert train(reviews, tmp_path / "new", *more) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_folders_in_use_are_refused(reviews, trained, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    for folder, sentence in (
        (tmp_path, "holds other files"),
        (tmp_path / "notes.txt", "is a file"),
        (tmp_path / "notes.txt" / "below", "cannot be written"),
        (trained, "holds a model already; --replace throws it away"),
    ):
        assert train(reviews, folder) == 2
        assert sentence in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_interruption_leaves_nothing(reviews, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(classifying, "network", interrupted)
    assert train(reviews, tmp_path / "new") == 130
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def broken_off(reviews, tmp_path, monkeypatch, capsys):
    """A training that was broken off in its second network; and every network that is trained."""
    asked, real = [], classifying.network

    def counted(kind, *more):
        asked.append(kind)
        if asked == ["pooled embedding", "GRU"]:
            raise KeyboardInterrupt
        return real(kind, *more)

    monkeypatch.setattr(classifying, "network", counted)
    assert train(reviews, tmp_path / "new", "--epochs", "2") == 130
    assert "with --resume goes on after the last finished network" in capsys.readouterr().err
    return tmp_path / "new", asked


def test_a_training_that_was_broken_off_ends_where_it_would_have_ended(
    broken_off, reviews, trained, capsys
):
    folder, asked = broken_off
    assert train(reviews, folder) == 2
    assert "holds a training already; --resume goes on with it" in capsys.readouterr().err
    assert train(reviews, folder, "--resume", "--epochs", "2") == 0
    assert asked == ["pooled embedding", "GRU", "GRU", "LSTM"]
    facts, whole = (
        json.loads((path / "classifier.json").read_text("utf-8")) for path in (folder, trained)
    )
    assert sorted(path.name for path in folder.iterdir()) == ["classifier.json", "model.keras"]
    for name in set(whole) - {"sha256"}:
        assert facts[name] == whole[name], name
    kept, other = (
        classifying.load(path).classifier.model.get_weights() for path in (folder, trained)
    )
    for a, b in zip(kept, other, strict=True):
        np.testing.assert_array_equal(a, b)
    assert train(reviews, folder, "--resume", "--epochs", "2") == 2
    assert "is finished; --replace throws it away" in capsys.readouterr().err


def test_a_training_goes_on_with_the_same_texts_and_settings_only(
    broken_off, reviews, tmp_path, capsys
):
    folder, _ = broken_off
    assert train(reviews, folder, "--resume", "--epochs", "3") == 2
    assert "was begun with other settings" in capsys.readouterr().err
    fewer = tmp_path / "fewer.csv"
    lines = reviews.read_text("utf-8").splitlines()
    fewer.write_text("\n".join(lines[:-1]), encoding="utf-8")
    assert train(fewer, folder, "--resume", "--epochs", "2") == 2
    assert "was begun with other texts" in capsys.readouterr().err
    [weights] = (folder / "training").glob("*.weights.h5")
    weights.write_bytes(weights.read_bytes()[:-50])
    assert train(reviews, folder, "--resume", "--epochs", "2") == 2
    assert "is damaged; begin anew with --replace" in capsys.readouterr().err


def test_the_count_of_words_is_that_of_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    texts = ["good plot good", "bad plot", "good end", "bad bad end", "fine"] * 4
    for labels in ([0, 1, 0, 1, 0], [0, 1, 0, 1, 2]):
        y = np.array(labels * 4)
        encoder = encoder_for(Cutting(), texts)
        numbers = encoder.numbers(texts)
        found = count_of_words(encoder, Examples(numbers, y, numbers, y, len(set(labels))))
        counts = np.array(
            [[text.split().count(w) for w in encoder.vocabulary.words] for text in texts]
        )
        fitted = [LogisticRegression(C=c, max_iter=1000).fit(counts, y) for c in (0.1, 1.0)]
        ours = found.chances(numbers)
        assert found.kind == COUNTS
        assert min(np.abs(ours - one.predict_proba(counts)).max() for one in fitted) < 1e-3


def test_rare_labels_count_as_much_when_balanced():
    chances = np.array([[0.9, 0.1]] * 8 + [[0.7, 0.3]] * 2)
    labels = np.array([0] * 7 + [1] + [0, 1])
    plain = best_threshold(chances, labels, balanced=False)
    fair = best_threshold(chances, labels, balanced=True)
    assert share_right(answers(chances, plain), labels).value == 0.8
    assert plain > 0.3 > fair > 0.1
    assert share_right(answers(chances, fair), labels, balanced=True).value == pytest.approx(0.6875)


def test_many_texts_are_read_less_often(reviews, tmp_path, monkeypatch, capsys):
    assert [epochs_for(rows) for rows in (10, 50_000, 160_000, 10**7)] == [20, 20, 6, 2]
    monkeypatch.setattr(classifiers, "TEXTS_READ", 700)
    assert train(reviews, tmp_path / "new") == 0
    said = capsys.readouterr().out
    assert "Networks: at most 2 epochs each" in said
    assert {said.count(f"  {kind}, epoch") for kind in ("pooled embedding", "GRU", "LSTM")} == {2}


def test_texts_without_a_word_that_comes_again_are_refused(tmp_path, capsys):
    path = tmp_path / "numbers.csv"
    rows = "".join(f"{i},{i % 2}\n" for i in range(100))
    path.write_text(f"text,label\n{rows}", encoding="utf-8")
    assert train(path, tmp_path / "new") == 2
    assert "None of the 80 words of the training part is met twice" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ([], "few.csv: the different texts are only 2 in number, too few for three parts"),
        (["--group", "who"], "the different entries of the column 'who' are only 1 in number"),
    ],
)
def test_too_few_different_texts_or_groups_are_named(tmp_path, more, sentence, capsys):
    path = tmp_path / "few.csv"
    path.write_text("text,label,who\n" + "good film,1,me\nbad film,0,me\n" * 40, encoding="utf-8")
    assert train(path, tmp_path / "new", *more) == 2
    assert sentence in capsys.readouterr().err
