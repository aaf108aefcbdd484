"""The files for the Embedding Projector: both whole or neither."""

import os

import numpy as np
import pytest

from rnn_edu.errors import DataError, NamingError, NumberError, ShapeError
from rnn_edu.inside import write_projector

WORDS = ["good", "bad"]
VECTORS = [[0.1, -2.0, 3e-7], [1 / 3, 0.0, 5.0]]


def test_one_column_has_no_heading(tmp_path):
    vectors, metadata = write_projector(tmp_path, WORDS, VECTORS)
    assert vectors.name == "vectors.tsv"
    assert metadata.name == "metadata.tsv"
    assert metadata.read_bytes() == b"good\nbad\n"
    assert vectors.read_bytes() == b"0.1\t-2\t3e-07\n0.333333333\t0\t5\n"


def test_several_columns_have_a_heading(tmp_path):
    _, metadata = write_projector(tmp_path, WORDS, VECTORS, {"kind": ["+", "-"]})
    assert metadata.read_bytes() == b"word\tkind\ngood\t+\nbad\t-\n"


def test_float32_comes_back_exactly(tmp_path):
    table = np.random.default_rng(0).normal(size=(2, 50)).astype(np.float32)
    vectors, _ = write_projector(tmp_path, WORDS, table)
    assert (np.loadtxt(vectors, delimiter="\t").astype(np.float32) == table).all()


@pytest.mark.parametrize("word", ["a\tb", "a\nb", "a\rb", "a\u2028b", ""])
def test_words_that_would_move_the_rows_are_refused(tmp_path, word):
    with pytest.raises(NamingError) as caught:
        write_projector(tmp_path, ["good", word], VECTORS)
    assert str(caught.value) == (
        f"The name {word!r} in the column 'word' is empty or holds a tab or a line end, which "
        "the file cannot carry; rename it."
    )
    assert list(tmp_path.iterdir()) == []


def test_columns_and_headings_are_checked_too(tmp_path):
    with pytest.raises(NamingError, match=r"'x\\ty' in the column 'kind'"):
        write_projector(tmp_path, WORDS, VECTORS, {"kind": ["+", "x\ty"]})
    with pytest.raises(NamingError, match=r"'k\\tind' in the column"):
        write_projector(tmp_path, WORDS, VECTORS, {"k\tind": ["+", "-"]})
    with pytest.raises(ShapeError, match="column 'kind' has 1 entries; there are 2 words"):
        write_projector(tmp_path, WORDS, VECTORS, {"kind": ["+"]})


def test_vectors_must_fit_and_be_finite(tmp_path):
    with pytest.raises(ShapeError, match=r"2 words need a table.*the shape \(1, 3\)"):
        write_projector(tmp_path, WORDS, VECTORS[:1])
    with pytest.raises(NumberError, match="The vector of 'bad' holds a number that is not finite"):
        write_projector(tmp_path, WORDS, [[1.0], [np.inf]])


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("here")
    with pytest.raises(DataError) as caught:
        write_projector(blocked / "maps", WORDS, VECTORS)
    assert str(caught.value).startswith(f"{blocked / 'maps' / 'metadata.tsv'} cannot be written: ")
    assert blocked.read_text() == "here"


def test_a_full_disk_leaves_the_old_pair_and_nothing_else(tmp_path, monkeypatch):
    write_projector(tmp_path, WORDS, VECTORS)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_bytes = type(tmp_path).write_bytes

    def full(path, data):
        if "metadata" in path.name:
            raise OSError(28, "No space left on device")
        return write_bytes(path, data)

    monkeypatch.setattr(type(tmp_path), "write_bytes", full)
    with pytest.raises(DataError, match="No space left on device"):
        write_projector(tmp_path, ["new", "words"], VECTORS)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_nothing_is_left_beside_the_files(tmp_path):
    write_projector(tmp_path / "new" / "folder", WORDS, VECTORS)
    assert sorted(os.listdir(tmp_path / "new" / "folder")) == ["metadata.tsv", "vectors.tsv"]
