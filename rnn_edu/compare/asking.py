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
from typing import Any, TypeAlias

import numpy as np

from rnn_edu.compare.layers import Layers
from rnn_edu.compare.reading import Reading
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.expressions import Array

Tensor: TypeAlias = Any
Key: TypeAlias = tuple[str, int | None]

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


class Question:
    """What is put to Keras: the inputs and targets of a walkthrough, as tensors of its type."""

    def __init__(self, walkthrough: Walkthrough, reading: Reading, layers: Layers) -> None:
        self.walkthrough, self.network, self.layers = walkthrough, reading.network, layers
        self.dtype = layers.dtype
        inputs = sorted(
            (q for q in walkthrough.of_role("input") if q.t is not None), key=lambda q: q.t or 0
        )
        self.times = [q.t for q in inputs]
        self.inputs = [self.tensor(q.value) for q in inputs]
        self.targets = {q.t: self.tensor(q.value) for q in walkthrough.of_role("target")}

    def tensor(self, value: Array) -> Tensor:
        """An array as a tensor with one row for each example."""
        import tensorflow as tf

        return tf.convert_to_tensor(np.atleast_2d(value), dtype=self.dtype)

    def start(self, name: str) -> Tensor:
        """The state before the first step: the walkthrough's, or zeros."""
        rows = self.inputs[0].shape[0]
        if (name, 0) in self.walkthrough:
            return self.tensor(self.walkthrough[name, 0].value)
        return self.tensor(np.zeros((rows, self.network.units)))

    def initial_states(self) -> list[Tensor]:
        """One state, or for an LSTM two."""
        names = ("h", "c") if self.network.cell == "LSTM" else ("h",)
        return [self.start(name) for name in names]

    def answer_times(self) -> list[int | None]:
        """The times at which the dense layer answers; None for "after the last step"."""
        return list(self.times) if self.network.every_step else [None]

    def has_loss(self) -> bool:
        """Whether there is a target for each answer, and a loss that Keras knows."""
        times = self.answer_times()
        return bool(self.network.loss) and all(t in self.targets for t in times)

    def losses(self, answers: dict[int | None, Tensor]) -> dict[int | None, Tensor]:
        """Keras's loss of each answer, averaged over the examples."""
        import keras
        import tensorflow as tf

        function = getattr(keras.losses, self.network.loss)
        return {t: tf.reduce_mean(function(self.targets[t], answers[t])) for t in answers}

    def total_loss(self, answers: dict[int | None, Tensor]) -> Tensor:
        """Keras's loss of all answers, averaged by Keras."""
        import keras
        import tensorflow as tf

        kind = "".join(word.capitalize() for word in self.network.loss.split("_"))
        # Without its type, a Keras loss rounds everything to Keras's default, float32.
        loss = getattr(keras.losses, kind)(dtype=self.dtype)
        targets = tf.stack([self.targets[t] for t in answers], axis=1)
        return loss(targets, tf.stack(list(answers.values()), axis=1))


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
    values.update(_states_of_the_layer(question))
    answers, weight_gradients = _whole_run(question, (*reading.recurrent, *reading.dense))
    return values | answers, gradients | weight_gradients


def _step_by_step(question: Question) -> tuple[dict[Key, Array], dict[Key, Array]]:
    """The cell, one step after the other, listened to, with a tape running."""
    import tensorflow as tf

    found: dict[Key, Tensor] = {}
    states = question.initial_states()
    with tf.GradientTape() as tape:
        tape.watch([*question.inputs, *states])
        found.update(_named(question, states, 0))
        for t, x in zip(question.times, question.inputs, strict=True):
            heard, states = _one_step(question, x, states)
            found.update({(name, t): tensor for name, tensor in heard.items()})
            found.update(_named(question, states, t))
            found["x", t] = x
        found.update(_answers(question, found))
        answers = {t: tensor for (name, t), tensor in found.items() if name == "output"}
        total = question.total_loss(answers) if answers and question.has_loss() else None
    gradients = {} if total is None else _gradients(tape, total, found)
    if total is not None:
        found.update({("loss", t): loss for t, loss in question.losses(answers).items()})
    return _arrays(found), gradients


def _named(question: Question, states: Sequence[Tensor], t: int | None) -> dict[Key, Tensor]:
    names = ("h", "c") if question.network.cell == "LSTM" else ("h",)
    return {(name, t): state for name, state in zip(names, states, strict=True)}


def _one_step(
    question: Question, x: Tensor, states: Sequence[Tensor]
) -> tuple[dict[str, Tensor], list[Tensor]]:
    """One step of Keras's cell: what was heard on the way, by name, and the new states."""
    cell = question.layers.recurrent.cell
    expected = HEARD[question.network.cell]
    with ExitStack() as stack:
        listeners = {name: stack.enter_context(listening(cell, name)) for name in expected}
        _, new_states = cell(x, list(states), training=False)
    heard: dict[str, Tensor] = {}
    for attribute, names in expected.items():
        for (before, after), pair in zip(names, listeners[attribute].heard, strict=True):
            heard[before], heard[after] = pair
    return heard, list(new_states)


def _answers(question: Question, found: dict[Key, Tensor]) -> dict[Key, Tensor]:
    """The logits and answers of the dense layer, listened to."""
    dense = question.layers.dense
    if dense is None:
        return {}
    answers: dict[Key, Tensor] = {}
    for t in question.answer_times():
        with listening(dense, "activation") as listener:
            dense(found["h", question.times[-1] if t is None else t])
        (answers["logits", t], answers["output", t]) = listener.heard[0]
    return answers


def _gradients(tape: Any, total: Tensor, found: dict[Key, Tensor]) -> dict[Key, Array]:
    import tensorflow as tf

    results = tape.gradient(
        total, list(found.values()), unconnected_gradients=tf.UnconnectedGradients.ZERO
    )
    return _arrays(dict(zip(found, results, strict=True)))


def _states_of_the_layer(question: Question) -> dict[Key, Array]:
    """The hidden state after t steps, as the layer itself gives it for the first t inputs."""
    import tensorflow as tf

    sequence = tf.stack(question.inputs, axis=1)
    return {
        ("h", t): _last(question, question.layers.recurrent, sequence[:, : k + 1])
        for k, t in enumerate(question.times)
    }


def _last(question: Question, layer: Any, sequence: Tensor) -> Array:
    result = layer(sequence, initial_state=question.initial_states(), training=False)
    output = result[0] if isinstance(result, (list, tuple)) else result
    return np.asarray(output[:, -1] if layer.return_sequences else output, dtype=np.float64)


def _whole_run(
    question: Question, weights: Sequence[Any]
) -> tuple[dict[Key, Array], dict[Key, Array]]:
    """Answers and gradients of the weights, from one run of the layers over the sequence."""
    import tensorflow as tf

    recurrent, dense = question.layers.recurrent, question.layers.dense
    if dense is None:
        return {}, {}
    variables = [variable.value for layer in (recurrent, dense) for variable in layer.weights]
    with listening(dense, "activation") as listener, tf.GradientTape() as tape:
        tape.watch(variables)
        states = recurrent(
            tf.stack(question.inputs, axis=1),
            initial_state=question.initial_states(),
            training=False,
        )
        dense(states)
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
    names: list[Key] = [(weight.name, None) for weight in weights]
    return _arrays(values), _arrays(dict(zip(names, slopes, strict=True)))


def _arrays(tensors: dict[Key, Tensor]) -> dict[Key, Array]:
    return {key: np.asarray(tensor, dtype=np.float64) for key, tensor in tensors.items()}
