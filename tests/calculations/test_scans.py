"""The three scans on paper against a plain loop, and how much each of them calculates."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_edu.calculations.scans import (
    ADDED,
    KEPT,
    START,
    scan_blelloch,
    scan_hillis_steele,
    scan_one_by_one,
)
from rnn_edu.errors import ShapeError
from rnn_edu.layers.scans import scan

SCANS = {
    "one by one": scan_one_by_one,
    "Hillis-Steele": scan_hillis_steele,
    "Blelloch": scan_blelloch,
}


def states(w):
    return [float(w["h", t].value) for t in range(1, 9)]


@pytest.mark.parametrize("way", SCANS)
def test_the_states_are_those_of_a_plain_loop(way):
    h, wanted = START, []
    for a, b in zip(KEPT, ADDED, strict=True):
        h = a * h + b
        wanted.append(h)
    w = SCANS[way]()
    np.testing.assert_allclose(states(w), wanted, rtol=0, atol=1e-15)
    assert w.of_role("state")[-1] is w["h", 8]  # what a sheet shows as the answer


@pytest.mark.parametrize("way", SCANS)
def test_as_much_is_calculated_as_the_array_version_counts(way):
    w = SCANS[way]()
    made = sum(q.name == "h" or q.name.startswith("b_") for q in w.steps if q.role != "gradient")
    assert made == scan(KEPT, ADDED, START, way=way).joins


@pytest.mark.parametrize("way", SCANS)
def test_the_gradient_runs_back_through_the_same_shares(way):
    w = SCANS[way]()
    slope = 1.0
    for t in range(8, 0, -1):
        assert w["d_b"].value[t - 1] == pytest.approx(slope, abs=1e-15)
        assert w["d_a"].value[t - 1] == pytest.approx(slope * w["h", t - 1].value, abs=1e-15)
        slope *= KEPT[t - 1]


def test_no_two_numbers_are_equal():
    assert len({*KEPT, *ADDED, START}) == 17


def test_another_length_is_refused():
    with pytest.raises(ShapeError, match=r"have 8 steps, but 2 shares and 8 numbers to add were"):
        scan_blelloch((0.5, 0.5))
