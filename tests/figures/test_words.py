"""The tree of beginnings and the map of words."""

import numpy as np
import pytest
from matplotlib.patches import FancyBboxPatch

from rnn_edu.datasets.toys import HELLO
from rnn_edu.errors import NamingError, ShapeError, UsageError
from rnn_edu.figures.words import beginnings_tree, tree_of, word_map

SENTENCES = [sentence.split() for sentence in HELLO]


def shown(figure):
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def test_the_tree_counts_each_beginning():
    tree = tree_of(SENTENCES)
    assert (tree.word, tree.count, tree.leaves()) == ("hello", 4, 4)
    assert {word: branch.count for word, branch in tree.after.items()} == {"how": 3, "what": 1}
    are = tree.after["how"].after["are"]
    assert {word: branch.count for word, branch in are.after.items()} == {"you": 1, "your": 1}


def test_each_beginning_has_a_box_and_each_fork_its_counts():
    figure = beginnings_tree(SENTENCES)
    boxes = [p for p in figure.axes[0].patches if isinstance(p, FancyBboxPatch)]
    assert len(boxes) == 13
    forks = sorted(text for text in shown(figure) if " of " in text)
    assert forks == ["1 of 2", "1 of 2", "1 of 3", "1 of 4", "2 of 3", "3 of 4"]


def test_no_two_boxes_share_a_place():
    figure = beginnings_tree(SENTENCES)
    boxes = [p for p in figure.axes[0].patches if isinstance(p, FancyBboxPatch)]
    assert len({(round(b.get_x(), 3), round(b.get_y(), 3)) for b in boxes}) == len(boxes)


@pytest.mark.parametrize(("sentences", "count"), [([["a"], ["b"]], 2), ([], 0)])
def test_a_tree_needs_one_root(sentences, count):
    with pytest.raises(UsageError, match=f"begin with {count} different words"):
        tree_of(sentences)


def test_each_word_stands_at_its_point():
    figure = word_map([[0, 1], [2, 3]], ["one", "two"], {"first": ["one"], "second": ["two"]})
    axes = figure.axes[0]
    assert [tuple(text.xy) for text in axes.texts] == [(0, 1), (2, 3)]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["first", "second"]
    assert word_map(np.zeros((1, 2)), ["one"]).axes[0].get_legend() is None


def test_a_map_needs_two_numbers_for_each_word():
    with pytest.raises(ShapeError, match=r"2 words need points of the shape \(2, 2\); .* \(2, 3\)"):
        word_map(np.zeros((2, 3)), ["one", "two"])


def test_a_group_names_words_that_are_drawn():
    with pytest.raises(NamingError, match="'six', which is not one of the words"):
        word_map(np.zeros((1, 2)), ["one"], {"numbers": ["six"]})
