"""Every figure that the source publishes for the three examples, found again.

The sheets' values are matched to 1e-9, Keras's printed float32 outputs to 1e-7.
"""

import numpy as np
import pytest

from rnn_edu.calculations import this_is_an_example
from rnn_edu.verification.published import HIDDEN, PRE_ACTIVATION, PUBLISHED, SHEET, SOFTMAX


@pytest.mark.parametrize(
    ("name", "published"), [("a", PRE_ACTIVATION), ("h", HIDDEN), ("p", SOFTMAX)]
)
def test_the_published_sheet_carries_the_pre_activation(name, published):
    sheet = this_is_an_example(carry="pre-activation").over_time(name)
    np.testing.assert_allclose(sheet, published, rtol=0, atol=SHEET)


def test_the_slip_of_the_published_sheet_has_the_size_that_the_book_tells():
    difference = np.abs(this_is_an_example().over_time("h") - HIDDEN).max(axis=1)
    assert difference[0] < 1e-15
    assert difference.max() == pytest.approx(1.08e-5, abs=1e-7)


def test_the_four_steps_agree_with_the_published_softmax_to_the_slip():
    np.testing.assert_allclose(this_is_an_example().over_time("p"), SOFTMAX, rtol=0, atol=3e-7)


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda p: f"{p.key}-{p.where}")
def test_every_other_figure(published):
    w = published.build()
    for key, value in published.figures.items():
        np.testing.assert_allclose(
            w[key].value.ravel(),
            np.ravel(value),
            rtol=0,
            atol=published.tolerance,
            err_msg=str(key),
        )
