import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_edu.errors import DataError, ShapeError, UsageError
from rnn_edu.text import pad_sequences, prefixes, windows

SIDES = st.sampled_from(["pre", "post"])
SEQUENCES = st.lists(st.lists(st.integers(1, 99), max_size=7), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def keras_pad():
    import keras

    return keras.utils.pad_sequences


@given(SEQUENCES, st.one_of(st.none(), st.integers(1, 9)), SIDES, SIDES, st.integers(-3, 3))
@settings(max_examples=200, deadline=None)
def test_pad_sequences_is_that_of_keras(keras_pad, sequences, maxlen, padding, truncating, value):
    arguments = {"maxlen": maxlen, "padding": padding, "truncating": truncating, "value": value}
    mine, theirs = pad_sequences(sequences, **arguments), keras_pad(sequences, **arguments)
    np.testing.assert_array_equal(mine, theirs)
    assert mine.dtype == theirs.dtype == np.int32


@pytest.mark.parametrize("dtype", ["float32", "int64"])
def test_pad_sequences_of_vectors_and_other_types(keras_pad, dtype):
    sequences = [np.arange(6).reshape(3, 2) / 4, np.zeros((0, 2)), 9 - np.arange(8).reshape(4, 2)]
    mine = pad_sequences(sequences, 3, dtype, "post", "post", 1.5)
    theirs = keras_pad(sequences, 3, dtype, "post", "post", 1.5)
    np.testing.assert_array_equal(mine, theirs)
    assert mine.shape == (3, 3, 2)
    assert mine.dtype == theirs.dtype


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        (([],), UsageError, "There are no sequences to pad."),
        (([[1]], 0), UsageError, "maxlen is 0; a padded sequence has at least 1 element."),
        (
            ([[1]], 1, "int32", "left"),
            UsageError,
            'padding is \'left\'; it can be "pre" or "post".',
        ),
        (
            ([[1]], 1, "int32", "pre", "right"),
            UsageError,
            'truncating is \'right\'; it can be "pre" or "post".',
        ),
        (
            ([[1], [[1, 2]]],),
            ShapeError,
            "The elements of the sequences differ in shape: () and (2,).",
        ),
    ],
)
def test_pad_sequences_refuses(arguments, error, sentence):
    with pytest.raises(error) as found:
        pad_sequences(*arguments)
    assert str(found.value) == sentence


def slow_windows(sequences, length):
    return [s[i : i + length + 1] for s in sequences for i in range(len(s) - length)]


def slow_prefixes(sequences, length):
    rows = [s[: i + 1] for s in sequences for i in range(1, len(s))]
    return [([0] * (length + 1) + row)[-length - 1 :] for row in rows]


@given(SEQUENCES, st.integers(1, 5))
def test_windows_are_those_of_a_loop(sequences, length):
    expected = slow_windows(sequences, length)
    if not expected:
        with pytest.raises(DataError, match=f"No text is longer than {length} words"):
            windows(sequences, length)
        return
    x, y = windows(sequences, length)
    assert np.column_stack([x, y]).tolist() == expected


@given(SEQUENCES, st.integers(1, 5))
def test_prefixes_are_those_of_a_loop(sequences, length):
    expected = slow_prefixes(sequences, length)
    if not expected:
        with pytest.raises(DataError, match="No text has two words"):
            prefixes(sequences, length)
        return
    x, y = prefixes(sequences, length)
    assert np.column_stack([x, y]).tolist() == expected


def test_prefixes_take_the_padding_asked_for():
    x, _ = prefixes([[5, 6, 7]], length=3, padding=9)
    assert x.tolist() == [[9, 9, 5], [9, 5, 6]]


@pytest.mark.parametrize("function", [windows, prefixes])
def test_windows_of_no_words(function):
    with pytest.raises(UsageError, match="A window of 0 words cannot be"):
        function([[1, 2, 3]], 0)


def test_no_texts():
    with pytest.raises(DataError, match="No text is longer"):
        windows([], 2)
    with pytest.raises(DataError, match="No text has two words"):
        prefixes([])
