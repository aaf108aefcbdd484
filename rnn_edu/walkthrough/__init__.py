r"""A hand calculation, written once, and its views.

>>> from rnn_edu.walkthrough import Walkthrough, tanh
>>> w = Walkthrough("One step of a recurrent network with one unit")
>>> x, h_0 = w.input("x", [1.0], t=1), w.constant("h", [0.0], t=0)
>>> W_xh, W_hh = w.weight("W_xh", [[0.5]]), w.weight("W_hh", [[-0.25]])
>>> h_1 = w.step("h", tanh(x @ W_xh + h_0 @ W_hh), t=1, role="state")
>>> print(h_1.definition.latex())
\tanh\left(x_{1} \cdot W_{xh} + h_{0} \cdot W_{hh}\right)
>>> print(h_1.definition.latex_with_numbers())
\tanh\left(1 \cdot 0.5 + 0 \cdot (-0.25)\right)
"""

from __future__ import annotations

from rnn_edu.walkthrough.arrays import flatten, reshape, stack
from rnn_edu.walkthrough.expressions import (
    Choice,
    Expression,
    Origin,
    Quantity,
    concatenate,
    mean,
    part,
    total,
)
from rnn_edu.walkthrough.functions import (
    FUNCTIONS,
    activation,
    binary_cross_entropy,
    cross_entropy,
    exp,
    largest,
    log,
    log_softmax,
    relu,
    sigmoid,
    softmax,
    sqrt,
    tanh,
)
from rnn_edu.walkthrough.table import Formula, Table, explain
from rnn_edu.walkthrough.walkthrough import ROLES, Walkthrough

__all__ = [
    "FUNCTIONS",
    "ROLES",
    "Choice",
    "Expression",
    "Formula",
    "Origin",
    "Quantity",
    "Table",
    "Walkthrough",
    "activation",
    "binary_cross_entropy",
    "concatenate",
    "cross_entropy",
    "exp",
    "explain",
    "flatten",
    "largest",
    "log",
    "log_softmax",
    "mean",
    "part",
    "relu",
    "reshape",
    "sigmoid",
    "softmax",
    "sqrt",
    "stack",
    "tanh",
    "total",
]
