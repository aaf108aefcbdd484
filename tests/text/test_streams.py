"""Windows of a long text for a stateful layer: each row goes on where it ended."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_edu.errors import DataError, NumberError, ShapeError, UsageError
from rnn_edu.text import check_continues, stateful_windows, windows


@given(st.integers(2, 60), st.integers(1, 4), st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_each_row_read_batch_by_batch_is_a_part_of_the_text(length, rows, steps):
    stream = np.arange(100, 100 + length)
    if (length - 1) // rows < steps:
        with pytest.raises(DataError):
            stateful_windows(stream, rows, steps)
        return
    x, y = stateful_windows(stream, rows, steps)
    assert x.shape == y.shape
    part = (length - 1) // rows
    for row in range(rows):
        read = x[row::rows].ravel()
        start = 100 + row * part
        np.testing.assert_array_equal(read, np.arange(start, start + len(read)))
        assert part - steps < len(read) <= part
    np.testing.assert_array_equal(y, x + 1)
    check_continues(x, y, rows)


def test_keras_carries_the_state_of_each_row_through_its_own_part():
    import keras

    stream = np.random.default_rng(0).normal(size=13)
    places, _ = stateful_windows(range(13), rows=2, steps=3)
    weights = [np.array([[0.7]]), np.array([[-0.6]]), np.array([0.2])]

    def reader(**settings):
        layer = keras.layers.SimpleRNN(1, return_sequences=True, dtype="float64", **settings)
        layer.build((2, None, 1))
        layer.set_weights(weights)
        return layer

    stateful = reader(stateful=True)
    in_windows = [stateful(stream[batch][..., None]) for batch in np.split(places, 2)]
    parts = stream[[range(6), range(6, 12)]]
    np.testing.assert_allclose(
        np.concatenate(in_windows, axis=1), reader()(parts[..., None]), rtol=0, atol=1e-15
    )


def test_windows_in_the_order_of_the_text_are_found():
    x, y = (a[::3] for a in windows([range(13)], 3))
    y = x + 1
    sentence = r"row 1 of batch 2 begins with 6, but row 1 of batch 1 ended before 3: .*\(2 of 2"
    with pytest.raises(DataError, match=sentence) as caught:
        check_continues(x, y, rows=2)
    assert "in the order of the text, so that each goes on in the next ROW" in str(caught.value)


def test_shuffled_windows_are_found():
    x, y = stateful_windows(range(31), rows=2, steps=3)
    order = np.random.default_rng(1).permutation(len(x))
    with pytest.raises(DataError, match=r"Were the windows shuffled\? .* shuffle=False"):
        check_continues(x[order], y[order], rows=2)


def test_one_broken_row_of_many_is_named():
    x, y = stateful_windows(range(25), rows=3, steps=2)
    x[7] = x[7] + 50
    with pytest.raises(DataError, match=r"row 2 of batch 3 begins with 62, but row 2 of batch 2"):
        check_continues(x, y, rows=3)


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ((range(9), 0, 2), UsageError, "rows must be a whole number from 1 up, not 0"),
        ((range(9), 2, -1), UsageError, "steps must be a whole number from 1 up, not -1"),
        ((range(9), "2", 2), UsageError, "rows must be a whole number from 1 up, not '2'"),
        ((range(9), True, 2), UsageError, "rows must be a whole number from 1 up, not True"),
        ((range(9), 2, 2.0), UsageError, "steps must be a whole number from 1 up, not 2.0"),
        ((range(8), 2, 4), DataError, r"has 8 elements; 2 row\(s\) of 4 step\(s\) .* need 9"),
        (([], 1, 1), DataError, "has 0 elements"),
        ((np.zeros(0, int), 1, 1), DataError, "has 0 elements"),
        (("to be", 1, 1), ShapeError, r"one row of numbers of the shape \(length,\), .* has \(\)"),
        ((list("to be"), 1, 1), NumberError, "its type is <U1; number the text first"),
        (([[1, 2], [3, 4]], 1, 1), ShapeError, r"but it has \(2, 2\)"),
        (([0.5, 1.5], 1, 1), NumberError, "its type is float64"),
    ],
)
def test_what_is_refused(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        stateful_windows(*arguments)


@pytest.mark.parametrize(
    ("x", "y", "rows", "error"),
    [
        (np.zeros((4, 2)), np.zeros((4, 2)), 0, UsageError),
        (np.zeros((4, 2)), np.zeros((4, 3)), 2, ShapeError),
        (np.zeros((5, 2)), np.zeros((5, 2)), 2, ShapeError),
        (np.zeros(4), np.zeros(4), 2, ShapeError),
    ],
)
def test_what_the_check_refuses(x, y, rows, error):
    with pytest.raises(error):
        check_continues(x, y, rows)
