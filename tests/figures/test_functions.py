"""The small plots of functions: curves that are the functions, tangents that touch."""

import numpy as np
import pytest

from rnn_edu.errors import ShapeError
from rnn_edu.figures.functions import (
    sigmoid_curve,
    softmax_bars,
    surprise_curve,
    tanh_curve,
    tanh_slopes,
)


def curve(figure):
    return figure.axes[0].lines[0].get_data()


@pytest.mark.parametrize(
    ("figure", "function"),
    [
        (tanh_curve, np.tanh),
        (sigmoid_curve, lambda z: 1 / (1 + np.exp(-z))),
        (lambda: surprise_curve({}), lambda p: -np.log(p)),
    ],
)
def test_the_curve_is_the_function(figure, function):
    inputs, outputs = curve(figure())
    assert np.allclose(outputs, function(inputs), rtol=0, atol=1e-12)


def test_marked_points_lie_on_the_curve():
    points = tanh_curve([0.5, -2.0]).axes[0].lines[2].get_data()
    assert np.allclose(points, [[0.5, -2.0], np.tanh([0.5, -2.0])])
    assert "0.73" in [text.get_text() for text in sigmoid_curve([1.0]).axes[0].texts]
    shown = surprise_curve({"half": 0.5}).axes[0].texts[0].get_text()
    assert shown == "half: 0.69"


@pytest.mark.parametrize("a", [-1.6, 0.0, 1.06])
def test_a_tangent_has_the_slope_of_a_tiny_step_and_touches(a):
    figure = tanh_slopes([a])
    xs, ys = figure.axes[0].lines[1].get_data()
    measured = (np.tanh(a + 1e-6) - np.tanh(a - 1e-6)) / 2e-6
    assert np.isclose((ys[1] - ys[0]) / (xs[1] - xs[0]), measured, atol=1e-8)
    assert np.isclose(np.mean(ys), np.tanh(a))
    assert figure.axes[0].texts[0].get_text() == f"slope {measured:.2f}"


def test_softmax_is_shown_in_two_steps():
    scores = np.array([1.5, -1.0, 0.0])
    panels = softmax_bars(scores, ["a", "b", "c"]).axes
    heights = [np.array([bar.get_height() for bar in axes.patches]) for axes in panels]
    assert np.allclose(heights[0], scores)
    assert np.allclose(heights[1], np.exp(scores))
    assert np.allclose(heights[2], np.exp(scores) / np.exp(scores).sum())
    assert panels[0].texts[1].get_text() == "\N{MINUS SIGN}1"


def test_scores_without_names_are_refused():
    with pytest.raises(ShapeError, match="there are 3 scores, but 2 names were given"):
        softmax_bars([1, 2, 3], ["a", "b"])
