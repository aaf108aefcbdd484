"""The drawings of the way back: every number and gradient, arrows that point back, true shapes."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from rnn_edu.calculations import simple_rnn_two_documents, this_is_an_example
from rnn_edu.errors import ShapeError
from rnn_edu.figures.backward import BACK, Matrix, one_unit_backward, shapes_of

MINUS = "\N{MINUS SIGN}"


def number_in(text):
    last = text.split(" ")[-1].replace(MINUS, "-")
    return float(last) if last.replace(".", "").removeprefix("-").isdigit() else None


def numbers(figure, *, red):
    found = [text for text in figure.axes[0].texts if (text.get_color() == BACK) == red]
    return {number_in(text.get_text()) for text in found} - {None}


def rounded(*quantities):
    return {float(f"{q.value.item():.3g}") for q in quantities}


def test_each_box_holds_its_number_and_each_but_the_words_its_gradient():
    w = simple_rnn_two_documents()
    inner = [("a", 1), ("h", 1), ("a", 2), ("h", 2), "z", "y_hat", "L"]
    figure = one_unit_backward(w)
    values = [w[key] for key in (("x", 1), ("x", 2), *inner)]
    back = [w[f"d_{k}"] if isinstance(k, str) else w[f"d_{k[0]}", k[1]] for k in inner]
    assert numbers(figure, red=False) == rounded(*values)
    assert numbers(figure, red=True) == rounded(*back)


def test_red_arrows_lead_from_the_loss_to_the_first_sum():
    figure = one_unit_backward(simple_rnn_two_documents())
    red = [
        note
        for note in figure.axes[0].texts
        if getattr(note, "arrowprops", None) and note.arrowprops["color"] == BACK
    ]
    ends = [(note.xy, note.xyann) for note in red]
    assert len(ends) == 6
    assert all(end[1] < start[1] or end[0] < start[0] for end, start in ends)
    assert sum(end[0] < start[0] for end, start in ends) == 1


def test_more_than_one_unit_is_refused():
    with pytest.raises(ShapeError, match="for networks with one unit and one input"):
        one_unit_backward(this_is_an_example())


def test_each_matrix_has_as_many_cells_as_it_should():
    line = [Matrix("A", 2, 5, "gradient"), "=", Matrix("B", 2, 3), "@", Matrix("C", 3, 5)]
    figure = shapes_of([line, [Matrix("D", 4, 1)]])
    cells = [p for p in figure.axes[0].patches if isinstance(p, Rectangle)]
    assert len(cells) == 10 + 6 + 15 + 4
    words = [text.get_text() for text in figure.axes[0].texts]
    assert "$C$" in words
    assert r"3 $\times$ 5" in words
    view = figure.axes[0].viewLim
    for cell in cells:
        inside = np.array([cell.get_x(), cell.get_x() + cell.get_width()])
        assert view.x0 <= inside.min()
        assert inside.max() <= view.x1
        assert view.y0 < cell.get_y() < cell.get_y() + cell.get_height() < view.y1
