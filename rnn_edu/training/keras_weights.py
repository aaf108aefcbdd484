"""Weights to and from a Keras model of the same architecture.

Nothing here imports Keras: any object with ``get_weights`` and ``set_weights`` will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from rnn_edu.errors import ShapeError
from rnn_edu.layers import Layer
from rnn_edu.training.model import Sequential


class HasWeights(Protocol):
    """What a Keras model or layer offers."""

    def get_weights(self) -> list[Any]:
        """Returns the weights as arrays."""

    def set_weights(self, weights: Sequence[Any]) -> object:
        """Takes other weights."""


Model = TypeVar("Model", bound=Sequential | Layer)


def weights_from_keras(model: Model, keras_model: HasWeights) -> Model:
    """Copies the weights of a Keras model (or layer) into this one, and returns this one.

    Raises:
        ShapeError: the number of weights or one of the shapes differs.
    """
    theirs = keras_model.get_weights()
    _check(model, theirs)
    model.set_weights(theirs)
    return model


def weights_to_keras(model: Model, keras_model: HasWeights) -> Model:
    """Copies the weights of this model (or layer) into a Keras one, and returns this one.

    Raises:
        ShapeError: the number of weights or one of the shapes differs.
    """
    _check(model, keras_model.get_weights())
    keras_model.set_weights(model.get_weights())
    return model


def _check(model: Sequential | Layer, theirs: Sequence[Any]) -> None:
    ours = model.named_weights()
    if len(ours) != len(theirs):
        raise ShapeError(
            f"{model.name} has {len(ours)} weights and the Keras model {len(theirs)}; "
            "build both, and give both the same layers."
        )
    for (name, weight), their in zip(ours.items(), theirs, strict=True):
        if weight.shape != their.shape:
            raise ShapeError(
                f"{model.name}: the weight {name} has shape {weight.shape}, "
                f"but the Keras model's has {tuple(their.shape)}."
            )
