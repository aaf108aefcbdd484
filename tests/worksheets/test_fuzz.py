"""Damaged files: within the limits, a sentence each, and the next one is marked all the same.

``RNN_EDU_FUZZ=1000`` damages so many copies instead of a few.
"""

from __future__ import annotations

import io
import os
import re
import time
import zipfile

import openpyxl
import pytest

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.command_line.examining import Examiner
from rnn_edu.command_line.outcomes import FAILED, FINE, UNUSABLE, Limits
from rnn_edu.errors import WorkbookError
from rnn_edu.walkthrough.sheets.loading import load
from rnn_edu.walkthrough.workbook import write_workbook
from rnn_edu.worksheets import write_worksheet
from tests.worksheets.damage import damaged

COPIES = int(os.environ.get("RNN_EDU_FUZZ", "30"))
SECONDS, GIGABYTES = 30.0, 1.0
#: The process itself, with the packages that it has loaded, before it reads anything.
OF_ITSELF = 0.2
KEY = "simple_rnn_two_documents"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    w = CALCULATIONS[KEY].build()
    files = write_worksheet(w, folder / "a.xlsx"), write_workbook(w, folder / "b.xlsx")
    return [file.read_bytes() for file in files]


def peak(examiner):
    """The most memory that the process of an examiner had, in GB; 0 where nobody says."""
    try:
        with open(f"/proc/{examiner._process.pid}/status") as status:
            return int(re.findall(r"VmHWM:\s*(\d+)", status.read())[0]) / 2**20
    except (OSError, AttributeError, IndexError):
        return 0.0


def test_no_damage_breaks_a_run(whole, tmp_path):
    path, found = tmp_path / "ada.xlsx", []
    with Examiner(Limits(SECONDS, GIGABYTES)) as examiner:
        for seed in range(COPIES):
            data, how = damaged(whole[seed % 2], seed)
            path.write_bytes(data)
            start = time.perf_counter()
            outcome = examiner.examine(path)
            took = time.perf_counter() - start
            found.append((seed, how, outcome.code, took, peak(examiner), outcome.text))
        path.write_bytes(whole[0])
        assert examiner.examine(path).code == FINE
    for seed, how, code, took, memory, text in found:
        said = f"seed {seed} ({how}): {text[:300]}"
        assert code in (FINE, FAILED, UNUSABLE), said
        assert text.strip(), said
        assert "Traceback" not in text, said
        assert "not as this book writes it" not in text, said
        assert took < SECONDS + 5, said
        assert memory < GIGABYTES + OF_ITSELF, said
    assert {code for _, _, code, *_ in found} == {FINE, FAILED, UNUSABLE}


def the_start_missing(data):
    """All up to the middle of the list of its parts."""
    return data[data.index(b"PK\x01\x02") + 1 :]


def of_the_far_future(data):
    """Says in the list of its parts that it needs version 25.2 of the format."""
    changed, place = bytearray(data), data.index(b"PK\x01\x02")
    changed[place + 6 : place + 8] = (252).to_bytes(2, "little")
    return bytes(changed)


def with_part(data, name, pattern, new):
    """One place of one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.namelist():
            part = source.read(entry)
            if entry == name:
                part, times = re.subn(pattern, new, part, count=1)
                assert times == 1
            target.writestr(entry, part)
    return out.getvalue()


def test_a_cell_beyond_the_last_row_is_a_sentence(whole, tmp_path):
    path = tmp_path / "ada.xlsx"
    path.write_bytes(with_part(whole[1], "xl/worksheets/sheet3.xml", rb'r="A5"', b'r="A1048577"'))
    with pytest.raises(WorkbookError, match=r"ada\.xlsx is damaged: Forward!A1048577 lies beyond"):
        load(path)


def test_what_an_engine_says_of_a_file_is_not_for_the_reader(whole, tmp_path, capfd):
    workbook = openpyxl.load_workbook(io.BytesIO(whole[0]))
    workbook["Worksheet"]["D11"] = "=1+1"
    saved, path = io.BytesIO(), tmp_path / "ada.xlsx"
    workbook.save(saved)
    odd = with_part(saved.getvalue(), "xl/worksheets/sheet5.xml", rb't="(s|inlineStr)"', b't="odd"')
    path.write_bytes(odd)
    with Examiner(Limits(SECONDS, GIGABYTES)) as examiner:
        examiner.examine(path)
    assert capfd.readouterr() == ("", "")


def a_name_of_no_letters(data):
    """Says in the list of its parts that a name is in UTF-8, which it is not."""
    changed, place = bytearray(data), data.index(b"PK\x01\x02")
    changed[place + 9] |= 0x08
    changed[place + 46 + 8] = 0xA8
    return bytes(changed)


@pytest.mark.parametrize("damage", [the_start_missing, of_the_far_future, a_name_of_no_letters])
def test_what_was_found_so_is_a_sentence(damage, whole, tmp_path):
    path = tmp_path / "ada.xlsx"
    path.write_bytes(damage(whole[0]))
    with pytest.raises(WorkbookError, match=r"ada\.xlsx is not .* list of its parts is damaged"):
        load(path)
