"""A text with the activity of one cell under every character or word.

Colour alone would leave some readers out. So each piece also carries a bar: up for positive
numbers, down for negative ones, as long as the number is large; and, where wanted, the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import NumberError, ShapeError

LINE_END = "⏎"
#: The text keeps the page's own ink; the tints are weak enough for it in light and in dark.
STYLE = """<style>
.coloured-text figure { margin: 0; }
.coloured-text figcaption { text-align: left; font-size: 0.9em; margin-bottom: 0.5rem; }
.coloured-text .strip { font-family: ui-monospace, "JetBrains Mono", Consolas, monospace; }
.coloured-text .piece { display: inline-block; min-width: 1ch; margin: 0 0 0.5rem;
  text-align: center; vertical-align: top; white-space: pre; line-height: 1.4; }
.coloured-text .words .piece { margin-right: 1ch; }
.coloured-text .glyph { display: block; }
.coloured-text .bar { display: block; position: relative; height: 1.5rem; }
.coloured-text .bar::before { content: ""; position: absolute; left: 0; right: 0; top: 50%;
  border-top: 1px solid #7d8790; }
.coloured-text .bar span { position: absolute; left: 15%; right: 15%; }
.coloured-text .number { display: block; font-size: 0.85em; }
.coloured-text .up .bar span { bottom: 50%; background: #d9581b; }
.coloured-text .down .bar span { top: 50%; background: #2f7cf0; }
</style>"""
#: As in the heat maps: warm above zero, cold below.
TINTS = {"up": "217, 88, 27", "down": "47, 124, 240"}
STRONGEST_TINT = 0.4


class ColouredText:
    """Pieces of a text, each with a number: tinted, with a bar below, on request with the number.

    In a notebook it shows itself; ``print`` gives one line that says where the extremes are.

    Args:
        pieces: characters or words.
        values: one number for each piece.
        title: what the numbers are.
        limit: the size of number that fills the bar; by default the largest there is.
        numbers: write the numbers below the bars, with two decimals; for words.

    Raises:
        ShapeError: there is not one number for each piece, or no piece at all.
        NumberError: a value is not a finite number.

    Example:
        >>> print(ColouredText("so", [0.25, -1.0], "cell 3"))
        cell 3: highest 0.25 at 's', lowest -1.00 at 'o'
    """

    def __init__(
        self,
        pieces: Sequence[str],
        values: npt.ArrayLike,
        title: str,
        *,
        limit: float | None = None,
        numbers: bool = False,
    ) -> None:
        self.pieces, self.values = list(pieces), np.asarray(values, np.float64)
        self.title, self.numbers = title, numbers
        if self.values.shape != (len(self.pieces),) or not self.pieces:
            raise ShapeError(
                f"{len(self.pieces)} pieces of text need as many values; these have the shape "
                f"{self.values.shape}."
            )
        for piece, value in zip(self.pieces, self.values, strict=True):
            if not np.isfinite(value):
                raise NumberError(f"The value of {piece!r} is {value}; it has no colour.")
        self.limit = limit or float(np.abs(self.values).max()) or 1.0

    def __str__(self) -> str:
        high, low = int(self.values.argmax()), int(self.values.argmin())
        return (
            f"{self.title}: highest {self.values[high]:.2f} at {self.pieces[high]!r}, "
            f"lowest {self.values[low]:.2f} at {self.pieces[low]!r}"
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        joint, kind = (" ", "words") if self.numbers else ("", "characters")
        label = escape(f"{joint.join(self.pieces)} – {self}".replace("\n", " "), quote=True)
        pieces = "".join(map(self._piece, self.pieces, self.values))
        return (
            f'<div class="coloured-text">{STYLE}<figure><figcaption>{escape(self.title)}. '
            "Bars up (orange) are positive, bars down (blue) negative; a full bar is "
            f"{self.limit:.2f}.</figcaption>"
            f'<div class="strip {kind}" role="img" aria-label="{label}">{pieces}</div>'
            "</figure></div>"
        )

    def _piece(self, text: str, value: float) -> str:
        share = min(abs(value) / self.limit, 1.0)
        way = "up" if value > 0 else "down"
        shown = LINE_END if text == "\n" else escape(text)
        tint = f"rgba({TINTS[way]}, {STRONGEST_TINT * share:.2f})"
        rounded = round(value, 2) + 0.0  # a small negative number would be written as -0.00
        number = f'<span class="number">{rounded:.2f}</span>' if self.numbers else ""
        return (
            f'<span class="piece {way}"><span class="glyph" style="background: {tint}">{shown}'
            f'</span><span class="bar"><span style="height: {50 * share:.0f}%"></span></span>'
            f"{number}</span>{'<br>' if text == chr(10) else ''}"
        )
