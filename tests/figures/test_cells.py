"""The drawings of single cells carry the numbers of their walkthrough."""

import numpy as np
import pytest

from rnn_edu.calculations import (
    lstm_two_documents,
    simple_rnn_two_documents,
    this_is_an_example,
)
from rnn_edu.errors import NamingError, ShapeError
from rnn_edu.figures.cells import lstm_cell, one_unit

MINUS = "\N{MINUS SIGN}"


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def numbers(figure):
    """The number at the end of each text, where there is one."""
    found = set()
    for text in texts(figure):
        last = text.split("\n")[-1].split(" ")[-1].replace(MINUS, "-")
        if last.replace(".", "").removeprefix("-").isdigit():
            found.add(float(last))
    return found


def rounded(*values):
    return {float(f"{np.asarray(value).item():.3g}") for value in values}


def test_one_unit_shows_every_number():
    w = simple_rnn_two_documents()
    shown = [q.value for q in w.weights]
    shown += [w[key].value for key in (("x", 1), ("x", 2), ("h", 0), ("h", 1), ("h", 2), "y_hat")]
    assert numbers(one_unit(w)) == rounded(*shown)


def test_one_unit_names_the_words_and_the_padding():
    found = texts(one_unit(simple_rnn_two_documents(document=("", "bad"))))
    assert "(padding)" in found
    assert "bad" in found


@pytest.mark.parametrize("t", [1, 2])
def test_lstm_cell_shows_every_number(t):
    w = lstm_two_documents()
    shown = [w[name, t].value for name in ("x", "i", "f", "c_tilde", "o", "c", "h")]
    shown += [w[name, t - 1].value for name in ("c", "h")]
    shown += [
        w["f", t].value * w["c", t - 1].value,
        w["i", t].value * w["c_tilde", t].value,
    ]
    assert numbers(lstm_cell(w, t)) == rounded(*shown)


def test_without_digits_there_are_symbols_only():
    assert not numbers(one_unit(simple_rnn_two_documents(), digits=None))
    drawn = lstm_cell(lstm_two_documents(), 2, digits=None)
    assert not numbers(drawn)
    assert any(r"\tilde{c}_{2}" in text for text in texts(drawn))


def test_more_than_one_unit_is_refused():
    with pytest.raises(ShapeError) as caught:
        one_unit(this_is_an_example())
    assert str(caught.value) == (
        "h at t=0 has the shape (3,); this drawing is for networks with one unit and one input."
    )


def test_another_cell_is_refused_by_name():
    with pytest.raises(NamingError, match="has no c at t=0"):
        lstm_cell(simple_rnn_two_documents(), 1)
