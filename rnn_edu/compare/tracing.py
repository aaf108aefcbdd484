"""Going through Keras's layers one by one, and keeping every number on the way.

The layers are those of the model itself. A recurrent layer is gone through step by step with its
own cell; that the layer as a whole gives the same is checked each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from rnn_edu import networks as n
from rnn_edu.compare.hearing import Tensor, copied, cut, joined, listening, states_kept
from rnn_edu.compare.question import Key, Question
from rnn_edu.errors import ComparisonError
from rnn_edu.networks.network import Port
from rnn_edu.networks.recurrent import BEFORE_MASK


@dataclass
class Stream:
    """What runs along an arrow: a tensor for each step, or a single one; and the mask."""

    steps: list[Tensor]
    over_time: bool
    mask: Tensor | None = None

    def whole(self) -> Tensor:
        """One tensor, with the mask where Keras's layers look for it."""
        import tensorflow as tf
        from keras.src.backend import set_keras_mask

        whole = joined(self.steps) if self.over_time else tf.identity(self.steps[0])
        if self.mask is not None:
            set_keras_mask(whole, self.mask)
        return whole

    def times(self) -> list[int | None]:
        """The time of each step."""
        return list(range(1, len(self.steps) + 1)) if self.over_time else [None]


#: A value, and the layer and time of one of its readers.
Through: TypeAlias = tuple[Key, str, int | None]


@dataclass
class Trace:
    """Everything that was heard.

    Attributes:
        found: the tensors by key.
        through: copies of a tensor for each of its readers, by its key, the reader's layer and
            time: the gradient by such a copy is what comes back through that reader.
    """

    question: Question
    layers: Mapping[str, Any]
    tape: Any
    found: dict[Key, Tensor] = field(default_factory=dict)
    through: dict[Through, Tensor] = field(default_factory=dict)
    streams: dict[Port, Stream] = field(default_factory=dict)
    names: dict[int, list[Key]] = field(default_factory=dict)

    def copy(self, tensor: Tensor, reader: str, t: int | None) -> Tensor:
        """A copy for one reader: the gradient by it is what that reader returns."""
        import tensorflow as tf

        copy = tf.identity(tensor)
        for key in self.names.get(id(tensor), ()):
            self.through[key, reader, t] = copy
        return copy

    def note(self, key: Key, tensor: Tensor) -> None:
        """Keeps a tensor under a key."""
        self.found[key] = tensor
        self.names.setdefault(id(tensor), []).append(key)

    def keep(self, layer: str, value: str, stream: Stream) -> None:
        """Notes the steps of a stream under a value of a layer."""
        for t, tensor in zip(stream.times(), stream.steps, strict=True):
            self.note((layer, value, t), tensor)


def trace(question: Question, layers: Mapping[str, Any], tape: Any) -> Trace:
    """All layers of the network, gone through in order."""
    log = Trace(question, layers, tape)
    for number, node in enumerate(question.network.nodes):
        inputs = [log.streams[port] for port in node.inputs if port in log.streams]
        if not node.masked:
            inputs = [Stream(stream.steps, stream.over_time) for stream in inputs]
        for port, stream in enumerate(_through(log, node.layer, inputs)):
            log.streams[number, port] = stream
    return log


def _through(log: Trace, layer: n.Layer, inputs: Sequence[Stream]) -> Sequence[Stream]:
    if isinstance(layer, n.Input):
        return _entrance(log, layer)
    keras_layer = log.layers[layer.name]
    if isinstance(layer, n.Embedding):
        return [_look_up(log, layer, keras_layer)]
    if isinstance(layer, n.Recurrent):
        return _recurrent(log, layer, keras_layer, inputs)
    if isinstance(layer, n.Bidirectional):
        return _both_directions(log, layer, keras_layer, inputs)
    return _any(log, layer, keras_layer, inputs)


def _entrance(log: Trace, layer: n.Input) -> Sequence[Stream]:
    steps = log.question.steps(layer.name, "input")
    if not steps:
        return []  # words, which their embedding looks up
    tensors = [log.question.tensor(array) for array in steps.values()]
    log.tape.watch(tensors)
    stream = Stream(tensors, over_time=list(steps) != [None])
    log.keep(layer.name, "input", stream)
    return [stream]


def _look_up(log: Trace, layer: n.Embedding, keras_layer: Any) -> Stream:
    import tensorflow as tf

    ids = tf.constant([log.question.ids[layer.name]], dtype="int32")
    stream = Stream(cut(keras_layer(ids)), over_time=True)
    log.keep(layer.name, "output", stream)
    if layer.mask_zero:
        stream.mask = keras_layer.compute_mask(ids)
        masks = tf.cast(stream.mask, log.question.dtype)
        log.keep(layer.name, "mask", Stream(cut(masks), over_time=True))
    return stream


# -- recurrent layers, step by step -----------------------------------------------------------


def _recurrent(
    log: Trace, layer: n.Recurrent, keras_layer: Any, inputs: Sequence[Stream]
) -> Sequence[Stream]:
    stream, *starts = inputs
    outputs, states = _read(log, layer.name, layer, keras_layer, stream, starts)
    ends = [Stream([state], over_time=False) for state in states]
    result = _handed_on(layer, outputs, stream.mask)
    _check_whole(log, layer.name, keras_layer, [stream, *starts], result)
    return [result, *(ends if layer.return_state else [])]


def _handed_on(layer: n.Recurrent, outputs: list[Tensor], mask: Tensor | None) -> Stream:
    if not layer.return_sequences:
        return Stream([outputs[-1]], over_time=False)
    return Stream(outputs, over_time=True, mask=mask)


def _read(
    log: Trace,
    name: str,
    layer: n.Recurrent,
    keras_layer: Any,
    stream: Stream,
    starts: Sequence[Stream],
) -> tuple[list[Tensor], list[Tensor]]:
    """The outputs in the order of reading, and the last states."""
    count = len(stream.steps)
    states = [start.steps[0] for start in starts]
    if not states:
        t0 = count + 1 if layer.go_backwards else 0
        states = log.question.start(name, layer.cell.states, t0, layer.units)
        log.tape.watch(states)
        for state, tensor in zip(layer.cell.states, states, strict=True):
            log.note((name, state, t0), tensor)
    outputs = []
    zeros = bool(getattr(keras_layer, "zero_output_for_mask", False))
    for k in range(count)[:: -1 if layer.go_backwards else 1]:
        counts = None if stream.mask is None else stream.mask[:, k : k + 1]
        states = _step(log, name, layer, keras_layer.cell, stream.steps[k], states, k + 1, counts)
        outputs.append(_shown(log, name, states[0], counts, k + 1, zeros))
    return outputs, states


def _step(
    log: Trace,
    name: str,
    layer: n.Recurrent,
    cell: Any,
    x: Tensor,
    states: list[Tensor],
    t: int,
    counts: Tensor | None,
) -> list[Tensor]:
    """One step of Keras's cell, listened to; a masked one leaves the states as they were."""
    import keras
    import tensorflow as tf

    expected = layer.cell.heard
    before, x = log.copy(states[0], name, t), log.copy(x, name, t)
    with ExitStack() as stack:
        weights = stack.enter_context(copied(cell, layer.arrays()))
        ears = {key: stack.enter_context(listening(cell, key)) for key in expected}
        products = stack.enter_context(listening(keras.src.ops, "matmul"))
        _, new = cell(x, [before, *states[1:]], training=False)
    log.through.update({((name, w, None), name, t): copy for w, copy in weights.items()})
    heard = dict(zip(layer.cell.states, new, strict=True))
    for attribute, names in expected.items():
        for (into, out), (u, (result,)) in zip(names, ears[attribute].heard, strict=True):
            heard[into], heard[out] = u, result
    if isinstance(layer, n.GRU) and not layer.reset_after:
        heard["r_h"] = products.heard[-1][0]
    # What the cell calls its new state is, under a mask, not yet the state of the layer.
    names_now = {} if counts is None else BEFORE_MASK
    for value, tensor in heard.items():
        log.note((name, names_now.get(value, value), t), tensor)
    if counts is None:
        return [heard[state] for state in layer.cell.states]
    kept = [tf.where(counts, a, b) for a, b in zip(new, [before, *states[1:]], strict=True)]
    for state, tensor in zip(layer.cell.states, kept, strict=True):
        log.note((name, state, t), tensor)
    return kept


def _shown(log: Trace, name: str, h: Tensor, counts: Tensor | None, t: int, zeros: bool) -> Tensor:
    import tensorflow as tf

    if counts is None or not zeros:
        return h
    shown = tf.where(counts, h, tf.zeros_like(h))
    log.note((name, "shown", t), shown)
    return shown


def _both_directions(
    log: Trace, layer: n.Bidirectional, keras_layer: Any, inputs: Sequence[Stream]
) -> Sequence[Stream]:
    stream, *starts = inputs
    half = len(starts) // 2
    sides = [
        ("forward", layer.layer, keras_layer.forward_layer, starts[:half]),
        ("backward", layer.backward, keras_layer.backward_layer, starts[half:]),
    ]
    read = [
        _read(log, f"{layer.name}.{side}", inner, keras_half, stream, begin)
        for side, inner, keras_half, begin in sides
    ]
    (ahead, ahead_ends), (behind, behind_ends) = read
    over_time = layer.layer.return_sequences
    pairs = list(zip(ahead, behind[::-1], strict=True)) if over_time else [(ahead[-1], behind[-1])]
    mask = stream.mask if over_time else None
    if layer.merge_mode is None:
        return [Stream(list(side), over_time, mask) for side in zip(*pairs, strict=True)]
    merged = Stream([_merge(layer.merge_mode, f, b) for f, b in pairs], over_time, mask)
    log.keep(layer.name, "output", merged)
    _check_whole(log, layer.name, keras_layer, inputs, merged)
    ends = [*ahead_ends, *behind_ends] if layer.layer.return_state else []
    return [merged, *(Stream([end], over_time=False) for end in ends)]


def _merge(mode: str, f: Tensor, b: Tensor) -> Tensor:
    import keras

    return {
        "concat": lambda: keras.ops.concatenate([f, b], axis=-1),
        "sum": lambda: f + b,
        "ave": lambda: (f + b) / 2,
        "mul": lambda: f * b,
    }[mode]()


def _check_whole(
    log: Trace, name: str, keras_layer: Any, inputs: Sequence[Stream], stepped: Stream
) -> None:
    """The layer as a whole must give what its cell gave step by step.

    Raises:
        ComparisonError: it does not, so that what was heard says nothing about the layer.
    """
    sequence, *starts = [stream.whole() for stream in inputs]
    if not starts:
        starts = _starts_of(log, name, keras_layer)
    # Given states as well, Keras's layer takes the mask only where it is named.
    settings = {} if inputs[0].mask is None else {"mask": inputs[0].mask}
    with states_kept([keras_layer]):
        result = keras_layer(sequence, initial_state=starts, training=False, **settings)
    result = result[0] if isinstance(result, (list, tuple)) else result
    _check_same(name, stepped.whole(), result)


def _check_same(name: str, stepped: Tensor, result: Tensor) -> None:
    whole, parts = np.asarray(result), np.asarray(stepped)
    limit = 1e-12 if whole.dtype == np.float64 else 1e-3 if whole.dtype == np.float16 else 1e-4
    apart = float(np.max(np.abs(whole - parts))) if whole.shape == parts.shape else np.inf
    if not apart <= limit * max(1.0, float(np.max(np.abs(whole)))):
        raise ComparisonError(
            f"Keras's layer {name!r} as a whole and step by step differ by {apart:.3g}, so the "
            "layer does more than its cell; its steps cannot be judged."
        )


def _starts_of(log: Trace, name: str, keras_layer: Any) -> list[Tensor]:
    if hasattr(keras_layer, "forward_layer"):
        halves = (f"{name}.forward", f"{name}.backward")
        return [state for half in halves for state in _first_states(log, half)]
    return _first_states(log, name)


def _first_states(log: Trace, name: str) -> list[Tensor]:
    """The states that a reading started from: before the first or after the last time."""
    times = [t for (layer, value, t) in log.found if (layer, value) == (name, "h")]
    first = min(times, key=lambda t: t or 0)
    last = max(times, key=lambda t: t or 0)
    start = first if first == 0 else last
    return [log.found[name, s, start] for s in ("h", "c") if (name, s, start) in log.found]


# -- every other layer, as a whole ------------------------------------------------------------


def _any(
    log: Trace, layer: n.Layer, keras_layer: Any, inputs: Sequence[Stream]
) -> Sequence[Stream]:
    if isinstance(layer, n.TimeDistributed):
        # Keras maps the layer inside over the steps; that layer itself can read all of them.
        inner = replace(layer.layer, name=layer.name)
        (stream,) = _any(log, inner, keras_layer.layer, inputs)
        _check_same(layer.name, stream.whole(), keras_layer(inputs[0].whole()))
        return [stream]
    if isinstance(layer, n.Dense):
        return [_dense(log, layer, keras_layer, inputs[0])]
    return [_whole(log, layer, keras_layer, inputs)]


def _dense(log: Trace, layer: n.Dense, keras_layer: Any, source: Stream) -> Stream:
    """Each step alone, with weights of its own, so that what each step returns is known."""
    outputs = []
    for t, x in zip(source.times(), source.steps, strict=True):
        with (
            listening(keras_layer, "activation") as ear,
            copied(keras_layer, ("_kernel", "bias")) as weights,
        ):
            keras_layer(log.copy(x, layer.name, t))
        u, (result,) = ear.heard[0]
        log.note((layer.name, "pre_activation", t), u)
        log.note((layer.name, "output", t), result)
        for name, copy in weights.items():
            log.through[(layer.name, name.removeprefix("_"), None), layer.name, t] = copy
        outputs.append(result)
    stream = Stream(outputs, source.over_time, source.mask)
    _check_same(layer.name, stream.whole(), keras_layer(source.whole()))
    return stream


def _whole(log: Trace, layer: n.Layer, keras_layer: Any, inputs: Sequence[Stream]) -> Stream:
    """All steps in one call of the layer."""
    from keras.src.backend import get_keras_mask

    over_time = inputs[0].over_time
    copies = [
        Stream(
            [log.copy(x, layer.name, t) for t, x in zip(s.times(), s.steps, strict=True)],
            s.over_time,
            s.mask,
        ).whole()
        for s in inputs
    ]
    if isinstance(layer, (n.Attention, n.AdditiveAttention, n.Dot)) and over_time:
        log.note((layer.name, "values", None), copies[1])
    result = _call(log, layer, keras_layer, copies, over_time=over_time)
    has_time = len(result.shape) == 3
    steps = cut(result) if has_time else [tf_copy(result)]
    stream = Stream(steps, has_time, get_keras_mask(result))
    if isinstance(layer, n.Masking):
        stream.mask = keras_layer.compute_mask(inputs[0].whole())
    if not isinstance(layer, n.Dropout):
        log.keep(layer.name, "output", stream)
    return stream


def tf_copy(tensor: Tensor) -> Tensor:
    """A copy, without what Keras hangs on its tensors."""
    import tensorflow as tf

    return tf.identity(tensor)


def _call(
    log: Trace, layer: n.Layer, keras_layer: Any, tensors: list[Tensor], *, over_time: bool
) -> Tensor:
    """The layer's result; of a normalisation mean and variance are heard."""
    import keras

    settings = {"training": False} if _takes_training(keras_layer) else {}
    given = tensors if len(tensors) > 1 else tensors[0]
    heard = HEARD_OF.get(type(layer))
    if heard is None:
        return keras_layer(given, **settings)
    module = keras.src.ops if heard == "softmax" else keras.src.ops.nn
    with listening(module, heard, over_time=over_time) as ear:
        result = keras_layer(given, **settings)
    into, out = ear.heard[0]
    if heard == "softmax":
        log.keep(layer.name, "scores", Stream(into, over_time))
        log.keep(layer.name, "weights", Stream(out[0], over_time))
        _note_keys(log, layer.name, tensors)
        return result
    for name, kept in zip(("mean", "variance"), out, strict=True):
        log.keep(layer.name, name, Stream(kept if over_time else [kept], over_time))
    return result


#: What is listened to while a layer is called as a whole.
HEARD_OF: dict[type[n.Layer], str] = {
    n.LayerNormalization: "moments",
    n.Attention: "softmax",
    n.AdditiveAttention: "softmax",
}


def _note_keys(log: Trace, name: str, tensors: list[Tensor]) -> None:
    """The keys where they are a sequence of their own, and which values count."""
    import tensorflow as tf
    from keras.src.backend import get_keras_mask

    if len(tensors) == 3:
        log.note((name, "keys", None), tensors[2])
    mask = get_keras_mask(tensors[1])
    if mask is not None:
        log.note((name, "counted", None), tf.cast(mask, tensors[1].dtype))


def _takes_training(keras_layer: Any) -> bool:
    return bool(getattr(keras_layer, "_call_has_training_arg", False))
