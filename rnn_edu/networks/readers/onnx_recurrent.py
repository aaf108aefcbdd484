"""ONNX's operators RNN, LSTM and GRU as recurrent layers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

import numpy as np

from rnn_edu import networks as n
from rnn_edu.conventions import from_onnx
from rnn_edu.networks.cells import CELLS
from rnn_edu.networks.readers.onnx_drafts import RecurrentDraft
from rnn_edu.networks.readers.onnx_file import OnnxNode
from rnn_edu.networks.readers.onnx_layers import keras_activation
from rnn_edu.networks.readers.onnx_reading import Reading, refusal, refused_setting
from rnn_edu.networks.readers.onnx_values import (
    BATCH,
    DIRECTION,
    FEATURES,
    ONE,
    TIME,
    Array,
    Filled,
    Fixed,
    Ref,
    Stream,
    Value,
)

#: Keras's name of the cell, and the activations that ONNX takes where a file names none.
CELLS_OF: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "RNN": ("SimpleRNN", ("Tanh",)),
    "LSTM": ("LSTM", ("Sigmoid", "Tanh", "Tanh")),
    "GRU": ("GRU", ("Sigmoid", "Tanh")),
}
#: How many numbers of activation_alpha and activation_beta each function takes.
TAKES_ALPHA = ("Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu")
TAKES_BETA = ("Affine", "ScaledTanh", "HardSigmoid")
#: Places of the inputs.
W, R, B, LENGTHS, STATE_H, STATE_C, PEEPHOLES = range(1, 8)


def recurrent(reading: Reading, node: OnnxNode) -> tuple[Value, ...]:
    """The layer, with all states and the last ones as its values."""
    _check_settings(reading, node)
    arrays = {"W": reading.numbers(node, W, "kernel"), "R": reading.numbers(node, R, "kernel")}
    if reading.given(node, B) is not None:
        arrays["B"] = reading.numbers(node, B, "bias")
    cell, _ = CELLS_OF[node.operator]
    after = int(node.attributes.get("linear_before_reset", 0))
    weights = from_onnx(cell, arrays, linear_before_reset=after)
    units = len(weights[0][1])
    stream = _sequence(reading, node, len(weights[0][0]))
    halves = _halves(node, units, "B" in arrays, stream.reversed)
    if len(halves) != len(weights):
        raise refused_setting(
            node, "direction", node.attributes.get("direction"), f"that of {len(weights)} kernels"
        )
    draft = RecurrentDraft(halves[0], node.title(), (stream.ref,), [*chain(*weights)])
    draft.halves = halves
    draft.aligned = _direction(node) == "reverse"
    _add_starts(reading, node, draft, units)
    number, _ = reading.add(draft)
    return _answers(node, number, draft, stream, units)


def _check_settings(reading: Reading, node: OnnxNode) -> None:
    settings = node.attributes
    if "clip" in settings:
        raise refused_setting(node, "clip", settings["clip"], "left out")
    if settings.get("input_forget", 0):
        raise refused_setting(node, "input_forget", settings["input_forget"], "0")
    lengths = reading.given(node, LENGTHS)
    if lengths is not None and not isinstance(lengths, Filled):
        raise refusal(node, "is told how long each sequence is (sequence_lens)")
    peepholes = reading.given(node, PEEPHOLES)
    if peepholes is not None and np.any(reading.numbers(node, PEEPHOLES, "peepholes")):
        raise refusal(node, "has peepholes, which Keras has not")


def _sequence(reading: Reading, node: OnnxNode, features: int) -> Stream:
    """What the layer reads, its axes in the order that the operator wants."""
    stream = reading.stream(node)
    batch_first = node.attributes.get("layout", 0)
    wanted = (TIME, FEATURES)
    others = [axis for axis in stream.axes if axis not in (BATCH, ONE)]
    place = stream.axes.index(TIME) if TIME in stream.axes else -1
    if tuple(others) != wanted or len(stream.axes) != 3 or place != (1 if batch_first else 0):
        order = "(examples, time, features)" if batch_first else "(time, examples, features)"
        raise refusal(node, f"reads an array with the axes {stream.describe()}, not {order}")
    if stream.sizes[-1] not in (None, features):
        raise refusal(node, f"has a kernel for {features} features and reads {stream.sizes[-1]}")
    return stream


def _direction(node: OnnxNode) -> str:
    return str(node.attributes.get("direction", "forward"))


def _halves(node: OnnxNode, units: int, use_bias: bool, turned: bool) -> tuple[n.Recurrent, ...]:
    """The layer of each direction, with its settings."""
    cell, usual = CELLS_OF[node.operator]
    direction = _direction(node)
    backwards = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}
    if direction not in backwards:
        raise refused_setting(node, "direction", direction, f"one of {', '.join(backwards)}")
    if turned and direction != "forward":
        raise refusal(node, f"reads a sequence from its end, in the direction {direction!r}")
    if int(node.attributes.get("hidden_size", units)) != units:
        raise refused_setting(node, "hidden_size", node.attributes["hidden_size"], str(units))
    names = tuple(node.attributes.get("activations", usual * len(backwards[direction])))
    functions = _functions(node, names)
    layers = []
    for k, back in enumerate(backwards[direction]):
        own = functions[k * len(usual) : (k + 1) * len(usual)]
        settings = _settings(node, cell, own)
        layers.append(
            getattr(n, cell)(units, use_bias=use_bias, go_backwards=back or turned, **settings)
        )
    return tuple(layers)


def _functions(node: OnnxNode, names: tuple[str, ...]) -> list[str]:
    """Keras's names of the activations, each with its own numbers taken from the lists."""
    alphas, betas = (
        list(node.attributes.get(f"activation_{name}", ())) for name in ("alpha", "beta")
    )
    found = []
    for name in names:
        settings = {}
        if name in TAKES_ALPHA and alphas:
            settings["alpha"] = alphas.pop(0)
        if name in TAKES_BETA and betas:
            settings["beta"] = betas.pop(0)
        if name == "Affine":
            if (settings.get("alpha", 1.0), settings.get("beta", 0.0)) != (1.0, 0.0):
                raise refused_setting(node, "activation_alpha of Affine", settings, "1 and 0")
            found.append("linear")
        else:
            found.append(keras_activation(node, name, settings))
    return found


def _settings(node: OnnxNode, cell: str, functions: list[str]) -> dict[str, object]:
    """The activations of one direction as Keras's settings."""
    if cell == "SimpleRNN" and len(functions) == 1:
        return {"activation": functions[0]}
    if cell == "LSTM" and len(functions) == 3:
        if functions[1] != functions[2]:
            raise refused_setting(
                node, "activations", functions, "the same for the candidate and the cell state"
            )
        return {"recurrent_activation": functions[0], "activation": functions[1]}
    if cell == "GRU" and len(functions) == 2:
        after = bool(node.attributes.get("linear_before_reset", 0))
        return {
            "recurrent_activation": functions[0],
            "activation": functions[1],
            "reset_after": after,
        }
    raise refused_setting(node, "activations", functions, "as many as the cell has")


# -- states -----------------------------------------------------------------------------------


def _add_starts(reading: Reading, node: OnnxNode, draft: RecurrentDraft, units: int) -> None:
    """States to start from: stored in the file, or calculated by other layers."""
    names = CELLS[CELLS_OF[node.operator][0]].states
    given = [reading.given(node, k) for k in (STATE_H, STATE_C)[: len(names)]]
    calculated = [value for value in given if isinstance(value, Stream)]
    if calculated and len(calculated) != len(names):
        raise refusal(node, "starts from one state that is calculated and one that is not")
    if calculated:
        draft.inputs += _state_refs(reading, node, draft, calculated, units)
        return
    for name, value in zip(names, given, strict=True):
        numbers = _numbers_of(node, value, draft.directions, units)
        if not np.any(numbers):
            continue
        if draft.directions == 2:
            raise refusal(node, f"reads both ways and starts from states {name} that are not zero")
        draft.starts[name] = numbers[0]


def _numbers_of(node: OnnxNode, value: Value | None, directions: int, units: int) -> Array:
    """The states of each direction, shape (directions, units)."""
    if value is None:
        return np.zeros((directions, units))
    if isinstance(value, Filled):
        return np.full((directions, units), value.number)
    if not isinstance(value, Fixed) or value.value.size != directions * units:
        raise refusal(node, "starts from states for several examples")
    return np.asarray(value.value, dtype=np.float64).reshape(directions, units)


def _state_refs(
    reading: Reading, node: OnnxNode, draft: RecurrentDraft, states: list[Stream], units: int
) -> tuple[Ref, ...]:
    """The calculated states, those of the forward direction first."""
    refs: list[Ref] = []
    for d in range(draft.directions):
        for stream in states:
            axes = [axis for axis in stream.axes if axis not in (ONE, DIRECTION, BATCH, TIME)]
            if axes != [FEATURES] or stream.sizes[-1] not in (None, units):
                raise refusal(node, f"starts from an array with the axes {stream.describe()}")
            source, role = stream.ref
            entrance = reading.drafts[source]
            if isinstance(entrance.layer, n.Input):
                entrance.change(shape=(units,))
            both = draft.directions == 2
            refs.append((source, f"{role}:{d}" if both else role))
    return tuple(refs)


def _answers(
    node: OnnxNode, number: int, draft: RecurrentDraft, stream: Stream, units: int
) -> tuple[Value, ...]:
    """All states, the last hidden state and the last cell state."""
    time, count = stream.axes.index(TIME), draft.directions
    batch = next(k for k in range(3) if k not in (time, 2))
    steps = (stream.axes[time], stream.sizes[time])
    examples = (stream.axes[batch], stream.sizes[batch])
    direction: tuple[str, int | None] = (DIRECTION, count)
    around = (examples, direction) if node.attributes.get("layout", 0) else (direction, examples)
    last = (*around, (FEATURES, units))
    whole = (examples, steps, *last[1:]) if around[0] is examples else (steps, *last)
    values = [_stream(number, "sequence", whole), _stream(number, "h", last)]
    if node.operator == "LSTM":
        values.append(_stream(number, "c", last))
    return tuple(values)


def _stream(number: int, role: str, axes: tuple[tuple[str, int | None], ...]) -> Stream:
    names, sizes = zip(*axes, strict=True)
    return Stream((number, role), tuple(names), tuple(sizes))
