"""MinGRU, MinLSTM and DiagonalSSM against a plain loop in PyTorch, with its own gradients.

First the layers, then the worked examples of the chapter.
"""

from __future__ import annotations

import numpy as np
import pytest

from rnn_edu import layers
from rnn_edu.calculations import CALCULATIONS


def min_gru(torch, x, h, kernel, bias):
    a_z, a_h = (x @ kernel + bias).chunk(2, dim=-1)
    z = torch.sigmoid(a_z)
    return z * h + (1 - z) * a_h


def min_lstm(torch, x, h, kernel, bias):
    a_i, a_f, a_h = (x @ kernel + bias).chunk(3, dim=-1)
    i, f = torch.sigmoid(a_i), torch.sigmoid(a_f)
    return f / (f + i) * h + i / (f + i) * a_h


def diagonal_ssm(torch, x, h, kernel, decay):
    share = torch.sigmoid(decay)
    return share * h + (1 - share) * (x @ kernel)


STEPS = {"MinGRU": min_gru, "MinLSTM": min_lstm, "DiagonalSSM": diagonal_ssm}


@pytest.mark.parametrize("kind", STEPS)
def test_states_and_gradients(torch, kind):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 12, 3))
    layer = getattr(layers, kind)(4, return_sequences=True, dtype="float64")
    layer.build(x.shape)
    layer.set_weights([rng.uniform(-2, 2, w.shape) for w in layer.get_weights()])
    arrays = [x, *layer.get_weights()]
    inputs, *weights = (torch.tensor(array, requires_grad=True) for array in arrays)
    h, states = torch.zeros(2, 4, dtype=torch.float64), []
    for t in range(12):
        h = STEPS[kind](torch, inputs[:, t], h, *weights)
        states.append(h)
    factors = rng.normal(size=(2, 12, 4))
    stacked = torch.stack(states, dim=1)
    (stacked * torch.tensor(factors)).sum().backward()
    np.testing.assert_allclose(layer(x), stacked.detach().numpy(), rtol=0, atol=1e-12)
    d_x, d_weights = layer.backward(factors)
    for ours, theirs in zip([d_x, *d_weights], [inputs, *weights], strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-12, atol=1e-12)


CALCULATED = {
    "min_gru_two_documents": min_gru,
    "min_lstm_two_documents": min_lstm,
    "diagonal_state_space": diagonal_ssm,
}
#: Keras's names of the losses that the worked examples end in.
LOSSES = {"binary_crossentropy": "binary_cross_entropy", "mean_squared_error": "mse_loss"}


@pytest.mark.parametrize("key", CALCULATED)
def test_the_worked_examples(torch, key):
    w, network = CALCULATIONS[key].build(), CALCULATIONS[key].network
    weights = [torch.tensor(weight.value, requires_grad=True) for weight in w.weights]
    *cell, kernel, bias = weights
    h, states = torch.zeros(len(kernel), dtype=torch.float64), []
    for x in torch.tensor(w.over_time("x")):
        h = CALCULATED[key](torch, x, h, *cell)
        states.append(h)
    answer = h @ kernel + bias
    if network.layers[-1].activation == "sigmoid":
        answer = torch.sigmoid(answer)
    loss_of = getattr(torch.nn.functional, LOSSES[network.objective.loss])
    loss = loss_of(answer, torch.tensor(w["y"].value).reshape(answer.shape))
    loss.backward()
    same = {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(w.over_time("h"), torch.stack(states).detach(), **same)
    np.testing.assert_allclose(w["y_hat"].value, answer.detach(), **same)
    np.testing.assert_allclose(w["L"].value, loss.detach(), **same)
    for ours, theirs in zip(w.weights, weights, strict=True):
        np.testing.assert_allclose(w[f"d_{ours.name}"].value, theirs.grad.numpy(), **same)
