"""The kinds of mistakes, by name, and what a rule yields for one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from rnn_edu.marking.scene import Scene
from rnn_edu.marking.wording import symbol_text
from rnn_edu.walkthrough import Quantity
from rnn_edu.walkthrough.expressions import Expression

ACTIVATION_FORGOTTEN = "activation forgotten"
OTHER_ACTIVATION = "another activation"
FED_BACK = "pre-activation fed back"
PRE_ACTIVATION_USED = "pre-activation used"
STATES_EXCHANGED = "cell state and hidden state exchanged"
STATE_FORGOTTEN = "previous state forgotten"
INPUT_FORGOTTEN = "input forgotten"
BIAS_MISSING = "bias missing"
WEIGHTS_TRANSPOSED = "weights transposed"
GATES_SWAPPED = "gates swapped"
GATE_REVERSED = "gate the wrong way round"
WEIGHTS_EXCHANGED = "weights exchanged"
RESET_MISPLACED = "reset gate in the wrong place"
NOT_NORMALISED = "softmax without normalising"
SIGN = "wrong sign"
SLOPE_FORGOTTEN = "slope of the activation forgotten"
FACTOR_MISSING = "factor missing"
TERM_MISSING = "part of a sum missing"
OTHER_STEP = "number of another step used"
OTHER_LAYER = "number of another layer used"
MEAN_NOT_TAKEN = "mean not taken"
OTHER_LOGARITHM = "another logarithm"
ADDED = "added instead of multiplied"
HALVES_EXCHANGED = "parts in the wrong order"
ROUNDED = "rounded too coarsely"
DECIMAL_SIGN = "decimal sign in another place"
DIGITS_EXCHANGED = "digits exchanged"
OTHER_PLACE = "number of another cell"


@dataclass(frozen=True)
class Mistake:
    """A mistake with a name.

    Attributes:
        kind: one of the names of this module.
        sentence: what was done, as half a sentence: "the bias b_h was left out".
    """

    kind: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


#: A mistake with the formula that it makes of a step.
Variant: TypeAlias = tuple[Mistake, Expression]
#: Takes the calculation, the step and its formula, and yields what the mistake makes of it.
Rule: TypeAlias = Callable[[Scene, Quantity, Expression], Iterator[Variant]]


def found(kind: str, sentence: str, formula: Expression | None) -> Iterator[Variant]:
    """The mistake with its formula, where there is one."""
    if formula is not None:
        yield Mistake(kind, sentence), formula


def each(kind: str, sentence: str, formulas: Iterable[Expression]) -> Iterator[Variant]:
    """The same mistake made in each of several places."""
    return ((Mistake(kind, sentence), formula) for formula in formulas)


def leaves(root: Expression) -> list[Quantity]:
    """The quantities in a formula, each once."""
    return list(dict.fromkeys(root.quantities()))


def exchange(old: Expression, new: Expression) -> Callable[[Expression], Expression | None]:
    """A change that puts one part in the place of another."""
    return lambda node: new if node is old else None


def used_for(other: Quantity, leaf: Quantity) -> str:
    """The sentence about one quantity in the place of another."""
    return f"{symbol_text(other)} was used where {symbol_text(leaf)} belongs"


def is_earlier_state(leaf: Quantity, step: Quantity) -> bool:
    """Whether a quantity is the memory that a step takes over from another time."""
    return leaf.role in ("state", "cell state") and leaf.t != step.t


def is_from_below(leaf: Quantity, step: Quantity) -> bool:
    """Whether a quantity is what another layer hands to the layer of a recurrent step."""
    return leaf.role != "weight" and leaf.t == step.t is not None and not may_share(leaf, step)


def may_share(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities may belong to one layer: of one, or of none that is known."""
    known = one.origin is not None and other.origin is not None
    return not known or one.origin.layer == other.origin.layer  # type: ignore[union-attr]
