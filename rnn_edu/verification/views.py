"""Every calculation of the book against every other way in which the book has it.

A view takes a calculation and gives back a :class:`Result`, or None where there is no such view.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnn_edu.calculations import CALCULATIONS, TRAININGS, Calculation, Training
from rnn_edu.training.twins import has_targets, inputs, numpy_twin, starts, targets
from rnn_edu.verification.published import PUBLISHED
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Array
from rnn_edu.walkthrough.recalculate import find_libreoffice, recalculate
from rnn_edu.walkthrough.replay import Replay
from rnn_edu.walkthrough.tolerances import ENGINE_TOLERANCE, RUN_TOLERANCE
from rnn_edu.walkthrough.training_readback import check_training_workbook
from rnn_edu.walkthrough.training_workbook import write_training_workbook
from rnn_edu.walkthrough.workbook import verify_workbook, write_workbook

#: How far the book's NumPy layers may be: the same operations in another order.
LAYER_TOLERANCE = 1e-12
#: Centred differences lose half of the sixteen digits.
DIFFERENCE_TOLERANCE = 1e-8
NUDGE = 1e-5


@dataclass(frozen=True)
class Result:
    """One calculation compared with one view of it.

    Attributes:
        calculation: its title.
        view: what it was compared with.
        numbers: how many numbers.
        largest: the largest difference, as ``compared`` finds it.
        tolerance: how large that may be.
        in_order: what else has to hold, such as every text of a workbook.
    """

    calculation: str
    view: str
    numbers: int
    largest: float
    tolerance: float
    in_order: bool = True

    @property
    def ok(self) -> bool:
        """Whether something was compared, and all of it agrees."""
        return self.in_order and self.numbers > 0 and self.largest <= self.tolerance


Pair = tuple[Array, Array]


def verify() -> list[Result]:
    """Every calculation and every training run against each of its views.

    Takes some 20 seconds; starts Keras. LibreOffice is asked where it is installed.
    """
    results = [
        result
        for calculation in CALCULATIONS.values()
        for view in VIEWS
        if (result := view(calculation)) is not None
    ]
    results += [r for calculation in CALCULATIONS.values() for r in by_the_source(calculation)]
    results += in_workbooks()
    results += [result for training in TRAININGS.values() for result in trained(training)]
    items: list[Calculation | Training] = [*CALCULATIONS.values(), *TRAININGS.values()]
    order = [item.title for item in items]
    return sorted(results, key=lambda result: order.index(result.calculation))


def compared(title: str, view: str, pairs: Iterable[Pair], tolerance: float) -> Result:
    """The largest difference among pairs of arrays, the second of each being the judge.

    Where an array holds numbers above 1, differences in it are relative to the largest of them:
    a sum of large numbers that comes out small cannot have more digits than they had.
    """
    numbers, largest = 0, 0.0
    for ours, theirs in pairs:
        scale = max(1.0, float(np.abs(theirs).max()))
        numbers += theirs.size
        largest = max(largest, float(np.abs(ours - theirs).max()) / scale)
    return Result(title, view, numbers, largest, tolerance)


def by_keras(calculation: Calculation) -> Result | None:
    """Keras in float64, every step that it has too."""
    return _by_keras(calculation, "float64")


def by_keras_in_single_precision(calculation: Calculation) -> Result | None:
    """Keras in float32, as it computes by default."""
    return _by_keras(calculation, "float32")


def _by_keras(calculation: Calculation, dtype: str) -> Result | None:
    from rnn_edu.compare import judge

    if calculation.network is None:
        return None
    walkthrough = calculation.build()
    report = judge(calculation, strict=False, dtype=dtype)
    pairs = [(walkthrough[key].value, answer) for key, answer in report.values.items()]
    return compared(calculation.title, f"Keras, {dtype}", pairs, report.tolerance)


def by_numpy_layers(calculation: Calculation) -> Result | None:
    """The book's NumPy layers: the answers and, where there is a target, loss and gradients.

    They are stacked; a network with branches has no such view.
    """
    network = calculation.network
    if network is None or not network.stacked:
        return None
    walkthrough = calculation.build()
    x = inputs(network, walkthrough)
    weights = [q.value for q in walkthrough.weights]
    model = numpy_twin(network, weights, x.shape, starts(network, walkthrough))
    answers = [q.value for q in answers_of(walkthrough)]
    pairs: list[Pair] = [(np.stack(answers), np.reshape(model.predict(x), np.shape(answers)))]
    if has_targets(network, walkthrough):
        loss, _, gradients = model.loss_and_gradients(x, targets(walkthrough))
        # The layers' loss is the mean over the steps.
        steps = len(answers) if network.objective.reduction == "sum" else 1
        pairs.append((loss_of(walkthrough).value, steps * np.asarray(loss)))
        ours = [walkthrough[f"d_{weight.name}"].value for weight in walkthrough.weights]
        pairs += zip(ours, [steps * gradient for gradient in gradients], strict=True)
    return compared(calculation.title, "NumPy layers", pairs, LAYER_TOLERANCE)


def answers_of(walkthrough: Walkthrough) -> list[Quantity]:
    """What the network answers; of a recurrent layer alone its states that have a target.

    Without targets that is the last state.
    """
    states = walkthrough.of_role("state")
    count = max(1, len(walkthrough.of_role("target")))
    return walkthrough.of_role("output") or states[-count:]


def by_differences(calculation: Calculation) -> Result | None:
    """Every gradient by a weight against the change of the loss when the weight is nudged."""
    walkthrough = calculation.build()
    weights = [weight for weight in walkthrough.weights if f"d_{weight.name}" in walkthrough]
    if not weights:
        return None
    replay, loss = Replay(walkthrough), loss_of(walkthrough)
    pairs = [
        (walkthrough[f"d_{weight.name}"].value, _slope(replay, loss, weight)) for weight in weights
    ]
    return compared(calculation.title, "centred differences", pairs, DIFFERENCE_TOLERANCE)


def loss_of(walkthrough: Walkthrough) -> Quantity:
    """What the gradients of a walkthrough are the gradients of: the first one is by itself."""
    whole = (q.gradient_of for q in walkthrough.of_role("gradient"))
    return next(quantity for quantity in whole if quantity is not None)


def _slope(replay: Replay, loss: Quantity, weight: Quantity) -> Array:
    """(L(w + s) - L(w - s)) / 2s for every number w of a weight."""
    slope = np.empty(weight.shape)
    for index in np.ndindex(weight.shape):
        nudge = np.zeros(weight.shape)
        nudge[index] = NUDGE
        above = replay({weight: weight.value + nudge})[loss]
        below = replay({weight: weight.value - nudge})[loss]
        slope[index] = (above - below) / (2 * NUDGE)
    return slope


def by_the_source(calculation: Calculation) -> Iterator[Result]:
    """The figures that the source documents publish, where there are any."""
    for published in PUBLISHED:
        if published.key == calculation.key:
            walkthrough = published.build()
            pairs = [
                (walkthrough[key].value, np.reshape(figure, walkthrough[key].shape))
                for key, figure in published.figures.items()
            ]
            yield compared(calculation.title, published.where, pairs, published.tolerance)


def in_workbooks() -> Iterator[Result]:
    """Every formula of every workbook, recalculated by each spreadsheet engine at hand."""
    engines = {"ironcalc": "workbook, IronCalc"}
    if find_libreoffice():
        engines["libreoffice"] = "workbook, LibreOffice"
    built = {calculation: calculation.build() for calculation in CALCULATIONS.values()}
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            write_workbook(walkthrough, Path(folder) / f"{calculation.key}.xlsx")
            for calculation, walkthrough in built.items()
        ]
        for engine, view in engines.items():
            for (calculation, walkthrough), values in zip(
                built.items(), recalculate(paths, engine), strict=True
            ):
                found = verify_workbook(walkthrough, values)
                yield Result(
                    calculation.title,
                    view,
                    found.compared,
                    found.largest,
                    ENGINE_TOLERANCE,
                    in_order=found.ok,
                )


def trained(training: Training) -> Iterator[Result]:
    """A training run: its last weights against Keras's, and its workbook, recalculated."""
    from rnn_edu.compare import trained_by_keras

    loop = training.build()
    judged = trained_by_keras(loop.walkthrough, training.network, training.epochs)
    *_, last = loop.rounds(training.epochs)
    ours = [last[loop.carried[weight]] for weight in loop.walkthrough.weights]
    pairs = zip(ours, judged, strict=True)
    yield compared(training.title, "Keras, float64", pairs, RUN_TOLERANCE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{training.key}.xlsx"
        write_training_workbook(loop, training.epochs, path, judge=judged)
        report = check_training_workbook(path, loop, training.epochs)
    yield Result(
        training.title,
        "workbook, IronCalc",
        report.formulas,
        report.largest,
        RUN_TOLERANCE,
        in_order=report.ok,
    )


VIEWS: tuple[Callable[[Calculation], Result | None], ...] = (
    by_keras,
    by_keras_in_single_precision,
    by_numpy_layers,
    by_differences,
)
