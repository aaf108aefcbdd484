"""A recurrence without an activation function, over five steps: h_t = x_t W_xh + h_(t-1) W_hh.

Source: the section on the issues of a plain RNN in *Pro Machine Learning Algorithms*
(Ayyadevara, 2018), chapter 10, which unrolls this recurrence with its letters W for ``W_xh``
and U for ``W_hh``. The numbers are this book's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from rnn_edu.errors import ShapeError
from rnn_edu.networks import Input, Network, SimpleRNN
from rnn_edu.walkthrough import Origin, Quantity, Walkthrough

STEPS = 5
W_XH, W_HH = 0.7, 0.5
#: Name of the layer that calculates the same.
RECURRENT = "simple_rnn"
INPUTS = (1.0, -0.4, 0.6, 0.3, -0.2)


LINEAR_NETWORK = Network.sequential(Input((STEPS, 1)), SimpleRNN(1, "linear", use_bias=False))


def linear_recurrence(
    W_xh: float = W_XH, W_hh: float = W_HH, inputs: Sequence[float] = INPUTS
) -> Walkthrough:
    """Five steps of a recurrence with one unit, the same unrolled, and the gradients of h_5.

    All quantities are single numbers. ``power`` at t is W_hh to the power 5 - t: x_t goes
    through W_hh that many times before it arrives in h_5. ``share`` is what x_t adds to h_5,
    and ``unrolled`` the sum of the five shares, which is h_5 again. ``d_W_hh_via_h`` at t is
    how h_5 changes with the W_hh that stands in step t.

    Args:
        W_xh: input to hidden.
        W_hh: hidden to hidden.
        inputs: the five inputs.

    Raises:
        ShapeError: the inputs are not five.

    Example:
        >>> w = linear_recurrence(W_xh=1.0, W_hh=0.5, inputs=(1, 0, 0, 0, 0))
        >>> float(w["h", 5].value), float(w["d_W_hh"].value)
        (0.0625, 0.5)
    """
    if len(inputs) != STEPS:
        raise ShapeError(f"the recurrence takes {STEPS} inputs, but {len(inputs)} were given.")
    w = Walkthrough(
        "A recurrence without tanh",
        note="Five inputs, one unit, no activation: what is left of the first at the last step?",
        key="linear_recurrence",
    )
    note = "input to hidden; W in the source"
    kernel = w.weight("W_xh", W_xh, note=note, origin=Origin(RECURRENT, "kernel"))
    note, origin = "hidden to hidden; U in the source", Origin(RECURRENT, "recurrent_kernel")
    recurrent = w.weight("W_hh", W_hh, note=note, origin=origin)
    x = [
        w.input("x", value, t=t, note="the input", origin=Origin("input", "input"))
        for t, value in enumerate(inputs, start=1)
    ]
    h = _step_by_step(w, x, kernel, recurrent)
    _unrolled(w, x, kernel, recurrent)
    w.gradients(h, [*x, recurrent], separate=True)
    return w


def _step_by_step(
    w: Walkthrough, x: Sequence[Quantity], kernel: Quantity, recurrent: Quantity
) -> Quantity:
    origin = Origin(RECURRENT, "h")
    h = w.constant("h", 0.0, t=0, note="nothing read yet", origin=origin)
    for t, x_t in enumerate(x, start=1):
        weighted = x_t * kernel + h * recurrent
        h = w.step("h", weighted, t=t, role="state", note="the hidden state", origin=origin)
    return h


def _unrolled(
    w: Walkthrough, x: Sequence[Quantity], kernel: Quantity, recurrent: Quantity
) -> Quantity:
    """From the last step back: each step further away meets W_hh once more."""
    power = w.constant("power", 1.0, t=STEPS, note="no step away: not met", latex_symbol=_symbol(0))
    for k in range(1, STEPS):
        note = f"{k} steps away" if k > 1 else "1 step away"
        power = w.step("power", power * recurrent, t=STEPS - k, note=note, latex_symbol=_symbol(k))
    shares = [
        w.step(
            "share",
            x_t * kernel * w["power", t],
            t=t,
            note="what this input adds to the last state",
        )
        for t, x_t in enumerate(x, start=1)
    ]
    total = shares[0] + shares[1] + shares[2] + shares[3] + shares[4]
    return w.step("unrolled", total, note="the last state, from the inputs alone")


def _symbol(exponent: int) -> str:
    return f"W_{{hh}}^{{{exponent}}}"
