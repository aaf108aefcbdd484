"""Setting a walkthrough beside what Keras says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np

from rnn_edu.calculations.calculation import Calculation
from rnn_edu.compare.asking import Answers, ask_keras, weights_of
from rnn_edu.compare.hearing import Tensor, states_kept
from rnn_edu.compare.question import Origins, key_of, question_of
from rnn_edu.compare.recognising import left_out, origins_of
from rnn_edu.compare.report import Comparison, NotJudged, Row
from rnn_edu.compare.tolerance import tolerance_of
from rnn_edu.compare.twin import keras_twin
from rnn_edu.errors import ComparisonError, RnnEduError, UsageError
from rnn_edu.networks import Input, LayerNormalization, Network, Normalization
from rnn_edu.networks.network import inside
from rnn_edu.networks.readers.keras_model import Found, read_keras
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Array
from rnn_edu.walkthrough.losses import LOSSES
from rnn_edu.walkthrough.losses import loss as loss_of


def compare(
    walkthrough: Walkthrough,
    model: Any,
    *,
    loss: str | None = None,
    reduction: str = "mean",
    tolerance: float | None = None,
    strict: bool = True,
    judge: str = "Keras",
) -> Comparison:
    """Asks Keras for every step of a walkthrough, and sets its number beside ours.

    Each quantity of a network's own walkthrough knows which value of which layer it is. In one
    that is written by hand, quantities are recognised by the names that the network uses
    (``network.walkthrough(...)`` shows them). What Keras cannot be asked for is counted as not
    judged, with the reason. Numbers above 1 in size are compared relative to their size.

    Args:
        walkthrough: the hand calculation.
        model: a built Keras model, a list of layers, or a single layer. What layers calculate
            that it does not have is not judged.
        loss: Keras's name of the loss; by default the one that the model is compiled with, else
            the one that the walkthrough's loss is by its formula.
        reduction: ``"mean"`` or ``"sum"`` of the losses of several steps, where the walkthrough
            is the network's own; one written by hand is judged as it adds them up.
        tolerance: how far a number may be off; by default 1e-12 where Keras computes in float64
            and what ``rnn_edu.compare.tolerance.tolerance_of`` says elsewhere.
        strict: whether a difference raises an error; if not, the report shows it.
        judge: how the report calls the model.

    Raises:
        ComparisonError: a weight is another one, or with ``strict`` a step differs; the first one
            in the order of calculation is named.
        UsageError: the model cannot be read, or the walkthrough is not of such a network.
    """
    found = read_keras(model, loss=_loss(walkthrough, model, loss), reduction=reduction)
    layers = _layers_by_name(model)
    if rows_at_once(model) > 1:
        raise UsageError(
            f"the model is stateful and reads {rows_at_once(model)} rows at once; a walkthrough is "
            "of one. Build it with batch_size=1, and give it the same weights."
        )
    dtype = _dtype(found.network, layers)
    origins = origins_of(walkthrough, found.network, found.weights)
    allowed = tolerance if tolerance is not None else allowed_for(walkthrough, found.network, dtype)
    beyond = left_out(origins, found.network)
    weights = [weight for weight in walkthrough.weights if weight not in beyond]
    origins = {q: origin for q, origin in origins.items() if q not in beyond}
    _check_weights(weights, origins, found, allowed)
    question = question_of(walkthrough, found.network, origins, dtype)
    if beyond or not question.network.objective.loss:
        question = replace(question, targets={})
    answers = ask_keras(question, layers, _runner(model, layers))
    comparison = report_on(walkthrough, origins, answers, dtype, allowed, judge)
    if strict:
        comparison.raise_for_difference()
    return comparison


def judge(calculation: Calculation, *, strict: bool = True, dtype: str = "float64") -> Comparison:
    """Compares a worked example of the book with its Keras twin."""
    if calculation.network is None:
        raise UsageError(f"Keras has no network like {calculation.key}, so it cannot judge it.")
    walkthrough = calculation.build()
    twin = keras_twin(calculation.network, dtype=dtype)
    shapes = [variable.shape for variable in twin.weights]
    weights = [q.value for q in walkthrough.weights]
    if [w.size for w in weights] == [int(np.prod(shape)) for shape in shapes]:
        weights = [w.reshape(shape) for w, shape in zip(weights, shapes, strict=True)]
    twin.set_weights(weights)
    loss = calculation.network.objective.loss
    return compare(walkthrough, twin, loss=loss, strict=strict)


def report_on(
    walkthrough: Walkthrough,
    origins: Origins,
    answers: Answers,
    dtype: str,
    allowed: float,
    judge: str = "Keras",
) -> Comparison:
    """Each step beside the judge's answer; what has none is not judged, with the reason."""
    rows, judged, unasked = [], {}, []
    for step in walkthrough.steps:
        answer, reason = _answer(step, origins, answers)
        if answer is None:
            unasked.append(NotJudged(step.title, step.value.size, reason.format(judge=judge)))
            continue
        if answer.size != step.value.size:
            raise ComparisonError(
                f"{step.title} has the shape {step.shape}, where {judge} has {answer.shape}."
            )
        judged[step.name, step.t] = answer.reshape(step.shape)
        rows.append(row_of(step, judged[step.name, step.t], allowed, judge))
    return Comparison(walkthrough.title, dtype, allowed, tuple(rows), judged, tuple(unasked), judge)


def _answer(step: Quantity, origins: Origins, answers: Answers) -> tuple[Array | None, str]:
    """The judge's number for a step, or why there is none."""
    if step.gradient_of is not None:
        key, found = key_of(step.gradient_of, origins), answers.gradients
        return _rows(found.get(key) if key else None, step.gradient_of, origins), NO_GRADIENT
    if step.gradient_part is not None:
        return _part(step.gradient_part, origins, answers), NO_PART
    key = key_of(step, origins)
    if key is None:
        return None, "{judge} has no such value"
    usual = "{judge}'s layer does not give this value out"
    return answers.values.get(key), NO_VALUE.get(key[1], usual)


NO_VALUE = {"exponentials": "{judge} takes both halves of a softmax in one step"}
NO_GRADIENT = "{judge} has no gradient by this value"
NO_PART = "{judge} adds the parts of a gradient up before it gives it out"


def _rows(array: Array | None, of: Quantity, origins: Origins) -> Array | None:
    """Of the gradient of a table the rows that are written."""
    origin = origins.get(of)
    return array if array is None or origin is None or not origin.rows else array[list(origin.rows)]


def _part(pair: tuple[Quantity, Quantity], origins: Origins, answers: Answers) -> Array | None:
    """What comes back to a value through one of its readers, where that is one path in Keras."""
    of, via = (key_of(quantity, origins) for quantity in pair)
    if of is None or via is None:
        return None
    one_path = via[1] in ("a", "pre_activation", "output")
    return answers.parts.get((of, via[0], via[2])) if one_path else None


def row_of(step: Quantity, answer: Array, tolerance: float, judge: str = "Keras") -> Row:
    """A step beside the judge's answer, of the same shape."""
    differences = np.abs(step.value - answer) / np.maximum(1.0, np.abs(answer))
    differences = np.where(np.isnan(differences), np.inf, differences)
    worst = np.unravel_index(int(np.argmax(differences)), step.shape)
    return Row(
        name=step.name,
        t=step.t,
        role=step.role,
        symbol=step.latex_symbol,
        numbers=step.value.size,
        difference=float(differences.max()),
        tolerance=tolerance,
        place=tuple(int(k) for k in worst),
        value=float(step.value[worst]),
        judged=float(answer[worst]),
        judge=judge,
    )


# -- the model --------------------------------------------------------------------------------


def _loss(walkthrough: Walkthrough, model: Any, wanted: str | None) -> str | None:
    """The loss that is named, that of the model, or the one that a loss step stands for."""
    if wanted is not None or getattr(model, "loss", None) is not None:
        return wanted
    return loss_by_formula(walkthrough)


def loss_by_formula(walkthrough: Walkthrough) -> str:
    """Which of Keras's losses a walkthrough writes, told by trying each on its own numbers.

    Returns:
        Its name; empty where there is no loss, or none of Keras's.
    """
    for target in walkthrough.of_role("target"):
        answer = next((q for q in walkthrough.of_role("output") if q.t == target.t), None)
        loss = next((q for q in walkthrough.of_role("loss") if q.t == target.t), None)
        nothing = target.value.size > 1 and not target.value.any()  # no word to guess
        if answer is None or loss is None or nothing:
            continue
        return next((name for name in LOSSES if _is_loss(name, target, answer, loss)), "")
    return ""


def _is_loss(name: str, target: Quantity, answer: Quantity, loss: Quantity) -> bool:
    """Whether the loss is this one, as the mean over the examples where there are several."""
    if name.startswith("sparse"):
        return False  # the same number as the loss of one-hot targets
    try:
        rows = zip(np.atleast_2d(target.value), np.atleast_2d(answer.value), strict=True)
        values = [
            loss_of(name)(_given("y", y), _given("output", output)).value for y, output in rows
        ]
    except RnnEduError:
        return False
    return bool(np.isclose(np.mean(values), loss.value, rtol=1e-6, atol=1e-12))


def _given(name: str, value: Array) -> Quantity:
    return Quantity(name, value, t=None, role="input")


def _layers_by_name(model: Any) -> dict[str, Any]:
    layers = model if isinstance(model, Sequence) else getattr(model, "layers", [model])
    return {layer.name: layer for layer in layers}


def rows_at_once(model: Any) -> int:
    """How many rows a stateful model must be given; 1 for a model that is not stateful."""
    states = (
        state
        for layer in _layers_by_name(model).values()
        if getattr(layer, "stateful", False)
        for state in getattr(layer, "states", None) or ()
    )
    return max((state.shape[0] for state in states), default=1)


def _dtype(network: Network, layers: Mapping[str, Any]) -> str:
    """The type in which the layers compute; of several, the least exact."""
    found = {
        str(part.compute_dtype)
        for layer in network.layers
        if not isinstance(layer, Input)
        for part in _parts(layers[layer.name])
    }
    # A functional model rounds what it reads to the type of its Input.
    found |= {
        str(layers[layer.name].dtype)
        for layer in network.entrances
        if layer.dtype == "float" and layer.name in layers
    }
    order = ("bfloat16", "float16", "float32", "float64")
    unknown = sorted(found - set(order))
    return unknown[0] if unknown else next((d for d in order if d in found), "float64")


def _parts(layer: Any) -> list[Any]:
    halves = [getattr(layer, side, None) for side in ("forward_layer", "backward_layer", "layer")]
    return [layer, *(half for half in halves if hasattr(half, "compute_dtype"))]


def allowed_for(walkthrough: Walkthrough, network: Network, dtype: str) -> float:
    """The bound for this much work: every layer and every step rounds, and so does the way back."""
    layers = {q.origin.layer for q in walkthrough.steps if q.origin is not None}
    back = 2 if walkthrough.of_role("gradient") else 1
    steps = back * (max([len(walkthrough.times), 1]) + len(layers))
    longest = max((q.shape[0] for q in walkthrough.weights if len(q.shape) == 2), default=1)
    settings = [part.settings() for layer in network.layers for part in inside(layer)]
    names = {str(value) for s in settings for key, value in s.items() if "activation" in key}
    names.add(network.objective.loss)
    lost = _lost(walkthrough, network)
    return tolerance_of(dtype, steps, longest, names, _stretch(network), lost)


def _lost(walkthrough: Walkthrough, network: Network) -> float:
    """By how much a mean exceeds the spread beside which it is taken away; at least 1."""
    epsilons = {
        layer.name: part.epsilon
        for layer in network.layers
        for part in inside(layer)
        if isinstance(part, LayerNormalization)
    }
    found = {(q.origin, q.t): q.value for q in walkthrough.steps if q.origin is not None}
    ratios = [1.0]
    for (origin, t), variance in found.items():
        name = origin.layer.partition(".")[0]
        if origin.value == "variance" and name in epsilons:
            mean = found[replace(origin, value="mean"), t]
            ratios.append(float(np.max(np.abs(mean) / np.sqrt(variance + epsilons[name]))))
    return max(ratios)


def _stretch(network: Network) -> float:
    """The spread into which a network's answers are put back; 1 where they are not."""
    spreads = [
        float(np.max(np.sqrt(np.asarray(layer.variance, dtype=np.float64))))
        for layer in network.layers
        if isinstance(layer, Normalization) and layer.invert
    ]
    return max([1.0, *spreads])


def _runner(model: Any, layers: Mapping[str, Any]) -> Callable[[Sequence[Tensor]], Tensor]:
    """The model as it is, from its inputs to its answer; it is left as it was."""

    def run(inputs: Sequence[Tensor]) -> Tensor:
        given = inputs[0] if len(inputs) == 1 else list(inputs)
        with states_kept(layers.values()):
            if isinstance(model, Sequence):
                steps = [one for one in model if type(one).__name__ != "InputLayer"]
                return reduce(lambda out, layer: layer(out), steps, given)
            return model(given, training=False) if hasattr(model, "layers") else model(given)

    return run


def _check_weights(
    weights: Sequence[Quantity], origins: Origins, found: Found, allowed: float
) -> None:
    """Raises ComparisonError unless the model holds the weights of the walkthrough."""
    arrays = {(layer, value): array for (layer, value), array in _described_weights(found).items()}
    for quantity in weights:
        origin = origins.get(quantity)
        if origin is None or (origin.layer, origin.value) not in arrays:
            raise ComparisonError(
                f"{quantity.title} is not a weight of the model, which has "
                f"{', '.join(f'{value} of {layer!r}' for layer, value in arrays)}."
            )
        array = arrays[origin.layer, origin.value]
        _check_weight(
            quantity,
            array[list(origin.rows)] if origin.rows else array,
            origin.value,
            origin.layer,
            allowed,
        )


def _check_weight(quantity: Quantity, found: Array, value: str, layer: str, allowed: float) -> None:
    if found.size == quantity.value.size == 1:
        found = found.reshape(quantity.shape)
    if found.shape != quantity.shape:
        raise ComparisonError(
            f"{value} of the layer {layer!r} has the shape {found.shape}; {quantity.title} of the "
            f"walkthrough has {quantity.shape}."
        )
    off = np.abs(found - quantity.value) > allowed * np.maximum(1.0, np.abs(quantity.value))
    if np.any(off):
        place = tuple(int(k) for k in np.argwhere(off)[0])
        raise ComparisonError(
            f"{value} of the layer {layer!r} has {found[place]:.8g} at {list(place)}, where "
            f"{quantity.title} of the walkthrough has {quantity.value[place]:.8g}; load the "
            "walkthrough's weights with model.set_weights([q.value for q in walkthrough.weights])."
        )


def _described_weights(found: Found) -> dict[tuple[str, str], Array]:
    holders = {name: _Held(arrays) for name, arrays in found.weights.items()}
    return {
        key: np.asarray(array) for key, array in weights_of(found.network.layers, holders).items()
    }


class _Held:
    """Arrays under the name that a Keras layer has for its variables."""

    def __init__(self, weights: Sequence[Array]) -> None:
        self.weights = weights
