"""Drawings of three parts and of figures with their margins."""

import numpy as np
import pytest
from matplotlib.container import ErrorbarContainer

from rnn_edu.errors import ShapeError
from rnn_edu.figures import three_parts, with_margins


def test_the_three_parts_are_named_with_their_sizes():
    texts = [text.get_text() for text in three_parts([1800, 100, 90]).axes[0].texts]
    assert texts[::2] == ["learned from\n1,800", "chosen by\n100", "held out\n90"]
    with pytest.raises(ShapeError, match="2 sizes were given for the three parts"):
        three_parts([5, 2])


def test_a_margin_reaches_as_far_as_it_says():
    given = {"one": (0.5, 0.1), "two": (0.8, 0.05)}
    axes = with_margins(given, {"best": 1.0}, "share", most=0.82)
    [bars] = [c for c in axes.containers if isinstance(c, ErrorbarContainer)]
    segments = np.array(bars.lines[2][0].get_segments())
    assert segments[:, :, 0].tolist() == pytest.approx(np.array([[0.4, 0.6], [0.75, 0.82]]))
    assert segments[0, 0, 1] > segments[1, 0, 1]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["one", "two"]
    assert axes.texts[0].get_text() == "best"
