"""Every live cell of a workbook: its formula, and what belongs in it.

What belongs in a cell is said twice, in ways that do not share a line of code with the
formula: as the value that NumPy gave to the step, and as a small calculation on whatever the
cells it reads hold. The second tells a mistake from what follows from an earlier one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np

from rnn_edu.walkthrough.expressions import Index, Quantity
from rnn_edu.walkthrough.functions import Function, named
from rnn_edu.walkthrough.scalars import (
    Call,
    Cell,
    Dot,
    Largest,
    Number,
    Operation,
    Scalar,
    Total,
)
from rnn_edu.walkthrough.sheets.blocks import FIRST_COLUMN, LABEL_COLUMN, TRANSPOSED, WORDS, Block
from rnn_edu.walkthrough.sheets.elements import at, elements, is_arithmetic
from rnn_edu.walkthrough.sheets.formulas import addends, printer_of
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.walkthrough import Walkthrough

Content: TypeAlias = float | str
Look: TypeAlias = Callable[[Place], Content]
Progress: TypeAlias = Callable[[int], None]


def no_progress(cells: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class LiveCell:
    """A cell with a formula.

    Attributes:
        place: where it is.
        formula: its formula, with the ``=``.
        title: what it is, for messages: ``h at t=2, unit 1``.
        name: the defined name of the table to which it belongs.
        value: what NumPy says that it must show.
        scale: the size of the numbers of which it shows a difference; a difference is as exact
            as they are.
        belongs: what it must show, given what other cells show.
        from_numpy: whether it is a number of the walkthrough itself.
    """

    place: Place
    formula: str
    title: str
    name: str
    value: Content
    belongs: Callable[[Look], Content]
    from_numpy: bool = False
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class GivenCell:
    """A cell that the reader may change: a weight, an input, a word.

    Attributes:
        place: where it is.
        quantity: what it is a part of.
        index: which element; None for a word to pick.
        name: the defined name of the table to which it belongs.
    """

    place: Place
    quantity: Quantity
    index: tuple[int, ...] | None
    name: str

    @property
    def title(self) -> str:
        """What it is, for messages."""
        return title_of(self.quantity, self.index or ())

    @property
    def value(self) -> Content:
        """What it holds at first."""
        if self.index is None:
            assert self.quantity.choice is not None
            return self.quantity.choice.picked
        return float(self.quantity.value[self.index])


def title_of(quantity: Quantity, index: tuple[int, ...]) -> str:
    """The name of one element, such as ``h at t=2, unit 1``.

    Example:
        >>> q = Quantity("h", np.zeros(3), t=2, role="state")
        >>> title_of(q, (0,)), title_of(q, ())
        ('h at t=2, element 1', 'h at t=2')
    """
    if quantity.value.size == 1 or not index:
        return quantity.title
    if quantity.labels:
        place = " to ".join(axis[k] for axis, k in zip(quantity.labels, index, strict=True))
    else:
        place = "element " + ",".join(str(k + 1) for k in index)
    return f"{quantity.title}, {place}"


def given_cells(layout: Layout) -> Iterator[GivenCell]:
    """The cells that a reader may change, in the order of the walkthrough."""
    for quantity in layout.walkthrough.quantities:
        if quantity.definition is not None:
            continue
        name = layout.block(quantity).name
        if quantity.choice is not None:
            yield GivenCell(layout.picked(quantity), quantity, None, f"{name}_word")
        else:
            for index in np.ndindex(quantity.shape):
                yield GivenCell(layout.place(quantity, index), quantity, index, name)


def live_cells(layout: Layout, step: Progress = no_progress) -> Iterator[LiveCell]:
    """The cells with formulas, in an order in which they can be calculated.

    Args:
        layout: where they lie.
        step: is told of each quantity how many cells it has, once they are written.
    """
    recent = Recent()
    for block in layout.blocks:
        if block.form == WORDS:
            yield from _numbered_words(block)
        if block.form == TRANSPOSED:
            yield from _mirror(layout, block)
    for quantity in layout.walkthrough.quantities:
        if quantity.choice is not None:
            yield from _chosen(layout, quantity)
        elif quantity.definition is not None:
            yield from _calculated(layout, quantity, recent)
            step(quantity.value.size)


class Recent:
    """The trees of the step that was asked for last; all trees at once would fill the memory."""

    def __init__(self) -> None:
        self.quantity: Quantity | None = None

    def tree(self, quantity: Quantity, index: Index) -> Scalar:
        """One element of a step as a tree of numbers."""
        if quantity is not self.quantity:
            assert quantity.definition is not None
            self.quantity, self.kept = quantity, elements(quantity.definition)
        return at(self.kept, index)


def _calculated(layout: Layout, quantity: Quantity, recent: Recent) -> Iterator[LiveCell]:
    name, printer = layout.block(quantity).name, printer_of(layout, quantity)
    for index in np.ndindex(quantity.shape):
        yield LiveCell(
            layout.place(quantity, index),
            printer.formula(recent.tree(quantity, index), quantity.title),
            title_of(quantity, index),
            name,
            float(quantity.value[index]),
            partial(_evaluated, layout, recent, quantity, index),
            from_numpy=True,
        )


def _evaluated(
    layout: Layout, recent: Recent, quantity: Quantity, index: Index, look: Look
) -> Content:
    """What belongs in the cell of an element, given what other cells show."""
    tree = recent.tree(quantity, index)
    return evaluate(tree, lambda cell: number(look(layout.place(cell.quantity, cell.index))))


def beyond_a_spreadsheet(walkthrough: Walkthrough) -> tuple[Quantity, Index] | None:
    """The first number that NumPy can calculate, but not a cell: with EXP(800) on the way."""
    for quantity in walkthrough.steps:
        assert quantity.definition is not None
        if not is_arithmetic(quantity.definition):
            trees = elements(quantity.definition)
            for index in np.ndindex(quantity.shape):
                if math.isnan(evaluate(at(trees, index), _held)):
                    return quantity, index
    return None


def _held(cell: Cell) -> float:
    return float(cell.quantity.value[cell.index])


def number(content: Content) -> float:
    """What a formula takes a cell for: an empty one for zero, a text for no number.

    Example:
        >>> number(0.5), number(""), number("#VALUE!")
        (0.5, 0.0, nan)
    """
    if content == "":
        return 0.0
    return content if isinstance(content, float) else math.nan


def _chosen(layout: Layout, quantity: Quantity) -> Iterator[LiveCell]:
    """The cells that turn a picked word into numbers."""
    assert quantity.choice is not None
    word, options = layout.picked(quantity), quantity.choice.options
    one_hot = quantity.choice.form == "one-hot"
    for index in np.ndindex(quantity.shape):
        place = layout.place(quantity, index)
        if one_hot:
            label = place.moved(0, LABEL_COLUMN - place.column)
            formula = f"=IF({word.shown(row='$')}={label.shown(column='$')},1,0)"
        else:
            block = next(b for b in layout.blocks if b.words == options)
            words = block.name.replace("numbers", "words")
            picked = word.shown(row="$")
            formula = f'=IF({picked}="",0,MATCH({picked},{words},0))'
        yield LiveCell(
            place,
            formula,
            title_of(quantity, index),
            layout.block(quantity).name,
            float(quantity.value[index]),
            _word_reader(word, options, index[0] if one_hot else None),
        )


def _word_reader(
    place: Place, options: tuple[str, ...], position: int | None
) -> Callable[[Look], Content]:
    """Reads a word as 1 or 0 for a position, or as its number in the list."""

    def belongs(look: Look) -> Content:
        word = str(look(place)).casefold()
        found = next((k for k, option in enumerate(options) if option.casefold() == word), -1)
        return float(found + 1) if position is None else float(found == position)

    return belongs


def _numbered_words(block: Block) -> Iterator[LiveCell]:
    """The number of each word: the first is 1, each further one is one more."""
    first = Place(block.sheet, block.top, FIRST_COLUMN)
    for k, word in enumerate(block.words):
        place = first.moved(k, 0)
        formula = f"={place.moved(-1, 0).address}+1" if k else "=1"
        title = f"the number of {word!r}"
        yield LiveCell(place, formula, title, block.name, float(k + 1), _counter(place, k))


def _counter(place: Place, k: int) -> Callable[[Look], Content]:
    return lambda look: number(look(place.moved(-1, 0))) + 1 if k else 1.0


def _mirror(layout: Layout, block: Block) -> Iterator[LiveCell]:
    """The transposed copy of a matrix, each cell a link to the weight."""
    quantity = block.quantities[0]
    for index in np.ndindex(quantity.shape):
        place, source = layout.mirrored(quantity, index), layout.place(quantity, index)
        assert place is not None
        yield LiveCell(
            place,
            f"={source}",
            f"{title_of(quantity, index)}, transposed",
            block.name,
            float(quantity.value[index]),
            _link(source),
        )


def _link(source: Place) -> Callable[[Look], Content]:
    return lambda look: number(look(source))


def evaluate(scalar: Scalar, value: Callable[[Cell], float]) -> float:
    """One number, calculated in plain Python from the numbers in other cells.

    What a spreadsheet cannot calculate (the logarithm of a negative number, the exponential of
    1000) is ``nan``.

    Example:
        >>> evaluate(Operation("+", Number(1.0), Call("exp", Number(0.0))), lambda cell: 0.0)
        2.0
    """
    try:
        return _evaluate(scalar, value, {})
    except (ValueError, ZeroDivisionError, OverflowError):
        return math.nan


def _evaluate(scalar: Scalar, value: Callable[[Cell], float], largest: dict[int, float]) -> float:
    """The number, with the largest numbers known already: a softmax subtracts one many times."""

    def of(part: Scalar) -> float:
        return _evaluate(part, value, largest)

    match scalar:
        case Number(number):
            return number
        case Cell():
            return value(scalar)
        case Call(function, argument):
            return _called(named(function), of(argument))
        case Operation("+"):
            return sum(map(of, addends(scalar)))
        case Operation("-", left, right):
            return of(left) - of(right)
        case Operation("*", left, right):
            return of(left) * of(right)
        case Operation(_, left, right):
            return of(left) / of(right)
        case Total(terms):
            return sum(of(term) for term in terms)
        case Dot(pairs):
            return sum(of(a) * of(b) for a, b in pairs)
        case Largest(terms):
            if id(scalar) not in largest:
                largest[id(scalar)] = max(map(of, terms))
            return largest[id(scalar)]


def _called(function: Function, argument: float) -> float:
    """A function of one number as the spreadsheet calculates it: by the same formula."""
    if function.sheet or function.definition is None:
        return function.number(argument)
    return evaluate(function.of(Number(argument)), lambda _: math.nan)
