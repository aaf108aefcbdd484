"""Asking Keras for every number that it computes on the way.

Keras's layers return their last result only. Their cells, though, hand every weighted sum to
an activation function that is an attribute of the cell. For the time of one run a listener
stands in for that function: it passes the sum on to the function, and keeps both. The numbers
so heard are Keras's own, computed by Keras's code; no formula is written a second time here.
A gradient tape around that run gives the gradient of the loss by each of them.

Whole results come from the layers as they are: the state after t steps is what the layer
returns for the first t inputs, the answers and the gradients of the weights come from a run
over the full sequence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from rnn_edu.compare.layers import Layers, halves
from rnn_edu.compare.question import Key, Question, Tensor, state_names
from rnn_edu.compare.reading import Reader, Reading
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.expressions import Array

#: What each cell hands to its activation functions, in the order in which it does: by the
#: attribute that holds the function, the book's names of the sum and of the result.
HEARD: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "SimpleRNN": {"activation": (("a", "h"),)},
    "LSTM": {
        "recurrent_activation": (("a_i", "i"), ("a_f", "f"), ("a_o", "o")),
        "activation": (("a_c", "c_tilde"), ("c", "tanh_c")),
    },
    "GRU": {
        "recurrent_activation": (("a_z", "z"), ("a_r", "r")),
        "activation": (("a_h", "h_tilde"),),
    },
}
#: The states of both directions side by side.
JOINED = "m"


class Listener:
    """Stands in for an activation function and keeps what goes in and what comes out."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.heard: list[tuple[Tensor, Tensor]] = []

    def __call__(self, u: Tensor) -> Tensor:
        """The function's result; sum and result are kept."""
        import tensorflow as tf

        # Keras hangs the logits on the result of softmax and sigmoid, and its losses then skip
        # the result. A copy without them keeps the loss a function of the probabilities: with
        # a target of zeros, TensorFlow's shortcut has a gradient that its loss does not have.
        result = tf.identity(self.function(u))
        self.heard.append((u, result))
        return result


@contextmanager
def listening(holder: Any, attribute: str) -> Iterator[Listener]:
    """Puts a listener in the place of an activation function, and the function back."""
    function = getattr(holder, attribute)
    listener = Listener(function)
    setattr(holder, attribute, listener)
    try:
        yield listener
    finally:
        setattr(holder, attribute, function)


def ask_keras(
    walkthrough: Walkthrough, reading: Reading, layers: Layers
) -> tuple[dict[Key, Array], dict[Key, Array]]:
    """Every value that Keras computes, and every gradient, by the book's name and time.

    The answers are under ``output``, the losses under ``loss``; the total loss, and what is
    there only after the last step, under the time None.

    Returns:
        The values, and the gradients of the total loss by each of them and by each weight.
    """
    question = Question(walkthrough, reading, layers)
    values, gradients = _step_by_step(question)
    values.update(_states_of_the_layers(question))
    answers, weight_gradients = _whole_run(question)
    return values | answers, gradients | weight_gradients


# -- step by step, listening ------------------------------------------------------------------


def _step_by_step(question: Question) -> tuple[dict[Key, Array], dict[Key, Array]]:
    """The cells, one step after the other, listened to, with a tape running."""
    import tensorflow as tf

    found: dict[Key, Tensor] = dict(
        zip([("x", t) for t in question.times], question.inputs, strict=True)
    )
    with tf.GradientTape() as tape:
        tape.watch(question.inputs)
        outputs = dict(zip(question.times, question.inputs, strict=True))
        last = question.inputs[-1]
        for readers, layer in zip(question.reading.layers, question.layers.recurrent, strict=True):
            outputs, last = _through_layer(question, readers, layer, outputs, found, tape)
        found.update(_answers(question, outputs, last))
        answers = {t: tensor for (name, t), tensor in found.items() if name == "output"}
        total = question.total_loss(answers) if answers and question.has_loss() else None
    gradients = {} if total is None else _gradients(tape, total, found)
    if total is not None:
        found.update({("loss", t): loss for t, loss in question.losses(answers).items()})
    return _arrays(found), gradients


Outputs = dict[int, Tensor]


def _through_layer(
    question: Question,
    readers: Sequence[Reader],
    layer: Any,
    inputs: Outputs,
    found: dict[Key, Tensor],
    tape: Any,
) -> tuple[Outputs, Tensor]:
    """All steps of one layer: its output at each time, and what it hands on after the last."""
    import tensorflow as tf

    for reader, half in zip(readers, halves(layer), strict=True):
        states = question.starts(reader)
        tape.watch(states)
        found.update(_states(reader, states, question.start_time(reader)))
        for t in reversed(question.times) if reader.backwards else question.times:
            heard, states = _one_step(reader, half.cell, inputs[t], states)
            found.update({(reader.named(name), t): tensor for name, tensor in heard.items()})
            found.update(_states(reader, states, t))
    names = [reader.named("h") for reader in readers]
    ends = [question.times[0] if reader.backwards else question.times[-1] for reader in readers]
    last = [found[name, t] for name, t in zip(names, ends, strict=True)]
    if len(readers) == 1:
        return {t: found[names[0], t] for t in question.times}, last[0]
    outputs = {t: tf.concat([found[name, t] for name in names], axis=-1) for t in question.times}
    found.update({(JOINED, t): tensor for t, tensor in outputs.items()})
    return outputs, tf.concat(last, axis=-1)


def _states(reader: Reader, states: Sequence[Tensor], t: int) -> dict[Key, Tensor]:
    pairs = zip(state_names(reader), states, strict=True)
    return {(reader.named(name), t): state for name, state in pairs}


def _one_step(
    reader: Reader, cell: Any, x: Tensor, states: Sequence[Tensor]
) -> tuple[dict[str, Tensor], list[Tensor]]:
    """One step of Keras's cell: what was heard on the way, by name, and the new states."""
    expected = HEARD[reader.cell]
    with ExitStack() as stack:
        listeners = {name: stack.enter_context(listening(cell, name)) for name in expected}
        _, new_states = cell(x, list(states), training=False)
    heard: dict[str, Tensor] = {}
    for attribute, names in expected.items():
        for (before, after), pair in zip(names, listeners[attribute].heard, strict=True):
            heard[before], heard[after] = pair
    return heard, list(new_states)


def _answers(question: Question, outputs: Outputs, last: Tensor) -> dict[Key, Tensor]:
    """The logits and answers of the dense layer, listened to."""
    dense = question.layers.dense
    if dense is None:
        return {}
    answers: dict[Key, Tensor] = {}
    for t in question.answer_times():
        with listening(dense, "activation") as listener:
            dense(last if t is None else outputs[t])
        (answers["logits", t], answers["output", t]) = listener.heard[0]
    return answers


def _gradients(tape: Any, total: Tensor, found: dict[Key, Tensor]) -> dict[Key, Array]:
    import tensorflow as tf

    results = tape.gradient(
        total, list(found.values()), unconnected_gradients=tf.UnconnectedGradients.ZERO
    )
    return _arrays(dict(zip(found, results, strict=True)))


# -- whole results, from the layers as they are -----------------------------------------------


def _states_of_the_layers(question: Question) -> dict[Key, Array]:
    """The hidden states as the layers themselves give them, for longer and longer pieces.

    A reader that goes forwards has at time t read everything up to t; one that goes
    backwards, everything from t on.
    """
    import tensorflow as tf

    found: dict[Key, Tensor] = {}
    sequence = tf.stack(question.inputs, axis=1)
    for readers, layer in zip(question.reading.layers, question.layers.recurrent, strict=True):
        for reader, half in zip(readers, halves(layer), strict=True):
            for k, t in enumerate(question.times):
                piece = sequence[:, k:] if reader.backwards else sequence[:, : k + 1]
                found[reader.named("h"), t] = _end_state(question, reader, half, piece)
        if layer is not question.layers.recurrent[-1]:
            sequence = _run(question, readers, layer, sequence)
            if len(readers) == 2:
                found.update({(JOINED, t): sequence[:, k] for k, t in enumerate(question.times)})
    return _arrays(found)


def _end_state(question: Question, reader: Reader, layer: Any, piece: Tensor) -> Tensor:
    output = _run(question, (reader,), layer, piece)
    return output[:, -1] if layer.return_sequences else output


def _run(question: Question, readers: Sequence[Reader], layer: Any, sequence: Tensor) -> Tensor:
    starts = [state for reader in readers for state in question.starts(reader)]
    result = layer(sequence, initial_state=starts, training=False)
    return result[0] if isinstance(result, (list, tuple)) else result


def _whole_run(question: Question) -> tuple[dict[Key, Array], dict[Key, Array]]:
    """Answers and gradients of the weights, from one run of all layers over the sequence."""
    import tensorflow as tf

    dense = question.layers.dense
    if dense is None:
        return {}, {}
    layers = (*question.layers.recurrent, dense)
    variables = [variable.value for layer in layers for variable in layer.weights]
    with listening(dense, "activation") as listener, tf.GradientTape() as tape:
        tape.watch(variables)
        sequence = tf.stack(question.inputs, axis=1)
        for readers, layer in zip(question.reading.layers, question.layers.recurrent, strict=True):
            sequence = _run(question, readers, layer, sequence)
        dense(sequence)
        whole = listener.heard[0][1]
        answers = {
            t: whole if t is None else whole[:, k] for k, t in enumerate(question.answer_times())
        }
        total = question.total_loss(answers) if question.has_loss() else None
    values: dict[Key, Tensor] = {("output", t): tensor for t, tensor in answers.items()}
    if total is None:
        return _arrays(values), {}
    values["loss", None] = total
    slopes = tape.gradient(total, variables)
    names: list[Key] = [(weight.name, None) for weight in question.walkthrough.weights]
    return _arrays(values), _arrays(dict(zip(names, slopes, strict=True)))


def _arrays(tensors: dict[Key, Tensor]) -> dict[Key, Array]:
    return {key: np.asarray(tensor, dtype=np.float64) for key, tensor in tensors.items()}
