"""What a network is, in Keras's words and without Keras: one description for every view of it.

>>> from rnn_edu.networks import Dense, Input, Network, SimpleRNN
>>> network = Network.sequential(
...     Input((None, 2)), SimpleRNN(1), Dense(1, "sigmoid"), loss="binary_crossentropy"
... )
>>> w = network.walkthrough([[[0.5], [-0.4]], [[0.3]], [0.1], [[0.8]], [-0.2]], [[1.0, 2.0]], 1.0)
>>> [q.name for q in w.steps][:5]
['a', 'h', 'z', 'y_hat', 'L']
"""

from __future__ import annotations

from rnn_edu.networks.attention import AdditiveAttention, Attention, Dot
from rnn_edu.networks.cells import CELLS, Cell, Gate
from rnn_edu.networks.dense import (
    Activation,
    Dense,
    Dropout,
    LayerNormalization,
    Normalization,
    ReLU,
    Softmax,
    SpatialDropout1D,
    TimeDistributed,
)
from rnn_edu.networks.entrance import Embedding, Input, Masking, Words
from rnn_edu.networks.flow import Flow
from rnn_edu.networks.layer import Layer
from rnn_edu.networks.network import Network, Node
from rnn_edu.networks.objective import Objective
from rnn_edu.networks.recurrent import (
    GRU,
    LSTM,
    Bidirectional,
    DiagonalSSM,
    MinGRU,
    MinLSTM,
    Recurrent,
    SimpleRNN,
)
from rnn_edu.networks.shaping import (
    Add,
    Average,
    Concatenate,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    Maximum,
    Multiply,
    RepeatVector,
    Subtract,
)

__all__ = [
    "CELLS",
    "GRU",
    "LSTM",
    "Activation",
    "Add",
    "AdditiveAttention",
    "Attention",
    "Average",
    "Bidirectional",
    "Cell",
    "Concatenate",
    "Dense",
    "DiagonalSSM",
    "Dot",
    "Dropout",
    "Embedding",
    "Flatten",
    "Flow",
    "Gate",
    "GlobalAveragePooling1D",
    "GlobalMaxPooling1D",
    "Input",
    "Layer",
    "LayerNormalization",
    "Masking",
    "Maximum",
    "MinGRU",
    "MinLSTM",
    "Multiply",
    "Network",
    "Node",
    "Normalization",
    "Objective",
    "ReLU",
    "Recurrent",
    "RepeatVector",
    "SimpleRNN",
    "Softmax",
    "SpatialDropout1D",
    "Subtract",
    "TimeDistributed",
    "Words",
]
