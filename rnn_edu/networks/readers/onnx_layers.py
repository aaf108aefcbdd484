"""ONNX's operators that are layers: dense ones, activations, tables, pooling, sums of answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import isclose
from typing import Any

import numpy as np

from rnn_edu import networks as n
from rnn_edu.networks.readers.onnx_drafts import RecurrentDraft
from rnn_edu.networks.readers.onnx_file import OnnxNode
from rnn_edu.networks.readers.onnx_reading import Reading, axis_of, refusal, refused_setting
from rnn_edu.networks.readers.onnx_shaping import (
    arithmetic,
    both_directions,
    gather,
    words_of,
)
from rnn_edu.networks.readers.onnx_values import (
    FEATURES,
    ONE,
    TIME,
    Array,
    Fixed,
    Numbers,
    Stream,
    Value,
)

#: Keras's names of the activations, and the settings with which they are the same function.
#: ONNX's own hard sigmoid is that of Keras 2, with a slope of 0.2.
ACTIVATIONS: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "Relu": ("relu", {}),
    "Tanh": ("tanh", {}),
    "Sigmoid": ("sigmoid", {}),
    "Exp": ("exponential", {}),
    "Softplus": ("softplus", {}),
    "Softsign": ("softsign", {}),
    "Elu": ("elu", {"alpha": 1.0}),
    "Selu": ("selu", {"alpha": 1.67326319217681884765625, "gamma": 1.05070102214813232421875}),
    "LeakyRelu": ("leaky_relu", {"alpha": 0.2}),
    "HardSigmoid": ("hard_sigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "HardSwish": ("hard_silu", {}),
    "Mish": ("mish", {}),
}
#: What ONNX takes where a file does not say it.
DEFAULTS: Mapping[str, Mapping[str, float]] = {
    "LeakyRelu": {"alpha": 0.01},
    "HardSigmoid": {"alpha": 0.2, "beta": 0.5},
}


def keras_activation(node: OnnxNode, operator: str, settings: Mapping[str, float]) -> str:
    """Keras's name of an activation, after a look at its settings.

    Raises:
        UsageError: it is not known, or has settings that make it another function.
    """
    if operator not in ACTIVATIONS:
        known = ", ".join([*ACTIVATIONS, "Affine"])
        raise refused_setting(node, "activations", operator, f"one of {known}")
    name, wanted = ACTIVATIONS[operator]
    if operator == "HardSigmoid" and isclose(settings.get("alpha", 0.2), 0.2, rel_tol=1e-6):
        name, wanted = "hard_sigmoid_keras2", {"alpha": 0.2, "beta": 0.5}
    given = {**wanted, **DEFAULTS.get(operator, {}), **settings}
    for key, value in wanted.items():
        if not isclose(given[key], value, rel_tol=1e-6):
            raise refused_setting(node, f"{key} of {operator}", given[key], f"{value:.7g}")
    return name


def activation(reading: Reading, node: OnnxNode) -> Value:
    """A function of each number, or softmax of each vector."""
    stream = reading.vectors(node)
    if node.operator == "Softmax":
        axis = axis_of(stream, int(node.attributes.get("axis", softmax_axis(reading))))
        if axis != len(stream.axes) - 1:
            raise refused_setting(node, "axis", node.attributes.get("axis"), "the last one")
        name = "softmax"
    else:
        numbers = {k: v for k, v in node.attributes.items() if isinstance(v, float)}
        name = keras_activation(node, node.operator, numbers)
    draft = reading.draft_of(stream)
    if isinstance(draft.layer, n.Dense) and draft.layer.activation == "linear" and not draft.shared:
        draft.change(activation=name)
        reading.replace_answers(stream.ref, "pre_activation")
        return stream
    return replace(stream, ref=reading.layer(node, n.Activation(name), [stream], []))


def softmax_axis(reading: Reading) -> int:
    """Which axis softmax takes where the file does not say it."""
    return -1 if reading.file.opset >= 13 else 1


# -- dense layers -----------------------------------------------------------------------------


def matmul(reading: Reading, node: OnnxNode) -> Value:
    """A dense layer without a bias, until one is added."""
    if isinstance(reading.given(node, 1), Stream):
        raise refusal(node, "multiplies by what a layer has calculated")
    kernel = reading.numbers(node, 1, "kernel")
    return _dense(reading, node, kernel, None)


def gemm(reading: Reading, node: OnnxNode) -> Value:
    """A dense layer: alpha A B + beta C."""
    settings = node.attributes
    if settings.get("transA", 0):
        raise refused_setting(node, "transA", settings["transA"], "0")
    kernel = reading.numbers(node, 1, "kernel") * settings.get("alpha", 1.0)
    kernel = kernel.T if settings.get("transB", 0) else kernel
    bias = None
    if reading.given(node, 2) is not None:
        bias = reading.numbers(node, 2, "bias") * settings.get("beta", 1.0)
        bias = np.broadcast_to(bias.reshape(-1), kernel.shape[-1:]).copy()
    return _dense(reading, node, kernel, bias)


def _dense(reading: Reading, node: OnnxNode, kernel: Array, bias: Array | None) -> Stream:
    stream = reading.vectors(node)
    features = stream.sizes[-1]
    if kernel.ndim != 2 or (features is not None and features != len(kernel)):
        raise refusal(
            node, f"has a kernel of the shape {kernel.shape} for vectors of {features} numbers"
        )
    units = kernel.shape[1]
    layer = n.Dense(units, use_bias=bias is not None)
    ref = reading.layer(node, layer, [stream], [kernel, *([] if bias is None else [bias])])
    return replace(stream, ref=ref).renamed(len(stream.axes) - 1, FEATURES, units)


def _with_bias(reading: Reading, node: OnnxNode, stream: Stream, bias: Array) -> Stream | None:
    """The dense layer below with this bias; None where there is no such layer."""
    draft = reading.draft_of(stream)
    layer = draft.layer
    if not isinstance(layer, n.Dense) or draft.shared or layer.activation != "linear":
        return None
    if layer.use_bias or bias.size not in (1, layer.units):
        return None
    draft.change(use_bias=True)
    reading.replace_answers(stream.ref, "")
    draft.arrays.append(np.broadcast_to(bias.reshape(-1), (layer.units,)).astype(np.float64))
    return stream


# -- several answers --------------------------------------------------------------------------

MERGES: Mapping[str, Callable[[], n.Layer]] = {
    "Add": n.Add,
    "Sum": n.Add,
    "Sub": n.Subtract,
    "Mul": n.Multiply,
    "Max": n.Maximum,
    "Mean": n.Average,
}
MODES = {"Add": "sum", "Sum": "sum", "Mul": "mul"}


def merge(reading: Reading, node: OnnxNode) -> Value:
    """Sizes calculated, a bias, or the answers of layers put together number by number."""
    found = arithmetic(reading, node) if node.operator not in ("Sum", "Mean") else None
    if found is not None:
        return found
    values = [reading.given(node, k) for k in range(len(node.inputs))]
    fixed = [k for k, value in enumerate(values) if isinstance(value, Fixed)]
    if fixed:
        return _with_numbers(reading, node, fixed[0])
    streams = [reading.vectors(node, k) for k in range(len(values))]
    if len({(stream.axes, stream.sizes[-1]) for stream in streams}) > 1:
        shapes = " and ".join(stream.describe() for stream in streams)
        raise refusal(node, f"puts {shapes} together, which have not the same axes")
    both = both_directions(reading, streams, MODES.get(node.operator, ""))
    if both is not None and node.operator in MODES:
        return both
    return replace(streams[0], ref=reading.layer(node, MERGES[node.operator](), streams, []))


def _with_numbers(reading: Reading, node: OnnxNode, k: int) -> Value:
    """A bias, or the half that makes a mean of two directions."""
    numbers = reading.numbers(node, k, "second operand")
    stream = reading.vectors(node, 1 - k)
    draft = reading.draft_of(stream)
    if node.operator == "Add":
        biased = _with_bias(reading, node, stream, numbers)
        if biased is not None:
            return biased
    added = isinstance(draft, RecurrentDraft) and draft.merge_mode == "sum"
    once = reading.readers[node.inputs[1 - k]] == 1
    if added and once and node.operator == "Mul" and np.array_equal(numbers, np.array(0.5)):
        assert isinstance(draft, RecurrentDraft)
        draft.merge_mode = "ave"
        reading.replace_answers(stream.ref, "")
        return stream
    raise refusal(node, "calculates with numbers that are the weights of no layer")


# -- tables, pooling, normalisation -----------------------------------------------------------


def look_up(reading: Reading, node: OnnxNode) -> Value:
    """One place of an axis, or the rows of a table for the numbers of words."""
    found = gather(reading, node)
    if found is not None:
        return found
    words = words_of(reading, reading.given(node, 1))
    if words is None or int(node.attributes.get("axis", 0)) != 0:
        raise refusal(node, "looks something up that is no table of word vectors")
    table = reading.numbers(node, 0, "table")
    if table.ndim != 2:
        raise refusal(node, f"has a table of the shape {table.shape}")
    _check_words(node, words, len(table))
    entrance = reading.draft_of(words.stream)
    entrance.change(dtype="int")
    layer = n.Embedding(len(table), table.shape[1])
    ref = reading.layer(node, layer, [words.stream], [table])
    stream = replace(words.stream, ref=ref)
    return stream.with_axis(len(stream.axes), FEATURES, table.shape[1])


def _check_words(node: OnnxNode, words: Numbers, count: int) -> None:
    """Raises UsageError unless each word is looked up under its own number.

    Exporters write steps in between, such as those that would let -1 be the last row.
    """
    numbers = np.arange(count)
    if not np.array_equal(words.change(numbers), numbers):
        raise refusal(node, "looks words up under other numbers than they are given with")


def pool(reading: Reading, node: OnnxNode) -> Value:
    """The mean or the largest over all steps."""
    average = node.operator in ("ReduceMean", "GlobalAveragePool")
    layer: n.Layer = n.GlobalAveragePooling1D() if average else n.GlobalMaxPooling1D()
    stream = reading.stream(node)
    whole = node.operator.startswith("Global")
    axes = (len(stream.axes) - 1,) if whole else reading.axes(node, 1)
    if axes is None or [stream.axes[axis] for axis in axes] != [TIME]:
        raise refusal(node, f"pools {stream.describe()} over other axes than that of time")
    time = axis_of(stream, axes[0])
    pooled = replace(stream, ref=reading.layer(node, layer, [stream], [])).without(time)
    keeps = whole or node.attributes.get("keepdims", 1)
    return pooled.with_axis(time, ONE, 1) if keeps else pooled


def layer_normalization(reading: Reading, node: OnnxNode) -> Value:
    """Mean 0 and variance 1, scaled and shifted."""
    stream, axis = reading.vectors(node), int(node.attributes.get("axis", -1))
    if axis_of(stream, axis) != len(stream.axes) - 1:
        raise refused_setting(node, "axis", axis, "-1")
    arrays = [reading.numbers(node, 1, "scale")]
    center = reading.given(node, 2) is not None
    if center:
        arrays.append(reading.numbers(node, 2, "shift"))
    epsilon = float(node.attributes.get("epsilon", 1e-5))
    layer = n.LayerNormalization(epsilon=epsilon, center=center)
    return replace(stream, ref=reading.layer(node, layer, [stream], arrays))


def calculated(reading: Reading, node: OnnxNode) -> Value:
    """Sizes and the numbers of words; what a layer answers is compared with nothing here."""
    found = arithmetic(reading, node)
    if found is None and node.operator == "Cast":
        return reading.stream(node)
    if found is None:
        raise refusal(node, "compares or counts what a layer has calculated")
    return found


Handler = Callable[[Reading, OnnxNode], Any]
LAYERS: Mapping[str, Handler] = {
    **dict.fromkeys(ACTIVATIONS, activation),
    "Softmax": activation,
    "MatMul": matmul,
    "Gemm": gemm,
    **dict.fromkeys(MERGES, merge),
    "Gather": look_up,
    "ReduceMean": pool,
    "ReduceMax": pool,
    "GlobalAveragePool": pool,
    "GlobalMaxPool": pool,
    "LayerNormalization": layer_normalization,
    **dict.fromkeys(
        (
            *("Div", "Mod", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal"),
            *("Not", "And", "Or", "Where", "Neg", "Min", "Cast"),
        ),
        calculated,
    ),
}
