"""Draws the Forward and Gradients sheets: every block with its headings, colours and notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.blocks import (
    FIRST_COLUMN,
    LABEL_COLUMN,
    OVER_TIME,
    SYMBOL_COLUMN,
    TRANSPOSED,
    WORDS,
    Block,
    Section,
)
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.grid import Grid, Held, Label, Style
from rnn_edu.walkthrough.sheets.paging import ON_PAPER
from rnn_edu.walkthrough.sheets.places import CHECK, FORWARD, ONE_STEP, Area, Place
from rnn_edu.walkthrough.sheets.sections import parts_text
from rnn_edu.walkthrough.sheets.strip_page import draw_strip, link_to
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS

NUMBER_WIDTH, FORMULA_WIDTH = 11.5, 72
#: Notes are as wide as a page leaves room, within these limits; where less is left, they stand
#: below the numbers.
NOTE_WIDTHS = (32.0, 62.0)
# The notes are set smaller than the typeface that column widths count in.
NOTE_CHARACTERS = 76 / 62
_SUBTITLES = {
    "Gradients": "How the loss changes when a number changes: backpropagation, cell by cell.",
}
_SHOWS_HEAT = ("state", "cell state", "gate")


def draw_tables(book: Book, grid: Grid) -> int:
    """Draws all blocks of one sheet; gives back the last column that goes on paper."""
    painter = Painter(book, grid)
    painter.draw()
    return book.layout.width if painter.notes_below else book.note_column


class Painter:
    """Draws one sheet of a book.

    Args:
        book: what there is to draw.
        grid: the empty sheet to draw on.
    """

    def __init__(self, book: Book, grid: Grid) -> None:
        self.book, self.grid, self.sheet, self.layout = book, grid, grid.sheet, book.layout
        title = grid.sheet.title
        self.live = {c.place: c for c in book.live if c.place.sheet == title}
        self.given = {c.place: c for c in book.given if c.place.sheet == title}
        self.note_width, self.notes_below = NOTE_WIDTHS[1], False
        self._given_styles: dict[tuple[Quantity, bool], int] = {}

    def draw(self) -> None:
        """Draws everything."""
        self._columns()
        self._head()
        for section in self.layout.sections[self.sheet.title]:
            self._section(section)
            for block in section.blocks:
                self._block(block)
        self._validate_numbers()
        self.sheet.freeze_panes = "C5"
        self.sheet.print_title_rows = "3:4"

    def put(self, place: Place, content: Held, **style: object) -> None:
        """Writes a cell and its style."""
        self.grid.put(place, content, **style)

    def at(self, row: int, column: int) -> Place:
        """A cell of this sheet."""
        return Place(self.sheet.title, row, column)

    # -- around the blocks ---------------------------------------------------------------

    def _columns(self) -> None:
        widths = {SYMBOL_COLUMN: self._symbol_width(), LABEL_COLUMN: self._label_width()}
        widths |= dict.fromkeys(range(FIRST_COLUMN, self.layout.width + 1), NUMBER_WIDTH)
        widths[self.layout.width + 1] = 2
        room, across = ON_PAPER - sum(widths.values()), sum(widths.values())
        self.notes_below = room < NOTE_WIDTHS[0]
        self.note_width = across if self.notes_below else min(room, NOTE_WIDTHS[1])
        widths[self.book.note_column] = 2 if self.notes_below else self.note_width
        texts = self.book.formula_texts.items()
        longest = max(len(text) for place, text in texts if place.sheet == self.sheet.title)
        widths[self.book.formula_column] = min(max(longest + 2, 30), FORMULA_WIDTH)
        for column, width in widths.items():
            self.sheet.column_dimensions[get_column_letter(column)].width = width

    def _symbol_width(self) -> float:
        blocks = [b for b in self._own_blocks() if b.form != WORDS]
        return max(9.5, symbols.column_width(symbols.runs_over_time(b.changing) for b in blocks))

    def _label_width(self) -> float:
        longest = max(len(label) for block in self._own_blocks() for label in block.labels())
        return max(12.5, longest + 1.5)

    def _own_blocks(self) -> list[Block]:
        return [b for section in self.layout.sections[self.sheet.title] for b in section.blocks]

    def _head(self) -> None:
        title = self.sheet.title
        forward = title == FORWARD
        heading = self.book.walkthrough.title if forward else title
        subtitle = self.book.walkthrough.note if forward else _SUBTITLES[title]
        self.put(self.at(1, 1), heading, font=styles.TITLE, alignment=styles.LEFT)
        self.put(self.at(2, 1), subtitle, font=styles.SUBTITLE, alignment=styles.LEFT)
        draw_strip(self.book.strips[title], self.grid)
        hint = (
            "Coloured cells with a frame are yours to change: words, weights, labels, first states."
            if forward
            else "Nothing to change here: these numbers follow from the sheet Forward."
        )
        # Where the notes are narrow the numbers are many, and beside the strip there is room.
        narrow = self.notes_below or self.note_width < NOTE_WIDTHS[1]
        beside = FIRST_COLUMN + 4 if narrow else self.book.note_column
        self.put(self.at(3, beside), hint, font=styles.SMALL, alignment=styles.LEFT)
        if self.book.one_step is not None:
            link_to(self.grid, self.at(4, beside), ONE_STEP, "→ One step")
        link_to(self.grid, self.at(4, self.book.formula_column), CHECK, "→ Check")
        for row, height in ((1, 30), (2, 18)):
            self.sheet.row_dimensions[row].height = height

    def _section(self, section: Section) -> None:
        self.put(self.at(section.row, 1), section.title, font=styles.SECTION)
        self.put(
            self.at(section.row, FIRST_COLUMN),
            section.note,
            font=styles.SMALL,
            alignment=styles.LEFT,
        )
        self.sheet.row_dimensions[section.row].height = 24
        for column in range(1, self.book.formula_column + 1):
            place = self.at(section.row, column)
            self.put(place, None, border=styles.UNDER_HEADER)
            if column != FIRST_COLUMN:
                self.put(place, None, alignment=styles.MIDDLE)

    # -- a block -------------------------------------------------------------------------

    def _block(self, block: Block) -> None:
        if block.heading is not None:
            self._heading(block, block.heading)
        self._symbol(block)
        self._labels(block)
        self._numbers(block)
        self._explanation(block)
        if block.form == OVER_TIME and block.lead.role in _SHOWS_HEAT:
            self._heat(block)

    def _heat(self, block: Block) -> None:
        """Colours all steps but the starting values, which are given; areas as large as may be."""
        columns = sorted(self.layout.column(q) for q in block.quantities if q.role != "constant")
        bottom = block.top + block.rows - 1
        ends = self.at(block.top + block.picks, columns[0]), self.at(bottom, columns[-1])
        scale = ":".join(end.shown(column="$", row="$") for end in ends)
        for first, last in _runs(columns):
            corners = (self.at(block.top + block.picks, first), self.at(bottom, last))
            area = ":".join(corner.address for corner in corners)
            self.sheet.conditional_formatting.add(area, styles.heat_map(scale))

    def _heading(self, block: Block, row: int) -> None:
        for column, text in self.layout.group_header(block):
            shown = {"number_format": '"t = "0'} if isinstance(text, int) else {}
            place = self.at(row, column)
            self.put(place, text, font=styles.HEADER, alignment=styles.RIGHT, **shown)
        group = [b for b in self.layout.group(block) if any(self.book.explained(b))]
        if group:
            self.put(
                self.at(row, self.book.formula_column),
                self._which_formula(group),
                font=styles.HEADER,
                alignment=styles.LEFT,
            )

    def _which_formula(self, group: Sequence[Block]) -> str:
        block = group[0]
        if block.form == OVER_TIME:
            times = [q.t for q in block.quantities if q.t is not None and q.role != "constant"]
            differ = any(shown.several for b in group for shown in self.book.explained(b))
            more = ", and where it is another" if differ else ""
            return f"formula at t = {times[0]}{more}" if times else "formula"
        return "formula of the first column" if block.shape[1] > 1 else "formula"

    def _symbol(self, block: Block) -> None:
        place = self.at(block.top, SYMBOL_COLUMN)
        role = self._role(block)
        colour = ROLE_COLOURS[role]
        if block.form == WORDS:
            text: CellRichText | str = "words"
        else:
            text = symbols.rich_text(symbols.runs_over_time(block.changing), 12, colour.ink)
            if block.form == TRANSPOSED:
                text.append(
                    TextBlock(styles.inline(12, colour.ink, bold=True, script="superscript"), "T")
                )
        font = styles.symbol_font(12, colour.ink)
        self.put(place, text, font=font, alignment=styles.CENTRED)
        for row in range(block.top, block.top + block.rows):
            self.put(self.at(row, SYMBOL_COLUMN), None, fill=styles.fill(colour.fill))
        if block.rows > 1:
            self._merge(Area(place, place.moved(block.rows - 1, 0)))

    def _role(self, block: Block) -> str:
        return "input" if block.form == WORDS else block.lead.role

    def _labels(self, block: Block) -> None:
        labels = [*(["word"] if block.picks else []), *block.labels()]
        for k, label in enumerate(labels):
            place = self.at(block.top + k, LABEL_COLUMN)
            self.put(place, Label(label), font=styles.SMALL, alignment=styles.RIGHT)

    def _numbers(self, block: Block) -> None:
        area = self.layout.area(block)
        rows, columns = area.size
        style = self.grid.palette.number(self._live_style(block))
        for row in range(-1 if block.picks else 0, rows):
            for column in range(columns):
                place = area.first.moved(row, column)
                if place in self.live:
                    self.grid.set(place, self.live[place].formula, style)
                elif place in self.given:
                    given = self.given[place]
                    word = given.index is None
                    self.grid.set(place, given.value, self._given_style(given.quantity, word))
        if block.picks:
            self._drop_downs(block)

    def _live_style(self, block: Block) -> Style:
        """How the computed numbers of a block look."""
        if block.form == WORDS or block.picks:
            shown = "0"
        else:
            stacked = np.concatenate([q.value.reshape(-1) for q in block.changing])
            shown = styles.number_format(stacked, given=block.form == TRANSPOSED)
        return Style(styles.BODY, None, styles.UNDER_NUMBER, styles.RIGHT, shown)

    def _given_style(self, quantity: Quantity, word: bool) -> int:
        """How the numbers, or the word, of a given quantity look; found out once for all."""
        if (quantity, word) not in self._given_styles:
            style = Style(
                styles.STRONG if word else styles.BODY,
                styles.fill(ROLE_COLOURS[quantity.role].fill),
                styles.AROUND_INPUT,
                styles.CENTRED if word else styles.RIGHT,
                "@" if word else styles.number_format(quantity.value, given=True),
            )
            self._given_styles[quantity, word] = self.grid.palette.number(style)
        return self._given_styles[quantity, word]

    def _explanation(self, block: Block) -> None:
        for shown in self.book.explained(block):
            text, formula = shown.place, shown.text
            self.put(
                text,
                shown.formula,
                font=styles.FORMULA,
                alignment=styles.WRAPPED_MIDDLE,
            )
            if len(formula) > FORMULA_WIDTH - 2:
                # A line breaks at an operator, so that it is rarely full; a minus in front may
                # have a line of its own.
                lines = 1 + len(formula) // (FORMULA_WIDTH - 16) + formula.startswith("=-")
                self._at_least(text.row, 13.5 * lines)
        if not self.notes_below:
            self._note_beside(block)
        elif block is self.layout.group(block)[-1]:
            self._notes_below(block)

    def _note_beside(self, block: Block) -> None:
        place = self.at(block.top, self.book.note_column)
        note = _note(block, self.layout.parts)
        self.put(place, _rich_note(self._role(block), note), alignment=styles.WRAPPED_MIDDLE)
        lines = self._lines(f"{self._role(block)}: {note}")
        if block.rows > 1:
            self._merge(Area(place, place.moved(block.rows - 1, 0)))
        if lines > block.rows:
            self._at_least(place.row, 15 * (lines - block.rows + 1))

    def _notes_below(self, last: Block) -> None:
        """The notes of the blocks that share a heading, in the empty row under the last one."""
        group = next(g for g in map(self.layout.group, self._own_blocks()) if last in g)
        row = last.top + last.rows
        notes = CellRichText()
        for block in group:
            notes += _rich_note(self._role(block), _note(block, self.layout.parts))
            if block is not last:
                notes.append(TextBlock(styles.inline(10, styles.QUIET), ";  "))
        self.put(self.at(row, 1), notes, alignment=styles.WRAPPED_MIDDLE)
        self._merge(Area(self.at(row, 1), self.at(row, self.layout.width)))
        self._at_least(row, 15 * self._lines(str(notes)))

    def _lines(self, note: str) -> int:
        return -(-len(note) // int(self.note_width * NOTE_CHARACTERS))

    def _at_least(self, row: int, height: float) -> None:
        dimension = self.sheet.row_dimensions[row]
        dimension.height = max(height, dimension.height or 0)

    def _merge(self, area: Area) -> None:
        self.sheet.merge_cells(f"{area.first.address}:{area.last.address}")

    # -- what may be typed ---------------------------------------------------------------

    def _drop_downs(self, block: Block) -> None:
        lead = next(q for q in block.quantities if q.choice)
        options = self.layout.words(lead)
        corners = [p.shown(column="$", row="$") for p in (options.first, options.last)]
        rule = DataValidation(
            type="list",
            formula1=f"{corners[0]}:{corners[1]}",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle="Not in the list",
            error="Pick one of the words in the list.",
        )
        for quantity in block.quantities:
            rule.add(self.layout.picked(quantity).address)
        self.sheet.add_data_validation(rule)

    def _validate_numbers(self) -> None:
        rule = DataValidation(
            type="decimal",
            operator="between",
            formula1="-1E+100",
            formula2="1E+100",
            allow_blank=False,
            showErrorMessage=True,
            errorTitle="A number belongs here",
            error="Type a number, such as 0.25 or -1.",
        )
        given = {c.quantity: None for c in self.given.values() if c.index is not None}
        if given:
            rule.sqref = MultiCellRange(" ".join(map(self._area_of, given)))
            self.sheet.add_data_validation(rule)

    def _area_of(self, quantity: Quantity) -> str:
        """The cells of a whole quantity, which always form a rectangle."""
        last = tuple(size - 1 for size in quantity.shape)
        corners = (self.layout.place(quantity, (0,) * len(last)), self.layout.place(quantity, last))
        return ":".join(corner.address for corner in corners)


def _runs(columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of columns that touch."""
    for _, run in groupby(enumerate(columns), key=lambda pair: pair[1] - pair[0]):
        touching = [column for _, column in run]
        yield touching[0], touching[-1]


def _for_any_step(quantity: Quantity) -> str:
    """The note of one time step, in words that hold for all of them."""

    def in_words(match: re.Match[str]) -> str:
        distance = int(match[1]) - (quantity.t or 0)
        return {0: "", 1: " of the next step", -1: " of the step before"}.get(distance, match[0])

    return re.sub(r" at t=(\d+)", in_words, quantity.note) if quantity.t else quantity.note


def _note(block: Block, parts: Mapping[Quantity, Mapping[str, NDArray[np.int64]]]) -> str:
    """What the block is, in words: what holds at most steps, then what is different elsewhere."""
    if block.form == WORDS:
        return "the number of each word; 0 stands for no word"
    if block.form == TRANSPOSED:
        return "a copy with rows and columns swapped; it follows the weight"
    if block.lead in parts:
        return "; ".join(filter(None, (block.lead.note, parts_text(block.lead, parts[block.lead]))))
    if block.lead.role == "gradient":
        # Its note names the step of the loss too, which is the same in all columns.
        return _for_any_step(block.lead)
    notes = {q: _for_any_step(q) for q in block.quantities}
    held = Counter(notes[q] for q in block.changing)
    note, times = held.most_common(1)[0]
    everywhere = len(held) == 1 or times > 1
    others = (
        f"at t = {q.t}: {text}" for q, text in notes.items() if text and text != note * everywhere
    )
    return "; ".join([*([note] if everywhere and note else []), *others])


def _rich_note(role: str, note: str) -> CellRichText:
    pieces = [TextBlock(styles.inline(10, ROLE_COLOURS[role].ink, bold=True), role)]
    if note:
        pieces.append(TextBlock(styles.inline(10, styles.QUIET), f": {note}"))
    return CellRichText(*pieces)
