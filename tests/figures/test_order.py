"""The drawings of the opening chapter: how many boxes, which words, nothing outside the frame."""

import matplotlib as mpl
import pytest
from matplotlib.patches import FancyBboxPatch

mpl.use("Agg")

from rnn_edu.figures.order import (
    SHAPES,
    box_for_each_word,
    loop_and_unrolled,
    task_shapes,
)
from rnn_edu.figures.style import FILLS


def boxes(figure) -> list[FancyBboxPatch]:
    return [p for p in figure.axes[0].patches if isinstance(p, FancyBboxPatch)]


def filled(figure, role: str) -> int:
    wanted = mpl.colors.to_rgba(FILLS[role])
    return sum(box.get_facecolor() == wanted for box in boxes(figure))


def written(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def assert_inside(figure) -> None:
    axes = figure.axes[0]
    for box in boxes(figure):
        assert axes.viewLim.containsx(box.get_x())
        assert axes.viewLim.containsx(box.get_x() + box.get_width())
        assert axes.viewLim.containsy(box.get_y())
        assert axes.viewLim.containsy(box.get_y() + box.get_height())


def test_the_five_shapes_have_a_box_for_each_input_state_and_output():
    figure = task_shapes()
    assert filled(figure, "input") == sum(sum(shape.reads) for shape in SHAPES) == 11
    assert filled(figure, "output") == sum(sum(shape.answers) for shape in SHAPES) == 10
    assert filled(figure, "state") == sum(len(shape.reads) for shape in SHAPES) == 15
    assert written(figure) == [shape.title for shape in SHAPES]
    assert_inside(figure)


@pytest.mark.parametrize("words", [["This", "is", "an"], ["a", "b", "c", "d"]])
def test_each_word_has_a_box_and_a_place(words):
    figure = box_for_each_word(words, "example")
    assert filled(figure, "input") == len(words)
    assert {*words, "example", f"place {len(words)}"} <= set(written(figure))
    assert_inside(figure)


def test_the_unrolled_network_is_drawn_once_for_each_word_and_once_folded():
    figure = loop_and_unrolled(["This", "is", "an"])
    assert written(figure).count("$f$") == 4
    assert {"$x_1$", "$x_3$", "$p_2$", "$h_0$", "$h_2$", "This", "an"} <= set(written(figure))
    assert "$h_3$" not in written(figure)
    assert_inside(figure)
