"""Which blocks stand on which sheet, part by part, and what the parts of weights are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from rnn_edu.errors import WorkbookError
from rnn_edu.walkthrough.expressions import MatMul, Quantity, Slice, Transpose, parts_of
from rnn_edu.walkthrough.names import is_spreadsheet_name
from rnn_edu.walkthrough.sheets.blocks import (
    MATRIX,
    OVER_TIME,
    TRANSPOSED,
    WORDS,
    Block,
    Section,
)
from rnn_edu.walkthrough.sheets.places import FORWARD, GRADIENTS
from rnn_edu.walkthrough.walkthrough import Walkthrough

#: The longest vector that lies in a row although it is multiplied with columns.
LONGEST_ROW = 12


def sections(walkthrough: Walkthrough) -> dict[str, list[Section]]:
    """The blocks of each sheet, part by part; empty parts and sheets are left out."""
    for options in {q.choice.options: None for q in walkthrough.quantities if q.choice}:
        _check_words(options)
    given = [
        q
        for q in walkthrough.quantities
        if q.t is None and q.definition is None and q.role != "target" and q.choice is None
    ]
    upright = _upright_vectors(walkthrough)
    matrices = _weight_gradients(walkthrough)
    rest = [q for q in walkthrough.quantities if q not in set(given) | set(matrices)]
    series = _series(rest)
    forward = [b for b in series if b.sheet == FORWARD]
    plan = {
        FORWARD: [
            Section("Weights", "change any of them", _matrices(given, FORWARD, upright)),
            Section("Words", "and the number of each", _word_lists(rest)),
            Section("Step by step", "time runs to the right", forward),
        ],
        GRADIENTS: [
            Section(
                "Weights, transposed",
                "going back, each weight is read from its output to its input",
                _mirrors(walkthrough),
            ),
            Section(
                "Step by step",
                "calculated from right to left: each step receives from the one after it",
                [b for b in series if b.sheet == GRADIENTS],
            ),
            Section(
                "Weight gradients",
                "each weight was used at every time step, so its gradient is a sum over time",
                _matrices(matrices, GRADIENTS, upright),
            ),
        ],
    }
    kept = {sheet: [s for s in parts if s.blocks] for sheet, parts in plan.items()}
    return {sheet: parts for sheet, parts in kept.items() if parts}


def _sheet(quantity: Quantity) -> str:
    return GRADIENTS if quantity.role == "gradient" else FORWARD


def _matrices(quantities: Iterable[Quantity], sheet: str, upright: set[str]) -> list[Block]:
    return [
        Block(_alone(q.name), sheet, MATRIX, (q,), upright=(q.gradient_of or q).name in upright)
        for q in quantities
    ]


def _alone(name: str) -> str:
    """A name for cells; Excel keeps ``c`` and ``r`` for itself."""
    return name if is_spreadsheet_name(name) else f"{name}_value"


def _weight_gradients(walkthrough: Walkthrough) -> list[Quantity]:
    """Steps without time that have the form of a weight, or that are matrices."""
    weights = set(walkthrough.weights)
    return [
        q
        for q in walkthrough.steps
        if q.t is None and (len(q.shape) == 2 or q.gradient_of in weights)
    ]


def _upright_vectors(walkthrough: Walkthrough) -> set[str]:
    """Names of the vectors that stand upright, beside the columns that they meet in products.

    Those are the v in x @ v, and the x in x @ W if it is long: then the product is one of two
    columns, and not a sum that is written out.
    """
    names = set()
    for step in walkthrough.steps:
        for node in parts_of(step.definition):
            if isinstance(node, MatMul):
                left, right = node.operands
                if isinstance(right, Quantity) and len(right.shape) == 1:
                    names.add(right.name)
                if isinstance(left, Quantity) and _is_long(left):
                    names.add(left.name)
    return names


def _is_long(quantity: Quantity) -> bool:
    return len(quantity.shape) == 1 and quantity.shape[0] > LONGEST_ROW


def _series(quantities: list[Quantity]) -> list[Block]:
    """One block for each name, ordered by its first value that is not a starting value."""
    together: dict[tuple[str, bool], list[Quantity]] = {}
    for quantity in sorted(quantities, key=lambda q: q.role == "constant"):
        together.setdefault((quantity.name, quantity.t is None), []).append(quantity)
    blocks = []
    for (name, timeless), members in together.items():
        members.sort(key=lambda q: -1 if q.t is None else q.t)
        _check_shapes(members)
        label = _alone(name) if timeless else f"{name}_t"
        blocks.append(Block(label, _sheet(members[-1]), OVER_TIME, tuple(members)))
    return blocks


def _check_shapes(members: list[Quantity]) -> None:
    for member in members[1:]:
        if member.shape != members[0].shape:
            raise WorkbookError(
                f"{members[0].title} has the shape {members[0].shape}, but {member.title} has "
                f"{member.shape}; the rows of a sheet need one shape at all time steps."
            )


def _word_lists(quantities: list[Quantity]) -> list[Block]:
    lists = dict.fromkeys(
        q.choice.options for q in quantities if q.choice is not None and q.choice.form == "code"
    )
    return [
        Block("numbers" if k == 0 else f"numbers_{k + 1}", FORWARD, WORDS, (), words=options)
        for k, options in enumerate(lists)
    ]


def _mirrors(walkthrough: Walkthrough) -> list[Block]:
    """A transposed copy of each matrix that the way back multiplies with from the other side."""
    wanted: dict[Quantity, None] = {}
    for step in walkthrough.of_role("gradient"):
        for node in parts_of(step.definition):
            if isinstance(node, Transpose) and node.shape[0] > 1:
                operand = node.operands[0]
                whole = operand.operands[0] if isinstance(operand, Slice) else operand
                if isinstance(whole, Quantity) and whole.t is None and whole.definition is None:
                    wanted[whole] = None
    return [Block(f"{q.name}_T", GRADIENTS, TRANSPOSED, (q,)) for q in wanted]


def named_parts(walkthrough: Walkthrough) -> dict[Quantity, dict[str, NDArray[np.int64]]]:
    """The named parts of each weight, with the places of their elements, from its beginning."""
    found: dict[Quantity, dict[str, NDArray[np.int64]]] = {}
    for step in walkthrough.steps:
        for node in parts_of(step.definition):
            if isinstance(node, Slice) and node.symbol and isinstance(node.operands[0], Quantity):
                whole = node.operands[0]
                if whole.t is None and whole.definition is None:
                    found.setdefault(whole, {})[node.symbol] = node.places
    return {whole: dict(sorted(p.items(), key=_beginning)) for whole, p in found.items()}


def _beginning(part: tuple[str, NDArray[np.int64]]) -> int:
    return int(part[1].flat[0])


def parts_text(quantity: Quantity, parts: Mapping[str, NDArray[np.int64]]) -> str:
    """The names of the parts of a weight, in the order in which they stand in it."""
    in_one_row = max(map(_beginning, parts.items())) < quantity.shape[-1]
    order = "from left to right" if in_one_row else "row by row"
    return f"its parts, {order}: {', '.join(parts)}"


def _check_words(options: tuple[str, ...]) -> None:
    """Refuses words that a spreadsheet's look-up would take for something else."""
    if len({word.casefold() for word in options}) < len(options):
        raise WorkbookError(
            f"the words {', '.join(options)} cannot all be told apart by a spreadsheet, which "
            "takes capitals and small letters for the same."
        )
    for word in options:
        if word.startswith("=") or set(word) & set("*?~"):
            raise WorkbookError(
                f"the word {word!r} cannot be looked up in a spreadsheet, to which *, ?, ~ and "
                "an = in front mean something else."
            )
