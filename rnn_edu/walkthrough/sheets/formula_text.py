"""The formulas of a row shown as text: one where all cells have the same, else each of them.

Filled to the right, a formula stays the same formula: only the columns that it names move with it.
Where a calculation begins or ends, a step may have another one, and a reader has to see both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from openpyxl.utils import column_index_from_string

from rnn_edu.walkthrough.sheets.cells import LiveCell
from rnn_edu.walkthrough.sheets.places import Place

#: An address whose column moves when the formula is filled to the right.
_MOVING = re.compile(r"(?<![\w.$])([A-Z]{1,3})(?=\$?\d+(?![\w(]))")


@dataclass(frozen=True)
class FormulaText:
    """Where the formulas of a row are shown, and which.

    Attributes:
        place: the cell that shows them.
        pieces: the steps of each formula, and the first cell that has it; no steps are said where
            there is only one formula.
    """

    place: Place
    pieces: tuple[tuple[str, LiveCell], ...]

    @classmethod
    def of(
        cls, place: Place, cells: Sequence[LiveCell], steps: Mapping[int, int | None]
    ) -> FormulaText:
        """The formulas of cells from left to right; ``steps`` has the step of each column."""
        kinds: dict[str, list[LiveCell]] = {}
        for cell in cells if steps else cells[:1]:
            kinds.setdefault(_form(cell), []).append(cell)
        if len(kinds) == 1:
            return cls(place, (("", cells[0]),))
        times = {
            form: [steps[cell.place.column] or 0 for cell in alike] for form, alike in kinds.items()
        }
        return cls(place, tuple((f"{_said(times[f])}: ", alike[0]) for f, alike in kinds.items()))

    @property
    def several(self) -> bool:
        """Whether the steps differ."""
        return len(self.pieces) > 1

    @property
    def text(self) -> str:
        """What the cell shows."""
        return "; ".join(f"{steps}{cell.formula}" for steps, cell in self.pieces)

    @property
    def formula(self) -> str:
        """The formula of the cell that shows them."""
        texts = [f"_xlfn.FORMULATEXT({cell.place.address})" for _, cell in self.pieces]
        if not self.several:
            return f"={texts[0]}"
        said = [f'{steps}"&{text}' for (steps, _), text in zip(self.pieces, texts, strict=True)]
        return '="' + '&"; '.join(said)


def _form(cell: LiveCell) -> str:
    """A formula with distances in place of the columns that move."""

    def distance(match: re.Match[str]) -> str:
        return f"[{column_index_from_string(match[1]) - cell.place.column}]"

    return _MOVING.sub(distance, cell.formula)


def _said(times: Sequence[int]) -> str:
    """Steps in words.

    Example:
        >>> _said([1]), _said([2, 3, 4]), _said([1, 3])
        ('t=1', 't=2 to 4', 't=1, 3')
    """
    run = len(times) > 1 and all(after == before + 1 for before, after in pairwise(times))
    shown = f"{times[0]} to {times[-1]}" if run else ", ".join(map(str, times))
    return f"t={shown}"
