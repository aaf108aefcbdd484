"""The table of what agrees with what, and that it would show a disagreement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.training.twins import inputs, numpy_twin
from rnn_edu.verification import Result, verification_table
from rnn_edu.verification.published import PUBLISHED
from rnn_edu.verification.views import (
    by_differences,
    by_keras,
    by_keras_in_single_precision,
    by_numpy_layers,
    by_the_source,
    compared,
)

WITH_NETWORK = [c for c in CALCULATIONS.values() if c.network is not None]
IDS = {"ids": lambda calculation: calculation.key}


@pytest.mark.parametrize("calculation", WITH_NETWORK, **IDS)
@pytest.mark.parametrize("view", [by_keras, by_keras_in_single_precision, by_numpy_layers])
def test_every_calculation_agrees_with_keras_and_the_numpy_layers(calculation, view):
    result = view(calculation)
    if view is by_numpy_layers and not calculation.network.stacked:
        assert result is None
    else:
        assert result.ok, result


@pytest.mark.parametrize("calculation", CALCULATIONS.values(), **IDS)
def test_every_gradient_is_a_slope(calculation):
    result = by_differences(calculation)
    assert result is None or result.ok, result


def test_every_published_figure_is_found_again():
    results = [r for calculation in CALCULATIONS.values() for r in by_the_source(calculation)]
    assert len(results) == len(PUBLISHED)
    assert all(result.ok for result in results), results


def mistaken(key, weight, change):
    """A calculation with one number changed behind the back of its weights' judges."""
    calculation = CALCULATIONS[key]
    return replace(
        calculation, build=lambda: calculation.build().with_values({(weight, None): change})
    )


def test_a_gradient_that_is_no_slope_is_found(monkeypatch):
    from rnn_edu.verification import views

    monkeypatch.setattr(views, "NUDGE", 0.5)
    assert not by_differences(CALCULATIONS["this_is_an_example"]).ok


def test_a_wrong_weight_is_found_by_the_published_figures(monkeypatch):
    from rnn_edu.verification import published, views

    first = published.PUBLISHED[1]
    build = mistaken("simple_rnn_two_documents", "b_h", [0.3]).build
    monkeypatch.setattr(views, "PUBLISHED", (replace(first, build=build),))
    (result,) = by_the_source(CALCULATIONS["simple_rnn_two_documents"])
    assert not result.ok


def answer_of_the_layers(network, walkthrough):
    x = inputs(network, walkthrough)
    return numpy_twin(network, [q.value for q in walkthrough.weights], x.shape).predict(x)


def test_the_numpy_layers_know_nothing_of_the_walkthrough():
    calculation = CALCULATIONS["lstm_two_documents"]
    right = answer_of_the_layers(calculation.network, calculation.build())
    other = mistaken("lstm_two_documents", "b_y", [0.9]).build()
    assert np.abs(answer_of_the_layers(calculation.network, other) - right).max() > 0.1


def test_differences_are_relative_to_the_largest_number_of_an_array():
    pairs = [(np.array([100.0, 1.0]), np.array([100.0, 1.5]))]
    assert compared("a", "b", pairs, 1e-2) == Result("a", "b", 2, 0.005, 1e-2)
    assert compared("a", "b", [(np.zeros(1), np.full(1, 0.5))], 1e-2).largest == 0.5


@pytest.mark.parametrize(
    "bad",
    [
        Result("Sum", "by hand", 3, 1e-3, 1e-9),
        Result("Sum", "by hand", 0, 0.0, 1e-9),
        Result("Sum", "by hand", 3, float("nan"), 1e-9),
        Result("Sum", "by hand", 3, 0.0, 1e-9, in_order=False),
    ],
)
def test_the_table_shows_a_disagreement(bad):
    good = Result("Sum", "on paper", 1200, 1e-16, 1e-12)
    assert verification_table([good]).verdict == "All 1 comparisons of 1,200 numbers agree."
    table = verification_table([good, bad])
    assert not table.ok
    assert table.verdict == "1 of 2 comparisons differ, first Sum with by hand."
    assert table._repr_html_().count("✗ differs") == 1


def test_nothing_compared_is_no_agreement():
    assert not verification_table([]).ok
