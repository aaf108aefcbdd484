"""Every figure that the source publishes for the three examples, found again.

The sheets' values are matched to 1e-9, Keras's printed float32 outputs to 1e-7.
"""

import numpy as np
import pytest

from rnn_edu.calculations import (
    lstm_two_documents,
    simple_rnn_two_documents,
    this_is_an_example,
)

SHEET, FLOAT32 = 1e-9, 1e-7

PRE_ACTIVATION = [
    [0.033, 0.021, 0.065],
    [0.045203, -0.083669, -0.035385],
    [0.053317553, 0.047092161, -0.080224655],
    [0.058491260443, -0.030400579989, -0.064934185225],
]
HIDDEN = [
    [0.03298802621575342, 0.020996913544449578, 0.06490861277463751],
    [0.045172237210742816, -0.08347430351601162, -0.03537023889433375],
    [0.053267087355705976, 0.04705738020285086, -0.08005298842453103],
    [0.05842464763003236, -0.03039121809252671, -0.06484307500583053],
]
SOFTMAX = [
    [0.2501563863053172, 0.24958886626915477, 0.2492557429422697, 0.25099900448325835],
    [0.25021381202144816, 0.24802914126686695, 0.2514501317138302, 0.25030691499785457],
    [0.25132742299153, 0.25037371943641856, 0.24908189172506562, 0.24921696584698597],
    [0.25084392927999716, 0.24888241824655308, 0.2504690157206939, 0.24980463675275597],
]


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


@pytest.mark.parametrize(
    ("calculation", "published"),
    [
        (
            simple_rnn_two_documents,
            {
                ("a", 1): -0.134305,
                ("h", 1): -0.13350326043978053,
                ("a", 2): 1.061233347167715,
                ("h", 2): 0.7861354436230622,
                ("y_hat", None): 0.5319927616434026,
            },
        ),
        (
            lstm_two_documents,
            {
                ("c", 1): -0.37558677392425666,
                ("h", 1): -0.1723830291133436,
                ("c", 2): -0.5430777098321666,
                ("h", 2): -0.20429164809066017,
                ("y_hat", None): 0.4737503843934696,
            },
        ),
    ],
)
def test_the_sheets_of_the_two_documents(calculation, published):
    w = calculation()
    for key, value in published.items():
        assert w[key].value.item() == pytest.approx(value, abs=SHEET), key


@pytest.mark.parametrize(
    ("calculation", "printed"),
    [(simple_rnn_two_documents, 0.53199273), (lstm_two_documents, 0.47375038)],
)
def test_what_keras_printed(calculation, printed):
    assert calculation()["y_hat"].value.item() == pytest.approx(printed, abs=FLOAT32)
