"""The Keras layers to be compared with, and whether they are what the walkthrough says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnn_edu.compare.reading import Reader, Reading
from rnn_edu.compare.twin import CELLS
from rnn_edu.errors import ComparisonError, UsageError
from rnn_edu.walkthrough import Quantity

#: How far a number may be off, by the type in which Keras has computed it.
TOLERANCES = {"float64": 1e-12, "float32": 1e-6}


@dataclass(frozen=True)
class Layers:
    """Recurrent Keras layers and, where there is one, the dense layer on top of them."""

    recurrent: tuple[Any, ...]
    dense: Any | None

    @property
    def dtype(self) -> str:
        """The type in which the layers compute; of several, the least exact.

        Raises:
            UsageError: there is no usual tolerance for it.
        """
        layers = [*self.recurrent, *([] if self.dense is None else [self.dense])]
        inner = [half for layer in self.recurrent for half in halves(layer)]
        found = {str(layer.compute_dtype) for layer in (*layers, *inner)}
        for dtype in found:
            if dtype not in TOLERANCES:
                raise UsageError(
                    f"Keras computes this layer in {dtype}, for which the book has no tolerance; "
                    f"build it with one of {', '.join(TOLERANCES)}."
                )
        return max(found, key=lambda dtype: TOLERANCES[dtype])


def halves(layer: Any) -> tuple[Any, ...]:
    """The layer itself, or the two layers inside a Bidirectional."""
    if _kind(layer) == "Bidirectional":
        return layer.forward_layer, layer.backward_layer
    return (layer,)


def find_layers(model_or_layers: Any) -> Layers:
    """The recurrent layers and the dense layer in a model, a list of layers, or a single layer.

    Raises:
        UsageError: there are other layers, or a layer has no weights yet.
    """
    layers = [layer for layer in _as_list(model_or_layers) if _kind(layer) != "InputLayer"]
    dense = layers.pop() if layers and _kind(layers[-1]) == "Dense" else None
    given = [*layers, *([] if dense is None else [dense])]
    if not layers or any(_kind(half) not in CELLS for layer in layers for half in halves(layer)):
        kinds = ", ".join(_kind(layer) for layer in given)
        raise UsageError(
            "compare takes SimpleRNN, LSTM or GRU layers, each alone or in a Bidirectional, and "
            f"at most one Dense layer after them; it was given {kinds or 'no layers'}."
        )
    for layer in given:
        if not layer.built:
            raise UsageError(
                f"{title(layer)} has no weights yet; call the model on data first, "
                "or begin it with keras.Input."
            )
    return Layers(tuple(layers), dense)


def _as_list(model_or_layers: Any) -> list[Any]:
    if isinstance(model_or_layers, Sequence):
        return list(model_or_layers)
    if hasattr(model_or_layers, "layers"):
        return list(model_or_layers.layers)
    return [model_or_layers]


def _kind(layer: Any) -> str:
    return type(layer).__name__


def title(layer: Any) -> str:
    """A layer as it is named in messages."""
    name = getattr(layer, "name", None)
    return f"the {_kind(layer)} layer {name!r}"


def check_layers(reading: Reading, layers: Layers, tolerance: float) -> None:
    """Raises ComparisonError unless the layers are built, and weighted, as the walkthrough is."""
    found, wanted = len(layers.recurrent), len(reading.layers)
    if found != wanted:
        raise ComparisonError(
            f"the model has {found} recurrent layers; the walkthrough calculates {wanted}."
        )
    pairs = [
        (half, reader)
        for layer, readers in zip(layers.recurrent, reading.layers, strict=True)
        for half, reader in _halves_with_readers(layer, readers)
    ]
    for half, reader in pairs:
        _check_settings(half, _wanted_of(reader))
    _check_dense(reading, layers)
    for half, reader in pairs:
        check_weights(half, reader.weights, tolerance)
    if layers.dense is not None:
        check_weights(layers.dense, reading.dense, tolerance)


def _halves_with_readers(layer: Any, readers: Sequence[Reader]) -> list[tuple[Any, Reader]]:
    inside = halves(layer)
    if len(inside) != len(readers):
        count = {1: "one direction", 2: "both directions"}
        raise ComparisonError(
            f"{title(layer)} reads in {count[len(inside)]}; "
            f"the walkthrough reads in {count[len(readers)]}."
        )
    if len(inside) == 2:
        _check_settings(layer, {"merge_mode": "concat"})
    return list(zip(inside, readers, strict=True))


def _wanted_of(reader: Reader) -> dict[str, Any]:
    """What a recurrent layer must be, by Keras's names of its arguments."""
    wanted: dict[str, Any] = {
        "kind": reader.cell,
        "units": reader.units,
        "activation": reader.activation,
        "use_bias": reader.use_bias,
        "go_backwards": reader.backwards,
        "stateful": False,
    }
    if reader.cell != "SimpleRNN":
        wanted["recurrent_activation"] = "sigmoid"
    if reader.cell == "GRU":
        wanted["reset_after"] = reader.reset_after
    return wanted


def _check_dense(reading: Reading, layers: Layers) -> None:
    """The dense layer, and that the layers below it hand on what it and they need."""
    *below, top = layers.recurrent
    for layer in below:
        _check_settings(layer, {"return_sequences": True})
    if layers.dense is None:
        return
    if not reading.dense:
        raise ComparisonError(
            f"{title(layers.dense)} is not part of the walkthrough, which has no dense weights; "
            "compare with the recurrent layer alone."
        )
    _check_settings(top, {"return_sequences": reading.every_step})
    wanted = {
        "units": reading.dense[0].shape[1],
        "activation": reading.activation,
        "use_bias": len(reading.dense) == 2,
    }
    _check_settings(layers.dense, wanted)


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


def check_weights(layer: Any, wanted: Sequence[Quantity], tolerance: float) -> None:
    """Raises ComparisonError unless a layer holds these weights, as many as it has."""
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
