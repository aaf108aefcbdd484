"""How papers and textbooks write the same network: columns, one joined matrix, other letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.conventions.gates import Array
from rnn_edu.errors import NamingError, ShapeError, UsageError

Thing = TypeVar("Thing")

#: What the letters of a text are called in this book. The first two are from one and the same
#: source, *Pro Machine Learning Algorithms*, chapter 10: its figure of the network, and its
#: section on vanishing gradients. The same letter W is two different matrices.
LETTERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "figure": MappingProxyType({"U": "W_xh", "W": "W_hh", "V": "W_hy"}),
        "gradients": MappingProxyType({"W": "W_xh", "U": "W_hh"}),
        "d2l": MappingProxyType({"W_xh": "W_xh", "W_hh": "W_hh", "W_hq": "W_hy"}),
    }
)


def rename(weights: Mapping[str, Thing], letters: Mapping[str, str]) -> dict[str, Thing]:
    """The same weights under other names.

    Args:
        weights: by the letters of a text.
        letters: for each of them the name wanted, as in ``LETTERS``.

    Raises:
        NamingError: a letter that ``letters`` does not have.

    Example:
        >>> rename({"U": 1, "W": 2}, LETTERS["figure"])
        {'W_xh': 1, 'W_hh': 2}
        >>> rename({"U": 1, "W": 2}, LETTERS["gradients"])
        {'W_hh': 1, 'W_xh': 2}
    """
    for letter in weights:
        if letter not in letters:
            raise NamingError(f"the letter {letter!r} is none of {', '.join(letters)}.")
    return {letters[letter]: weight for letter, weight in weights.items()}


def transpose_kernels(weights: Sequence[ArrayLike]) -> list[Array]:
    """From rows, x @ W, to columns, W @ x, and back: both kernels transposed, the rest as it is.

    Args:
        weights: kernel, recurrent kernel and what follows, such as a bias.

    Raises:
        ShapeError: one of the first two is not a matrix.

    Example:
        >>> [array.tolist() for array in transpose_kernels([[[1, 2]], [[3, 4], [5, 6]], [7, 8]])]
        [[[1], [2]], [[3, 5], [4, 6]], [7, 8]]
    """
    arrays = [np.asarray(array) for array in weights]
    for array in arrays[:2]:
        if array.ndim != 2:
            raise ShapeError(
                f"a kernel is a matrix; this one has the shape {array.shape}. "
                "Give kernel and recurrent kernel first."
            )
    return [array.T for array in arrays[:2]] + arrays[2:]


def join_weights(kernel: ArrayLike, recurrent_kernel: ArrayLike, *, first: str = "state") -> Array:
    """One matrix W_a for the vector [h ; x], instead of one matrix for each.

    [h_(t-1) ; x_t] W_a is h_(t-1) W_hh + x_t W_xh when W_hh stands above W_xh.

    Args:
        kernel: W_xh, shape (features, columns).
        recurrent_kernel: W_hh, shape (units, columns).
        first: ``"state"`` for [h ; x], as in Lazar's text, or ``"input"`` for [x ; h].

    Returns:
        Shape (units + features, columns).

    Raises:
        ShapeError: the two do not have the same number of columns.
        UsageError: ``first`` is something else.

    Example:
        >>> join_weights([[1, 2]], [[3, 4], [5, 6]]).tolist()
        [[3, 4], [5, 6], [1, 2]]
    """
    W_xh, W_hh = np.asarray(kernel), np.asarray(recurrent_kernel)
    if W_xh.shape[-1] != W_hh.shape[-1]:
        raise ShapeError(
            f"a kernel {W_xh.shape} and a recurrent kernel {W_hh.shape} cannot be joined; "
            "both need the same number of columns."
        )
    return np.concatenate([W_hh, W_xh] if _state_first(first) else [W_xh, W_hh])


def split_joined(joined: ArrayLike, units: int, *, first: str = "state") -> list[Array]:
    """The kernel and the recurrent kernel in a joined matrix.

    Args:
        joined: W_a, shape (units + features, columns).
        units: length of the state.
        first: ``"state"`` for [h ; x], or ``"input"`` for [x ; h].

    Returns:
        W_xh and W_hh, in Keras's order.

    Raises:
        ShapeError: the matrix has no rows left for the input.
        UsageError: ``first`` is something else.

    Example:
        >>> [array.tolist() for array in split_joined([[3, 4], [5, 6], [1, 2]], units=2)]
        [[[1, 2]], [[3, 4], [5, 6]]]
    """
    W_a = np.asarray(joined)
    features = len(W_a) - units
    if features < 1:
        raise ShapeError(
            f"a joined matrix of the shape {W_a.shape} has no rows for the input "
            f"beside {units} rows for the state."
        )
    if _state_first(first):
        return [W_a[units:], W_a[:units]]
    return [W_a[:features], W_a[features:]]


def _state_first(first: str) -> bool:
    if first not in ("state", "input"):
        raise UsageError(f"first is 'state' or 'input', not {first!r}.")
    return first == "state"
