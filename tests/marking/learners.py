"""Learners who calculate with plain NumPy, each with one mistake that they make every time.

Nothing here uses a walkthrough: the numbers come from the formulas as a learner would type
them into a calculator, so that the marking is tested against an independent source.
"""

from __future__ import annotations

import numpy as np

from rnn_edu.calculations import backpropagation as bptt
from rnn_edu.calculations import gated
from rnn_edu.calculations import two_documents as documents
from rnn_edu.calculations.this_is_an_example import W_HH, W_HY, W_XH

Numbers = dict[tuple[str, int | None], np.ndarray]


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


def four_words(mistake: str = "") -> Numbers:
    """This is an example: three units, softmax in two halves, four losses and their mean."""
    W_xh, W_hh, W_hy = (np.array(m) for m in (W_XH, W_HH, W_HY))
    n: Numbers = {}
    handed_on, losses = np.zeros(3), []
    for t in range(1, 5):
        recurrent = handed_on @ (W_hh.T if mistake == "transposed" else W_hh)
        forgotten = mistake == "state forgotten"
        a = W_xh[t - 1] + (0 if forgotten else recurrent)
        h = a if mistake == "activation forgotten" else np.tanh(a)
        if mistake == "sigmoid for tanh":
            h = sigmoid(a)
        handed_on = a if mistake == "fed back" else h
        z = h @ W_hy
        e = np.exp(z)
        p = e if mistake == "not normalised" else e / e.sum()
        true = p[t] if t < 4 else None
        log = np.log10 if mistake == "base 10" else np.log
        sign = 1 if mistake == "sign" else -1
        loss = np.zeros(()) if true is None else sign * log(true)
        losses.append(loss)
        for name, value in zip("ahzepl", (a, h, z, e, p, loss), strict=True):
            n[name, t] = value
    n["L", None] = np.sum(losses) / (1 if mistake == "mean not taken" else 4)
    return n


def simple_rnn(mistake: str = "") -> Numbers:
    """One unit, two words, one answer."""
    W_xh, W_hh, b_h, W_hy, b_y = (float(np.squeeze(w)) for w in documents.SIMPLE_RNN_WEIGHTS)
    n: Numbers = {}
    handed_on = 0.0
    for t, x in ((1, 1.0), (2, 3.0)):
        a = x * W_xh + handed_on * W_hh + (0 if mistake == "bias missing" else b_h)
        if mistake == "state forgotten":
            a = x * W_xh + b_h
        if mistake == "sign":
            a = x * W_xh + handed_on * W_hh - b_h
        if mistake == "weights exchanged":
            a = x * W_hh + handed_on * W_xh + b_h
        h = a if mistake == "activation forgotten" else np.tanh(a)
        handed_on = a if mistake == "fed back" else h
        n["a", t], n["h", t] = np.array([a]), np.array([h])
    z = h * W_hy + b_y
    y = sigmoid(z)
    n["z", None], n["y_hat", None] = np.array([z]), np.array([y])
    n["L", None] = np.array((np.log if mistake == "minus forgotten" else lambda v: -np.log(v))(y))
    return n


def lstm(mistake: str = "") -> Numbers:
    """One unit, two words, four gates."""
    W_x, W_h, b, W_hy, b_y = (np.squeeze(np.array(w)) for w in documents.LSTM_WEIGHTS)
    order = [1, 0, 2, 3] if mistake == "gates swapped" else [0, 1, 2, 3]
    n: Numbers = {}
    h = c = a_h = 0.0
    for t, x in ((1, 1.0), (2, 2.0)):
        before = a_h if mistake == "cell state fed back" else h
        a = dict(zip("ifco", (x * W_x + before * W_h + b)[order], strict=True))
        if mistake == "bias missing":
            a = dict(zip("ifco", x * W_x + before * W_h, strict=True))
        if mistake == "state forgotten":
            a = dict(zip("ifco", x * W_x + b, strict=True))
        i, f, o = sigmoid(a["i"]), sigmoid(a["f"]), sigmoid(a["o"])
        tilde = sigmoid(a["c"]) if mistake == "sigmoid for tanh" else np.tanh(a["c"])
        c = i * c + f * tilde if mistake == "gates exchanged" else f * c + i * tilde
        h = o * c if mistake == "activation forgotten" else o * np.tanh(c)
        a_h = c
        values = {**{f"a_{g}": a[g] for g in "ifco"}, "i": i, "f": f, "o": o}
        for name, value in {**values, "c_tilde": tilde, "c": c, "h": h}.items():
            n[name, t] = np.array([value])
    z = h * W_hy + b_y
    y = sigmoid(z)
    n["z", None], n["y_hat", None] = np.array([z]), np.array([y])
    n["L", None] = np.array(-np.log(1 - y))
    return n


def gru(mistake: str = "") -> Numbers:
    """Two units, two words, the reset gate after the product."""
    W_x, W_h, b, W_hy, b_y = (np.array(w, dtype=float) for w in gated.GRU_WEIGHTS)
    blocks = {gate: slice(2 * k, 2 * k + 2) for k, gate in enumerate("zrh")}
    n: Numbers = {}
    h = np.zeros(2)
    for t, x in ((1, 1.0), (2, 2.0)):

        def product(gate, memory=None):
            weights = W_h[:, blocks[gate]]
            weights = weights.T if mistake == "transposed" else weights
            return (h if memory is None else memory) @ weights  # noqa: B023

        def a_of(gate):
            hidden_bias = 0 if mistake == "bias missing" else b[1, blocks[gate]]
            inner = x * W_x[0, blocks[gate]] + b[0, blocks[gate]]  # noqa: B023
            return inner + product(gate) + hidden_bias

        a_z, a_r = a_of("z"), a_of("r")
        z, r = sigmoid(a_z), sigmoid(a_r)
        hidden = r * (product("h") + (0 if mistake == "bias missing" else b[1, blocks["h"]]))
        if mistake == "reset before":
            hidden = product("h", r * h) + b[1, blocks["h"]]
        a_h = x * W_x[0, blocks["h"]] + b[0, blocks["h"]] + hidden
        tilde = a_h if mistake == "activation forgotten" else np.tanh(a_h)
        keep = 1 - z if mistake == "reversed" else z
        h = keep * h + (1 - keep) * tilde
        for name, value in zip(
            ("a_z", "z", "a_r", "r", "a_h", "h_tilde", "h"),
            (a_z, z, a_r, r, a_h, tilde, h),
            strict=True,
        ):
            n[name, t] = value
    s = h @ W_hy + b_y
    y = sigmoid(s)
    n["s", None], n["y_hat", None], n["L", None] = s, y, np.array(-np.log(1 - y[0]))
    return n


def backwards(mistake: str = "") -> Numbers:
    """Backpropagation through time over four words, from the loss back to the weights."""
    W_xh, W_hh, b_h, W_hy, b_y = (np.array(w) for w in bptt.WEIGHTS)
    h, p = {0: np.zeros(3)}, {}
    for t in range(1, 5):
        h[t] = np.tanh(W_xh[t - 1] + h[t - 1] @ W_hh + b_h)
        z = h[t] @ W_hy + b_y
        p[t] = np.exp(z) / np.exp(z).sum()
    n: Numbers = {}
    d_a, d_W_hh, d_b_h = {}, np.zeros((3, 3)), np.zeros(3)
    for t in (4, 3, 2, 1):
        d_z = (p[t] - np.eye(5)[t]) / 4
        if t == 4:
            n["d_z", 4] = -d_z if mistake == "sign" else d_z
        through_answer = (n["d_z", 4] if t == 4 else d_z) @ W_hy.T
        d_h = through_answer
        if t < 4:
            through_time = d_a[t + 1] @ (W_hh if mistake == "transposed" else W_hh.T)
            n["d_h_via_a", t], n["d_h_via_z", t] = through_time, through_answer
            d_h = through_answer if mistake == "part missing" else through_answer + through_time
        n["d_h", t] = d_h
        slope = 1 - h[t] if mistake == "square forgotten" else 1 - h[t] ** 2
        d_a[t] = d_h if mistake == "slope forgotten" else d_h * slope
        n["d_a", t] = d_a[t]
        d_W_hh, d_b_h = d_W_hh + np.outer(h[t - 1], d_a[t]), d_b_h + d_a[t]
    n["d_W_hh", None], n["d_b_h", None] = d_W_hh, d_b_h
    return n
