"""Files of all kinds: read as they are, or refused in one sentence."""

import pytest

from rnn_edu.errors import DataError, UsageError
from rnn_edu.own_texts import files
from rnn_edu.own_texts.files import read_text_file


@pytest.fixture
def write(tmp_path):
    def write(data, name="text.txt"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("rain in Málaga\nagain\n".encode(), "utf-8"),
        ("rain in Málaga\nagain\n".encode("utf-8-sig"), "utf-8-sig"),
        ("rain in Málaga\nagain\n".encode("utf-16"), "utf-16"),
        ("rain in Málaga\nagain\n".encode("utf-32"), "utf-32"),
        ("rain in Málaga\nagain\n".encode("cp1252"), "windows-1252"),
        (b"rain in M\xc3\xa1laga\r\nagain\r", "utf-8"),
    ],
)
def test_a_text_is_the_same_in_every_encoding(write, data, encoding):
    found = read_text_file(write(data))
    assert found.lines()[:2] == ["rain in Málaga", "again"]
    assert found.encoding == encoding
    assert bool(found.notes) == (encoding == "windows-1252")


def test_an_encoding_that_is_named_is_used(write):
    path = write("дождь\n".encode("koi8-r"))
    assert read_text_file(path, "koi8-r").lines()[0] == "дождь"
    assert read_text_file(write("rain\n".encode("utf-16-le")), "utf-16-le").lines()[0] == "rain"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty; it must hold text"),
        (b" \n\n\t\n", "is empty; it must hold text"),
        (b"rain\nand\0snow\n", "has a NUL byte in line 2, so it is no plain text"),
        ("é\n".encode() + b"\xe9\n", "mixes encodings: line 1 is UTF-8, line 2 is not"),
        (b"\x81\xe9\n", "is not windows-1252: the byte 0x81 in line 1 does not fit"),
        (b"PK\x03\x04rest", "is a Word, Excel or zip file; save it as plain text"),
        (b"%PDF-1.7", "is a PDF file"),
    ],
)
def test_what_is_no_plain_text_is_refused(write, data, sentence):
    with pytest.raises(DataError, match=sentence):
        read_text_file(write(data))


def test_an_encoding_that_does_not_fit_or_does_not_exist(write):
    path = write(b"rain\n\xe9\n")
    with pytest.raises(DataError, match="is not utf-8: the byte 0xe9 in line 2 does not fit"):
        read_text_file(path, "utf-8")
    for name in ("klingon", "base64", "x\0"):
        with pytest.raises(UsageError, match="There is no text encoding"):
            read_text_file(path, name)


def test_a_line_of_100_megabytes(write):
    with pytest.raises(
        DataError, match=r"Line 2 of .* has 100,000,000 characters; a line may have"
    ):
        read_text_file(write(b"rain\n" + b"a " * 50_000_000))


def test_a_file_that_is_too_large(write, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 10)
    with pytest.raises(DataError, match="Take a part of it"):
        read_text_file(write(b"rain and snow"))


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(DataError, match=r"There is no file .*nowhere"):
        read_text_file(tmp_path / "nowhere")
    with pytest.raises(DataError, match="is a folder; give a text file"):
        read_text_file(tmp_path)
