"""Layers that Keras does not have, written with Keras: MinGRU, MinLSTM and DiagonalSSM.

They know nothing of the book's NumPy layers, whose judges they are. The cells are stepped through
by Keras's own ``RNN``; a whole sequence without a mask goes through a scan.
"""

from __future__ import annotations

from typing import Any


def library() -> Any:
    """Keras's layers and these, as one place to take layers from.

    Example:
        >>> library().MinGRU(2).units, library().Dense(3).units
        (2, 3)
    """
    from rnn_edu.keras_layers.linear import Library

    return Library()
