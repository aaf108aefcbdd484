"""How many parameters a layer has, by formula.

Each function is a sum of products that can be done with a pencil: inputs times units for the
kernel, units times units for the recurrent kernel, one for each unit for the bias, and all of
that once for each gate. No length of a sequence occurs in any of them.
"""

from __future__ import annotations

from rnn_edu.errors import UsageError
from rnn_edu.networks.cells import CELLS


def embedding(words: int, length: int) -> int:
    """One row of ``length`` numbers for each word.

    Example:
        >>> embedding(12_679, 32)
        405728
    """
    _check(words=words, length=length)
    return words * length


def dense(features: int, units: int, *, use_bias: bool = True) -> int:
    """Every feature to every unit, and one bias for each unit.

    Example:
        >>> dense(32, 41)
        1353
    """
    _check(features=features, units=units)
    return features * units + units * use_bias


def simple_rnn(features: int, units: int, *, use_bias: bool = True) -> int:
    """A dense layer that also reads its own last state.

    Example:
        >>> simple_rnn(32, 1)
        34
    """
    _check(features=features, units=units)
    return features * units + units * units + units * use_bias


def lstm(features: int, units: int, *, use_bias: bool = True) -> int:
    """Four times a simple recurrent layer: gates i, f and o, and the candidate.

    Example:
        >>> lstm(1, 1)
        12
    """
    return _gates("LSTM") * simple_rnn(features, units, use_bias=use_bias)


def gru(features: int, units: int, *, use_bias: bool = True, reset_after: bool = True) -> int:
    """Three times a simple recurrent layer: gates z and r, and the candidate.

    With the reset after the product, each of the three has a second bias.

    Example:
        >>> gru(1, 2), gru(1, 2, reset_after=False)
        (30, 24)
    """
    second_bias = _gates("GRU") * units * (use_bias and reset_after)
    return _gates("GRU") * simple_rnn(features, units, use_bias=use_bias) + second_bias


def bidirectional(one_direction: int) -> int:
    """Two layers of the same kind, one for each direction, with nothing in common.

    Example:
        >>> bidirectional(simple_rnn(70, 64))
        17280
    """
    return 2 * one_direction


def _gates(cell: str) -> int:
    return len(CELLS[cell].gates)


def _check(**sizes: int) -> None:
    for name, size in sizes.items():
        if size < 1:
            raise UsageError(f"{name} must be 1 or more, but is {size}.")
