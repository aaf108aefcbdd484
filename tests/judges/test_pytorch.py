"""PyTorch agrees with the book's calculations and with random networks, forward and backward."""

import sys

import numpy as np
import pytest

from rnn_edu import networks as n
from rnn_edu.calculations import CALCULATIONS
from rnn_edu.compare.pytorch import compare_pytorch
from rnn_edu.errors import ComparisonError, MissingProgramError, UsageError

pytestmark = pytest.mark.usefixtures("torch")

#: PyTorch has no recurrent layer without an activation, no GRU that resets before the product, no
#: masks, no attention without weights of its own, and no layers that need not wait.
NOT_THERE = {
    "linear_recurrence",
    "gru_reset_before",
    "padded_sentence",
    "dot_attention",
    "additive_attention",
    "self_attention_head",
    "min_gru_two_documents",
    "min_lstm_two_documents",
    "diagonal_state_space",
}
KEYS = [key for key, c in CALCULATIONS.items() if c.network and key not in NOT_THERE]

STEPS, FEATURES, CLASSES = 3, 2, 2


@pytest.mark.parametrize("key", KEYS)
def test_the_books_calculations(key):
    calculation = CALCULATIONS[key]
    comparison = compare_pytorch(calculation.build(), calculation.network)
    assert comparison.ok
    assert comparison.largest < 1e-12
    judged = {row.name for row in comparison.rows}
    assert any(name.startswith("h") for name in judged)
    gradients = {row.name for row in comparison.rows if row.role == "gradient"}
    weights = {f"d_{w.name}" for w in calculation.build().weights}
    assert not calculation.network.objective.loss or weights <= gradients


@pytest.mark.parametrize("key", sorted(NOT_THERE & set(CALCULATIONS)))
def test_what_pytorch_does_not_have(key):
    calculation = CALCULATIONS[key]
    with pytest.raises(UsageError, match=r"PyTorch's modules have no .* so it cannot be asked"):
        compare_pytorch(calculation.build(), calculation.network)


def inputs():
    return np.random.default_rng(1).normal(size=(STEPS, FEATURES))


def shapes_of(layer, features):
    """The shapes of a layer's arrays, and the length of the vectors that it hands on."""
    if isinstance(layer, n.Dense):
        return [(features, layer.units), (layer.units,)], layer.units
    if isinstance(layer, n.Bidirectional):
        shapes, units = shapes_of(layer.layer, features)
        return 2 * shapes, 2 * units if layer.merge_mode == "concat" else units
    columns = len(layer.cell.gates) * layer.units
    shapes = [(features, columns), (layer.units, columns), layer.bias_shape()]
    return shapes[: len(layer.arrays())], layer.units


def weights_of(network, seed=0):
    rng, features, found = np.random.default_rng(seed), FEATURES, {}
    for layer in network.layers[1:]:
        shapes, features = shapes_of(layer, features)
        found[layer.name] = [rng.normal(size=shape) for shape in shapes]
    return found


CELLS = [
    n.SimpleRNN(2),
    n.SimpleRNN(3, activation="relu"),
    n.LSTM(2),
    n.GRU(2),
    n.LSTM(2, use_bias=False),
]
FORMS = ["plain", "stacked", "both ways", "both ways, every step", "backwards"]


def network_of(cell, form):
    from dataclasses import replace

    every = replace(cell, return_sequences=True)
    body = {
        "plain": [cell],
        "stacked": [every, cell],
        "both ways": [n.Bidirectional(cell)],
        "both ways, every step": [n.Bidirectional(every, "ave"), every],
        "backwards": [replace(cell, go_backwards=True)],
    }[form]
    return n.Network.sequential(
        n.Input((STEPS, FEATURES)),
        *body,
        n.Dense(CLASSES, "softmax"),
        loss="categorical_crossentropy",
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.kind} {cell.activation}")
def test_random_networks_forward_and_backward(cell, form):
    network = network_of(cell, form)
    steps = STEPS if form == "both ways, every step" else 1
    target = np.eye(CLASSES)[np.arange(steps) % 2]
    w = network.walkthrough(weights_of(network), inputs(), target if steps > 1 else target[0])
    comparison = compare_pytorch(w, network)
    assert comparison.largest < 1e-12
    judged = {row.name for row in comparison.rows}
    assert {f"d_{q.name}" for q in w.weights} <= judged
    assert {q.name for q in w.of_role("state")} <= judged


@pytest.mark.parametrize("loss", ["binary_crossentropy", "mean_squared_error"])
def test_other_losses(loss):
    network = n.Network.sequential(
        n.Input((STEPS, FEATURES)), n.LSTM(2), n.Dense(2, "sigmoid"), loss=loss
    )
    w = network.walkthrough(weights_of(network), inputs(), [1.0, 0.25])
    assert compare_pytorch(w, network).largest < 1e-12


def test_a_loss_that_is_not_asked_for_leaves_the_gradients_unjudged():
    network = n.Network.sequential(
        n.Input((STEPS, FEATURES)), n.LSTM(2), n.Dense(2, "sigmoid"), loss="kl_divergence"
    )
    w = network.walkthrough(weights_of(network), inputs(), [0.75, 0.25])
    comparison = compare_pytorch(w, network)
    assert comparison.ok
    assert "L" in {step.title for step in comparison.not_judged}
    assert not [row for row in comparison.rows if row.role == "gradient"]


def test_every_function_that_pytorch_is_asked_for(torch):
    from rnn_edu.compare.pytorch import FUNCTIONS
    from rnn_edu.walkthrough.functions import activation

    u = np.array([-3.5, -1.0, -0.25, 0.25, 1.0, 3.5])
    for name, function in FUNCTIONS.items():
        if name == "softmax":
            continue
        theirs = function(torch, torch.tensor(u)).numpy()
        ours = [activation(name)(float(number)).value for number in u]
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12, err_msg=name)


def test_the_gradient_by_a_cell_state_is_left_unjudged():
    network = network_of(n.LSTM(2), "plain")
    w = network.walkthrough(weights_of(network), inputs(), [0.0, 1.0])
    comparison = compare_pytorch(w, network)
    left = {step.title for step in comparison.not_judged}
    assert {"d_c at t=1", "a_i at t=1", "i at t=1"} <= left
    assert not comparison.complete


def test_a_wrong_weight_is_found_at_its_first_step():
    network = network_of(n.GRU(2), "plain")
    weights = weights_of(network)
    w = network.walkthrough(weights, inputs(), [0.0, 1.0])
    state = w["h", 2]
    state.value[0] += 1e-9
    with pytest.raises(ComparisonError, match=r"h at t=2 .* in PyTorch"):
        compare_pytorch(w, network)


def test_a_mask_is_not_asked_for():
    network = n.Network.sequential(
        n.Input((STEPS,), "int"), n.Embedding(4, 2, mask_zero=True), n.LSTM(2)
    )
    rng = np.random.default_rng(0)
    shapes = [(4, 2), (2, 8), (2, 8), (8,)]
    w = network.walkthrough([rng.normal(size=shape) for shape in shapes], [1, 2, 0])
    with pytest.raises(UsageError, match="mask_zero=True; PyTorch's modules have no masks"):
        compare_pytorch(w, network)


def test_without_pytorch_a_sentence(monkeypatch):
    calculation = CALCULATIONS["this_is_an_example"]
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingProgramError, match="PyTorch is not installed; requirements-judges"):
        compare_pytorch(calculation.build(), calculation.network)
