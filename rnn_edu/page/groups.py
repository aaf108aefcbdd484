"""The steps in groups that a reader can open one by one: by layer, and many of them by time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rnn_edu.walkthrough.expressions import Quantity

WEIGHTS = "Weights"
GIVEN = "Inputs, targets and starts"
GRADIENTS = "Gradients"
OTHERS = "Between the layers"
TOTAL = "Loss"

#: A group with more steps is parted by time.
MOST_TOGETHER = 24


@dataclass(frozen=True)
class Group:
    """Steps that belong together.

    Attributes:
        title: what they have in common.
        quantities: the steps, in the order of calculation.
        by_time: the same in smaller groups, or nothing.
    """

    title: str
    quantities: tuple[Quantity, ...]
    by_time: tuple[Group, ...] = ()

    @property
    def numbers(self) -> int:
        """How many numbers they have."""
        return sum(q.value.size for q in self.quantities)


def groups(quantities: Iterable[Quantity]) -> list[Group]:
    """What is given, then the layers in the order of their first steps, then their gradients.

    Example:
        >>> from rnn_edu.walkthrough import Walkthrough
        >>> w = Walkthrough("Half of three")
        >>> y = w.step("y", w.input("x", 3.0) / 2)
        >>> [(group.title, len(group.quantities)) for group in groups(w.quantities)]
        [('Inputs, targets and starts', 1), ('Steps', 1)]
    """
    quantities = list(quantities)
    layered = any(q.origin for q in quantities)
    parted = _parted(quantities, _title if layered else _plain_title)
    parted.sort(key=lambda group: _rank(group.title))
    return [_with_times(group) for group in parted]


def _title(quantity: Quantity) -> str:
    if quantity.definition is None:
        return _plain_title(quantity)
    part = quantity.gradient_part
    owner = quantity.gradient_of or (part[0] if part else quantity)
    layer = TOTAL if owner.role == "loss" else owner.origin.layer if owner.origin else OTHERS
    return layer if owner is quantity else f"{GRADIENTS}: {layer}"


def _plain_title(quantity: Quantity) -> str:
    if quantity.definition is None:
        return WEIGHTS if quantity.role == "weight" else GIVEN
    return GRADIENTS if quantity.role == "gradient" else "Steps"


def _rank(title: str) -> int:
    """First what is given, then the layers, the loss, and the gradients."""
    last = 4 if title.startswith(GRADIENTS) else 2
    return {WEIGHTS: 0, GIVEN: 1, TOTAL: 3}.get(title, last)


def _parted(quantities: Sequence[Quantity], key: Callable[[Quantity], str]) -> list[Group]:
    found: dict[str, list[Quantity]] = {}
    for quantity in quantities:
        found.setdefault(key(quantity), []).append(quantity)
    return [Group(title, tuple(members)) for title, members in found.items()]


def _with_times(group: Group) -> Group:
    times = {q.t for q in group.quantities}
    given = group.title in (WEIGHTS, GIVEN)
    if given or len(group.quantities) <= MOST_TOGETHER or len(times) < 2:
        return group
    by_time = _parted(group.quantities, _time)
    return Group(group.title, group.quantities, tuple(by_time))


def _time(quantity: Quantity) -> str:
    return "For all times" if quantity.t is None else f"t = {quantity.t}"
