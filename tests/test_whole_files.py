"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnn_edu.errors import DataError, WorkbookError
from rnn_edu.whole_files import replacing, write_bytes, write_text


def test_a_file_takes_the_place_of_the_old_one_and_leaves_nothing_beside(tmp_path: Path) -> None:
    target = tmp_path / "new" / "notes.txt"
    for text in ("first", "zweite Fassung, überschrieben"):
        write_text(target, text)
        assert target.read_text(encoding="utf-8") == text
    assert [path.name for path in target.parent.iterdir()] == ["notes.txt"]


def test_the_name_to_write_to_keeps_the_ending(tmp_path: Path) -> None:
    with replacing(tmp_path / "model.weights.h5") as beside:
        assert beside.name.endswith("model.weights.h5")
        beside.write_bytes(b"1")


def half_written(target: Path, failure: BaseException) -> None:
    with replacing(target) as beside:
        beside.write_text("half")
        raise failure


@pytest.mark.parametrize(
    ("failure", "expected", "sentence"),
    [
        (OSError(28, "No space left on device"), DataError, "cannot be written: No space left"),
        (KeyboardInterrupt("stopped"), KeyboardInterrupt, "stopped"),
    ],
)
def test_what_fails_leaves_the_old_file(
    tmp_path: Path, failure: BaseException, expected: type[BaseException], sentence: str
) -> None:
    target = tmp_path / "notes.txt"
    target.write_text("old")
    with pytest.raises(expected, match=sentence):
        half_written(target, failure)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_that_is_missing_or_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    with pytest.raises(WorkbookError, match=r"a\.xlsx cannot be written: No such file"):
        write_bytes(tmp_path / "missing" / "a.xlsx", b"", WorkbookError)
    with pytest.raises(DataError, match=r"a\.txt cannot be written: (File exists|Not a directory)"):
        write_text(tmp_path / "file" / "a.txt", "text")
