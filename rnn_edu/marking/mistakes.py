"""The mistakes that learners make, each as another formula for the same step.

A rule takes a formula apart and yields the formulas that the mistake would make of it, with
its name and a sentence about what was done. None of them knows a particular network: they
look at operations, roles and time steps, so that a new calculation needs no new rule.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_edu.marking import rules_of_cells as cells
from rnn_edu.marking import rules_of_formulas as formulas
from rnn_edu.marking import rules_of_gates as gates
from rnn_edu.marking.kinds import Rule, Variant
from rnn_edu.marking.scene import Scene
from rnn_edu.walkthrough import Quantity

#: The likeliest first: where two mistakes give the same number, the first is named.
RULES: tuple[Rule, ...] = (
    cells.activation_forgotten,
    formulas.not_normalised,
    cells.pre_activation_used,
    formulas.term_missing,
    formulas.all_biases_missing,
    cells.state_forgotten,
    cells.weights_transposed,
    gates.gates_swapped,
    gates.gate_reversed,
    gates.reset_too_early,
    gates.reset_too_late,
    formulas.wrong_sign,
    formulas.mean_not_taken,
    formulas.square_forgotten,
    formulas.factor_missing,
    cells.other_activation,
    cells.cell_state_for_state,
    formulas.halves_exchanged,
    cells.weights_exchanged,
    cells.other_step,
    cells.other_layer,
    formulas.other_logarithm,
    formulas.added,
)


def variants(scene: Scene, step: Quantity) -> Iterator[Variant]:
    """The formulas that every known mistake makes of a step, the likeliest mistakes first.

    Only those with the shape of the step, and with finite values, are of use.
    """
    for mistake, formula in of_the_shape(scene, step):
        if bool(np.all(np.isfinite(formula.value))):
            yield mistake, formula


def of_the_shape(scene: Scene, step: Quantity) -> Iterator[Variant]:
    """The same also where the numbers of now have no finite value: others may have one.

    What would use the step itself is no mistake that anybody can make.
    """
    own = scene.own[step]
    for root in scene.formulas(step):
        for rule in RULES:
            for mistake, formula in rule(scene, step, root):
                if formula.shape == step.shape and own not in formula.quantities():
                    yield mistake, formula
