"""Worksheets of all worked examples, written once, and copies filled in as a learner would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.worksheets import write_worksheet
from rnn_edu.worksheets.form import Form

Fill = Callable[..., Path]


@pytest.fixture(scope="session")
def forms() -> dict[str, Form]:
    """The blanks of each worksheet, by the key of its calculation."""
    return {key: Form(calculation.build()) for key, calculation in CALCULATIONS.items()}


@pytest.fixture(scope="session")
def worksheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The path of each worksheet."""
    folder = tmp_path_factory.mktemp("worksheets")
    return {
        key: write_worksheet(calculation.build(), folder / f"{key}_worksheet.xlsx")
        for key, calculation in CALCULATIONS.items()
    }


@pytest.fixture
def filled(worksheets: dict[str, Path], forms: dict[str, Form], tmp_path: Path) -> Fill:
    """Makes a copy with answers in it, by the number of the blank, and perhaps other changes."""

    def fill(
        key: str,
        answers: Mapping[int, object],
        name: str = "returned.xlsx",
        edit: Callable[[openpyxl.Workbook], None] | None = None,
    ) -> Path:
        workbook = openpyxl.load_workbook(worksheets[key], rich_text=True)
        for number, answer in answers.items():
            form = forms[key]
            place = form.typed_in.get(number, form.place_of[number])
            workbook["Worksheet"][place.address].value = answer
        if edit is not None:
            edit(workbook)
        workbook.save(tmp_path / name)
        return tmp_path / name

    return fill
