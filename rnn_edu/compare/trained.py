"""Keras as the judge of a whole training run."""

from __future__ import annotations

import numpy as np

from rnn_edu.compare.twin import keras_twin
from rnn_edu.networks import Network
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.expressions import Array


def trained_by_keras(epoch: Walkthrough, network: Network, epochs: int) -> list[Array]:
    """The weights after so many epochs of Keras's Adam, from the weights of a walkthrough.

    All epochs run in one call: the data are repeated, and Keras makes as many steps in one go
    as there are repetitions. The steps are the same as those of ``fit(..., epochs=epochs)``.

    Args:
        epoch: one epoch, with its inputs ``x`` of shape (examples, features) at each time step
            and its targets ``y``.
        network: what it is in Keras's terms.
        epochs: how many steps.

    Returns:
        The arrays of ``get_weights()``, in float64.
    """
    import keras
    import tensorflow as tf

    model = keras_twin(network, [q.value for q in epoch.weights])
    loss = keras.losses.BinaryCrossentropy(dtype="float64")
    model.compile(optimizer="adam", loss=loss, steps_per_execution=epochs)
    x = np.stack([q.value for q in epoch.series("x")], axis=1)
    data = tf.data.Dataset.from_tensors((x, epoch["y"].value)).repeat(epochs)
    model.fit(data, epochs=1, steps_per_epoch=epochs, shuffle=False, verbose=0)
    weights: list[Array] = model.get_weights()
    return weights
