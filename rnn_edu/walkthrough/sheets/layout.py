"""Where each quantity of a walkthrough lies on the sheets.

Vectors are columns and time runs to the right, as in the picture of the unrolled network.
Weights keep Keras's shape, inputs down and outputs across, so that a matrix product is a
``SUMPRODUCT`` of two columns. What has no time step but is calculated (the answer after the
last word, the loss) stands in a column of its own, ``end``, to the right of the last step.
Gradients lie on their own sheet, in the same columns of time.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnn_edu.errors import NamingError, WorkbookError
from rnn_edu.walkthrough.expressions import Expression, MatMul, Quantity, Slice, Transpose
from rnn_edu.walkthrough.names import is_spreadsheet_name
from rnn_edu.walkthrough.sheets.places import FORWARD, GRADIENTS, Area, Place
from rnn_edu.walkthrough.walkthrough import Walkthrough

SYMBOL_COLUMN, LABEL_COLUMN, FIRST_COLUMN = 1, 2, 3
FIRST_ROW = 5

OVER_TIME, MATRIX, TRANSPOSED, WORDS = "over time", "matrix", "transposed", "words"

Index: TypeAlias = tuple[int, ...]
Header: TypeAlias = tuple[tuple[int, int | str], ...]


@dataclass
class Block:
    """The rows that belong together: a quantity at all its time steps, or a matrix.

    Attributes:
        name: the defined name of its numbers.
        sheet: the sheet on which it lies.
        form: how it lies there: over time, as a matrix, as a transposed matrix, as words.
        quantities: the quantity at each time step, or the one matrix.
        upright: whether a vector without time stands in a column, not in a row.
        words: for a list of words, the words.
        opens: whether it opens a group of rows rather than joining the one above.
        heading: the row of its column headings, if it has any.
        top: its first row.
    """

    name: str
    sheet: str
    form: str
    quantities: tuple[Quantity, ...]
    upright: bool = False
    words: tuple[str, ...] = ()
    opens: bool = True
    heading: int | None = None
    top: int = 0

    @property
    def lead(self) -> Quantity:
        """The quantity that stands for the block: the first that is not a starting value."""
        return next((q for q in self.quantities if q.role != "constant"), self.quantities[0])

    @property
    def changing(self) -> tuple[Quantity, ...]:
        """The quantities that are no starting values; all, if there are no others."""
        return tuple(q for q in self.quantities if q.role != "constant") or self.quantities

    @property
    def picks(self) -> bool:
        """Whether its first row holds words that the reader picks."""
        return self.form == OVER_TIME and any(q.choice for q in self.quantities)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the numbers of a matrix or a list of words."""
        if self.form == WORDS:
            return len(self.words), 1
        shape = self.quantities[0].shape
        if len(shape) == 2:
            return (shape[1], shape[0]) if self.form == TRANSPOSED else (shape[0], shape[1])
        size = math.prod(shape)
        return (size, 1) if self.upright else (1, size)

    @property
    def rows(self) -> int:
        """Number of rows, without the heading."""
        if self.form == WORDS:
            return len(self.words)
        if self.form == OVER_TIME:
            return self.lead.value.size + self.picks
        return self.shape[0]

    def labels(self) -> list[str]:
        """The name of each row of numbers."""
        if self.form == WORDS:
            return list(self.words)
        known = next((q.labels for q in self.quantities if q.labels), ())
        if self.form == OVER_TIME:
            return _row_labels(self.lead.shape, known)
        if self.form == TRANSPOSED:
            return _axis_labels(known, 1, self.shape[0])
        if len(self.quantities[0].shape) == 2 or self.upright:
            return _axis_labels(known, 0, self.shape[0])
        return [""]

    def column_labels(self) -> list[str]:
        """The name of each column of a matrix; empty for a single number."""
        known = self.quantities[0].labels
        columns = self.shape[1]
        if self.form == TRANSPOSED:
            return _axis_labels(known, 0, columns)
        if len(self.quantities[0].shape) == 2:
            return _axis_labels(known, 1, columns)
        return [""] if self.upright or columns == 1 else _axis_labels(known, 0, columns)


def _axis_labels(labels: tuple[tuple[str, ...], ...], axis: int, size: int) -> list[str]:
    if labels:
        return list(labels[axis])
    return [""] if size == 1 else [str(k + 1) for k in range(size)]


def _row_labels(shape: Index, labels: tuple[tuple[str, ...], ...]) -> list[str]:
    """One label for each element of a vector, or of a matrix written row after row."""
    axes = [_axis_labels(labels[k : k + 1], 0, size) for k, size in enumerate(shape)]
    if not axes:
        return [""]
    return [" · ".join(filter(None, parts)) for parts in _combinations(axes)]


def _combinations(axes: list[list[str]]) -> Iterator[tuple[str, ...]]:
    for index in np.ndindex(*(len(axis) for axis in axes)):
        yield tuple(axis[k] for axis, k in zip(axes, index, strict=True))


@dataclass
class Section:
    """A part of a sheet with a title: the weights, or the steps."""

    title: str
    note: str
    blocks: list[Block]
    row: int = 0


class Layout:
    """The place of every number of a walkthrough.

    Args:
        walkthrough: the calculation.

    Attributes:
        sections: the parts of each sheet, by its name.
        blocks: all blocks, in order.
        names: each defined name with the area that it stands for.
        times: the column of each time step.
        end: the column of what is calculated after the last step.
        width: the last column that may hold numbers.
        bottom: the last row in use, by sheet.
    """

    def __init__(self, walkthrough: Walkthrough) -> None:
        self.walkthrough = walkthrough
        self.times = _time_columns(walkthrough)
        self.end = FIRST_COLUMN + len(self.times)
        self.sections = _sections(walkthrough)
        self.blocks = [b for parts in self.sections.values() for s in parts for b in s.blocks]
        self.bottom = {sheet: self._stack(parts) for sheet, parts in self.sections.items()}
        self._block_of = {q: b for b in self.blocks if b.form != TRANSPOSED for q in b.quantities}
        self._mirror_of = {b.quantities[0]: b for b in self.blocks if b.form == TRANSPOSED}
        matrices = [b.shape[1] for b in self.blocks if b.form != OVER_TIME]
        self.width = max([self._last_time_column(), *(FIRST_COLUMN - 1 + m for m in matrices)])
        self.names: dict[str, Area] = {}
        self._name_everything()

    # -- placing ------------------------------------------------------------------------

    def place(self, quantity: Quantity, index: Index) -> Place:
        """The cell of one element."""
        block = self._block_of[quantity]
        if block.form == OVER_TIME:
            flat = int(np.ravel_multi_index(index, quantity.shape)) if index else 0
            return Place(block.sheet, block.top + block.picks + flat, self.column(quantity))
        row, column = (index[0], index[1]) if len(index) == 2 else _along(block, index)
        return Place(block.sheet, block.top + row, FIRST_COLUMN + column)

    def mirrored(self, quantity: Quantity, index: Index) -> Place | None:
        """The cell of one element in the transposed copy of a matrix, if there is one."""
        block = self._mirror_of.get(quantity)
        if block is None:
            return None
        return Place(block.sheet, block.top + index[1], FIRST_COLUMN + index[0])

    def picked(self, quantity: Quantity) -> Place:
        """The cell in which the word of an input is picked."""
        block = self._block_of[quantity]
        return Place(block.sheet, block.top, self.column(quantity))

    def words(self, quantity: Quantity) -> Area:
        """The cells that list the words to pick from."""
        assert quantity.choice is not None
        if quantity.choice.form == "one-hot":
            block = self._block_of[quantity]
            first = Place(block.sheet, block.top + 1, LABEL_COLUMN)
        else:
            block = next(b for b in self.blocks if b.words == quantity.choice.options)
            first = Place(block.sheet, block.top, LABEL_COLUMN)
        return Area(first, first.moved(len(quantity.choice.options) - 1, 0))

    def column(self, quantity: Quantity) -> int:
        """The column of a time step."""
        return self.end if quantity.t is None else self.times[quantity.t]

    def block(self, quantity: Quantity) -> Block:
        """The block in which a quantity lies."""
        return self._block_of[quantity]

    def header(self, block: Block) -> Header:
        """The heading of each column of a block: a time step, ``end``, or a label."""
        if block.form == WORDS:
            return ((FIRST_COLUMN, "number"),)
        if block.form == OVER_TIME:
            used = {self.column(q): "end" if q.t is None else q.t for q in block.quantities}
            return tuple(sorted(used.items(), key=lambda item: item[0]))
        return tuple((FIRST_COLUMN + k, label) for k, label in enumerate(block.column_labels()))

    def group_header(self, block: Block) -> Header:
        """The heading over a block and the single rows that share it."""
        shared: dict[int, int | str] = {}
        for member in self.group(block):
            shared.update(self.header(member))
        return tuple(sorted(shared.items()))

    def heading_row(self, block: Block) -> int:
        """The row of the column headings over a block."""
        above = [b for b in self.blocks if b.sheet == block.sheet and b.top <= block.top]
        return next(b.heading for b in reversed(above) if b.heading is not None)

    def starts(self, sheet: str) -> list[int]:
        """The first row of each table of a sheet, with its headings and its section's title."""
        return [
            section.row if k == 0 else block.heading or block.top
            for section in self.sections[sheet]
            for k, block in enumerate(section.blocks)
            if block.opens
        ]

    def group(self, block: Block) -> list[Block]:
        """A block and the single rows below it that share its heading."""
        blocks = next(s.blocks for s in self.sections[block.sheet] if block in s.blocks)
        start = blocks.index(block)
        later = blocks[start + 1 :]
        stop = next((k for k, b in enumerate(later) if b.opens), len(later))
        return blocks[start : start + 1 + stop]

    def _last_time_column(self) -> int:
        blocks = [b for b in self.blocks if b.form == OVER_TIME]
        return max((self.column(q) for b in blocks for q in b.quantities), default=FIRST_COLUMN)

    def _stack(self, sections: list[Section]) -> int:
        """Gives each section and block its rows; returns the last one."""
        row = FIRST_ROW
        for section in sections:
            section.row = row
            row += 1
            previous: Block | None = None
            for block in section.blocks:
                block.opens = previous is None or not self._joins(previous, block)
                if block.opens:
                    row += previous is not None
                    block.heading = row if self._has_heading(block) else None
                    row += block.heading is not None
                block.top = row
                row += block.rows
                previous = block
            row += 1
        return row - 2

    def _has_heading(self, block: Block) -> bool:
        """A single number that is given needs no heading: there is nothing to say above it."""
        given = block.form == MATRIX and block.quantities[0].definition is None
        return not given or any(block.column_labels())

    def _joins(self, above: Block, block: Block) -> bool:
        """Whether a single row stands directly below the one above it."""
        if above.form != block.form or above.rows > 1 or block.rows > 1:
            return False
        if block.form == OVER_TIME:
            return True
        return above.column_labels() == block.column_labels()

    # -- naming -------------------------------------------------------------------------

    def name_of(self, area: Area) -> str | None:
        """The defined name of exactly this area."""
        return self._by_area.get(area)

    def area(self, block: Block) -> Area:
        """The numbers of a block."""
        if block.form == OVER_TIME:
            columns = sorted(self.column(q) for q in block.quantities)
            first = Place(block.sheet, block.top + block.picks, columns[0])
            return Area(first, first.moved(block.rows - block.picks - 1, columns[-1] - columns[0]))
        first = Place(block.sheet, block.top, FIRST_COLUMN)
        columns_wide = 1 if block.form == WORDS else block.shape[1]
        return Area(first, first.moved(block.rows - 1, columns_wide - 1))

    def _name_everything(self) -> None:
        self._by_area: dict[Area, str] = {}
        for block in self.blocks:
            area = self.area(block)
            self._name(block.name, area)
            if block.picks:
                columns = sorted(self.column(q) for q in block.quantities)
                first = Place(block.sheet, block.top, columns[0])
                self._name(
                    f"{block.name}_word", Area(first, first.moved(0, columns[-1] - columns[0]))
                )
            if block.form == WORDS:
                self._name(block.name.replace("numbers", "words"), self._labels_area(block))
            if block.form in (MATRIX, TRANSPOSED):
                self._name_columns(block.name, area)
        for name, area in _parts(self.walkthrough, self):
            self._name(name, area)
            self._name_columns(name, area)

    def _labels_area(self, block: Block) -> Area:
        first = Place(block.sheet, block.top, LABEL_COLUMN)
        return Area(first, first.moved(block.rows - 1, 0))

    def _name_columns(self, name: str, area: Area) -> None:
        rows, columns = area.size
        if columns == 1:
            return
        for k in range(columns):
            first = area.first.moved(0, k)
            self._name(f"{name}_{k + 1}", Area(first, first.moved(rows - 1, 0)))

    def _name(self, name: str, area: Area) -> None:
        if not is_spreadsheet_name(name):
            raise NamingError(
                f"{name!r} cannot be the name of cells in a spreadsheet; rename the quantity."
            )
        taken = {other.casefold(): other for other in self.names}
        if name.casefold() in taken:
            other = taken[name.casefold()]
            if self.names[other] == area:
                return
            raise NamingError(
                f"{name!r} and {other!r} are the same name for a spreadsheet, which does not "
                "tell capitals apart; rename one of the quantities."
            )
        self.names[name] = area
        # The name given last is the more specific one: a gate's own rather than a column's.
        self._by_area[area] = name


def _along(block: Block, index: Index) -> tuple[int, int]:
    position = index[0] if index else 0
    return (position, 0) if block.upright else (0, position)


def _time_columns(walkthrough: Walkthrough) -> dict[int, int]:
    times = walkthrough.times
    if not times:
        return {}
    span = range(times[0], times[-1] + 1)
    return {t: FIRST_COLUMN + k for k, t in enumerate(span)}


def _sections(walkthrough: Walkthrough) -> dict[str, list[Section]]:
    """The blocks of each sheet, part by part; empty parts and sheets are left out."""
    for options in {q.choice.options: None for q in walkthrough.quantities if q.choice}:
        _check_words(options)
    given = [
        q
        for q in walkthrough.quantities
        if q.t is None and q.definition is None and q.role != "target" and q.choice is None
    ]
    upright = _right_hand_vectors(walkthrough)
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
        Block(_alone(q.name), sheet, MATRIX, (q,), upright=q.name.removeprefix("d_") in upright)
        for q in quantities
    ]


def _alone(name: str) -> str:
    """A name for cells; Excel keeps ``c`` and ``r`` for itself."""
    return name if is_spreadsheet_name(name) else f"{name}_value"


def _weight_gradients(walkthrough: Walkthrough) -> list[Quantity]:
    """Steps without time that have the form of a weight, or that are matrices."""
    weights = {f"d_{q.name}" for q in walkthrough.weights}
    return [
        q
        for q in walkthrough.steps
        if q.t is None and (len(q.shape) == 2 or (q.role == "gradient" and q.name in weights))
    ]


def _right_hand_vectors(walkthrough: Walkthrough) -> set[str]:
    """Names of the vectors v in x @ v: they stand upright, beside the x they meet."""
    return {
        node.operands[1].name
        for step in walkthrough.steps
        for node in _nodes(step.definition)
        if isinstance(node, MatMul)
        and isinstance(node.operands[1], Quantity)
        and len(node.operands[1].shape) == 1
    }


def _nodes(expression: Expression | None) -> Iterator[Expression]:
    if expression is not None:
        yield expression
        for operand in expression.operands:
            yield from _nodes(operand)


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
        for node in _nodes(step.definition):
            if isinstance(node, Transpose) and node.shape[0] > 1:
                operand = node.operands[0]
                whole = operand.operands[0] if isinstance(operand, Slice) else operand
                if isinstance(whole, Quantity) and whole.t is None and whole.definition is None:
                    wanted[whole] = None
    return [Block(f"{q.name}_T", GRADIENTS, TRANSPOSED, (q,)) for q in wanted]


def _parts(walkthrough: Walkthrough, layout: Layout) -> Iterator[tuple[str, Area]]:
    """The named parts of weights, such as the columns of one gate."""
    for whole, parts in named_parts(walkthrough).items():
        for symbol, places in parts.items():
            first, last = (
                layout.place(whole, tuple(int(k) for k in np.unravel_index(corner, whole.shape)))
                for corner in (places.flat[0], places.flat[-1])
            )
            area = Area(first, last)
            if math.prod(area.size) == places.size:
                yield symbol, area


def named_parts(walkthrough: Walkthrough) -> dict[Quantity, dict[str, NDArray[np.int64]]]:
    """The named parts of each weight, with the places of their elements, from its beginning."""
    found: dict[Quantity, dict[str, NDArray[np.int64]]] = {}
    for step in walkthrough.steps:
        for node in _nodes(step.definition):
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
