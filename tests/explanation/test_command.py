"""The command explain: five files that all say the same, or one sentence and nothing changed."""

import json

import numpy as np
import openpyxl
import pytest

from rnn_edu.__main__ import main
from rnn_edu.explanation.folder import FILES
from rnn_edu.marking.page_data import mistakes_json
from rnn_edu.walkthrough.recalculate import recalculate
from rnn_edu.walkthrough.storage import from_json

pytest.importorskip("keras")


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "y.npy"
    np.save(path, np.array([0.0, 1.0, 0.0]))
    return path


def test_five_files_of_a_strangers_model(model_file, example, target, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["--input", example, "--target", target, "--gradients", "--out", out]
    assert main(["explain", str(model_file), *map(str, arguments)]) == 0
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    said = capsys.readouterr().out
    assert "ALL MATCH: Keras (float64) agrees" in said
    assert "ALL MATCH: model.keras, as it is (float32) agrees" in said
    walkthrough = from_json((out / "calculation.json").read_text("utf-8"))
    assert walkthrough["d_W_x"].value.shape == (2, 8)
    assert "0 differ, 0 not judged" in (out / "report.txt").read_text("utf-8")
    page = (out / "page.html").read_text("utf-8")
    assert 'id="mistakes"' in page
    assert "LSTM, Dense (model.keras)" in page
    book = openpyxl.load_workbook(out / "workbook.xlsx")
    assert "Check" in book.sheetnames


def test_the_workbook_is_read_back_and_checked_without_a_registry(
    model_file, example, target, tmp_path, capsys
):
    out = tmp_path / "out"
    main(["explain", str(model_file), "--input", str(example), "--out", str(out)])
    assert main(["check", str(out / "workbook.xlsx"), str(out / "worksheet.xlsx")]) == 0
    values = recalculate([out / "workbook.xlsx"])[0]
    assert values


def test_words_and_steps(tmp_path):
    import keras

    from tests.explanation.conftest import filled

    layers = [keras.Input((None,), dtype="int32"), keras.layers.Embedding(4, 2, mask_zero=True)]
    model = filled(keras.Sequential([*layers, keras.layers.GRU(2), keras.layers.Dense(1)]))
    model.save(tmp_path / "text.keras")
    (tmp_path / "words.txt").write_text("<PAD>\npolice\nfind\nboat\n")
    (tmp_path / "text.txt").write_text("find boat\npolice find boat\n")
    options = {
        "--input": tmp_path / "text.txt",
        "--words": tmp_path / "words.txt",
        "--example": 1,
        "--steps": 2,
        "--out": tmp_path / "out",
    }
    arguments = [str(part) for pair in options.items() for part in pair]
    assert main(["explain", str(tmp_path / "text.keras"), *arguments]) == 0
    data = json.loads((tmp_path / "out" / "calculation.json").read_text("utf-8"))
    picked = [q["choice"]["picked"] for q in data["quantities"] if "choice" in q]
    assert picked == ["police", "find"]
    assert data["mistakes"] == json.loads(mistakes_json(from_json(json.dumps(data))))


def test_formulas_for_the_first_units_only(model_file, example, target, tmp_path, capsys):
    out = tmp_path / "out"
    options = ["--input", example, "--target", target, "--forward-only", "--out", out]
    assert main(["explain", str(model_file), *map(str, options), "--units", "1"]) == 0
    part = from_json((out / "calculation.json").read_text("utf-8"))
    assert part["h", 2].shape == part["h_others", 2].shape == (1,)
    assert "ALL MATCH" in capsys.readouterr().out  # the whole network was judged
    assert main(["check", str(out / "workbook.xlsx"), str(out / "worksheet.xlsx")]) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"MODEL": "none.keras"}, "is not there"),
        ({"--input": "none.npy"}, "is not there"),
        ({"--loss": "nonsense"}, "there is no loss 'nonsense'"),
        ({"--example": "7"}, "there is no example 7"),
        ({"--steps": "0"}, "give 1 or more"),
        ({"--units": "0"}, "--units 0: give 1 or more"),
        ({"--units": "1"}, "every gradient needs all units"),
        ({"--target": "x.npy"}, "the network answers with (3,)"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(
    change, sentence, model_file, example, target, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(example.parent)
    options = {"--input": example, "--target": target, "--out": tmp_path / "out"} | change
    model = options.pop("MODEL", model_file)
    arguments = [str(part) for pair in options.items() for part in pair]
    assert main(["explain", str(model), "--gradients", *arguments]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_that_cannot_be_made(model_file, example, tmp_path, capsys):
    (tmp_path / "file").write_text("a file")
    out = tmp_path / "file" / "out"
    assert main(["explain", str(model_file), "--input", str(example), "--out", str(out)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_an_interruption_leaves_the_files_of_before(model_file, example, tmp_path, monkeypatch):
    out = tmp_path / "out"
    arguments = ["explain", str(model_file), "--input", str(example), "--out", str(out)]
    assert main(arguments) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("rnn_edu.explanation.folder.write_worksheet", interrupted)
    assert main(arguments) == 130
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
