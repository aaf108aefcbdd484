"""Training in NumPy, with Keras's names and results.

Example:
    >>> import numpy as np
    >>> from rnn_edu.layers import LSTM, Dense
    >>> model = Sequential([LSTM(4), Dense(3, activation="softmax")], seed=1)
    >>> model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    >>> history = model.fit(np.ones((6, 5, 2)), [0, 1, 2, 0, 1, 2], epochs=3, verbose=0)
    >>> len(history.history["loss"])
    3
"""

from __future__ import annotations

from rnn_edu.training.callbacks import (
    Callback,
    EarlyStopping,
    History,
    ModelCheckpoint,
    Watched,
    WeightHistory,
)
from rnn_edu.training.gradient_check import GradientReport, gradient_check
from rnn_edu.training.keras_weights import weights_from_keras, weights_to_keras
from rnn_edu.training.losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Loss,
    MeanSquaredError,
    SparseCategoricalCrossentropy,
)
from rnn_edu.training.metrics import Metric
from rnn_edu.training.model import Sequential
from rnn_edu.training.optimizers import SGD, Adam, Optimizer, RMSprop
from rnn_edu.training.storage import load_arrays, save_arrays

__all__ = [
    "SGD",
    "Adam",
    "BinaryCrossentropy",
    "Callback",
    "CategoricalCrossentropy",
    "EarlyStopping",
    "GradientReport",
    "History",
    "Loss",
    "MeanSquaredError",
    "Metric",
    "ModelCheckpoint",
    "Optimizer",
    "RMSprop",
    "Sequential",
    "SparseCategoricalCrossentropy",
    "Watched",
    "WeightHistory",
    "gradient_check",
    "load_arrays",
    "save_arrays",
    "weights_from_keras",
    "weights_to_keras",
]
