"""The spreadsheet engines: LibreOffice beside IronCalc, and what can go wrong with them."""

from __future__ import annotations

import re
import sys
import time
import zipfile
from pathlib import Path

import pytest

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.errors import MissingProgramError, UsageError, WorkbookError
from rnn_edu.walkthrough import recalculate as module
from rnn_edu.walkthrough.recalculate import Values, find_libreoffice, recalculate
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.workbook import compare_cells, verify_workbook

posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program is a script")


def poisoned(path: Path, target: Path) -> Path:
    """A copy in which the stored value of every formula is 999."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for entry in source.namelist():
            data = source.read(entry)
            if entry.startswith("xl/worksheets/sheet"):
                data = re.sub(rb'(<c [^>]*?) t="(?:str|b|e)"([^>]*><f>)', rb"\1\2", data)
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1<v>999</v>", data)
            copy.writestr(entry, data)
    return target


@pytest.fixture(scope="module")
def by_libreoffice(
    soffice: str, workbooks: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[str, Values]]:
    """All workbooks, and one with poisoned values under the name of another, in one call."""
    folder = tmp_path_factory.mktemp("poisoned")
    key = "lstm_two_documents"
    copy = poisoned(workbooks[key], folder / "simple_rnn_two_documents.xlsx")
    assert set(module.stored_values(copy).values()) >= {999.0}
    results = recalculate([*workbooks.values(), copy], "libreoffice")
    return list(zip([*workbooks, key], results, strict=True))


def test_libreoffice_agrees_with_numpy_in_every_cell(by_libreoffice):
    """The last workbook of the list is the poisoned one, with a name that is there twice."""
    assert len(by_libreoffice) == len(CALCULATIONS) + 1
    for key, values in by_libreoffice:
        book = Book(CALCULATIONS[key].build())
        verification = compare_cells(book.live, values)
        assert verification.ok, f"{key}: {verification}"
        assert verification.compared == len(book.live)


def test_ironcalc_ignores_poisoned_values(workbooks, tmp_path):
    copy = poisoned(workbooks["lstm_two_documents"], tmp_path / "999.xlsx")
    values = recalculate([copy])[0]
    assert verify_workbook(CALCULATIONS["lstm_two_documents"].build(), values).ok


def test_an_engine_that_does_not_exist(workbooks):
    with pytest.raises(UsageError, match="there is no engine 'abacus'; use one of ironcalc, lib"):
        recalculate(list(workbooks.values()), "abacus")


def test_a_file_that_does_not_exist(tmp_path):
    with pytest.raises(WorkbookError, match=r"there is no file .*nothing\.xlsx\."):
        recalculate([tmp_path / "nothing.xlsx"])


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04 cut off"])
def test_ironcalc_is_given_something_else(tmp_path, data):
    path = tmp_path / "other.xlsx"
    path.write_bytes(data)
    with pytest.raises(WorkbookError, match=r"IronCalc cannot read other\.xlsx: "):
        recalculate([path])


def test_ironcalc_is_given_another_kind_of_archive(tmp_path):
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(WorkbookError, match=r"IronCalc cannot read other\.xlsx: "):
        recalculate([path])


def test_ironcalc_gives_up(monkeypatch, workbooks):
    """A panic of its Rust code is no Exception."""

    class PanicException(BaseException):
        pass

    def panic(path):
        raise PanicException("index out of bounds")

    monkeypatch.setattr(module.ironcalc, "load_from_xlsx", panic)
    with pytest.raises(WorkbookError, match=r"IronCalc gave up on lstm.*: index out of bounds\."):
        recalculate([workbooks["lstm_two_documents"]])


# -- LibreOffice missing, hanging, giving nothing -----------------------------------------


def stand_in(folder: Path, script: str) -> Path:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_libreoffice_is_not_installed(monkeypatch, tmp_path, workbooks):
    monkeypatch.delenv("SOFFICE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(module, "_USUAL_PLACES", ())
    assert find_libreoffice() is None
    with pytest.raises(
        MissingProgramError,
        match=r"^LibreOffice is not installed\. Install the package libreoffice-calc, or",
    ):
        recalculate(list(workbooks.values()), "libreoffice")


def test_soffice_points_nowhere(monkeypatch, tmp_path, workbooks):
    monkeypatch.setenv("SOFFICE", str(tmp_path / "gone"))
    with pytest.raises(MissingProgramError, match=r"SOFFICE points to .*gone, which is not a pro"):
        recalculate(list(workbooks.values()), "libreoffice")


@posix
def test_soffice_is_taken_from_the_environment_then_the_path(monkeypatch, tmp_path):
    program = stand_in(tmp_path, "exit 0")
    monkeypatch.setenv("SOFFICE", str(program))
    assert find_libreoffice() == str(program)
    monkeypatch.delenv("SOFFICE")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_libreoffice() == str(program)


@posix
def test_libreoffice_is_found_where_it_usually_is(monkeypatch, tmp_path):
    program = stand_in(tmp_path, "exit 0")
    monkeypatch.delenv("SOFFICE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setattr(module, "_USUAL_PLACES", (str(tmp_path / "no"), str(program)))
    assert find_libreoffice() == str(program)


@posix
def test_libreoffice_hangs(monkeypatch, tmp_path, workbooks):
    # The stand-in waits in a child of its own, as soffice does; both must be gone.
    monkeypatch.setenv(
        "SOFFICE", str(stand_in(tmp_path, f"sleep 60 & echo $! > {tmp_path}/pid; wait"))
    )
    start = time.monotonic()
    with pytest.raises(
        WorkbookError, match=r"gave no answer within 0\.5 seconds and was stopped; close other"
    ):
        recalculate([workbooks["lstm_two_documents"]], "libreoffice", timeout=0.5)
    assert time.monotonic() - start < 20
    child = int((tmp_path / "pid").read_text())
    assert not _is_running(child)


def _is_running(process: int) -> bool:
    """Whether a process is there and is not a zombie that waits to be collected."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@posix
def test_libreoffice_gives_nothing(monkeypatch, tmp_path, workbooks):
    monkeypatch.setenv("SOFFICE", str(stand_in(tmp_path, "exit 0")))
    with pytest.raises(
        WorkbookError, match=r"LibreOffice gave no result for lstm_two_documents\.xlsx; the file"
    ):
        recalculate([workbooks["lstm_two_documents"]], "libreoffice")
