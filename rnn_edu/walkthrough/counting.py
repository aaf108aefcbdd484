"""What the numbers of an array are called where nobody named them: people count from 1."""

from __future__ import annotations

import re

from rnn_edu.walkthrough.expressions import Quantity

#: Values of a layer with a number for each unit; the page's scripts/model.js has the same.
OF_UNITS = re.compile("a|a_.|[ifozrch]|c_tilde|h_tilde")


def axis_labels(quantity: Quantity, axis: int) -> tuple[str, ...]:
    """The labels of an axis, or the features of an input, the units of a layer, or numbers.

    Example:
        >>> from rnn_edu.walkthrough import Walkthrough
        >>> axis_labels(Walkthrough("Two numbers").input("x", [0.5, 2.0]), 0)
        ('1', '2')
    """
    if quantity.labels:
        return quantity.labels[axis]
    what = _counted(quantity)
    return tuple(f"{what}{k}" for k in range(1, quantity.shape[axis] + 1))


def _counted(quantity: Quantity) -> str:
    part = quantity.gradient_part
    owner = quantity.gradient_of or (part[0] if part else quantity)
    if owner.origin is None or quantity.value.ndim != 1:
        return ""
    if owner.role == "input":
        return "feature "
    return "unit " if OF_UNITS.fullmatch(owner.origin.value) else ""
