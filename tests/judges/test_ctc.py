"""CTC's loss as PyTorch calculates it, in double precision, with its gradients."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_edu.calculations import ctc_forward
from rnn_edu.calculations.ctc import FRAMES, WEIGHTS
from rnn_edu.sound.ctc import log_chance

SAME = {"rtol": 1e-12, "atol": 1e-12}


def loss_of(torch, scores, labels):
    return torch.nn.functional.ctc_loss(
        torch.log_softmax(scores, dim=-1)[:, None],
        torch.tensor([labels]),
        torch.tensor([len(scores)]),
        torch.tensor([len(labels)]),
        reduction="sum",
    )


def test_the_worked_example_and_its_gradients(torch):
    w = ctc_forward()
    kernel, bias = (torch.tensor(np.array(array), requires_grad=True) for array in WEIGHTS)
    scores = torch.tensor(FRAMES, dtype=torch.float64) @ kernel + bias
    scores.retain_grad()
    loss = loss_of(torch, scores, [1, 2])
    loss.backward()
    np.testing.assert_allclose(w["L"].value, loss.detach(), **SAME)
    for name, tensor in (("d_W", kernel), ("d_b", bias)):
        np.testing.assert_allclose(w[name].value, tensor.grad.numpy(), **SAME)
    slopes = [w["d_z", t].value for t in range(1, len(FRAMES) + 1)]
    np.testing.assert_allclose(slopes, scores.grad.numpy(), **SAME)


@pytest.mark.parametrize("labels", [[1], [2, 2], [1, 1, 1, 3], [3, 1, 2, 2, 1]])
def test_forward_sums_in_logarithms(torch, labels):
    scores = torch.tensor(np.random.default_rng(len(labels)).normal(size=(40, 4)))
    ours = log_chance(torch.log_softmax(scores, dim=-1).numpy(), labels)
    np.testing.assert_allclose(-ours, loss_of(torch, scores, labels), **SAME)
