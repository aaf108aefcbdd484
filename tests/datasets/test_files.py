"""Broken files, each named in one sentence."""

import gzip

import numpy as np
import pytest

from rnn_edu.datasets.files import read_arrays, read_json_lines, read_table, read_text
from rnn_edu.datasets.glove import load_glove
from rnn_edu.errors import DataError


@pytest.fixture
def file(tmp_path):
    def write(content, name="some.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_columns_are_found_by_name_whatever_their_order(file):
    columns, notes = read_table(file("b,a,c\n1,2,3\n4,5,6\n"), ("a", "c"))
    assert columns == {"a": ("2", "5"), "c": ("3", "6")}
    assert notes == ()


def test_a_missing_column(file):
    with pytest.raises(DataError) as error:
        read_table(file("label,words\n1,x\n"), ("label", "text"))
    assert str(error.value) == "some.csv has no column text; its columns are label, words."


@pytest.mark.parametrize("end", ["3,lost", "3", '3,"lost and', "3,"])
def test_a_last_row_that_breaks_off_is_dropped_with_a_note(file, end):
    columns, notes = read_table(file("n,text\n1,a\n2,b\n" + end), ("n", "text"))
    assert columns["n"] == ("1", "2")
    assert notes == ("The last row of some.csv breaks off and was dropped.",)


def test_a_last_row_with_too_few_fields_is_dropped_although_its_line_ends(file):
    columns, notes = read_table(file("n,text\n1,a\n2\n"), ("n", "text"))
    assert columns["n"] == ("1",)
    assert len(notes) == 1


def test_a_broken_row_in_the_middle_is_an_error(file):
    with pytest.raises(DataError) as error:
        read_table(file("n,text\n1\n2,b\n"), ("n", "text"))
    assert str(error.value) == "Line 2 of some.csv has 1 fields; 2 were expected."


def test_quoted_line_ends_belong_to_a_field(file):
    columns, _ = read_table(file('n,text\n1,"a\nb"\n'), ("text",))
    assert columns["text"] == ("a\nb",)


@pytest.mark.parametrize("text", ["n,text\n", "n,text\n1,bro"])
def test_a_table_without_a_whole_row(file, text):
    with pytest.raises(DataError, match=r"some\.csv has no whole row\."):
        read_table(file(text), ("n", "text"))


def test_bytes_that_are_not_utf8(file):
    with pytest.raises(DataError) as error:
        read_text(file(b"good\ncaf\xe9 good\n"))
    assert str(error.value) == "some.csv is not UTF-8: line 2 has the byte 0xe9."


def test_a_byte_order_mark_is_no_part_of_the_text(file):
    assert read_text(file(b"\xef\xbb\xbfAlice")) == "Alice"


@pytest.mark.parametrize("text", ["", " \n\n"])
def test_an_empty_file(file, text):
    with pytest.raises(DataError, match=r"some\.csv is empty\."):
        read_text(file(text))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_text(tmp_path / "none.txt")


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"a,b\n" * 99, mtime=0)[:-12]])
def test_a_gzip_file_that_is_not_whole(file, content):
    with pytest.raises(DataError, match=r"some\.csv\.gz is not a whole gzip file"):
        read_text(file(content, "some.csv.gz"))


def test_json_lines(file):
    columns, notes = read_json_lines(file('{"a": "x\u2028y", "b": 2}\n{"a": "z"'), ("a",))
    assert columns == {"a": ("x\u2028y",)}
    assert notes == ("The last row of some.csv breaks off and was dropped.",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"a": 1}\n{"a": \n{"a": 3}\n', "Line 2 of some.csv is not a JSON object."),
        ('{"a": 1}\n{"b": 2}\n', "Line 2 of some.csv has no field 'a'."),
        ("[1]\n", "Line 1 of some.csv is not a JSON object."),
    ],
)
def test_broken_json_lines(file, text, sentence):
    with pytest.raises(DataError) as error:
        read_json_lines(file(text), ("a",))
    assert str(error.value) == sentence


def test_an_archive_that_is_none(file, tmp_path):
    with pytest.raises(DataError, match=r"some\.npz is not a NumPy archive of arrays\."):
        read_arrays(file(b"PK\x03\x04 nothing", "some.npz"), 4)
    np.savez(tmp_path / "two.npz", np.zeros(1), np.ones(1))
    with pytest.raises(DataError, match=r"two\.npz holds 2 arrays; 4 were expected\."):
        read_arrays(tmp_path / "two.npz", 4)


def test_vectors_of_any_size_by_path(file):
    vectors = load_glove(file("the 0.5 -1e-3 2\n. . 1 0 0\nof 1 2 3\n", "glove.txt"))
    assert vectors.words == ("the", ". .", "of")
    np.testing.assert_allclose(vectors["the"], [0.5, -0.001, 2], rtol=1e-6)
    assert vectors.matrix.shape == (3, 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a 1 2\nb 1\n", "Line 2 of glove.txt is not a word and 2 numbers"),
        ("a 1 2\nb 1 x\n", "Line 2 of glove.txt is not a word and 2 numbers"),
        ("a 1 2\nb 1 nan\n", "Line 2 of glove.txt is not a word and 2 numbers"),
        ("<html>\n", "Line 1 of glove.txt is not a word and some numbers"),
        ("a 1\na 2\n", "glove.txt has a word twice"),
        ("", "glove.txt is empty"),
        (b"caf\xe9 1 2\n", "glove.txt is not UTF-8"),
    ],
)
def test_broken_vectors(file, text, sentence):
    with pytest.raises(DataError, match=sentence):
        load_glove(file(text, "glove.txt"))


def test_vectors_that_are_not_there(tmp_path):
    with pytest.raises(DataError, match=r"glove\.6B\.100d\.txt cannot be read"):
        load_glove(tmp_path / "glove.6B.100d.txt")
