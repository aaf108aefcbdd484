"""The Keras layers to be compared with, and whether they are what the walkthrough says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnn_edu.compare.reading import Reading
from rnn_edu.compare.twin import CELLS
from rnn_edu.errors import ComparisonError, UsageError
from rnn_edu.walkthrough import Quantity

#: How far a number may be off, by the type in which Keras has computed it.
TOLERANCES = {"float64": 1e-12, "float32": 1e-6}


@dataclass(frozen=True)
class Layers:
    """A recurrent Keras layer and, where there is one, the dense layer on top of it."""

    recurrent: Any
    dense: Any | None

    @property
    def dtype(self) -> str:
        """The type in which the recurrent layer computes."""
        return str(self.recurrent.compute_dtype)

    def tolerance(self) -> float:
        """1e-12 for float64, 1e-6 for float32.

        Raises:
            UsageError: the layers compute in another type.
        """
        found = {str(layer.compute_dtype) for layer in self if layer is not None}
        for dtype in found:
            if dtype not in TOLERANCES:
                raise UsageError(
                    f"Keras computes this layer in {dtype}; there is no usual tolerance for "
                    "that, so give one: compare(walkthrough, model, tolerance=...)."
                )
        return max(TOLERANCES[dtype] for dtype in found)

    def __iter__(self) -> Any:
        return iter((self.recurrent, self.dense))


def find_layers(model_or_layers: Any) -> Layers:
    """The recurrent and the dense layer in a model, a list of layers, or a single layer.

    Raises:
        UsageError: there are other layers, or a layer has no weights yet.
    """
    layers = as_layers(model_or_layers)
    kinds = [_kind(layer) for layer in layers]
    if kinds[:1] == [] or kinds[0] not in CELLS or kinds[1:] not in ([], ["Dense"]):
        raise UsageError(
            "compare takes a SimpleRNN, LSTM or GRU layer, alone or followed by one Dense "
            f"layer; it was given {', '.join(kinds) or 'no layers'}."
        )
    for layer in layers:
        if not layer.built:
            raise UsageError(
                f"{title(layer)} has no weights yet; call the model on data first, "
                "or begin it with keras.Input."
            )
    return Layers(layers[0], layers[1] if len(layers) == 2 else None)


def as_layers(model_or_layers: Any) -> list[Any]:
    """The layers of a model, a list of layers, or a single layer, without the input's."""
    given = [model_or_layers]
    if isinstance(model_or_layers, Sequence):
        given = list(model_or_layers)
    elif hasattr(model_or_layers, "layers"):
        given = list(model_or_layers.layers)
    return [layer for layer in given if _kind(layer) != "InputLayer"]


def _kind(layer: Any) -> str:
    return type(layer).__name__


def title(layer: Any) -> str:
    """A layer as it is named in messages."""
    return f"the {_kind(layer)} layer {layer.name!r}"


def check_layers(reading: Reading, layers: Layers, tolerance: float) -> None:
    """Raises ComparisonError unless the layers are built, and weighted, as the walkthrough is."""
    wanted = _wanted_of_recurrent(reading)
    if layers.dense is None:
        _check_settings(layers.recurrent, wanted)
        _check_weights(layers.recurrent, reading.recurrent, tolerance)
        return
    if not reading.dense:
        raise ComparisonError(
            f"{title(layers.dense)} is not part of the walkthrough, which has no dense weights; "
            "compare with the recurrent layer alone."
        )
    wanted["return_sequences"] = reading.network.every_step
    _check_settings(layers.recurrent, wanted)
    _check_settings(layers.dense, _wanted_of_dense(reading))
    _check_weights(layers.recurrent, reading.recurrent, tolerance)
    _check_weights(layers.dense, reading.dense, tolerance)


def _wanted_of_recurrent(reading: Reading) -> dict[str, Any]:
    """What the recurrent layer must be, by Keras's names of its arguments."""
    network = reading.network
    wanted: dict[str, Any] = {
        "kind": network.cell,
        "units": network.units,
        "activation": reading.activation,
        "use_bias": network.use_bias,
        "go_backwards": False,
        "stateful": False,
    }
    if network.cell != "SimpleRNN":
        wanted["recurrent_activation"] = "sigmoid"
    if network.cell == "GRU":
        wanted["reset_after"] = network.reset_after
    return wanted


def _wanted_of_dense(reading: Reading) -> dict[str, Any]:
    network = reading.network
    return {
        "units": network.outputs,
        "activation": network.output_activation,
        "use_bias": network.output_bias,
    }


def _check_settings(layer: Any, wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        found = _setting(layer, name)
        if found != value:
            place = f"has {name}={found!r}; the walkthrough needs {name}={value!r}"
            if name == "kind":
                place = f"is a {found}; the walkthrough calculates a {value}"
            raise ComparisonError(f"{title(layer)} {place}.")


def _setting(layer: Any, name: str) -> Any:
    if name == "kind":
        return _kind(layer)
    value = getattr(layer, name)
    return getattr(value, "__name__", value) if name.endswith("activation") else value


def _check_weights(layer: Any, wanted: Sequence[Quantity], tolerance: float) -> None:
    """``wanted`` are as many as the layer has: its bias is checked among its settings."""
    for quantity, variable in zip(wanted, layer.weights, strict=True):
        found = np.asarray(variable, dtype=np.float64)
        if found.shape != quantity.shape:
            raise ComparisonError(
                f"{variable.name} of {title(layer)} has the shape {found.shape}; "
                f"{quantity.title} of the walkthrough has {quantity.shape}."
            )
        off = np.abs(found - quantity.value) > tolerance * np.maximum(1.0, np.abs(quantity.value))
        if np.any(off):
            place = tuple(int(k) for k in np.argwhere(off)[0])
            raise ComparisonError(
                f"{variable.name} of {title(layer)} has {found[place]:.8g} at {list(place)}, where "
                f"{quantity.title} of the walkthrough has {quantity.value[place]:.8g}; load the "
                "walkthrough's weights with "
                "model.set_weights([q.value for q in walkthrough.weights])."
            )
