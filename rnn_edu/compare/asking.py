"""Asking Keras for every number of a walkthrough: values, losses and gradients.

Two runs answer. In the first every layer is gone through one by one, listened to, with a gradient
tape running (:mod:`.tracing`). In the second the model runs as it is, and Keras's own loss of its
answers is differentiated: answers, total loss and the gradients of the weights are from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rnn_edu.compare.hearing import Tensor, cut, started
from rnn_edu.compare.question import Key, Question, whole_inputs
from rnn_edu.compare.tracing import Through, Trace, tf_copy, trace
from rnn_edu.errors import ComparisonError, UsageError
from rnn_edu.networks import Bidirectional, Layer, Recurrent
from rnn_edu.networks.objective import LOSS, SPARSE
from rnn_edu.walkthrough.expressions import Array


@dataclass
class Answers:
    """What Keras says.

    Attributes:
        values: by layer, value and time.
        gradients: of the total loss by each of them.
        parts: of the gradient by a value, what comes back through one of its readers.
    """

    values: dict[Key, Array] = field(default_factory=dict)
    gradients: dict[Key, Array] = field(default_factory=dict)
    parts: dict[Through, Array] = field(default_factory=dict)


def ask_keras(
    question: Question, layers: Mapping[str, Any], run: Callable[[Sequence[Tensor]], Tensor]
) -> Answers:
    """Every value, gradient and loss, by layer, value and time.

    Args:
        question: the numbers that Keras is given.
        layers: the Keras layers by their names.
        run: the model as it is, from its inputs to its answer.
    """
    answers = _layer_by_layer(question, layers)
    _whole_run(question, layers, run, answers)
    return answers


# -- layer by layer ---------------------------------------------------------------------------


def _layer_by_layer(question: Question, layers: Mapping[str, Any]) -> Answers:
    import tensorflow as tf

    with tf.GradientTape(persistent=True) as tape:
        log = trace(question, layers, tape)
        total = _traced_loss(question, log) if question.targets else None
        if total is None and question.goal in log.found:
            total = tf.reduce_sum(log.found[question.goal])
    values = {key: _array(tensor) for key, tensor in log.found.items()}
    if total is None:
        return Answers(values)
    weights = {
        (layer, value, None): variable.value
        for (layer, value), variable in weights_of(question.network.layers, layers).items()
    }
    gradients = _slopes(tape, total, log.found | weights)
    return Answers(values, gradients, _slopes(tape, total, log.through))


def _slopes(tape: Any, total: Tensor, tensors: Mapping[Any, Tensor]) -> dict[Any, Array]:
    import tensorflow as tf

    found = tape.gradient(
        total, list(tensors.values()), unconnected_gradients=tf.UnconnectedGradients.ZERO
    )
    return {
        key: _array(tf.convert_to_tensor(slope)) for key, slope in zip(tensors, found, strict=True)
    }


def _traced_loss(question: Question, log: Trace) -> Tensor:
    """The total loss of the answers that were heard, with the loss of each step kept.

    Raises:
        ComparisonError: the model does not answer where the walkthrough has its targets.
    """
    import tensorflow as tf

    stream = log.streams[question.network.outputs[0]]
    _check_times(stream.times(), list(question.targets))
    losses = {}
    for t, answer in zip(stream.times(), stream.steps, strict=True):
        if question.network.objective.from_logits:
            answer = _probabilities(question, answer)
            log.found[LOSS, "probability", t] = answer
        y = tf.cast(question.tensor(question.targets[t]), answer.dtype)
        losses[t] = tf.reduce_mean(_formula(question, y, answer))
        if stream.over_time:
            log.found[LOSS, "step", t] = losses[t]
    shares = question.shares or {None: 1.0}
    total = tf.add_n([shares[t] * loss for t, loss in losses.items()])
    log.found[LOSS, "total", None] = tf.identity(total)
    return log.found[LOSS, "total", None]


def _check_times(answers: Sequence[int | None], targets: Sequence[int | None]) -> None:
    if set(answers) != set(targets):
        raise ComparisonError(
            f"the walkthrough has a target {_when(targets)}; the model answers {_when(answers)}."
        )


def _when(times: Sequence[int | None]) -> str:
    return "after the last step" if list(times) == [None] else f"at each of {len(times)} steps"


def _probabilities(question: Question, logits: Tensor) -> Tensor:
    import tensorflow as tf

    binary = question.network.objective.loss == "binary_crossentropy"
    return tf.sigmoid(logits) if binary else tf.nn.softmax(logits)


def _formula(question: Question, y: Tensor, answer: Tensor) -> Tensor:
    """The loss of one answer as a function of that answer.

    Keras's crossentropies divide the probabilities by their sum or go back to the logits, so that
    their slope by the probabilities is another one. For these TensorFlow differentiates the
    formula itself; its value is compared with Keras's in the second run.
    """
    import tensorflow as tf

    name = question.network.objective.loss
    function = "softmax" if "categorical" in name else "sigmoid"
    logits = question.network.objective.from_logits
    if not logits and question.network.last_activation() != function:
        return loss_function(question)(_classes(question, y), answer)
    if name in (SPARSE, "categorical_crossentropy"):
        # 0 ln p counts as 0, also where p is 0.
        return -tf.reduce_sum(tf.math.multiply_no_nan(tf.math.log(answer), y), axis=-1)
    if name == "binary_crossentropy":
        first = tf.math.multiply_no_nan(tf.math.log(answer), y)
        second = tf.math.multiply_no_nan(tf.math.log(1 - answer), 1 - y)
        return -tf.reduce_mean(first + second, axis=-1)
    return loss_function(question)(_classes(question, y), answer)


# -- the model as it is -----------------------------------------------------------------------


def _whole_run(
    question: Question,
    layers: Mapping[str, Any],
    run: Callable[[Sequence[Tensor]], Tensor],
    answers: Answers,
) -> None:
    import tensorflow as tf

    weights = weights_of(question.network.layers, layers)
    variables = [variable.value for variable in weights.values()]
    with tf.GradientTape() as tape, _from_the_same_start(question, layers):
        tape.watch(variables)
        whole = _without_shortcut(question, run(whole_inputs(question)))
        total = _kerass_loss(question, whole, answers) if question.targets else None
    _note_answers(question, whole, answers)
    if total is None:
        return
    answers.values[LOSS, "total", None] = _array(total)
    slopes = tape.gradient(total, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    for (layer, value), slope in zip(weights, slopes, strict=True):
        answers.gradients[layer, value, None] = _array(tf.convert_to_tensor(slope))


@contextmanager
def _from_the_same_start(question: Question, layers: Mapping[str, Any]) -> Iterator[None]:
    """Lets the recurrent layers start where the walkthrough does."""
    with ExitStack() as stack:
        for name, described, keras_layer in _readings(question.network.layers, layers):
            states = question.given_start(name, described.cell.states)
            if states:
                stack.enter_context(started(keras_layer, states))
        yield


def _readings(
    described: Sequence[Layer], layers: Mapping[str, Any]
) -> Iterator[tuple[str, Recurrent, Any]]:
    """Each recurrent layer with its name among origins; the halves of a Bidirectional apart."""
    for layer in described:
        if isinstance(layer, Recurrent):
            yield layer.name, layer, layers[layer.name]
        elif isinstance(layer, Bidirectional):
            both = layers[layer.name]
            yield f"{layer.name}.forward", layer.layer, both.forward_layer
            yield f"{layer.name}.backward", layer.backward, both.backward_layer


def weights_of(described: Sequence[Layer], layers: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """Keras's variables by layer and name; the halves of a Bidirectional apart."""
    found: dict[tuple[str, str], Any] = {}
    for layer in described:
        if not layer.arrays():
            continue
        names = [(layer.name, array) for array in layer.arrays()]
        if isinstance(layer, Bidirectional):
            split = len(layer.layer.arrays())
            names = [
                (f"{layer.name}.{'forward' if k < split else 'backward'}", array)
                for k, array in enumerate(layer.arrays())
            ]
        found.update(dict(zip(names, layers[layer.name].weights, strict=True)))
    return found


def _without_shortcut(question: Question, whole: Tensor) -> Tensor:
    """The answer without its logits where a target does not add up to 1, as one of zeros.

    Keras's losses go back to the logits of a softmax. For such a target that shortcut has a
    gradient, p - y, which the loss itself does not have.
    """
    from keras.src.backend import get_keras_mask, set_keras_mask

    shares = "categorical" in question.network.objective.loss
    if not shares or all(np.allclose(y.sum(axis=-1), 1) for y in question.targets.values()):
        return whole
    copy = tf_copy(whole)
    set_keras_mask(copy, get_keras_mask(whole))
    return copy


def _note_answers(question: Question, whole: Tensor, answers: Answers) -> None:
    """The answers of the model as it is, under the output of its last layer."""
    if isinstance(whole, (list, tuple)):
        return  # several outputs: each is known from its own layer
    number, _ = question.network.outputs[0]
    layer = question.network.nodes[number].layer
    times = sorted(
        (t for name, value, t in answers.values if (name, value) == (layer.name, "output")),
        key=lambda t: t or 0,
    )
    if not times:
        return
    rows = [whole] if times == [None] else cut(whole)
    for t, row in zip(times, rows, strict=True):
        answers.values[layer.name, "output", t] = _array(row)


def _kerass_loss(question: Question, whole: Tensor, answers: Answers) -> Tensor:
    """The total by Keras's own loss; of each step where the walkthrough adds them its own way."""
    import tensorflow as tf
    from keras.src.backend import get_keras_mask

    function = loss_function(question)
    targets = [
        question.tensor(y) for _, y in sorted(question.targets.items(), key=lambda p: p[0] or 0)
    ]
    if not question.shares:
        return tf.reduce_mean(function(_classes(question, targets[0]), whole))
    rows = cut(whole)
    losses = [
        tf.reduce_mean(function(_classes(question, y), _with_logits(whole, row, k)))
        for k, (y, row) in enumerate(zip(targets, rows, strict=True))
    ]
    for t, loss in zip(sorted(t for t in question.shares if t is not None), losses, strict=True):
        answers.values[LOSS, "step", t] = _array(loss)
    mean = _loss_object(question)(tf.stack([_classes(question, y) for y in targets], axis=1), whole)
    shares = [question.shares[t] for t in sorted(t for t in question.shares if t is not None)]
    mask = get_keras_mask(whole)
    usual = _usual_shares(len(shares), None if mask is None else np.asarray(mask)[0])
    if np.allclose(shares, usual, rtol=1e-14, atol=0):
        return mean
    return tf.add_n([share * loss for share, loss in zip(shares, losses, strict=True)])


def _usual_shares(count: int, mask: Array | None) -> Array:
    """What Keras's mean gives to each step."""
    counted = np.ones(count) if mask is None else np.asarray(mask, dtype=np.float64)
    return np.asarray(counted / counted.sum())


def _with_logits(whole: Tensor, row: Tensor, k: int) -> Tensor:
    """A step of the answer with its logits, which Keras's losses use where there are any."""
    logits = getattr(whole, "_keras_logits", None)
    if logits is not None:
        row._keras_logits = logits[:, k]
    return row


def _classes(question: Question, y: Tensor) -> Tensor:
    """One-hot rows as numbers of classes, where the loss wants these."""
    import tensorflow as tf

    return tf.argmax(y, axis=-1) if question.network.objective.loss == SPARSE else y


def loss_function(question: Question) -> Any:
    """Keras's loss, one number for each row.

    Raises:
        UsageError: Keras has no loss of this name.
    """
    import keras

    name = question.network.objective.loss
    function = getattr(keras.losses, name, None)
    if function is None:
        raise UsageError(f"Keras has no loss {name!r}.")
    if not question.network.objective.from_logits:
        return function
    return lambda y, answer: function(y, answer, from_logits=True)


def _loss_object(question: Question) -> Any:
    """Keras's loss that takes the mean; without its type it would round to float32."""
    import keras

    name = question.network.objective.loss
    kind = "".join(word.capitalize() for word in name.split("_"))
    kind = {"KlDivergence": "KLDivergence"}.get(kind, kind)
    more = {"from_logits": True} if question.network.objective.from_logits else {}
    return getattr(keras.losses, kind)(dtype=question.dtype, **more)


def _array(tensor: Tensor) -> Array:
    return np.asarray(tensor, dtype=np.float64)
