"""The drawings of networks that read and write: as many arrows as the text speaks of."""

import matplotlib as mpl
from matplotlib.patches import FancyBboxPatch

mpl.use("Agg")

from rnn_edu.figures.translation import read_then_write, tree_of_choices

READ, FED, WRITTEN = ["a", "b", "c"], ["<start>", "x"], ["x", "y"]


def parts(figure):
    axes = figure.axes[0]
    boxes = [p for p in axes.patches if isinstance(p, FancyBboxPatch)]
    arrows = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
    return boxes, arrows


def test_every_state_reads_its_word_and_the_state_before():
    boxes, arrows = parts(read_then_write(READ, FED, WRITTEN))
    assert len(boxes) == 2 * 5 + 2
    assert len(arrows) == 5 + 4 + 2


def test_attention_adds_an_arrow_for_each_word_read_and_one_on():
    boxes, arrows = parts(read_then_write(READ, FED, WRITTEN, looking=0))
    assert len(boxes) == 2 * 5 + 2 + 1
    assert len(arrows) == 5 + 4 + 2 + 3 + 1


def test_a_tree_has_a_box_and_a_chance_for_every_word_and_colours_one_way():
    tree = {(): {"a": 0.75, "b": 0.25}, ("b",): {"c": 1.0}}
    figure = tree_of_choices(tree, marked=[("b", "c")])
    boxes, arrows = parts(figure)
    assert len(boxes) == len(arrows) == 3
    written = [text.get_text() for text in figure.axes[0].texts]
    assert {"a", "b", "c", "0.75", "0.25", "1"} <= set(written)
    fills = [box.get_facecolor() for box in boxes]
    assert sorted(fills.count(fill) for fill in set(fills)) == [1, 2]
