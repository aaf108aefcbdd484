"""The command line: exit codes, sentences, and nothing left half-written."""

import dataclasses
import os
import subprocess
import sys
import time
import tomllib
from functools import partial
from pathlib import Path

import openpyxl
import pytest

import rnn_edu
from rnn_edu.__main__ import main
from rnn_edu.calculations import CALCULATIONS, TRAININGS
from rnn_edu.command_line import class_sheets, doctor, workbooks
from rnn_edu.compare.recorded import ANSWERS, recorded
from rnn_edu.errors import ComparisonError

pytest.importorskip("tensorflow")

ROOT = Path(__file__).resolve().parents[1]


def run(*arguments):
    return run_python("-m", "rnn_edu", *arguments)


def run_python(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )


@pytest.fixture
def one_calculation(monkeypatch):
    """Only the smallest of the worked examples, to be quick."""
    key = "simple_rnn_two_documents"
    for module in (workbooks, class_sheets):
        monkeypatch.setattr(module, "CALCULATIONS", {key: CALCULATIONS[key]})
    monkeypatch.setattr(workbooks, "TRAININGS", {})
    return key


@pytest.fixture
def workbook(one_calculation, tmp_path, capsys):
    assert main(["workbooks", str(tmp_path)]) == 0
    capsys.readouterr()
    return tmp_path / f"{one_calculation}.xlsx"


# -- usage -----------------------------------------------------------------------------------


def test_help_names_the_commands_and_comes_at_once():
    start = time.perf_counter()
    result = run("--help")
    assert result.returncode == 0
    assert result.stderr == ""
    for command in ("workbooks", "worksheets", "check", "doctor"):
        assert command in result.stdout
    assert time.perf_counter() - start < 10  # a fraction of a second on a machine at rest
    code = "import sys, rnn_edu.__main__; sys.exit(len({'numpy', 'keras'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"rnn_edu {rnn_edu.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            [],
            "python -m rnn_edu: the following arguments are required: COMMAND; "
            "see python -m rnn_edu --help\n",
        ),
        (
            ["workbooks"],
            "python -m rnn_edu workbooks: the following arguments are required: DIR; "
            "see python -m rnn_edu workbooks --help\n",
        ),
        (
            ["doctor", "--now"],
            "python -m rnn_edu: unrecognized arguments: --now; see python -m rnn_edu --help\n",
        ),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(arguments, sentence, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr() == ("", sentence)


def test_an_unknown_command_is_named(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["print"])
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "'print'" in error


def test_control_c_ends_quietly_with_130(monkeypatch, capsys, tmp_path):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(workbooks, "write_workbooks", interrupted)
    assert main(["workbooks", str(tmp_path)]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_stops_listening_is_no_error():
    command = f'"{sys.executable}" -m rnn_edu doctor'
    result = subprocess.run(
        [sys.executable, "-c", "import subprocess, sys\n"
         f"p = subprocess.Popen({command!r}, shell=True, stdout=subprocess.PIPE)\n"
         "p.stdout.close()\nsys.exit(p.wait())"],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, "")


# -- workbooks -------------------------------------------------------------------------------


#: Both commands in one process. A training at full length is written by every build, and read back
#: for the page Verification.
WRITE_AND_CHECK = """
import sys
from dataclasses import replace
from rnn_edu.command_line import workbooks
from rnn_edu.__main__ import main

short = {key: replace(item, epochs=2) for key, item in workbooks.TRAININGS.items()}
workbooks.TRAININGS = short
sys.exit(main(["workbooks", sys.argv[1]]) or main(["check", sys.argv[1]]))
"""


def test_workbooks_are_written_judged_and_hold_when_read_back(tmp_path):
    folder = tmp_path / "new" / "folder"
    done = run_python("-c", WRITE_AND_CHECK, folder, TF_CPP_MIN_LOG_LEVEL="0")
    assert (done.returncode, done.stderr) == (0, "")
    keys = [*CALCULATIONS, *TRAININGS]
    assert sorted(file.name for file in folder.iterdir()) == sorted(f"{k}.xlsx" for k in keys)
    unjudged = sum(calculation.network is None for calculation in CALCULATIONS.values())
    judged = len(keys) - unjudged
    # The shortened training is another question than the one whose answer is kept.
    told = f"judged by Keras: {judged}, by its kept answers: {judged - len(TRAININGS)}"
    assert f": {len(keys)}, {told}.\n" in done.stdout
    assert done.stdout.count(" MATCH.") == len(keys)


def test_worksheets_are_written_beside_the_workbooks(one_calculation, tmp_path, capsys):
    assert main(["workbooks", str(tmp_path), "--worksheets"]) == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"{one_calculation}.xlsx", f"{one_calculation}_worksheet.xlsx"]
    assert capsys.readouterr().out.endswith(f"Worksheets written to {tmp_path}: 1.\n")
    assert main(["check", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "ALL MATCH" in out
    assert "0 of 7 are right, 7 are blank." in out


def test_the_check_sheet_names_keras(workbook):
    sheet = openpyxl.load_workbook(workbook)["Check"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("Keras gave" in text for text in texts)


def test_the_check_sheet_says_when_keras_was_asked_where_its_answer_was_kept(
    one_calculation, monkeypatch, tmp_path
):
    monkeypatch.setattr(workbooks, "ask", None)
    assert main(["workbooks", str(tmp_path)]) == 0
    told = openpyxl.load_workbook(tmp_path / f"{one_calculation}.xlsx")["Check"]["A3"].value
    record = recorded(CALCULATIONS[one_calculation])
    assert told == record.source
    assert f"Keras {record.keras} with TensorFlow {record.tensorflow} was asked on 20" in told
    assert "not asked for again when this copy was written" in told


def test_workbooks_whose_answers_are_kept_take_no_memory_for_keras(tmp_path):
    """They took 654 MB where TensorFlow was started beside; none of it is needed."""
    script = (
        "import sys; from benchmarks.workbooks import largest_memory; "
        "from rnn_edu.__main__ import main; "
        "code = main(['workbooks', sys.argv[1]]); "
        "assert 'tensorflow' not in sys.modules; print(largest_memory()); sys.exit(code)"
    )
    done = run_python("-c", script, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"by its kept answers: {len(list(ANSWERS.glob('*.json')))}.\n" in done.stdout
    assert float(done.stdout.split()[-1]) < 400


def test_a_calculation_that_keras_cannot_judge_is_written_all_the_same(
    monkeypatch, tmp_path, capsys
):
    key = "simple_rnn_two_documents"
    alone = dataclasses.replace(CALCULATIONS[key], network=None)
    monkeypatch.setattr(workbooks, "CALCULATIONS", {key: alone})
    monkeypatch.setattr(workbooks, "TRAININGS", {})
    assert main(["workbooks", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert out == f"Workbooks written to {tmp_path}: 1, judged by Keras: 0.\n"
    assert (tmp_path / f"{key}.xlsx").is_file()


def test_a_folder_that_is_a_file_is_refused_before_any_work(tmp_path, capsys):
    (tmp_path / "taken").write_text("mine")
    assert main(["workbooks", str(tmp_path / "taken")]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error == (
        f"rnn_edu: the workbooks cannot be written to {tmp_path / 'taken'}: File exists; "
        "choose another folder.\n"
    )
    assert (tmp_path / "taken").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may write anywhere"
)
def test_a_folder_without_permission_is_refused(tmp_path, capsys):
    tmp_path.chmod(0o500)
    assert main(["workbooks", str(tmp_path)]) == 2
    assert "Permission denied; choose another folder." in capsys.readouterr().err
    tmp_path.chmod(0o700)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    one_calculation, tmp_path, monkeypatch, capsys
):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert main(["workbooks", str(tmp_path)]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("rnn_edu: ")
    assert "No space left on device" in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_judge_that_disagrees_is_exit_code_1_and_nothing_is_written(
    one_calculation, monkeypatch, tmp_path, capsys
):
    def disagree(calculation):
        raise ComparisonError("the first step that differs: a at t=2")

    monkeypatch.setattr("rnn_edu.compare.recorded.judge", disagree)
    assert main(["workbooks", str(tmp_path), "--ask-keras"]) == 1
    assert capsys.readouterr() == ("", "rnn_edu: the first step that differs: a at t=2\n")
    assert list(tmp_path.iterdir()) == []


def test_a_process_for_keras_that_breaks_down_is_a_sentence(
    one_calculation, monkeypatch, tmp_path, capsys
):
    alone = dataclasses.replace(CALCULATIONS[one_calculation], build=partial(os._exit, 1))
    monkeypatch.setattr(workbooks, "CALCULATIONS", {one_calculation: alone})
    monkeypatch.delitem(sys.modules, "tensorflow")
    assert main(["workbooks", str(tmp_path), "--ask-keras"]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("rnn_edu: the process that asks Keras ended before its work was done")
    assert list(tmp_path.iterdir()) == []


# -- check -----------------------------------------------------------------------------------


def test_a_workbook_with_a_mistake_is_exit_code_1(workbook, capsys):
    book = openpyxl.load_workbook(workbook)
    sheet = book["Forward"]
    cell = next(c for row in sheet.iter_rows() for c in row if str(c.value).startswith("=TANH("))
    cell.value = 0.5
    book.save(workbook)
    assert main(["check", str(workbook)]) == 1
    out, error = capsys.readouterr()
    assert f"Forward!{cell.coordinate}" in out
    assert error == ""


def test_files_that_cannot_be_read_are_exit_code_2_and_the_others_are_checked(
    workbook, tmp_path, capsys
):
    (tmp_path / "notes.xlsx").write_text("not a workbook")
    files = [tmp_path / "none.xlsx", tmp_path / "notes.xlsx", workbook]
    assert main(["check", *map(str, files)]) == 2
    out, error = capsys.readouterr()
    assert "ALL MATCH" in out
    lines = error.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("rnn_edu: ") and line.endswith(".") for line in lines)
    assert "none.xlsx" in lines[0]
    assert "notes.xlsx" in lines[1]


# -- doctor ----------------------------------------------------------------------------------


def test_doctor_says_what_is_there(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("RNN_EDU_DATA", str(tmp_path))
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert f"[OK]      cache {tmp_path / 'cache'}: keeps fetched data sets" in out
    assert f"[OK]      Python {sys.version_info.major}.{sys.version_info.minor}" in out
    assert "[OK]      tensorflow 2." in out
    assert f"[OK]      data folder {tmp_path}" in out
    assert "The book can run here." in out


def test_doctor_says_what_is_missing_and_what_to_do(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SOFFICE", str(tmp_path / "soffice"))
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "chromium"))
    monkeypatch.setenv("RNN_EDU_DATA", str(tmp_path / "data"))
    assert main(["doctor"]) == 0  # all of these are optional
    out = capsys.readouterr().out
    assert (
        "[MISSING] LibreOffice (optional): a second spreadsheet engine that recalculates the "
        "workbooks\n          Install the package libreoffice-calc, or LibreOffice from "
        "libreoffice.org, or set the variable SOFFICE to its program.\n"
    ) in out
    for name in ("Chromium", "Node", "data folder"):
        assert f"[MISSING] {name} (optional)" in out
    assert f"RNN_EDU_DATA is {str(tmp_path / 'data')!r}, which is no folder; correct" in out
    assert out.endswith("Without: LibreOffice, Chromium, Node, data folder.\n")


def test_doctor_knows_that_samples_are_no_folder(capsys, monkeypatch):
    monkeypatch.setenv("RNN_EDU_DATA", "samples")
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "[OK]      data folder none, RNN_EDU_DATA=samples asks for the shipped samples" in out


def test_doctor_says_where_a_cache_could_be(capsys, monkeypatch, tmp_path):
    taken = tmp_path / "file"
    taken.write_text("no folder")
    monkeypatch.setenv("RNN_EDU_CACHE", str(taken))
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "[MISSING] cache (optional): keeps fetched data sets" in out
    assert f"{taken} cannot be written; make it writable, or set RNN_EDU_CACHE to a folder" in out


def test_doctor_fails_where_a_package_is_missing(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no-such-package"))
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "[MISSING] no-such-package (needed): the calculations and chapters" in out
    assert "Run: python -m pip install -r requirements.txt -c constraints.txt" in out
    assert out.endswith("The book cannot run here without: no-such-package.\n")


def test_doctor_knows_the_wrong_python(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "OLDEST", (4, 0))
    assert main(["doctor"]) == 1
    assert "This is Python 3." in capsys.readouterr().out


def test_doctor_asks_for_what_the_project_declares():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [line.split(">")[0] for line in project["dependencies"]]
    assert list(doctor.PACKAGES) == declared
    oldest, newest = (".".join(map(str, v)) for v in (doctor.OLDEST, doctor.TOO_NEW))
    assert project["requires-python"] == f">={oldest},<{newest}"
