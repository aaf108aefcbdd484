"""Activation functions by Keras's names, as formulas."""

from __future__ import annotations

from rnn_edu.errors import NamingError
from rnn_edu.walkthrough import FUNCTIONS, Expression, activation

#: Keras's names of the activations that can be written by hand.
KNOWN = ("linear", "softmax", *(name for entry in FUNCTIONS.values() for name in entry.keras))


def activate(name: str, u: Expression) -> Expression:
    """The function with this name of Keras's, applied to a weighted sum.

    Raises:
        NamingError: there is no such function here.

    Example:
        >>> from rnn_edu.walkthrough import Walkthrough
        >>> a = Walkthrough("One number").input("a", [-1.5, 0.6])
        >>> activate("hard_sigmoid", a).value.tolist()
        [0.25, 0.6]
    """
    check_activation(name, "this layer")
    return activation(name)(u)


def check_activation(name: str, where: str) -> None:
    """Raises NamingError unless the book can write the function of this name."""
    if name not in KNOWN:
        raise NamingError(
            f"{where} has the activation {name!r}, which is not one that can be written by hand "
            f"here; known are {', '.join(sorted(KNOWN))}."
        )
