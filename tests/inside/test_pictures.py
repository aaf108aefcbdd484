"""The heat maps: what is drawn where."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rnn_edu.errors import ShapeError
from rnn_edu.inside import cell_map, read_lstm, text_map


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_rows_columns_and_scale():
    figure = text_map([[0.5, -2.0, 0.1, 0, 1]], "a\n of", rows=["cell 1"], title="c")
    axes, scale = figure.axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a⏎", "of"]
    assert axes.get_xticks().tolist() == [0, 3.5]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["cell 1"]
    assert scale.get_ylim() == (-2.0, 2.0)
    assert np.asarray(axes.images[0].get_array()).tolist() == [[0.5, -2.0, 0.1, 0, 1]]


def test_one_cell_shows_gates_and_states_in_the_order_of_the_calculation():
    weights = [np.ones((1, 8)), np.full((2, 8), 0.3), np.arange(8) / 10]
    reading = read_lstm(weights, [[1.0], [0.5]])
    drawn = np.asarray(cell_map(reading, "ab", 1).axes[0].images[0].get_array())
    parts = (reading.i, reading.f, reading.candidate, reading.c, reading.o, reading.h)
    assert drawn.tolist() == [part[:, 1].tolist() for part in parts]


def test_a_text_of_another_length_is_refused():
    with pytest.raises(ShapeError, match=r"map of 2 characters and 0 named rows.*\(1, 3\)"):
        text_map(np.ones((1, 3)), "ab")
    with pytest.raises(ShapeError, match="2 named rows"):
        text_map(np.ones((1, 3)), "abc", rows=["one", "two"])
