"""Workbooks of all worked examples, written once for the tests that read them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.walkthrough.workbook import write_workbook

Edit = Callable[[openpyxl.Workbook], None]


@pytest.fixture(scope="session")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The path of each worked example's workbook, by its key."""
    folder = tmp_path_factory.mktemp("workbooks")
    return {
        key: write_workbook(calculation.build(), folder / f"{key}.xlsx")
        for key, calculation in CALCULATIONS.items()
    }


@pytest.fixture
def edited(workbooks: dict[str, Path], tmp_path: Path) -> Callable[[str, Edit], Path]:
    """Makes a copy of a workbook, changed as a learner would change it."""

    def change(key: str, edit: Edit) -> Path:
        copy = tmp_path / f"{key}.xlsx"
        shutil.copyfile(workbooks[key], copy)
        workbook = openpyxl.load_workbook(copy)
        edit(workbook)
        workbook.save(copy)
        return copy

    return change
