"""Words beside points keep off each other and off the points, where there is room."""

from __future__ import annotations

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest

from rnn_edu.figures.point_labels import label_points
from rnn_edu.figures.style import new_axes


@pytest.fixture(autouse=True)
def no_window(monkeypatch):
    monkeypatch.setitem(mpl.rcParams, "backend", "agg")


def boxes_of(places, words):
    axes = new_axes((6, 4))
    axes.scatter(*places.T)
    axes.set(xlim=(0, 10), ylim=(0, 10))
    labels = label_points(axes, places, words, "black")
    return axes.transData.transform(places), [label.get_window_extent() for label in labels]


def test_words_of_close_points_do_not_cover_each_other():
    places = np.array([[5.0, 5.0], [5.1, 5.1], [4.9, 5.2], [5.05, 4.8]])
    points, boxes = boxes_of(places, ["friends", "day", "doing", "made"])
    assert not [1 for one, other in combinations(boxes, 2) if one.overlaps(other)]
    assert all(box.count_contains(points) == 0 for box in boxes)


def test_a_word_with_room_stands_above_its_point_to_the_right():
    points, [box] = boxes_of(np.array([[2.0, 3.0]]), ["alone"])
    assert (np.array([box.x0, box.y0]) > points[0]).all()
