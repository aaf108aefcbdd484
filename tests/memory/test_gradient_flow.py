"""The Jacobian between two states: against products written out, Keras-free and exact."""

import numpy as np
import pytest

from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.layers import GRU, LSTM
from rnn_edu.memory.gradient_flow import (
    jacobian_norms,
    layer_with_radius,
    spectral_radius,
    state_jacobian,
    with_spectral_radius,
)

UNITS, FEATURES = 4, 3


def sequence(length: int, seed: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(length, FEATURES))


def start_states(layer, seed: int = 6) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=UNITS) * 0.4 for _ in layer.state_names]


def by_differences(layer, x, start, of: str, step: float = 1e-6) -> np.ndarray:
    """Rows: which number of the earlier state was moved; columns: what moved at the end."""
    place = layer.state_names.index(of)
    rows = []
    for unit in range(UNITS):
        ends = []
        for sign in (1, -1):
            moved = [state.copy() for state in start]
            moved[place][unit] += sign * step
            result = layer(x[np.newaxis], initial_state=[s[np.newaxis] for s in moved])
            ends.append(result[1 + place][0])
        rows.append((ends[0] - ends[1]) / (2 * step))
    return np.array(rows)


@pytest.mark.parametrize(
    ("cell", "of"), [("SimpleRNN", "h"), ("GRU", "h"), ("LSTM", "h"), ("LSTM", "c")]
)
def test_the_jacobian_is_that_of_centred_differences(cell, of):
    layer = layer_with_radius(cell, UNITS, FEATURES, 0.9, seed=1)
    x, start = sequence(5), start_states(layer)
    jacobian = state_jacobian(layer, x, start, of=of)
    np.testing.assert_allclose(jacobian, by_differences(layer, x, start, of), atol=1e-9)
    assert np.abs(jacobian).min() > 1e-6
    assert not np.allclose(jacobian, jacobian.T, atol=1e-3)


def test_of_a_tanh_layer_it_is_the_product_of_the_steps():
    layer = layer_with_radius("SimpleRNN", UNITS, FEATURES, 1.2, seed=2)
    x, h, product = sequence(6), np.zeros(UNITS), np.eye(UNITS)
    for x_t in x:
        h = np.tanh(x_t @ layer.kernel + h @ layer.recurrent_kernel + layer.bias)
        product = product @ (layer.recurrent_kernel * (1 - h**2))
    np.testing.assert_allclose(state_jacobian(layer, x), product, rtol=1e-12)


def test_of_a_linear_layer_it_is_a_power_of_the_recurrent_matrix():
    layer = layer_with_radius("linear", UNITS, FEATURES, 1.1, seed=3)
    x = sequence(7)
    jacobian = state_jacobian(layer, x)
    np.testing.assert_allclose(
        jacobian, np.linalg.matrix_power(layer.recurrent_kernel, 7), atol=1e-13
    )


def test_an_lstm_that_forgets_by_its_bias_alone_keeps_a_power_of_the_gate():
    layer = layer_with_radius("LSTM", UNITS, FEATURES, 1.0, seed=4, gate_bias=0.7)
    layer.kernel[...] = 0.0
    layer.recurrent_kernel[...] = 0.0
    gate = 1 / (1 + np.exp(-0.7))
    found = state_jacobian(layer, sequence(9), of="c")
    np.testing.assert_allclose(found, gate**9 * np.eye(UNITS), rtol=1e-12)


def test_each_norm_starts_at_the_state_that_the_layer_has_there():
    layer = layer_with_radius("LSTM", UNITS, FEATURES, 1.1, seed=7)
    x = sequence(8)
    first_five = [state[0] for state in layer(x[np.newaxis, :5])[1:]]
    expected = np.linalg.norm(state_jacobian(layer, x[5:], first_five, of="c"), ord=2)
    whole = np.linalg.norm(state_jacobian(layer, x, of="c"), ord=2)
    np.testing.assert_allclose(jacobian_norms(layer, x, [3, 8], of="c"), [expected, whole])


@pytest.mark.parametrize("cell", ["SimpleRNN", "LSTM", "GRU"])
def test_every_gate_gets_the_radius_that_was_asked_for(cell):
    layer = layer_with_radius(cell, UNITS, FEATURES, 0.75, seed=8)
    blocks = np.split(layer.recurrent_kernel, len(layer.gate_names), axis=1)
    assert [spectral_radius(block) for block in blocks] == pytest.approx([0.75] * len(blocks))
    assert not np.allclose(blocks[0], blocks[-1]) or len(blocks) == 1


def test_the_gate_bias_goes_to_the_gate_that_keeps():
    lstm, gru = (
        layer_with_radius(cell, 2, FEATURES, 1.0, seed=8, gate_bias=3.5) for cell in ("LSTM", "GRU")
    )
    assert lstm.bias.tolist() == [0, 0, 3.5, 3.5, 0, 0, 0, 0]
    assert gru.bias.tolist() == [[3.5, 3.5, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_no_cell_starts_with_its_gate_open_unless_asked(cell):
    assert not layer_with_radius(cell, 2, FEATURES, 1.0, seed=8).bias.any()


def test_a_layer_that_hides_its_state_is_refused():
    with pytest.raises(UsageError, match="make the layer with return_state=True"):
        state_jacobian(GRU(2), np.ones((3, 1)))


def test_an_unknown_state_is_named_with_those_there_are():
    with pytest.raises(UsageError, match="lstm has no state 'x'; it has h, c"):
        state_jacobian(LSTM(2, return_state=True), np.ones((3, 1)), of="x")


def test_a_batch_is_not_one_sequence():
    layer = layer_with_radius("GRU", UNITS, FEATURES, 1.0, seed=1)
    with pytest.raises(ShapeError, match=r"but has the shape \(2, 5, 3\)"):
        state_jacobian(layer, np.ones((2, 5, 3)))


@pytest.mark.parametrize("lag", [0, 9])
def test_a_lag_outside_the_sequence_is_refused(lag):
    layer = layer_with_radius("GRU", UNITS, FEATURES, 1.0, seed=1)
    with pytest.raises(UsageError, match=f"from 1 to 8, the length of x, but is {lag}"):
        jacobian_norms(layer, sequence(8), [lag])


def test_a_matrix_without_eigenvalues_to_scale_is_refused():
    with pytest.raises(UsageError, match="spectral radius of this matrix is 0"):
        with_spectral_radius([[0.0, 1.0], [0.0, 0.0]], 0.5)


def test_an_unknown_cell_is_named_with_those_there_are():
    with pytest.raises(UsageError, match="no cell 'RNN'; use one of linear, SimpleRNN, LSTM, GRU"):
        layer_with_radius("RNN", 2, 2, 1.0, seed=0)
