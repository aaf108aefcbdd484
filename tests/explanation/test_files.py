"""Examples, targets and lists of words from files."""

import json
import re

import numpy as np
import pytest

from rnn_edu.errors import DataError, RnnEduError, ShapeError, UsageError
from rnn_edu.explanation.files import read_examples, read_target, read_words
from rnn_edu.networks import Dense, Embedding, Input, Network, SimpleRNN, Words

NUMBERS = Network.sequential(Input((3, 2)), SimpleRNN(2), Dense(1))
TEXT = Network.sequential(Input((None,), "int"), Embedding(4, 2), SimpleRNN(2), Dense(1))
WORDS = ("<PAD>", "police", "find", "boat")


def saved(path, array):
    np.save(path, array)
    return path


def test_one_example_and_one_of_several(tmp_path):
    many = np.arange(24.0).reshape(4, 3, 2)
    path = saved(tmp_path / "x.npy", many)
    assert np.array_equal(read_examples(path, NUMBERS, 2, ()), many[2])
    path = saved(tmp_path / "one.npy", many[1])
    assert np.array_equal(read_examples(path, NUMBERS, 0, ()), many[1])


def test_a_table_with_and_without_a_head(tmp_path):
    path = tmp_path / "x.csv"
    for text in ("a,b\n1,2\n3,4\n5,6\n", "1,2\n3,4\n5,6\n", "a;b\n1;2\n3;4\n5;6\n"):
        path.write_text(text)
        assert read_examples(path, NUMBERS, 0, ()).tolist() == [[1, 2], [3, 4], [5, 6]]


def test_numbers_of_words_are_one_example_a_row(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("1,2\n3,0\n")
    assert read_examples(path, TEXT, 1, ()).tolist() == [3, 0]


def test_a_text_is_words_of_the_list(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("police find\nfind boat\n")
    assert read_examples(path, TEXT, 1, WORDS) == Words(("find", "boat"), WORDS)


def test_several_inputs_by_their_names(tmp_path):
    path = tmp_path / "x.npz"
    np.savez(path, input=np.ones((3, 2)))
    assert read_examples(path, NUMBERS, 0, ()).shape == (3, 2)


@pytest.mark.parametrize(
    ("name", "text"),
    [("w.txt", "a\nb\n"), ("w.json", '["a", "b"]'), ("w.json", '{"b": 1, "a": 0}')],
)
def test_lists_of_words(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    assert read_words(path) == ("a", "b")


def test_targets_by_shape(tmp_path):
    path = saved(tmp_path / "y.npy", np.array([0.0, 1.0, 0.0]))
    assert read_target(path, (3,), 0).tolist() == [0, 1, 0]
    path = saved(tmp_path / "y.npy", np.eye(3))
    assert read_target(path, (3,), 2).tolist() == [0, 0, 1]


BAD = {
    "missing.npy": (None, "is not there"),
    "folder.npy": ("folder", "is a folder"),
    "empty.npy": (b"", "0 bytes"),
    "noise.npy": (b"noise", "no array"),
    "noise.npz": (b"PK\x03\x04 noise", "no arrays"),
    "words.csv": (b"1,2\n3,four\n5,6\n", "row 2 holds 'four'"),
    "ragged.csv": (b"1,2\n3\n", "row 2 has 1 numbers, the first one 2"),
    "blank.csv": (b"\n\n", "no rows"),
    "latin.csv": (b"\xff\xfe1,2", "UTF-8"),
    "x.xyz": (b"1", "ends in none of"),
    "flat.csv": (b"1\n", "takes one example of the shape"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_a_file_is_said_in_one_sentence(tmp_path, name):
    content, sentence = BAD[name]
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    network = NUMBERS
    with pytest.raises(RnnEduError, match=sentence) as caught:
        network.walkthrough(
            [np.ones((2, 2)), np.ones((2, 2)), np.ones(2), np.ones((2, 1)), np.ones(1)],
            read_examples(path, network, 0, ()),
        )
    assert "\n" not in str(caught.value)


def test_a_pickle_in_an_array_is_never_opened(tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="no array"):
        read_examples(path, NUMBERS, 0, ())


@pytest.mark.parametrize("example", [-1, 4, 10**9])
def test_an_example_that_is_not_there(tmp_path, example):
    path = saved(tmp_path / "x.npy", np.zeros((4, 3, 2)))
    with pytest.raises(ShapeError, match=re.escape(f"there is no example {example}")):
        read_examples(path, NUMBERS, example, ())


def test_a_text_needs_its_words(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("police find")
    with pytest.raises(UsageError, match="--words"):
        read_examples(path, TEXT, 0, ())


def test_a_table_of_words_with_a_huge_number_is_refused(tmp_path):
    path = tmp_path / "w.json"
    path.write_text(json.dumps({"a": 10**12}))
    with pytest.raises(DataError, match="1,000,000"):
        read_words(path)
