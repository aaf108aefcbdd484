"""Where each quantity of a walkthrough lies on the sheets.

Vectors are columns and time runs to the right, as in the picture of the unrolled network.
Weights keep Keras's shape, inputs down and outputs across, so that a matrix product is a
``SUMPRODUCT`` of two columns. What has no time step but is calculated (the answer after the
last word, the loss) stands in a column of its own, ``end``, to the right of the last step.
Gradients lie on their own sheet, in the same columns of time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np

from rnn_edu.errors import NamingError
from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.names import is_spreadsheet_name
from rnn_edu.walkthrough.sheets.blocks import (
    FIRST_COLUMN,
    FIRST_ROW,
    LABEL_COLUMN,
    MATRIX,
    OVER_TIME,
    TRANSPOSED,
    WORDS,
    Block,
    Index,
    Section,
)
from rnn_edu.walkthrough.sheets.places import Area, Place
from rnn_edu.walkthrough.sheets.sections import named_parts, sections
from rnn_edu.walkthrough.walkthrough import Walkthrough

#: In a wider matrix the columns have no names of their own: nobody picks from so long a list, and
#: the engines look every name up in it.
MOST_NAMED_COLUMNS = 64

#: The strip on top needs so many columns.
LEAST_WIDTH = FIRST_COLUMN + 3

Header: TypeAlias = tuple[tuple[int, int | str], ...]


class Layout:
    """The place of every number of a walkthrough.

    Args:
        walkthrough: the calculation.

    Attributes:
        sections: the parts of each sheet, by its name.
        blocks: all blocks, in order.
        parts: the named parts of each weight, with the places of their elements.
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
        self.sections = sections(walkthrough)
        self.parts = named_parts(walkthrough)
        self.blocks = [b for parts in self.sections.values() for s in parts for b in s.blocks]
        self.bottom = {sheet: self._stack(parts) for sheet, parts in self.sections.items()}
        self._block_of = {q: b for b in self.blocks if b.form != TRANSPOSED for q in b.quantities}
        self._corners = {q: self._corner(q, b) for q, b in self._block_of.items()}
        self._mirror_of = {b.quantities[0]: b for b in self.blocks if b.form == TRANSPOSED}
        matrices = [b.shape[1] for b in self.blocks if b.form != OVER_TIME]
        self.width = max(
            [LEAST_WIDTH, self._last_time_column(), *(FIRST_COLUMN - 1 + m for m in matrices)]
        )
        self.names: dict[str, Area] = {}
        self._name_everything()

    # -- placing ------------------------------------------------------------------------

    def place(self, quantity: Quantity, index: Index) -> Place:
        """The cell of one element."""
        sheet, top, left, across = self._corners[quantity]
        if not across:
            return Place(sheet, top + flat_index(index, quantity.shape), left)
        row, column = (0, *index)[-2:] if index else (0, 0)
        return Place(sheet, top + row, left + column)

    def _corner(self, quantity: Quantity, block: Block) -> tuple[str, int, int, bool]:
        """Sheet, row and column of the first element, and whether others lie to its right."""
        if block.form == OVER_TIME:
            return block.sheet, block.top + block.picks, self.column(quantity), False
        return block.sheet, block.top, FIRST_COLUMN, len(quantity.shape) == 2 or not block.upright

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
        self._spelt: dict[str, str] = {}
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
        for name, area in self._named_areas():
            self._name(name, area)
            self._name_columns(name, area)

    def _named_areas(self) -> Iterator[tuple[str, Area]]:
        """The named parts of weights, such as the columns of one gate."""
        for whole, parts in self.parts.items():
            for symbol, places in parts.items():
                first, last = (
                    self.place(whole, tuple(int(k) for k in np.unravel_index(corner, whole.shape)))
                    for corner in (places.flat[0], places.flat[-1])
                )
                area = Area(first, last)
                if math.prod(area.size) == places.size:
                    yield symbol, area

    def _labels_area(self, block: Block) -> Area:
        first = Place(block.sheet, block.top, LABEL_COLUMN)
        return Area(first, first.moved(block.rows - 1, 0))

    def _name_columns(self, name: str, area: Area) -> None:
        rows, columns = area.size
        if columns == 1 or columns > MOST_NAMED_COLUMNS:
            return
        for k in range(columns):
            first = area.first.moved(0, k)
            self._name(f"{name}_{k + 1}", Area(first, first.moved(rows - 1, 0)))

    def _name(self, name: str, area: Area) -> None:
        if not is_spreadsheet_name(name):
            raise NamingError(
                f"{name!r} cannot be the name of cells in a spreadsheet; rename the quantity."
            )
        other = self._spelt.setdefault(name.casefold(), name)
        if other in self.names:
            if self.names[other] == area:
                return
            raise NamingError(
                f"{name!r} and {other!r} are the same name for a spreadsheet, which does not "
                "tell capitals apart; rename one of the quantities."
            )
        self.names[name] = area
        # The name given last is the more specific one: a gate's own rather than a column's.
        self._by_area[area] = name


def flat_index(index: Index, shape: Index) -> int:
    """The position of an element in an array written row after row.

    Example:
        >>> flat_index((1, 2), (4, 3)), flat_index((), ())
        (5, 0)
    """
    flat = 0
    for k, size in zip(index, shape, strict=False):
        flat = flat * size + k
    return flat


def _time_columns(walkthrough: Walkthrough) -> dict[int, int]:
    times = walkthrough.times
    if not times:
        return {}
    span = range(times[0], times[-1] + 1)
    return {t: FIRST_COLUMN + k for k, t in enumerate(span)}
