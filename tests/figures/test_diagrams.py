"""The drawings hold the boxes, words and arrows that they should."""

import pytest
from matplotlib.patches import FancyBboxPatch

from rnn_edu.figures import diagrams


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def boxes(figure):
    return [patch for patch in figure.axes[0].patches if isinstance(patch, FancyBboxPatch)]


def test_a_gru_has_two_gates_a_candidate_and_a_mixture():
    figure = diagrams.gru_cell()
    shown = " ".join(texts(figure))
    for word in ("update\ngate", "reset\ngate", "candidate", "mixture", "h_{t-1}", "1 - z_t"):
        assert word in shown
    assert len(boxes(figure)) == 7


@pytest.mark.parametrize(("second_layer", "rows"), [(False, 4), (True, 5)])
def test_one_box_for_each_word_in_each_row(second_layer, rows):
    figure = diagrams.both_directions(["one", "two", "three"], second_layer=second_layer)
    assert len(boxes(figure)) == 3 * rows
    assert texts(figure).count("two") == 1


def test_the_backward_arrows_point_to_the_left():
    figure = diagrams.both_directions(["one", "two"])
    arrows = [a for a in figure.axes[0].texts if getattr(a, "arrow_patch", None)]
    sideways = [(a.xyann[0], a.xy[0]) for a in arrows if a.xyann[1] == a.xy[1]]
    assert sorted(end > start for start, end in sideways) == [False, True]
