"""Networks that nobody chose: every number of each is found again by Keras in float64."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnn_edu.compare import compare
from rnn_edu.explanation import explain
from tests.explanation.random_networks import case_from

pytest.importorskip("keras")

QUIET = {
    "deadline": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}


@settings(max_examples=40, **QUIET)
@given(st.data())
def test_every_number_of_forty_networks_is_kerass_own(data):
    case = case_from(data.draw)
    walkthrough = explain(case.model, case.example, case.target)
    verdict = compare(walkthrough, case.model, tolerance=1e-12, strict=False)
    assert verdict.ok, str(verdict)
    assert verdict.complete, str(verdict)
    assert verdict.numbers == sum(step.value.size for step in walkthrough.steps)
