"""Each conversion there and back, and the converted network computes the same.

The judges here are small references in NumPy, written from the documentation of PyTorch
(``torch.nn.RNN``, ``torch.nn.LSTM``, ``torch.nn.GRU``: columns, two biases, gates i f g o and
r z n) and from the formulas of the papers, one example and one direction at a time. They do
not know this book's layers. Weights are drawn at random: all distinct, none zero.
"""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_edu import conventions
from rnn_edu.conventions import GATE_ORDERS, LETTERS
from rnn_edu.errors import NamingError, ShapeError, UsageError
from rnn_edu.layers import GRU, LSTM, Bidirectional, SimpleRNN

LAYERS = {"SimpleRNN": SimpleRNN, "LSTM": LSTM, "GRU": GRU}
SAME = {"rtol": 0, "atol": 1e-12}
small = st.integers(1, 5)


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


def torch_gates(x, h, state, suffix):
    """W_i x + b_i and W_h h + b_h, from PyTorch's arrays."""
    ih, hh, b_ih, b_hh = (
        state[f"{part}_{suffix}"] for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    return ih @ x + b_ih, hh @ h + b_hh


def torch_rnn(x, h, c, state, suffix):
    of_x, of_h = torch_gates(x, h, state, suffix)
    return np.tanh(of_x + of_h), c


def torch_lstm(x, h, c, state, suffix):
    of_x, of_h = torch_gates(x, h, state, suffix)
    i, f, g, o = np.split(of_x + of_h, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def torch_gru(x, h, c, state, suffix):
    of_x, of_h = torch_gates(x, h, state, suffix)
    (r_x, z_x, n_x), (r_h, z_h, n_h) = np.split(of_x, 3), np.split(of_h, 3)
    r, z = sigmoid(r_x + r_h), sigmoid(z_x + z_h)
    n = np.tanh(n_x + r * n_h)
    return (1 - z) * n + z * h, c


TORCH = {"SimpleRNN": torch_rnn, "LSTM": torch_lstm, "GRU": torch_gru}


def torch_outputs(cell, xs, state, suffix="l0"):
    units = state[f"weight_hh_{suffix}"].shape[1]
    h, c, outputs = np.zeros(units), np.zeros(units), []
    for x in xs:
        h, c = TORCH[cell](x, h, c, state, suffix)
        outputs.append(h)
    return np.stack(outputs)


def sequence(features, seed=1, steps=4):
    return np.random.default_rng(seed).normal(size=(steps, features))


def build(layer, features, seed=0):
    """A layer with random weights, biases included."""
    layer.build((None, None, features))
    rng = np.random.default_rng(seed)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.get_weights()])
    return layer


def float64_layer(cell, units, features, seed=0, **arguments):
    layer = LAYERS[cell](units, return_sequences=True, dtype="float64", **arguments)
    return build(layer, features, seed)


# --- PyTorch -----------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", LAYERS)
@given(units=small, features=small)
def test_the_same_network_in_pytorch(cell, units, features):
    layer, xs = float64_layer(cell, units, features), sequence(features)
    state = conventions.to_pytorch(cell, layer.get_weights())
    np.testing.assert_allclose(torch_outputs(cell, xs, state), layer(xs[None])[0], **SAME)


@pytest.mark.parametrize("cell", LAYERS)
def test_to_pytorch_and_back_gives_the_same_arrays(cell):
    weights = float64_layer(cell, 3, 2).get_weights()
    back = conventions.from_pytorch(cell, conventions.to_pytorch(cell, weights, layer=1), layer=1)
    for found, wanted in zip(back, weights, strict=True):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("cell", LAYERS)
def test_a_pytorch_layer_with_two_biases_in_keras(cell):
    gates = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}[cell]
    rng, xs = np.random.default_rng(5), sequence(2)
    shapes = [(gates * 3, 2), (gates * 3, 3), (gates * 3,), (gates * 3,)]
    names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    state = {name: rng.normal(size=shape) for name, shape in zip(names, shapes, strict=True)}
    layer = float64_layer(cell, 3, 2)
    layer.set_weights(conventions.from_pytorch(cell, state))
    np.testing.assert_allclose(layer(xs[None])[0], torch_outputs(cell, xs, state), **SAME)


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_only_the_right_order_of_gates_computes_the_same(cell):
    layer, xs = float64_layer(cell, 2, 3), sequence(3)
    state = conventions.to_pytorch(cell, layer.get_weights())
    order = GATE_ORDERS[cell, "PyTorch"]
    agreeing = []
    for other in map("".join, permutations(order)):
        moved = {k: conventions.reorder_gates(v.T, order, other).T for k, v in state.items()}
        if np.allclose(torch_outputs(cell, xs, moved), layer(xs[None])[0], **SAME):
            agreeing.append(other)
    assert agreeing == [order]


@pytest.mark.parametrize("cell", LAYERS)
def test_a_bidirectional_layer_in_pytorch(cell):
    inner = LAYERS[cell](3, return_sequences=True, dtype="float64")
    layer, xs = build(Bidirectional(inner), 2), sequence(2)
    state = conventions.bidirectional_to_pytorch(cell, layer.get_weights())
    ahead = torch_outputs(cell, xs, state)
    behind = torch_outputs(cell, xs[::-1], state, "l0_reverse")[::-1]
    both = np.concatenate([ahead, behind], axis=1)
    np.testing.assert_allclose(both, layer(xs[None])[0], **SAME)
    back = conventions.bidirectional_from_pytorch(cell, state)
    for found, wanted in zip(back, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_pytorch_has_no_gru_that_resets_before():
    weights = float64_layer("GRU", 2, 1, reset_after=False).get_weights()
    with pytest.raises(UsageError, match=r"bias of the shape \(6,\) resets before the product"):
        conventions.to_pytorch("GRU", weights)


def test_what_pytorch_refuses():
    with pytest.raises(UsageError, match="no cell 'RNN' here; use one of SimpleRNN, LSTM, GRU"):
        conventions.from_pytorch("RNN", {})
    with pytest.raises(NamingError, match="the state has no weight_ih_l0; it has nothing"):
        conventions.from_pytorch("GRU", {})
    with pytest.raises(ShapeError, match=r"three arrays, kernel, recurrent kernel and bias.*got 1"):
        conventions.to_pytorch("LSTM", [[[1]]])
    with pytest.raises(ShapeError, match=r"six arrays, three for each direction.*got 3"):
        conventions.bidirectional_to_pytorch("LSTM", [1, 2, 3])


# --- the order of the gates --------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
@given(units=small, rows=small)
def test_any_order_of_gates_there_and_back(cell, units, rows):
    orders = [GATE_ORDERS[cell, library] for library in ("Keras", "PyTorch", "ONNX")]
    array = np.random.default_rng(0).normal(size=(rows, len(orders[0]) * units))
    for order in orders:
        there = conventions.reorder_gates(array, orders[0], order)
        back = conventions.reorder_gates(there, order, orders[0])
        np.testing.assert_array_equal(back, array)


def test_each_gate_moves_to_its_place():
    assert conventions.reorder_gates([1, 1, 2, 2, 3, 3, 4, 4], "ifco", "iofc").tolist() == [
        *(1, 1, 4, 4, 2, 2, 3, 3)
    ]


def test_orders_that_do_not_fit():
    with pytest.raises(UsageError, match="'zrh' cannot be put into the order 'rzn'"):
        conventions.reorder_gates([1, 2, 3], "zrh", "rzn")
    with pytest.raises(ShapeError, match=r"\(4,\) does not divide into the columns of 3 gates"):
        conventions.reorder_gates([1, 2, 3, 4], "zrh", "rzh")


# --- the GRU's biases and its mixture ----------------------------------------------------------


@given(units=small, features=small)
def test_merged_biases_compute_the_same(units, features):
    layer, xs = float64_layer("GRU", units, features), sequence(features)
    before = layer(xs[None]).copy()
    kernel, recurrent_kernel, bias = layer.get_weights()
    merged = conventions.merge_gate_biases(bias)
    assert not merged[1, : 2 * units].any()
    layer.set_weights([kernel, recurrent_kernel, merged])
    np.testing.assert_allclose(layer(xs[None]), before, **SAME)


def test_the_two_biases_of_the_candidate_cannot_be_merged():
    layer, xs = float64_layer("GRU", 2, 1), sequence(1)
    before = layer(xs[None]).copy()
    kernel, recurrent_kernel, bias = layer.get_weights()
    bias[0, 4:], bias[1, 4:] = bias[0, 4:] + bias[1, 4:], 0
    layer.set_weights([kernel, recurrent_kernel, bias])
    assert np.abs(layer(xs[None]) - before).max() > 0.01


def test_one_row_of_biases_has_nothing_to_merge():
    with pytest.raises(ShapeError, match=r"a bias of the shape \(6,\) has nothing to merge"):
        conventions.merge_gate_biases(np.ones(6))


def gru_that_renews(xs, kernel, recurrent_kernel, bias):
    """Chung et al. (2014): reset before the product, z takes the new state."""
    units = len(recurrent_kernel)
    (W_z, W_r, W_h), (U_z, U_r, U_h) = (np.split(w, 3, axis=1) for w in (kernel, recurrent_kernel))
    b_z, b_r, b_h = np.split(bias, 3)
    h, outputs = np.zeros(units), []
    for x in xs:
        z, r = sigmoid(x @ W_z + h @ U_z + b_z), sigmoid(x @ W_r + h @ U_r + b_r)
        h = (1 - z) * h + z * np.tanh(x @ W_h + (r * h) @ U_h + b_h)
        outputs.append(h)
    return np.stack(outputs)


@given(units=small, features=small)
def test_a_gate_that_keeps_becomes_one_that_renews(units, features):
    layer, xs = float64_layer("GRU", units, features, reset_after=False), sequence(features)
    mirrored = conventions.mirror_update_gate(layer.get_weights())
    np.testing.assert_allclose(gru_that_renews(xs, *mirrored), layer(xs[None])[0], **SAME)
    back = conventions.mirror_update_gate(mirrored)
    for found, wanted in zip(back, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_without_the_mirror_the_two_mixtures_differ():
    layer, xs = float64_layer("GRU", 2, 1, reset_after=False), sequence(1)
    assert np.abs(gru_that_renews(xs, *layer.get_weights()) - layer(xs[None])[0]).max() > 0.1


def test_mirroring_both_rows_of_biases():
    bias = float64_layer("GRU", 2, 1).get_weights()[2]
    (mirrored,) = conventions.mirror_update_gate([bias])
    keeps, renews = sigmoid(bias[:, :2].sum(axis=0)), sigmoid(mirrored[:, :2].sum(axis=0))
    np.testing.assert_allclose(renews, 1 - keeps, **SAME)
    np.testing.assert_array_equal(mirrored[:, 2:], bias[:, 2:])


def test_reset_before_and_after_are_the_same_for_one_unit_without_the_second_bias():
    after, before = float64_layer("GRU", 1, 2), float64_layer("GRU", 1, 2, reset_after=False)
    kernel, recurrent_kernel, bias = after.get_weights()
    xs, bias[1] = sequence(2), 0
    after.set_weights([kernel, recurrent_kernel, bias])
    before.set_weights([kernel, recurrent_kernel, bias[0]])
    np.testing.assert_allclose(after(xs[None]), before(xs[None]), **SAME)


def test_reset_before_and_after_differ_for_two_units():
    after, before = float64_layer("GRU", 2, 2), float64_layer("GRU", 2, 2, reset_after=False)
    kernel, recurrent_kernel, bias = after.get_weights()
    xs, bias[1] = sequence(2), 0
    after.set_weights([kernel, recurrent_kernel, bias])
    before.set_weights([kernel, recurrent_kernel, bias[0]])
    assert np.abs(after(xs[None]) - before(xs[None])).max() > 0.001


# --- papers and textbooks ----------------------------------------------------------------------


@pytest.mark.parametrize("first", ["state", "input"])
@given(units=small, features=small)
def test_one_joined_matrix_computes_the_same(first, units, features):
    layer, xs = float64_layer("SimpleRNN", units, features), sequence(features)
    kernel, recurrent_kernel, bias = layer.get_weights()
    W_a = conventions.join_weights(kernel, recurrent_kernel, first=first)
    h, states = np.zeros(units), []
    for x in xs:
        pair = [h, x] if first == "state" else [x, h]
        h = np.tanh(np.concatenate(pair) @ W_a + bias)
        states.append(h)
    np.testing.assert_allclose(states, layer(xs[None])[0], **SAME)
    back = conventions.split_joined(W_a, units, first=first)
    np.testing.assert_array_equal(back[0], kernel)
    np.testing.assert_array_equal(back[1], recurrent_kernel)


def test_what_cannot_be_joined():
    with pytest.raises(ShapeError, match=r"kernel \(1, 2\) and a recurrent kernel \(1, 3\)"):
        conventions.join_weights([[1, 2]], [[1, 2, 3]])
    with pytest.raises(UsageError, match="first is 'state' or 'input', not 'x'"):
        conventions.join_weights([[1]], [[1]], first="x")
    with pytest.raises(ShapeError, match=r"\(2, 2\) has no rows for the input beside 2 rows"):
        conventions.split_joined(np.ones((2, 2)), units=2)


@given(units=small, features=small)
def test_columns_compute_the_same_as_rows(units, features):
    layer, xs = float64_layer("SimpleRNN", units, features), sequence(features)
    W, U, b = conventions.transpose_kernels(layer.get_weights())
    h, states = np.zeros((units, 1)), []
    for x in xs:
        h = np.tanh(W @ x[:, None] + U @ h + b[:, None])
        states.append(h[:, 0])
    np.testing.assert_allclose(states, layer(xs[None])[0], **SAME)
    back = conventions.transpose_kernels([W, U, b])
    for found, wanted in zip(back, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_a_vector_is_no_kernel():
    with pytest.raises(ShapeError, match=r"a kernel is a matrix; this one has the shape \(2,\)"):
        conventions.transpose_kernels([[1, 2]])


@pytest.mark.parametrize("source", LETTERS)
def test_letters_there_and_back(source):
    letters = LETTERS[source]
    weights = {letter: k for k, letter in enumerate(letters)}
    there = conventions.rename(weights, letters)
    assert set(there) <= {"W_xh", "W_hh", "W_hy"}
    assert conventions.rename(there, {name: letter for letter, name in letters.items()}) == weights


def test_one_source_uses_one_letter_for_two_matrices():
    assert LETTERS["figure"]["W"] == "W_hh"
    assert LETTERS["gradients"]["W"] == "W_xh"


def test_a_letter_that_is_not_there():
    with pytest.raises(NamingError, match="the letter 'Q' is none of U, W, V"):
        conventions.rename({"Q": 1}, LETTERS["figure"])
