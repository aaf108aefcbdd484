"""PyTorch as a judge: its own modules step by step, its own losses, its own gradients, in float64.

The network is rebuilt from ``torch.nn.RNN``, ``LSTM``, ``GRU``, ``Linear`` and ``Embedding``, with
the weights of the walkthrough brought over by :mod:`rnn_edu.conventions`. PyTorch's modules give
out their states, not their gates; what they do not give out is counted as not judged. What PyTorch
has no module for, such as a GRU that resets before the product, is refused with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from rnn_edu import networks as n
from rnn_edu.compare.asking import Answers
from rnn_edu.compare.carrying import Weights, weights_by_layer
from rnn_edu.compare.comparing import report_on
from rnn_edu.compare.question import Key, Question, question_of
from rnn_edu.compare.recognising import origins_of
from rnn_edu.compare.report import Comparison
from rnn_edu.compare.tolerance import FLOAT64
from rnn_edu.compare.tracing import Through
from rnn_edu.conventions import from_pytorch, to_pytorch
from rnn_edu.errors import ComparisonError, MissingProgramError, UsageError
from rnn_edu.networks.network import Port
from rnn_edu.networks.objective import LOSS, SPARSE
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.expressions import Array

JUDGE = "PyTorch"
Tensor: TypeAlias = Any


def compare_pytorch(
    walkthrough: Walkthrough,
    network: n.Network,
    *,
    tolerance: float = FLOAT64,
    strict: bool = True,
) -> Comparison:
    """Asks PyTorch for the states, answers, losses and gradients of a walkthrough.

    Args:
        walkthrough: the calculation, with all the weights of the network.
        network: what it calculates.
        tolerance: how far a number may be off, relative for numbers above 1.
        strict: whether a difference raises an error; if not, the report shows it.

    Raises:
        MissingProgramError: PyTorch is not installed.
        ComparisonError: with ``strict``, a step differs; the first one is named.
        UsageError: PyTorch has no module like one of the layers.
    """
    given = [quantity.value for quantity in walkthrough.weights]
    origins = origins_of(walkthrough, network, network.arrays_of(given))
    question = question_of(walkthrough, network, origins, "float64")
    log = _Log(_package(), question, weights_by_layer(walkthrough, network, origins))
    for number, node in enumerate(network.nodes):
        inputs = [log.streams[port] for port in node.inputs if port in log.streams]
        for port, stream in enumerate(_through(log, node.layer, inputs)):
            log.streams[number, port] = stream
    answers = _answers(log)
    comparison = report_on(walkthrough, origins, answers, "float64", tolerance, JUDGE)
    if strict:
        comparison.raise_for_difference()
    return comparison


def _package() -> Any:
    try:
        import torch
    except ImportError:
        raise MissingProgramError(
            "PyTorch is not installed; requirements-judges.txt names the version."
        ) from None
    return torch


@dataclass
class _Stream:
    """A tensor for each step, or a single one; its rows are the examples."""

    steps: list[Tensor]
    over_time: bool

    def times(self) -> list[int | None]:
        """The time of each step."""
        return list(range(1, len(self.steps) + 1)) if self.over_time else [None]


@dataclass
class _Log:
    """What PyTorch has calculated so far.

    Attributes:
        torch: the package.
        question: the numbers that it is given.
        weights: by layer and name, in Keras's layout.
        found: tensors by layer, value and time.
        through: copies of tensors for each of their readers.
        parameters: for each layer PyTorch's parameters, and how their gradients are read.
    """

    torch: Any
    question: Question
    weights: Weights
    found: dict[Key, Tensor] = field(default_factory=dict)
    through: dict[Through, Tensor] = field(default_factory=dict)
    streams: dict[Port, _Stream] = field(default_factory=dict)
    names: dict[int, list[Key]] = field(default_factory=dict)
    parameters: list[_Parameters] = field(default_factory=list)

    def tensor(self, array: Any) -> Tensor:
        """A tensor with one row for each example, whose gradient will be asked for."""
        rows = np.array(np.atleast_2d(array), dtype=np.float64)
        return self.torch.tensor(rows, requires_grad=True)

    def note(self, key: Key, tensor: Tensor) -> None:
        """Keeps a tensor under a key."""
        self.found[key] = tensor
        self.names.setdefault(id(tensor), []).append(key)

    def keep(self, layer: str, value: str, stream: _Stream) -> _Stream:
        """Keeps each step of a stream."""
        for t, tensor in zip(stream.times(), stream.steps, strict=True):
            self.note((layer, value, t), tensor)
        return stream

    def copy(self, tensor: Tensor, reader: str, t: int | None) -> Tensor:
        """A copy for one reader: the gradient by it is what that reader returns."""
        copy = tensor.clone()
        for key in self.names.get(id(tensor), ()):
            self.through[key, reader, t] = copy
        return copy

    def load(self, layer: str, module: Any, state: Mapping[str, Array]) -> None:
        """Gives a module its weights."""
        tensors = {name: self.torch.tensor(np.array(a)) for name, a in state.items()}
        try:
            module.load_state_dict(tensors)
        except RuntimeError as error:
            first = str(error).strip().splitlines()[-1].strip()
            raise UsageError(f"PyTorch does not take the weights of {layer!r}: {first}") from None


@dataclass
class _Parameters:
    """A module's parameters, and how their gradients become those of Keras's arrays."""

    layer: str
    module: Any
    arrays: tuple[str, ...]
    to_keras: Callable[[dict[str, Array]], Sequence[Array]]


# -- layers -----------------------------------------------------------------------------------


def _through(log: _Log, layer: n.Layer, inputs: Sequence[_Stream]) -> Sequence[_Stream]:
    """What PyTorch makes of what a layer reads."""
    if isinstance(layer, n.Input):
        return _entrance(log, layer)
    if isinstance(layer, n.Embedding):
        return [_look_up(log, layer)]
    if isinstance(layer, n.Recurrent):
        outputs, states = _read(log, layer.name, layer, inputs[0], inputs[1:])
        ends = [_Stream([state], over_time=False) for state in states]
        return [_handed_on(layer, outputs), *(ends if layer.return_state else [])]
    if isinstance(layer, n.Bidirectional):
        return _both_directions(log, layer, inputs)
    return [_alone(log, layer.name, layer, inputs)]


def _entrance(log: _Log, layer: n.Input) -> Sequence[_Stream]:
    steps = log.question.steps(layer.name, "input")
    if not steps:
        return []  # words, which their embedding looks up
    tensors = [log.tensor(array) for array in steps.values()]
    return [log.keep(layer.name, "input", _Stream(tensors, list(steps) != [None]))]


def _look_up(log: _Log, layer: n.Embedding) -> _Stream:
    if layer.mask_zero:
        raise _not_there(layer, "mask_zero", True, "masks")
    torch, ids = log.torch, log.question.ids[layer.name]
    table = torch.nn.Embedding(layer.input_dim, layer.output_dim, dtype=torch.float64)
    log.load(layer.name, table, {"weight": log.weights[layer.name, "embeddings"]})
    log.parameters.append(
        _Parameters(layer.name, table, ("embeddings",), lambda slopes: [slopes["weight"]])
    )
    rows = [table(torch.tensor([number])) for number in ids]
    return log.keep(layer.name, "output", _Stream(rows, over_time=True))


def _not_there(layer: n.Layer, setting: str, value: object, what: str) -> UsageError:
    return UsageError(
        f"{layer.title()} has {setting}={value!r}; PyTorch's modules have no {what} of this kind, "
        "so it cannot be asked."
    )


def _unknown(layer: n.Layer) -> UsageError:
    return UsageError(
        f"PyTorch's modules have no {layer.kind} like Keras's, so it cannot be asked for "
        f"{layer.title()}."
    )


#: PyTorch's name of each cell's module, and the activations that it has.
MODULES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "SimpleRNN": ("RNN", ("tanh", "relu")),
    "LSTM": ("LSTM", ("tanh",)),
    "GRU": ("GRU", ("tanh",)),
}


def _module(log: _Log, name: str, layer: n.Recurrent, features: int) -> Any:
    """PyTorch's module with the layer's weights."""
    if layer.kind not in MODULES:
        raise _unknown(layer)
    kind, activations = MODULES[layer.kind]
    if layer.activation not in activations:
        raise _not_there(layer, "activation", layer.activation, "recurrent layer")
    gates = getattr(layer, "recurrent_activation", "sigmoid")
    if gates != "sigmoid":
        raise _not_there(layer, "recurrent_activation", gates, "gates")
    if not getattr(layer, "reset_after", True):
        raise _not_there(layer, "reset_after", False, "GRU")
    more = {"nonlinearity": layer.activation} if kind == "RNN" else {}
    module = getattr(log.torch.nn, kind)(
        features, layer.units, bias=layer.use_bias, dtype=log.torch.float64, **more
    )
    shapes = {"kernel": (features, -1), "recurrent_kernel": (layer.units, -1)}
    arrays = [
        log.weights[name, array].reshape(shapes.get(array, layer.bias_shape()))
        for array in layer.arrays()
    ]
    log.load(name, module, to_pytorch(layer.kind, arrays))

    def to_keras(slopes: dict[str, Array]) -> Sequence[Array]:
        # Two biases that are added up have one gradient each, and it is the same.
        if layer.kind != "GRU":
            slopes = {k: 0 * a if k.startswith("bias_hh") else a for k, a in slopes.items()}
        return from_pytorch(layer.kind, slopes)

    log.parameters.append(_Parameters(name, module, layer.arrays(), to_keras))
    return module


def _read(
    log: _Log, name: str, layer: n.Recurrent, stream: _Stream, starts: Sequence[_Stream]
) -> tuple[list[Tensor], list[Tensor]]:
    """The outputs in the order of reading, and the last states."""
    module = _module(log, name, layer, stream.steps[0].shape[-1])
    states = [start.steps[0] for start in starts] or _starts(log, name, layer, len(stream.steps))
    first, outputs = list(states), []
    order = range(len(stream.steps))[:: -1 if layer.go_backwards else 1]
    for k in order:
        x, h = (log.copy(u, name, k + 1) for u in (stream.steps[k], states[0]))
        states = _step(module, x, [h, *states[1:]])
        for state, tensor in zip(layer.cell.states, states, strict=True):
            log.note((name, state, k + 1), tensor)
        outputs.append(states[0])
    _check_whole(log, name, module, [stream.steps[k] for k in order], first, outputs)
    return outputs, states


def _step(module: Any, x: Tensor, states: Sequence[Tensor]) -> list[Tensor]:
    """The states after one step; PyTorch's arrays begin with an axis for time or for layers."""
    begin = tuple(state[None] for state in states)
    _, end = module(x[None], begin if len(begin) > 1 else begin[0])
    return [state[0] for state in (end if isinstance(end, tuple) else (end,))]


def _starts(log: _Log, name: str, layer: n.Recurrent, count: int) -> list[Tensor]:
    t = count + 1 if layer.go_backwards else 0
    examples, found = log.question.examples, []
    for state in layer.cell.states:
        given = log.question.given.get((name, state, t), np.zeros((examples, layer.units)))
        tensor = log.tensor(np.broadcast_to(np.atleast_2d(given), (examples, layer.units)))
        log.note((name, state, t), tensor)
        found.append(tensor)
    return found


def _check_whole(
    log: _Log,
    name: str,
    module: Any,
    steps: Sequence[Tensor],
    starts: Sequence[Tensor],
    stepped: Sequence[Tensor],
) -> None:
    """The module over the whole sequence must give what it gave step by step."""
    with log.torch.no_grad():
        begin = tuple(state[None] for state in starts)
        whole, _ = module(log.torch.stack(list(steps)), begin if len(begin) > 1 else begin[0])
        apart = float((whole - log.torch.stack(list(stepped))).abs().max())
    if not apart <= FLOAT64:
        raise ComparisonError(
            f"PyTorch's module for {name!r} as a whole and step by step differ by {apart:.3g}."
        )


def _handed_on(layer: n.Recurrent, outputs: list[Tensor]) -> _Stream:
    return _Stream(outputs, True) if layer.return_sequences else _Stream(outputs[-1:], False)


def _both_directions(
    log: _Log, layer: n.Bidirectional, inputs: Sequence[_Stream]
) -> Sequence[_Stream]:
    stream, *starts = inputs
    half = len(starts) // 2
    ahead, ahead_ends = _read(log, f"{layer.name}.forward", layer.layer, stream, starts[:half])
    behind, behind_ends = _read(
        log, f"{layer.name}.backward", layer.backward, stream, starts[half:]
    )
    over_time = layer.layer.return_sequences
    pairs = list(zip(ahead, behind[::-1], strict=True)) if over_time else [(ahead[-1], behind[-1])]
    if layer.merge_mode is None:
        return [_Stream(list(side), over_time) for side in zip(*pairs, strict=True)]
    merged = _Stream([_merge(log, layer.merge_mode, f, b) for f, b in pairs], over_time)
    log.keep(layer.name, "output", merged)
    ends = [*ahead_ends, *behind_ends] if layer.layer.return_state else []
    return [merged, *(_Stream([end], over_time=False) for end in ends)]


def _merge(log: _Log, mode: str, f: Tensor, b: Tensor) -> Tensor:
    modes = {"sum": lambda: f + b, "ave": lambda: (f + b) / 2, "mul": lambda: f * b}
    return log.torch.cat([f, b], dim=-1) if mode == "concat" else modes[mode]()


# -- layers that treat each vector alone, and those that put vectors together -------------------


def _alone(log: _Log, name: str, layer: n.Layer, inputs: Sequence[_Stream]) -> _Stream:
    stream = inputs[0]
    if isinstance(layer, n.TimeDistributed):
        return _alone(log, name, replace(layer.layer, name=name), inputs)
    if isinstance(layer, n.Dropout):
        return stream
    if isinstance(layer, n.Dense):
        return _dense(log, name, layer, stream)
    if isinstance(layer, n.LayerNormalization):
        return _normalised(log, name, layer, stream)
    if isinstance(layer, (n.Activation, n.ReLU, n.Softmax)):
        function = _function(log, layer, getattr(layer, "activation", layer.kind.lower()))
        steps = [function(log.copy(x, name, t)) for t, x in _timed(stream)]
        return log.keep(name, "output", _Stream(steps, stream.over_time))
    if isinstance(layer, n.Normalization):
        steps = [_rescaled(log, layer, log.copy(x, name, t)) for t, x in _timed(stream)]
        return log.keep(name, "output", _Stream(steps, stream.over_time))
    if layer.kind in POOLS:
        whole = POOLS[layer.kind](log.torch, log.torch.stack(stream.steps))
        return log.keep(name, "output", _Stream([whole], over_time=False))
    if layer.kind in MERGES and getattr(layer, "axis", -1) == -1:
        parts = zip(*(s.steps for s in inputs), strict=True)
        steps = [MERGES[layer.kind](log.torch, part) for part in parts]
        return log.keep(name, "output", _Stream(steps, stream.over_time))
    raise _unknown(layer)


def _rescaled(log: _Log, layer: n.Normalization, x: Tensor) -> Tensor:
    mean, variance = (
        log.torch.tensor(a, dtype=log.torch.float64) for a in (layer.mean, layer.variance)
    )
    spread = variance.sqrt()
    return x * spread + mean if layer.invert else (x - mean) / spread


def _timed(stream: _Stream) -> list[tuple[int | None, Tensor]]:
    return list(zip(stream.times(), stream.steps, strict=True))


#: From the steps, stacked along a first axis, to one vector.
POOLS: Mapping[str, Callable[[Any, Tensor], Tensor]] = {
    "Flatten": lambda torch, steps: steps.swapaxes(0, 1).flatten(1),
    "GlobalAveragePooling1D": lambda torch, steps: steps.mean(dim=0),
    "GlobalMaxPooling1D": lambda torch, steps: steps.amax(dim=0),
}
#: From vectors of one time to one vector.
MERGES: Mapping[str, Callable[[Any, Sequence[Tensor]], Tensor]] = {
    "Add": lambda torch, parts: torch.stack(parts).sum(dim=0),
    "Subtract": lambda torch, parts: parts[0] - parts[1],
    "Multiply": lambda torch, parts: torch.stack(parts).prod(dim=0),
    "Average": lambda torch, parts: torch.stack(parts).mean(dim=0),
    "Maximum": lambda torch, parts: torch.stack(parts).amax(dim=0),
    "Concatenate": lambda torch, parts: torch.cat(parts, dim=-1),
}
#: PyTorch's functions of Keras's names.
FUNCTIONS: Mapping[str, Callable[[Any, Tensor], Tensor]] = {
    "linear": lambda torch, u: u.clone(),
    "tanh": lambda torch, u: torch.tanh(u),
    "sigmoid": lambda torch, u: torch.sigmoid(u),
    "softmax": lambda torch, u: torch.softmax(u, dim=-1),
    "relu": lambda torch, u: torch.relu(u),
    "exponential": lambda torch, u: torch.exp(u),
    "elu": lambda torch, u: torch.nn.functional.elu(u),
    "selu": lambda torch, u: torch.nn.functional.selu(u),
    "leaky_relu": lambda torch, u: torch.nn.functional.leaky_relu(u, 0.2),
    "softplus": lambda torch, u: torch.nn.functional.softplus(u),
    "softsign": lambda torch, u: torch.nn.functional.softsign(u),
    "silu": lambda torch, u: torch.nn.functional.silu(u),
    "mish": lambda torch, u: torch.nn.functional.mish(u),
    "hard_sigmoid": lambda torch, u: torch.nn.functional.hardsigmoid(u),
    "hard_silu": lambda torch, u: torch.nn.functional.hardswish(u),
}


def _function(log: _Log, layer: n.Layer, name: str) -> Callable[[Tensor], Tensor]:
    """PyTorch's function of Keras's name."""
    if name not in FUNCTIONS:
        raise _not_there(layer, "activation", name, "function")
    return partial(FUNCTIONS[name], log.torch)


def _dense(log: _Log, name: str, layer: n.Dense, stream: _Stream) -> _Stream:
    torch, features = log.torch, stream.steps[0].shape[-1]
    module = torch.nn.Linear(features, layer.units, layer.use_bias, dtype=torch.float64)
    state: dict[str, Array] = {"weight": log.weights[name, "kernel"].reshape(features, -1).T}
    if layer.use_bias:
        state["bias"] = log.weights[name, "bias"].reshape(-1)
    log.load(name, module, state)
    log.parameters.append(
        _Parameters(
            name,
            module,
            layer.arrays(),
            lambda slopes: [slopes["weight"].T, *([slopes["bias"]] if layer.use_bias else [])],
        )
    )
    sums = _Stream([module(log.copy(x, name, t)) for t, x in _timed(stream)], stream.over_time)
    if layer.activation == "linear":
        return log.keep(name, "output", sums)
    log.keep(name, "pre_activation", sums)
    function = _function(log, layer, layer.activation)
    answers = [function(z) for z in sums.steps]
    return log.keep(name, "output", _Stream(answers, stream.over_time))


def _normalised(log: _Log, name: str, layer: n.LayerNormalization, stream: _Stream) -> _Stream:
    torch, features = log.torch, stream.steps[0].shape[-1]
    module = torch.nn.LayerNorm(features, layer.epsilon, dtype=torch.float64)
    names = {"gamma": "weight", "beta": "bias"}
    state: dict[str, Array] = {"weight": np.ones(features), "bias": np.zeros(features)}
    state |= {names[array]: log.weights[name, array] for array in layer.arrays()}
    log.load(name, module, state)
    log.parameters.append(
        _Parameters(
            name, module, layer.arrays(), lambda s: [s[names[array]] for array in layer.arrays()]
        )
    )
    steps = [module(log.copy(x, name, t)) for t, x in _timed(stream)]
    return log.keep(name, "output", _Stream(steps, stream.over_time))


# -- loss and gradients -----------------------------------------------------------------------


def _answers(log: _Log) -> Answers:
    """Every value, and the gradient of the loss by each of them and by each weight."""
    total = _total(log)
    values = {key: _array(tensor) for key, tensor in log.found.items()}
    if total is None:
        return Answers(values)
    gradients = _slopes(log, total, {k: u for k, u in log.found.items() if not _within(k, u)})
    for holder in log.parameters:
        tensors = dict(holder.module.named_parameters())
        arrays = holder.to_keras(_slopes(log, total, tensors))
        for name, array in zip(holder.arrays, arrays, strict=True):
            gradients[holder.layer, name, None] = array
    return Answers(values, gradients, _slopes(log, total, log.through))


def _within(key: Key, tensor: Tensor) -> bool:
    """Whether a module uses a value inside as well, so that what it hands on is a part of it.

    An LSTM's new state is calculated from its cell state, and PyTorch does both in one step: the
    gradient by the cell state that it hands on would lack what comes back through that state.
    """
    return key[1] == "c" and not tensor.is_leaf


def _array(tensor: Tensor) -> Array:
    return np.asarray(tensor.detach().numpy(), dtype=np.float64)


def _slopes(log: _Log, total: Tensor, tensors: Mapping[Any, Tensor]) -> dict[Any, Array]:
    """The gradient of the total by each tensor; zeros where it does not depend on it."""
    if not tensors:
        return {}
    found = log.torch.autograd.grad(
        total, list(tensors.values()), retain_graph=True, allow_unused=True
    )
    return {
        key: _array(log.torch.zeros_like(tensor) if slope is None else slope)
        for (key, tensor), slope in zip(tensors.items(), found, strict=True)
    }


def _total(log: _Log) -> Tensor | None:
    """The loss of the answers, or the value that is differentiated; None where there is neither."""
    question = log.question
    loss = question.network.objective.loss
    if not question.targets or loss not in LOSSES:
        return None if question.goal is None or loss else _goal(log, question.goal)
    stream = log.streams[question.network.outputs[0]]
    losses = {t: _loss(log, t, answer) for t, answer in _timed(stream)}
    if stream.over_time:
        for t, loss in losses.items():
            log.note((LOSS, "step", t), loss)
    shares = question.shares or {None: 1.0}
    total = log.torch.stack([shares[t] * loss for t, loss in losses.items()]).sum()
    log.note((LOSS, "total", None), total)
    return total


def _goal(log: _Log, goal: Key) -> Tensor | None:
    return log.found[goal].sum() if goal in log.found else None


def _loss(log: _Log, t: int | None, answer: Tensor) -> Tensor:
    """PyTorch's own loss of one answer."""
    torch, objective = log.torch, log.question.network.objective
    name = objective.loss
    y = torch.tensor(np.array(np.atleast_2d(log.question.targets[t]), dtype=np.float64))
    if objective.from_logits:
        binary = name == "binary_crossentropy"
        answer = torch.sigmoid(answer) if binary else torch.softmax(answer, dim=-1)
        log.note((LOSS, "probability", t), answer)
    own: Tensor = LOSSES[name](torch, answer, y)
    return own


def _cross_entropy(torch: Any, answer: Tensor, y: Tensor) -> Tensor:
    return -torch.xlogy(y, answer).sum(dim=-1).mean()  # xlogy counts 0 ln 0 as 0


#: PyTorch's losses by Keras's names; of others nothing is asked.
LOSSES: Mapping[str, Callable[[Any, Tensor, Tensor], Tensor]] = {
    "categorical_crossentropy": _cross_entropy,
    SPARSE: _cross_entropy,
    "binary_crossentropy": lambda torch, a, y: torch.nn.functional.binary_cross_entropy(a, y),
    "mean_squared_error": lambda torch, a, y: torch.nn.functional.mse_loss(a, y),
    "mean_absolute_error": lambda torch, a, y: torch.nn.functional.l1_loss(a, y),
}
