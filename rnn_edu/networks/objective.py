"""The loss of a network: of each step, and in total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_edu.errors import NumberError, ShapeError, UsageError
from rnn_edu.networks.entrance import Words
from rnn_edu.networks.flow import Flow, added
from rnn_edu.walkthrough import (
    Expression,
    Origin,
    Quantity,
    Walkthrough,
    cross_entropy,
    sigmoid,
    softmax,
)
from rnn_edu.walkthrough.losses import loss as loss_of

#: The origin of targets and losses has this in place of a layer's name.
LOSS = "loss"
SPARSE = "sparse_categorical_crossentropy"


@dataclass(frozen=True)
class Objective:
    """What training makes small.

    Attributes:
        loss: Keras's name of the loss; empty for none.
        from_logits: whether the network answers with logits.
        reduction: ``"mean"`` or ``"sum"`` over the steps.
    """

    loss: str = ""
    from_logits: bool = False
    reduction: str = "mean"

    def of(self, y: Expression, answer: Expression, *, in_halves: bool = False) -> Expression:
        """The loss of one answer, shape ``()``.

        Args:
            y: the target.
            answer: what the network answers; probabilities also where it answers with logits.
            in_halves: whether the answer is a softmax written in two halves.
        """
        if in_halves and self.loss in (SPARSE, "categorical_crossentropy"):
            return cross_entropy(y, answer)
        return loss_of(self.loss)(y, answer)


def add_objective(
    w: Walkthrough,
    objective: Objective,
    answer: Flow,
    target: Any,
    answers: Sequence[str] = (),
    notes: Mapping[str, str] = MappingProxyType({}),
    *,
    in_halves: bool = False,
    last_activation: str = "",
) -> Quantity:
    """Adds targets, the loss of each step, and the total, which is returned.

    Raises:
        UsageError: there is no loss.
        ShapeError: the target does not fit the answer.
        NumberError: the target holds something that is no finite number, or no class.
    """
    if not objective.loss:
        raise UsageError(
            "there is a target but no loss; name one of Keras's, such as "
            "loss='categorical_crossentropy', or leave the target out."
        )
    _check_fits(objective, last_activation)
    targets = _targets(w, objective, answer, target, answers, notes.get("target", "the truth"))
    times: Sequence[int | None] = range(1, len(answer.values) + 1) if answer.over_time else [None]
    single = not answer.over_time
    value = "total" if single else "step"
    usual = {"total": "the loss", "step": "the loss of this step"}[value]
    losses = []
    for t, y, p in zip(times, targets, answer.values, strict=True):
        out = _probabilities(w, objective, p, t)
        losses.append(
            w.step(
                "L" if single else "l",
                objective.of(y, out, in_halves=in_halves),
                t=t,
                role="loss",
                note=notes.get(value, usual),
                origin=Origin(LOSS, value),
            )
        )
    if single:
        return losses[0]
    total = _total(objective, losses, answer.mask)
    usual = f"{objective.reduction} of the losses"
    note = notes.get("total", usual)
    return w.step("L", total, role="loss", note=note, origin=Origin(LOSS, "total"))


#: The function whose logits each cross-entropy of Keras goes back to.
LOGITS_OF = {
    "categorical_crossentropy": "softmax",
    SPARSE: "softmax",
    "binary_crossentropy": "sigmoid",
}


def _check_fits(objective: Objective, activation: str) -> None:
    """Raises UsageError where Keras would take the logits of one function for those of another."""
    wanted = LOGITS_OF.get(objective.loss)
    if wanted and activation in ("softmax", "sigmoid") and activation != wanted:
        raise UsageError(
            f"the answer is made with {activation}, but the loss is {objective.loss}: Keras 3 then "
            f"takes the numbers before {activation} for those before {wanted}, so its loss is not "
            f"that of the answer. Use {wanted}, or another loss."
        )


def _total(
    objective: Objective, losses: Sequence[Quantity], mask: Sequence[Quantity] | None
) -> Expression:
    """The sum or the mean of the losses of the steps that count."""
    if mask is None:
        whole = added(losses)
        return whole / len(losses) if objective.reduction == "mean" else whole
    counted: list[Expression] = [m * loss for m, loss in zip(mask, losses, strict=True)]
    whole = added(counted)
    count = added(mask)
    return whole / count if objective.reduction == "mean" else whole


def _probabilities(
    w: Walkthrough, objective: Objective, answer: Quantity, t: int | None
) -> Quantity:
    """The answer itself, or the probabilities that its logits stand for."""
    if not objective.from_logits:
        return answer
    binary = objective.loss == "binary_crossentropy"
    return w.step(
        "p",
        sigmoid(answer) if binary else softmax(answer),
        t=t,
        role="output",
        note="the probabilities that the logits stand for",
        labels=answer.labels,
        origin=Origin(LOSS, "probability"),
    )


def _targets(
    w: Walkthrough,
    objective: Objective,
    answer: Flow,
    target: Any,
    answers: Sequence[str],
    note: str,
) -> list[Quantity]:
    origin = Origin(LOSS, "target")
    times: Sequence[int | None] = range(1, len(answer.values) + 1) if answer.over_time else [None]
    if objective.loss == SPARSE and not isinstance(target, Words):
        target = _classes(answer, target, answers)
    if isinstance(target, Words):
        _check_words(answer, target)
        return [
            w.one_hot("y", word, target.options, t=t, role="target", note=note, origin=origin)
            for t, word in zip(times, target.picked, strict=True)
        ]
    rows = _rows(answer, target)
    labels = answer.values[0].labels
    return [
        w.target("y", row, t=t, note=note, labels=labels, origin=origin)
        for t, row in zip(times, rows, strict=True)
    ]


def _rows(answer: Flow, target: Any) -> NDArray[np.float64]:
    """The target as one row for each step."""
    try:
        array = np.asarray(target, dtype=np.float64)
    except (TypeError, ValueError):
        raise NumberError(f"the target must be numbers, but it is {target!r:.60}.") from None
    steps, features = len(answer.values), answer.features
    wanted = (steps, features) if answer.over_time else (features,)
    loose = {(steps,)} if features == 1 and answer.over_time else {()} if features == 1 else set()
    if array.shape != wanted and array.shape not in loose:
        raise ShapeError(
            f"the target has the shape {array.shape}; the network answers with {wanted}."
        )
    return array.reshape(steps, features)


def _classes(answer: Flow, target: Any, answers: Sequence[str]) -> Words:
    """Numbers of classes as words."""
    count = answer.features
    numbers = np.asarray(target, dtype=np.float64).reshape(-1)
    options = tuple(answers) if len(answers) == count else tuple(str(k) for k in range(count))
    if numbers.size != len(answer.values):
        raise ShapeError(
            f"the target has {numbers.size} classes; the network answers {len(answer.values)} "
            "times."
        )
    for number in numbers:
        if number != np.floor(number) or not 0 <= number < count:
            raise NumberError(
                f"the target has the class {number:g}; the network knows the classes 0 to "
                f"{count - 1}."
            )
    return Words(tuple(options[int(number)] for number in numbers), options)


def _check_words(answer: Flow, target: Words) -> None:
    if len(target.options) != answer.features or len(target.picked) != len(answer.values):
        raise ShapeError(
            f"the target picks {len(target.picked)} times from {len(target.options)} words; the "
            f"network answers {len(answer.values)} times with {answer.features} numbers."
        )
