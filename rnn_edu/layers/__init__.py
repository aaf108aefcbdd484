"""Neural network layers in NumPy, with Keras's names, weights and results.

``layer(x)`` computes, ``layer.backward(d_output)`` passes gradients back. The formulas of each
layer stand in its own module, forward and backward beside each other.

Examples:
    >>> import numpy as np
    >>> layer = LSTM(4, return_sequences=True, seed=0)
    >>> layer(np.ones((2, 3, 5))).shape
    (2, 3, 4)
    >>> d_x, d_weights = layer.backward(np.ones((2, 3, 4)))
    >>> d_x.shape, [d.shape for d in d_weights]
    ((2, 3, 5), [(5, 16), (4, 16), (16,)])
"""

from __future__ import annotations

from rnn_edu.layers import activations, initializers
from rnn_edu.layers.activations import Activation
from rnn_edu.layers.base import Layer
from rnn_edu.layers.bidirectional import Bidirectional
from rnn_edu.layers.dense import Dense
from rnn_edu.layers.diagonal_ssm import DiagonalSSM
from rnn_edu.layers.dropout import Dropout
from rnn_edu.layers.embedding import Embedding
from rnn_edu.layers.gru import GRU
from rnn_edu.layers.initializers import Initializer
from rnn_edu.layers.linear_recurrent import MinGRU, MinLSTM
from rnn_edu.layers.lstm import LSTM
from rnn_edu.layers.masking import Masking
from rnn_edu.layers.normalization import Normalization
from rnn_edu.layers.recurrent import Recurrent
from rnn_edu.layers.simple_rnn import SimpleRNN

__all__ = [
    "GRU",
    "LSTM",
    "Activation",
    "Bidirectional",
    "Dense",
    "DiagonalSSM",
    "Dropout",
    "Embedding",
    "Initializer",
    "Layer",
    "Masking",
    "MinGRU",
    "MinLSTM",
    "Normalization",
    "Recurrent",
    "SimpleRNN",
    "activations",
    "initializers",
]
