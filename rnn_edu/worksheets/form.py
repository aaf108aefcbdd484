"""A worksheet as a model, before anything is drawn: its blanks, its rows and its hidden key.

The key holds what belongs into each blank, twice: as the right number, and as a formula over
the learner's own numbers. The second lets a cell tell a mistake from what follows from an
earlier one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from itertools import product

from rnn_edu.marking import Blank, blanks_of
from rnn_edu.marking.rules_of_cells import activation_left_out
from rnn_edu.marking.scene import (
    HALF,
    RELATIVE,
    WRITTEN,
    Tolerance,
    is_activation,
    tolerance_for,
)
from rnn_edu.marking.wording import (
    element_text,
    formula_text,
    looks_as_if,
    numbers_text,
    symbol_text,
    without_unshown,
)
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Expression, parts_as_index
from rnn_edu.walkthrough.functions import Apply
from rnn_edu.walkthrough.sheets.formulas import Printer, number
from rnn_edu.walkthrough.sheets.grid import Held, Label
from rnn_edu.walkthrough.sheets.places import Area, Place
from rnn_edu.worksheets import beside
from rnn_edu.worksheets.asked import asked_steps
from rnn_edu.worksheets.rows import StepRows, steps_in_rows

READ_ME, GIVEN, WORKSHEET, SCRATCH, KEY = "Read me", "Given", "Worksheet", "Scratch", "Key"
SHEETS = (READ_ME, GIVEN, WORKSHEET, SCRATCH, KEY)

NUMBER, SYMBOL, ELEMENT, ANSWER, MARK = range(1, 6)
#: Beyond the tables, and not on paper.
HELP = beside.LAST + 2
HEADINGS = {
    NUMBER: "no.",
    SYMBOL: "symbol",
    ELEMENT: "element",
    ANSWER: "your number",
    MARK: "mark",
    HELP: "what to do about it",
}
NAME, PROGRESS, FIRST = (Place(WORKSHEET, row, ELEMENT) for row in (3, 4, 5))
BAR, SAID = PROGRESS.moved(0, MARK - ELEMENT), Place(WORKSHEET, 6, SYMBOL)
MARKER = Place(WORKSHEET, 7, NUMBER)
HEADING_ROW = 8

KEY_NUMBER, KEY_TITLE, KEY_RIGHT, KEY_USED, KEY_BELONGS, KEY_FORMULA, KEY_NUMBERS, KEY_WRONG = (
    range(1, 9)
)
#: How many decimals of a number are right, from the learner's own, of what stands before the
#: activation; with how many decimals the number was written.
KEY_DECIMALS, KEY_OWN, KEY_DIGITS, KEY_BEFORE, KEY_UNACTIVATED = range(9, 14)
#: The number of a blank in which a hint is asked for, and that hint.
KEY_ASKING, KEY_HINT = 14, 15
#: The mark of a number if it is not idle; whether it is; on the first number of a step how many
#: of its numbers are wrong or idle, and how many of those of which it is made; and whether the
#: number in the middle belongs into the blank.
KEY_MARK, KEY_IDLE, KEY_SPOILT, KEY_AFTER, KEY_MIDDLE = range(16, 21)
KEY_TOP = 4
#: With how many decimals most of the numbers are written.
USUAL = Place(KEY, KEY_TOP - 2, KEY_DIGITS)
#: The number in the middle of all, and the one that stands everywhere though it should not.
MIDDLE, EVERYWHERE = (Place(KEY, KEY_TOP - 2, k) for k in (KEY_MIDDLE, KEY_IDLE))

RIGHT_MARK, FOLLOWS_MARK, WRONG_MARK = "✓ right", "≈ follows", "✗ wrong"
ROUNDED_MARK, IDLE_MARK = "≈ rounded", "○ no credit"
NO_NUMBER_MARK, HINT_MARK = "✗ no number", "? hint"
HINT, LONG_HINT = "?", "??"
BAR_LENGTH = 20
_ROUNDED = "Right, but rounded too coarsely to count in full."
_IDLE = "The same whatever belongs here: mend what comes before."
#: How close to its place a wrong number is called nearly right, relative to what belongs there.
NEARLY = 0.02
NO_NUMBER = "No number: use your program's decimal sign, or mend the formula."
HOW_TO_ASK = "Type ? into a yellow cell for its formula, ?? for the formula with numbers put in."
SEE_ABOVE = "The hint stands at the top."


class Form:
    """The worksheet of a walkthrough.

    Args:
        walkthrough: the calculation.
        decimals: with how many each number is to be written; None for as many as suit them.
        seed: which own numbers these are; None for the book's.
        name: of the student for whom it is.

    Attributes:
        blanks: the numbers to fill in.
        tolerance: how exact they must be.
        shown: what is given: weights, inputs, and steps before the first blank.
        steps: the rows of the sheet, step by step from top to bottom.
        across: how many columns the tables beside the blanks have.
        place_of: by the number of a blank, the cell beside which its mark stands.
        typed_in: for the blanks of a matrix, the cell into which its number is typed.
    """

    def __init__(
        self,
        walkthrough: Walkthrough,
        decimals: int | None = None,
        *,
        seed: int | None = None,
        name: str = "",
    ) -> None:
        self.walkthrough, self.seed, self.name = walkthrough, seed, name
        self.asked = asked_steps(walkthrough)
        self.blanks = blanks_of(self.asked)
        self.tolerance = tolerance_for(self.asked) if decimals is None else Tolerance(decimals)
        later = _dependents(walkthrough, self.asked)
        needed = _needed(self.asked, later)
        self.shown = [q for q in walkthrough.quantities if q in needed and q not in later]
        self.unshown = {q for q in needed & later if q not in self.asked}
        self.across = beside.columns_across(self.tolerance.decimals)
        self.steps: list[StepRows] = list(
            steps_in_rows(self.blanks, walkthrough, HEADING_ROW + 1, self._made_of, self.across)
        )
        self.place_of = {
            blank.number: Place(WORKSHEET, row, ANSWER)
            for step in self.steps
            for row, blank in step.numbered()
        }
        self.typed_in = {
            number: place for step in self.steps for number, place in _in_own_shape(step)
        }
        self._key_places = {
            (q, index): Place(KEY, KEY_TOP + k, KEY_USED)
            for k, (q, index) in enumerate(
                (q, index) for q in walkthrough.quantities if q in needed for index in _columns(q)
            )
        }
        self._printer = Printer(self, KEY, over_time=False)

    @property
    def edition(self) -> str:
        """A short mark of what is asked for: other blanks have another mark."""
        with parts_as_index():
            lines = [f"{b.number} {b.title} {self.hint(b)}" for b in self.blanks]
        # Given numbers are exact; calculated ones may differ in the last bit between processors.
        lines += [f"{q.title} {q.value.tolist()}" for q in self.shown if q.definition is None]
        lines.append(f"{self.tolerance.decimals} decimals")
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    @property
    def marker(self) -> str:
        """The line by which a returned worksheet is recognised."""
        key = self.walkthrough.key.replace(",", " ")[:100] or "none"
        seed = "" if self.seed is None else f", numbers {self.seed}"
        decimals = self.tolerance.decimals
        return f"worksheet {key}, edition {self.edition}, {decimals} decimals{seed}"

    @property
    def last_row(self) -> int:
        """The last row of the worksheet."""
        return self.steps[-1].last

    def _made_of(self, step: Quantity) -> Expression:
        """The formula of a step over what a learner sees."""
        assert step.definition is not None
        return without_unshown(step.definition, self.unshown)

    # -- what the printer of formulas asks ---------------------------------------------------

    def place(self, quantity: Quantity, index: tuple[int, ...]) -> Place:
        """The cell of the key from which later formulas take an element."""
        return self._key_places[quantity, index]

    def mirrored(self, quantity: Quantity, index: tuple[int, ...]) -> Place | None:
        """None: the key has no transposed copies."""
        return None

    def name_of(self, area: Area) -> str | None:
        """None: nothing in a worksheet has a defined name."""
        return None

    # -- formulas ----------------------------------------------------------------------------

    @cached_property
    def key_cells(self) -> list[tuple[Place, Held]]:
        """Every cell of the key with what it holds."""
        return list(self._key_cells())

    @cached_property
    def worksheet_formulas(self) -> list[tuple[Place, str]]:
        """The mark and the help beside each blank, and the progress on top."""
        return list(self._worksheet_formulas())

    def _key_cells(self) -> Iterator[tuple[Place, Held]]:
        yield USUAL, self._usual()
        yield from self._everywhere()
        for step in self.steps:
            yield from self._after_wrong(step)
        numbers = {(b.quantity, b.index): b for b in self.blanks}
        for (quantity, index), used in self._key_places.items():
            blank = numbers.get((quantity, index))
            if blank is not None:
                yield from self._key_of_blank(blank, used)
            elif quantity in self.unshown:
                yield used, self._formula(quantity, index)
            else:
                yield used, float(quantity.value[index])

    def _key_of_blank(self, blank: Blank, used: Place) -> Iterator[tuple[Place, Held]]:
        answer = self.place_of[blank.number]
        number_place, right = _on_key(used, KEY_NUMBER), _on_key(used, KEY_RIGHT)
        mark = answer.moved(0, MARK - ANSWER)
        yield number_place, blank.number
        yield _on_key(used, KEY_TITLE), Label(blank.title)
        yield right, blank.value
        yield used, f"=IF(ISNUMBER({answer}),{answer},{right.address})"
        yield _on_key(used, KEY_BELONGS), self._formula(blank.quantity, blank.index)
        yield _on_key(used, KEY_FORMULA), Label(self.hint(blank))
        yield _on_key(used, KEY_NUMBERS), Label(self.long_hint(blank))
        wrong = f'=IF({mark}="{WRONG_MARK}",{number_place.address},"")'
        yield _on_key(used, KEY_WRONG), wrong
        asking = f'IF({answer}="{LONG_HINT}",{number_place.address},"")'
        asking = f'IF({answer}="{HINT}",{number_place.address},{asking})'
        yield _on_key(used, KEY_ASKING), f'=IF(ISERROR({answer}),"",{asking})'
        short, long = (_on_key(used, k).address for k in (KEY_FORMULA, KEY_NUMBERS))
        yield _on_key(used, KEY_HINT), f'=IF({answer}="{HINT}",{short},{long})'
        yield from self._decimals(blank, answer, used)
        yield _on_key(used, KEY_MARK), f"={self._judged(blank)}"
        yield from self._idle(blank, answer, used)

    def _decimals(self, blank: Blank, answer: Place, used: Place) -> Iterator[tuple[Place, str]]:
        """How many decimals of a number are right: of what belongs there, and of its own."""
        right, belongs = (_on_key(used, k).address for k in (KEY_RIGHT, KEY_BELONGS))
        yield _on_key(used, KEY_DECIMALS), self._agreement(answer, right)
        yield _on_key(used, KEY_OWN), self._agreement(answer, belongs)
        yield _on_key(used, KEY_DIGITS), self._digits(answer)
        activation = _activation(blank.quantity)
        if activation is not None:
            before = _on_key(used, KEY_BEFORE)
            scalar = activation.operands[0].scalar(blank.index)
            yield before, "=" + self._printer.printed(scalar).text
            yield _on_key(used, KEY_UNACTIVATED), self._agreement(answer, before.address)

    def _agreement(self, answer: Place, wanted: str) -> str:
        """The formula of :meth:`rnn_edu.marking.scene.Tolerance.agreement`."""
        near = f"({self._near(str(answer), wanted)})*{self.tolerance.decimals}"
        gap = f"ABS({answer}-{wanted})"
        levels = [
            f"({_written_with(answer, d)})*(({gap}<={number(HALF)}*{_unit(d)})+"
            f"(ABS({answer})<ABS({wanted}))*({gap}<{_unit(d)})>0)*{d}"
            for d in self.tolerance.roundings
        ]
        counted = f"MAX({','.join([near, *levels])})"
        return f"=IF(ISNUMBER({answer}),IF(ISNUMBER({wanted}),{counted},0),0)"

    def _digits(self, answer: Place) -> str:
        """The formula of :meth:`rnn_edu.marking.scene.Tolerance.digits`."""
        text = str(self.tolerance.decimals)
        for decimals in self.tolerance.roundings:
            text = f"IF({_written_with(answer, decimals)},{decimals},{text})"
        return f'=IF(ISNUMBER({answer}),{text},"")'

    def _idle(self, blank: Blank, answer: Place, used: Place) -> Iterator[tuple[Place, str]]:
        """Whether a number would be the same whatever belonged there, as the marking sees it."""
        right = _on_key(used, KEY_RIGHT).address
        after = _on_key(self._first_on_key(blank.quantity), KEY_AFTER).address
        idle = f"(({answer}=0)*({after}>0)+({answer}={EVERYWHERE.address})>0)*1"
        yield _on_key(used, KEY_IDLE), f"=IF(ISNUMBER({answer}),{idle},0)"
        middle = MIDDLE.address
        belongs = f"({self._near(middle, right)})*1"
        yield _on_key(used, KEY_MIDDLE), f"=IF(ISNUMBER({middle}),{belongs},0)"

    def _after_wrong(self, step: StepRows) -> Iterator[tuple[Place, str]]:
        """How many numbers of a step are spoilt, and of the steps of which it is made."""
        used = self._first_on_key(step.quantity)
        places = [self.place_of[blank.number].moved(0, MARK - ANSWER) for blank in step.blanks]
        marks = f"{places[0]}:{places[-1].address}"
        spoilt = (f'COUNTIF({marks},"{mark}")' for mark in (WRONG_MARK, NO_NUMBER_MARK, IDLE_MARK))
        yield _on_key(used, KEY_SPOILT), f"={'+'.join(spoilt)}"
        read = self._asked_in(step.quantity)
        before = [_on_key(self._first_on_key(q), KEY_SPOILT).address for q in read]
        yield _on_key(used, KEY_AFTER), f"={'+'.join(before) or 0}"

    def _asked_in(self, step: Quantity) -> list[Quantity]:
        """The steps asked for of which a step is made, whichever stand between."""
        read = dict.fromkeys(self._made_of(step).quantities())
        return [q for q in self.asked if q in read]

    def _first_on_key(self, step: Quantity) -> Place:
        return self.place(step, (0,) * len(step.shape))

    def _everywhere(self) -> Iterator[tuple[Place, str]]:
        """The number in more than half of the blanks, which is in the middle of all, if any is."""
        first = Place(WORKSHEET, HEADING_ROW + 1, ANSWER)
        answers = f"{first}:{Place(WORKSHEET, self.last_row, ANSWER).address}"
        yield MIDDLE, f'=IF(COUNT({answers})=0,"",MEDIAN({answers}))'
        middle, belongs = MIDDLE.address, self._on_whole_key(KEY_MIDDLE)
        count = f"COUNTIF({answers},{middle})"
        most = f"({count}>2)*(2*{count}>{len(self.blanks)})*({count}>2*SUM({belongs}))>0"
        yield EVERYWHERE, f'=IF(ISNUMBER({middle}),IF({most},{middle},""),"")'

    def _usual(self) -> str:
        first = Place(KEY, KEY_TOP, KEY_DIGITS)
        column = f"{first.address}:{first.moved(len(self._key_places) - 1, 0).address}"
        return f"=IF(COUNT({column})=0,0,INT(MEDIAN({column})))"

    def _formula(self, quantity: Quantity, index: tuple[int, ...]) -> str:
        assert quantity.definition is not None
        return "=" + self._printer.printed(quantity.definition.scalar(index)).text

    def _worksheet_formulas(self) -> Iterator[tuple[Place, str]]:
        for blank in self.blanks:
            answer = self.place_of[blank.number]
            if blank.number in self.typed_in:
                typed = self.typed_in[blank.number].address
                yield answer, f'=IF({typed}="","",{typed})'
            yield answer.moved(0, MARK - ANSWER), self._mark(blank)
            yield answer.moved(0, HELP - ANSWER), self._help(blank)
        yield from self._own_numbers()
        yield from self._progress()

    def _own_numbers(self) -> Iterator[tuple[Place, str]]:
        """What the learner calculated before, beside the blanks in which it is used."""
        numbers = {(b.quantity, b.index): self.place_of[b.number] for b in self.blanks}
        for step in self.steps:
            for table in step.tables[step.own is not None :]:
                for below, column, index in table.cells():
                    source = numbers.get((table.quantity, index))
                    if source is not None:
                        place = Place(WORKSHEET, step.top + below, column)
                        at = source.address
                        yield place, f'=IF(ISNUMBER({at}),{at},"")'

    def _mark(self, blank: Blank) -> str:
        answer = self.place_of[blank.number].address
        hint = (
            f'IF({answer}="{HINT}","{HINT_MARK}",IF({answer}="{LONG_HINT}","{HINT_MARK}",'
            f'"{NO_NUMBER_MARK}"))'
        )
        used = self.place(blank.quantity, blank.index)
        known, idle = _on_key(used, KEY_MARK), _on_key(used, KEY_IDLE)
        counted = f'IF({idle}=1,IF({known}="{WRONG_MARK}",{known},"{IDLE_MARK}"),{known})'
        written = f'IF({answer}="","",IF(ISNUMBER({answer}),{counted},{hint}))'
        return f'=IF(ISERROR({answer}),"{NO_NUMBER_MARK}",{written})'

    def _judged(self, blank: Blank) -> str:
        """The mark of a number, as rnn_edu.marking gives its verdicts."""
        used = self.place(blank.quantity, blank.index)
        right, own = _on_key(used, KEY_DECIMALS), _on_key(used, KEY_OWN)
        first = self._first_on_key(blank.quantity)
        top, last = Place(KEY, KEY_TOP, KEY_WRONG), _on_key(first, KEY_WRONG).moved(-1, 0)
        follows = self._rounded_or_right(own)
        if last.row >= top.row:
            follows = f'IF(COUNT({KEY}!{top.address}:{last.address})=0,{follows},"{FOLLOWS_MARK}")'
        either = (
            f"IF({right}>0,{self._rounded_or_right(f'MAX({right},{own})')},"
            f'IF({own}>0,{follows},"{WRONG_MARK}"))'
        )
        if _activation(blank.quantity) is not None:
            decimals = f"MAX({right},{own})"
            unactivated = _on_key(used, KEY_UNACTIVATED)
            doubtful = f"({unactivated}>{decimals})*({USUAL}>{decimals})>0"
            either = f'IF({doubtful},"{WRONG_MARK}",{either})'
        return f'IF({right}={self.tolerance.decimals},"{RIGHT_MARK}",{either})'

    def _rounded_or_right(self, decimals: Place | str) -> str:
        return f'IF({decimals}>={self.tolerance.pencil},"{RIGHT_MARK}","{ROUNDED_MARK}")'

    def _help(self, blank: Blank) -> str:
        """What to do about a text that is no number, or a number that is nearly right."""
        place = self.place_of[blank.number]
        answer, mark = place.address, place.moved(0, MARK - ANSWER).address
        belongs = _on_key(self.place(blank.quantity, blank.index), KEY_BELONGS)
        near = f"ABS({answer}-{belongs})<={number(NEARLY)}*ABS({belongs})"
        decimals = self.tolerance.decimals
        hinted = f'IF({mark}="{HINT_MARK}","{SEE_ABOVE}","")'
        nearly = f"Nearly: are all {decimals} decimals there, and right?"
        wrong = f'IF(ISNUMBER({belongs}),IF({near},"{nearly}",""),"")'
        used = self.place(blank.quantity, blank.index)
        activation = _activation(blank.quantity)
        if activation is not None:
            said = looks_as_if(activation_left_out(activation.function))
            wrong = f'IF({_on_key(used, KEY_UNACTIVATED)}>0,"{said}",{wrong})'
        idle = f'IF({mark}="{IDLE_MARK}","{_IDLE}",{hinted})'
        rounded = f'IF({mark}="{ROUNDED_MARK}","{_ROUNDED} Write {decimals}.",{idle})'
        return (
            f'=IF({mark}="{WRONG_MARK}",{wrong},'
            f'IF({mark}="{NO_NUMBER_MARK}","{NO_NUMBER}",{rounded}))'
        )

    def _progress(self) -> Iterator[tuple[Place, str]]:
        first = Place(WORKSHEET, HEADING_ROW + 1, MARK).shown(column="$", row="$")
        last = Place(WORKSHEET, self.last_row, MARK).shown(column="$", row="$")
        right = f'COUNTIF({first}:{last},"{RIGHT_MARK}")'
        total = len(self.blanks)
        yield PROGRESS, f'={right}&" of {total} right"'
        full = f"INT({right}*{BAR_LENGTH}/{total})"
        yield BAR, f'=REPT("█",{full})&REPT("░",{BAR_LENGTH}-{full})'
        wrong, asking = self._on_whole_key(KEY_WRONG), self._on_whole_key(KEY_ASKING)
        rows = Place(WORKSHEET, HEADING_ROW + 1, NUMBER), Place(WORKSHEET, self.last_row, HELP)
        area = ":".join(corner.shown(column="$", row="$") for corner in rows)
        said = f"VLOOKUP(MIN({wrong}),{area},{HELP},0)"
        look = f'"Look first at no. "&MIN({wrong})&"."&IF({said}="",""," "&{said})'
        yield (
            FIRST,
            f'=IF({right}={total},"All numbers are right.",IF(COUNT({wrong})=0,"",{look}))',
        )
        table = self._on_whole_key(KEY_NUMBER, KEY_HINT)
        hint = f"VLOOKUP(MIN({asking}),{table},{KEY_HINT},0)"
        yield SAID, f'=IF(COUNT({asking})=0,"{HOW_TO_ASK}",{hint})'

    def _on_whole_key(self, column: int, last_column: int | None = None) -> str:
        """Some columns of the key from its first row to its last."""
        first = Place(KEY, KEY_TOP, column)
        last = Place(KEY, KEY_TOP + len(self._key_places) - 1, last_column or column)
        corners = (corner.shown(column="$", row="$") for corner in (first, last))
        return f"{KEY}!{':'.join(corners)}"

    def _near(self, answer: str, wanted: str) -> str:
        limit = f"MAX({number(self.tolerance.absolute)},{number(RELATIVE)}*ABS({wanted}))"
        return f"ABS({answer}-{wanted})<={limit}"

    # -- hints -------------------------------------------------------------------------------

    def hint(self, blank: Blank) -> str:
        """The formula of a blank in symbols."""
        return f"{symbol_text(blank.quantity)} = {formula_text(self._made_of(blank.quantity))}"

    def long_hint(self, blank: Blank) -> str:
        """The formula of a blank with the given numbers put in."""
        numbers = numbers_text(blank.quantity, blank.index, set(self.shown), self.unshown)
        return f"{element_text(blank.quantity, blank.index)} = {numbers}"


def _in_own_shape(step: StepRows) -> Iterator[tuple[int, Place]]:
    """The numbers of the blanks of a matrix, and their cells in it."""
    if step.own is not None:
        for blank, (below, column, _) in zip(step.blanks, step.own.cells(), strict=True):
            yield blank.number, Place(WORKSHEET, step.top + below, column)


def _activation(quantity: Quantity) -> Apply | None:
    """The activation that makes a step, or None."""
    definition = quantity.definition
    applied = isinstance(definition, Apply) and is_activation(definition.function)
    return definition if applied else None  # type: ignore[return-value]


def _written_with(answer: Place, decimals: int) -> str:
    return f"ABS(ROUND({answer},{decimals})-{answer})<={number(WRITTEN)}"


def _unit(decimals: int) -> str:
    return number(float(f"1e-{decimals}"))


def _on_key(used: Place, column: int) -> Place:
    return Place(KEY, used.row, column)


def _columns(quantity: Quantity) -> Iterator[tuple[int, ...]]:
    """Every element, a matrix column by column, so that a column lies in touching cells."""
    for index in product(*(range(size) for size in reversed(quantity.shape))):
        yield index[::-1]


def _dependents(walkthrough: Walkthrough, asked: list[Quantity]) -> set[Quantity]:
    """The blanks and everything that is calculated from them."""
    found = set(asked)
    for step in walkthrough.steps:
        if step.definition is not None and not found.isdisjoint(step.definition.quantities()):
            found.add(step)
    return found


def _needed(asked: list[Quantity], later: set[Quantity]) -> set[Quantity]:
    """The blanks and what stands in their formulas; what can be given is not taken apart."""
    found: set[Quantity] = set()
    open_ends = list(asked)
    while open_ends:
        quantity = open_ends.pop()
        if quantity not in found:
            found.add(quantity)
            if quantity.definition is not None and quantity in later:
                open_ends.extend(quantity.definition.quantities())
    return found
