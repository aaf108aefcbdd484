"""MinGRU, MinLSTM and DiagonalSSM against a plain loop in PyTorch, with its own gradients."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_edu import layers


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
