"""How wide figures are."""

from __future__ import annotations

import pytest

from rnn_edu.figures import WIDTH, Canvas, new_axes


@pytest.mark.parametrize(("asked", "got"), [(2.0, 2.0), (9.0, WIDTH)])
def test_no_figure_is_wider_than_a_phone_can_show(asked, got):
    figure = new_axes((asked, 1.5)).get_figure()
    assert figure.get_size_inches().tolist() == [got, 1.5]


def test_a_drawing_with_more_units_has_narrower_ones():
    assert Canvas(40, 2).figure.get_size_inches()[0] == WIDTH
