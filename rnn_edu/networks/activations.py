"""Activation functions by Keras's names, as formulas."""

from __future__ import annotations

from collections.abc import Callable

from rnn_edu.errors import NamingError
from rnn_edu.walkthrough import Expression, relu, sigmoid, softmax, tanh

FUNCTIONS: dict[str, Callable[[Expression], Expression]] = {
    "linear": lambda u: u,
    "tanh": tanh,
    "sigmoid": sigmoid,
    "relu": relu,
}


def activate(name: str, u: Expression) -> Expression:
    """The function with this name of Keras's, applied to a weighted sum.

    Raises:
        NamingError: there is no such function here.
    """
    if name == "softmax":
        return softmax(u)
    check_activation(name, "this layer")
    return FUNCTIONS[name](u)


def check_activation(name: str, where: str) -> None:
    """Raises NamingError unless the book can write the function of this name."""
    if name != "softmax" and name not in FUNCTIONS:
        known = ", ".join(sorted([*FUNCTIONS, "softmax"]))
        raise NamingError(
            f"{where} has the activation {name!r}, which is not one that can be written by hand "
            f"here; known are {known}."
        )
