"""Encoder, decoder and attention as PyTorch calculates them: its RNN, its attention, its gradients.

The dot products are judged by ``scaled_dot_product_attention``, PyTorch's own; the sum inside a
tanh, which it lacks, by tensors. In a head of self-attention the scale is a weight of the book's
network and a number to PyTorch, so its gradient is asked of tensors as well.
"""

from __future__ import annotations

import numpy as np
import pytest

from rnn_edu.calculations import self_attention, three_words
from rnn_edu.networks import Network

DATE = ("ninth", "May", "2026")
FORMS = {
    "plain": (three_words.encoder_decoder, three_words.PLAIN_WEIGHTS, {}),
    "dot": (three_words.dot_attention, three_words.DOT_WEIGHTS, {}),
    "additive": (three_words.additive_attention, three_words.ADDITIVE_WEIGHTS, {}),
    "masked": (
        three_words.dot_attention,
        three_words.DOT_WEIGHTS,
        {"date": (*DATE, "", ""), "masked": True},
    ),
}
SAME = {"rtol": 1e-12, "atol": 1e-12}


def tensors(torch, arrays):
    return [torch.tensor(np.asarray(a, float), requires_grad=True) for a in arrays]


def rnn(torch, x, h, kernel, recurrent, bias):
    """All states of PyTorch's ``RNN``, with weights that stand as Keras keeps them."""
    module = torch.nn.RNN(x.shape[1], len(recurrent), batch_first=True, dtype=torch.float64)
    weights = {
        "weight_ih_l0": kernel.T,
        "weight_hh_l0": recurrent.T,
        "bias_ih_l0": bias,
        "bias_hh_l0": torch.zeros_like(bias),
    }
    states, _ = torch.func.functional_call(module, weights, (x[None], h[None, None]))
    return states[0]


def look(torch, query, values, counts):
    """The context by PyTorch's own function, and the weights that it keeps to itself."""
    mask = counts.expand(len(query), -1)
    context = torch.nn.functional.scaled_dot_product_attention(
        query[None], values[None], values[None], attn_mask=mask[None], scale=1.0
    )[0]
    scores = (query @ values.T).masked_fill(~mask, -torch.inf)
    return context, torch.softmax(scores, dim=-1)


def look_additive(torch, query, values, to_query, to_key, scale):
    scores = torch.tanh((query @ to_query)[:, None] + (values @ to_key)[None]) @ scale
    alpha = torch.softmax(scores, dim=-1)
    return alpha @ values, alpha


#: The trained weights, and the same made small: then the network errs, and no gradient is tiny.
@pytest.mark.parametrize("factor", [1.0, 0.3])
@pytest.mark.parametrize("form", FORMS)
def test_states_attention_answers_and_gradients(torch, form, factor):
    calculation, trained, settings = FORMS[form]
    arrays = [factor * np.asarray(array) for array in trained]
    w = calculation(arrays, **{"date": DATE} | settings)
    weights = tensors(torch, arrays)
    words = torch.tensor(w.over_time("x_words"))
    counts = words.any(dim=1)
    read = rnn(torch, words[counts], torch.zeros(2, dtype=torch.float64), *weights[:3])
    # Behind a mask the state of the last word stays.
    values = torch.cat([read, read[-1:].expand(int((~counts).sum()), -1)])
    writing = rnn(torch, torch.tensor(w.over_time("x_fed")), read[-1], *weights[3:6])
    joined = writing
    if form != "plain":
        if form == "additive":
            context, alpha = look_additive(torch, writing, values, *weights[6:9])
        else:
            context, alpha = look(torch, writing, values, counts)
        joined = torch.cat([writing, context], dim=1)
        np.testing.assert_allclose(w.over_time("alpha"), alpha.detach(), **SAME)
        np.testing.assert_allclose(w.over_time("context"), context.detach(), **SAME)
    scores = joined @ weights[-2] + weights[-1]
    truth = torch.tensor(w.over_time("y").argmax(axis=1))
    loss = torch.nn.functional.cross_entropy(scores, truth, reduction="sum")
    loss.backward()

    np.testing.assert_allclose(w.over_time("h_encoder"), values.detach(), **SAME)
    np.testing.assert_allclose(w.over_time("h_decoder"), writing.detach(), **SAME)
    np.testing.assert_allclose(w.over_time("p"), torch.softmax(scores, 1).detach(), **SAME)
    np.testing.assert_allclose(w["L"].value, loss.detach(), **SAME)
    assert len(w.weights) == len(weights)
    for ours, theirs in zip(w.weights, weights, strict=True):
        gradient = w[f"d_{ours.name}"].value
        assert factor == 1 or np.abs(gradient).max() > 1e-3
        np.testing.assert_allclose(gradient, theirs.grad.reshape(gradient.shape), **SAME)


def head_with_a_loss():
    """The head of the chapter, which has no loss, with one behind it."""
    parts = []
    for node in self_attention.HEAD_NETWORK.nodes:
        names = [self_attention.HEAD_NETWORK.nodes[k].layer.name for k, _ in node.inputs]
        parts.append((node.layer, *names))
    return Network.functional(*parts, loss="mean_squared_error", reduction="sum")


def test_a_head_and_its_gradients(torch):
    target = np.random.default_rng(0).normal(size=(3, 2))
    w = head_with_a_loss().walkthrough(self_attention.HEAD_WEIGHTS, self_attention.VECTORS, target)
    to_query, to_value, to_key, scale = weights = tensors(torch, self_attention.HEAD_WEIGHTS)
    x = torch.tensor(self_attention.VECTORS, dtype=torch.float64)
    query, key, value = x @ to_query, x @ to_key, x @ to_value
    own = torch.nn.functional.scaled_dot_product_attention(query[None], key[None], value[None])
    # PyTorch's function divides by the root of the length by itself.
    np.testing.assert_allclose(w.over_time("context"), own[0].detach(), **SAME)
    np.testing.assert_allclose(
        w.over_time("context"), self_attention.self_attention_head().over_time("context"), **SAME
    )
    context = torch.softmax(query @ key.T * scale, dim=-1) @ value
    for answer in (own[0], context):
        for weight in weights:
            weight.grad = None
        loss = ((answer - torch.tensor(target)) ** 2).mean(dim=1).sum()
        loss.backward(retain_graph=True)
        np.testing.assert_allclose(w["L"].value, loss.detach(), **SAME)
        for ours, theirs in zip(w.weights, weights, strict=True):
            if theirs.grad is not None:
                gradient = w[f"d_{ours.name}"].value
                np.testing.assert_allclose(gradient, theirs.grad.reshape(gradient.shape), **SAME)
