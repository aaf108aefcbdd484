"""The report of a comparison: three counts, one table, no digit that changes."""

import numpy as np
import pytest

from rnn_edu.calculations import CALCULATIONS, this_is_an_example
from rnn_edu.calculations.this_is_an_example import NETWORK as EXAMPLE
from rnn_edu.compare import Comparison, NotJudged, compare, judge, keras_twin
from rnn_edu.compare.comparing import row_of
from rnn_edu.compare.report import numbers_apart
from rnn_edu.errors import ComparisonError
from rnn_edu.walkthrough import Walkthrough


@pytest.fixture(scope="module")
def agreeing():
    return judge(CALCULATIONS["this_is_an_example"])


@pytest.fixture(scope="module")
def differing():
    w = this_is_an_example(carry="pre-activation")
    return compare(w, keras_twin(EXAMPLE, [q.value for q in w.weights]), strict=False)


def test_no_digit_that_differs_between_processors_is_shown(agreeing):
    html = agreeing._repr_html_()
    assert html.startswith('<table class="comparison mathjax_process"><caption>This is an example')
    assert html.count('<th scope="row">') == html.count("✓ OK")
    assert html.count("– not judged") == len(agreeing.reasons())
    assert "within 1e-12" in html
    assert "e-1" not in html.replace("1e-12", "")


def test_three_counts(agreeing, differing):
    w = this_is_an_example()
    for comparison in (agreeing, differing):
        counted = comparison.agreeing + comparison.differing + comparison.unjudged
        assert counted == sum(q.value.size for q in w.steps)
    assert (agreeing.differing, agreeing.unjudged) == (0, 32)
    assert (agreeing.ok, agreeing.complete) == (True, False)
    assert differing.differing > 0
    assert agreeing.counts() == f"{agreeing.agreeing} agree, 0 differ, 32 not judged"


def test_the_lines_of_an_agreement(agreeing):
    first, *lines = str(agreeing).splitlines()
    assert first == f"This is an example: {agreeing.verdict}"
    assert first.startswith("This is an example: Keras (float64) agrees: ")
    assert "32 numbers not judged (e, d_e)." in first
    assert "  h, t=1 to 4: 12 numbers, OK" in lines
    assert any("not judged; Keras takes both halves of a softmax in one" in line for line in lines)


def test_a_difference_says_from_where_on(differing):
    first = differing.first_difference
    assert (differing.ok, first.name, first.t) == (False, "a", 2)
    worst = max(row.difference for row in differing.rows if row.name == "h")
    assert f"up to {worst:.1e} from t=2" in differing._repr_html_()
    assert "✗ differs" in differing._repr_html_()
    assert "Keras (float64) disagrees in " in str(differing)
    assert "h, t=1 to 4: 12 numbers, differs, up to 1.1e-05 from t=2" in str(differing)


def test_nothing_compared_is_said():
    nothing = Comparison("A", "float64", 1e-12, (), {}, (NotJudged("s", 1, "unknown"),))
    assert nothing.verdict == "Nothing could be compared with Keras. 1 number not judged (s)."
    assert not nothing.ok
    assert nothing.largest != nothing.largest
    with pytest.raises(ComparisonError, match='nothing in "A" could be compared with Keras'):
        nothing.raise_for_difference()


def test_numbers_have_just_enough_digits():
    assert numbers_apart(1.0, 1.0) == ("1", "1")
    assert numbers_apart(0.1234567, 0.2) == ("0.123457", "0.2")
    assert numbers_apart(1 + 1e-15, 1.0)[0] != "1"


def test_what_is_no_number_never_agrees():
    w = Walkthrough("A")
    step = w.step("s", w.input("x", [1.0, 2.0]) * 1)
    row = row_of(step, np.array([1.0, np.nan]), 1e-12)
    assert (row.ok, row.difference, row.place) == (False, np.inf, (1,))
    assert "element [1], is 2 by hand and nan in Keras" in row.sentence()
