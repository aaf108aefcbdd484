"""Keras as the judge of layers on top of each other and in both directions."""

import numpy as np
import pytest

from rnn_edu.calculations.both_directions import STACK, WEIGHTS, bidirectional_and_stacked
from rnn_edu.compare import compare, keras_twin
from rnn_edu.errors import ComparisonError, ShapeError


@pytest.fixture(scope="module")
def twin():
    return keras_twin(STACK, WEIGHTS)


def test_all_states_the_answer_the_loss_and_all_gradients_are_compared(twin):
    comparison = compare(bidirectional_and_stacked(), twin)
    names = {row.name for row in comparison.rows}
    assert {"h_forwards", "h_backwards", "h_second", "p", "L", "d_W_h_backwards", "d_b_y"} <= names
    assert len([row for row in comparison.rows if row.role == "state"]) == 12
    assert comparison.largest <= 1e-12


def test_float32_has_a_wider_tolerance():
    comparison = compare(bidirectional_and_stacked(), keras_twin(STACK, WEIGHTS, "float32"))
    assert comparison.tolerance == 1e-6


@pytest.mark.parametrize(
    ("name", "first"), [("W_h_backwards", "h_backwards at t=3"), ("b_second", "h_second at t=1")]
)
def test_a_mutant_is_caught_at_its_first_step(twin, name, first):
    w = bidirectional_and_stacked()
    # Off by less than the weights may be, by more than the steps may be.
    mutant = w.with_values({name: w[name].value + 5e-8})
    with pytest.raises(ComparisonError, match=f"first step that differs: {first}"):
        compare(mutant, twin)


def test_a_layer_that_reads_the_wrong_way_is_caught(twin):
    swapped = [*WEIGHTS[3:6], *WEIGHTS[0:3], *WEIGHTS[6:]]
    with pytest.raises(ComparisonError, match="differs from W_x_forwards of the walkthrough by"):
        compare(bidirectional_and_stacked(swapped), twin)


def test_other_shapes_are_named(twin):
    import keras

    wide = keras.layers.Bidirectional(keras.layers.SimpleRNN(3))
    model = keras.Sequential([keras.Input((4, 4)), wide, keras.layers.Dense(3)])
    with pytest.raises(ComparisonError, match=r"the layers have weights of the shapes \(4, 3\), "):
        compare(bidirectional_and_stacked(), model)


def test_weights_that_do_not_fit_the_twin_are_named():
    with pytest.raises(ShapeError, match=r"Bidirectional\(SimpleRNN\(2\)\), SimpleRNN\(2\) with"):
        keras_twin(STACK, [np.ones((2, 2))])
