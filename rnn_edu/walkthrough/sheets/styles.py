"""Colours, typefaces and number formats of the workbooks, all in one place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import ColorScaleRule, FormulaRule, Rule
from openpyxl.styles import Alignment, Border, Color, Font, PatternFill, Side
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough.sheets.places import CHECK, FORWARD, GRADIENTS, ONE_STEP, READ_ME

TEXT_FACE, FORMULA_FACE = "Calibri", "Consolas"
#: Colours that stay apart for readers who see few colours (after Okabe and Ito).
LINE_COLOURS = ("0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9")
INK, QUIET, LINE, PAPER = "24292F", "6B7480", "D5DAE0", "FFFFFF"


Script: TypeAlias = Literal["superscript", "subscript"]


@dataclass(frozen=True)
class RoleColour:
    """The colours of a role: pale behind numbers, dark for its name."""

    fill: str
    ink: str


#: One colour for each role of a quantity; the Read me sheet explains them in words.
ROLE_COLOURS: dict[str, RoleColour] = {
    "input": RoleColour("D9E8F6", "1C4F82"),
    "target": RoleColour("DCEFD9", "2C6327"),
    "weight": RoleColour("FBECC6", "7A5306"),
    "constant": RoleColour("E9EAEC", "555D66"),
    "pre-activation": RoleColour("F1E4D8", "75492A"),
    "gate": RoleColour("D5EEEA", "155E55"),
    "state": RoleColour("E8DFF5", "563A8C"),
    "cell state": RoleColour("F8DDEA", "8C2A5E"),
    "computed": RoleColour("EDF0F3", "475361"),
    "output": RoleColour("E4EDBE", "55650B"),
    "loss": RoleColour("F9D9D5", "912B22"),
    "gradient": RoleColour("DEE2FA", "323F9C"),
}

#: The colours of the tabs of the sheets.
TAB_COLOURS = {
    ONE_STEP: LINE_COLOURS[1],
    READ_ME: QUIET,
    FORWARD: LINE_COLOURS[0],
    GRADIENTS: "323F9C",
    CHECK: "1E6B35",
}
#: Blue for low, white, orange for high.
HEAT_COLOURS = ("92C5DE", PAPER, "F4A582")

GOOD, WARNING, BAD = (
    RoleColour("D6EEDB", "1E6B35"),
    RoleColour("FCE8B8", "7A5306"),
    RoleColour("F9D4CF", "912B22"),
)

TITLE = Font(name=TEXT_FACE, size=18, bold=True, color=INK)
SUBTITLE = Font(name=TEXT_FACE, size=11, color=QUIET)
SECTION = Font(name=TEXT_FACE, size=13, bold=True, color=INK)
BODY = Font(name=TEXT_FACE, size=11, color=INK)
STRONG = Font(name=TEXT_FACE, size=11, bold=True, color=INK)
SMALL = Font(name=TEXT_FACE, size=10, color=QUIET)
HEADER = Font(name=TEXT_FACE, size=10, bold=True, color=QUIET)
FORMULA = Font(name=FORMULA_FACE, size=10, color=QUIET)
LINK = Font(name=TEXT_FACE, size=11, color="1C4F82", underline="single")

BAR = Font(name=FORMULA_FACE, size=11, color=GOOD.ink)

HAIRLINE = Side(style="hair", color=LINE)
THIN = Side(style="thin", color=LINE)
UNDER_HEADER = Border(bottom=THIN)
AROUND_INPUT = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
UNDER_NUMBER = Border(bottom=HAIRLINE)

CENTRED = Alignment(horizontal="center", vertical="center")
RIGHT = Alignment(horizontal="right", vertical="center")
#: For what must not be cut off in a narrow column.
SHRUNK_RIGHT = Alignment(horizontal="right", vertical="center", shrink_to_fit=True)
SHRUNK_CENTRED = Alignment(horizontal="center", vertical="center", shrink_to_fit=True)
SHRUNK_LEFT = Alignment(horizontal="left", vertical="center", indent=1, shrink_to_fit=True)
LEFT = Alignment(horizontal="left", vertical="center")
INDENTED = Alignment(horizontal="left", vertical="center", indent=1)
MIDDLE = Alignment(vertical="center")
WRAPPED = Alignment(horizontal="left", vertical="top", wrap_text=True)
INDENTED_WRAPPED = Alignment(horizontal="left", vertical="center", indent=1, wrap_text=True)
WRAPPED_MIDDLE = Alignment(horizontal="left", vertical="center", wrap_text=True)


#: The margins of a page; the foot of the page stands in the lower one.
MARGINS_CM = {"left": 1.2, "right": 1.2, "top": 1.2, "bottom": 1.6}


def set_page(sheet: Worksheet) -> None:
    """No grid on the screen; on paper landscape, as wide as the page, with a numbered foot."""
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    inches = {side: cm / 2.54 for side, cm in MARGINS_CM.items()}
    sheet.page_margins = PageMargins(**inches, header=0.2, footer=0.25)
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart("&F: &A"), right=_HeaderFooterPart("&P of &N")
    )


def on_one_page(sheet: Worksheet) -> None:
    """On paper upright, and all on one page: for a text to be read."""
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "portrait", 1


def name_of(font: Font | None, border: Border | None) -> str | None:
    """The name of the style of a cell, or None for a plain one.

    In the list of styles a reader can change all cells of a kind at once.
    """
    if border is AROUND_INPUT:
        return "Framed number"
    if border is UNDER_NUMBER:
        return "Calculated number"
    named = {id(TITLE): "Sheet title", id(SUBTITLE): "Sheet subtitle", id(SECTION): "Section"}
    named |= {id(HEADER): "Column heading", id(SMALL): "Note", id(FORMULA): "Formula as text"}
    return named.get(id(font))


@cache
def symbol_font(size: float, colour: str) -> Font:
    """The typeface of a symbol."""
    return Font(name=TEXT_FACE, size=size, bold=True, color=colour)


@cache
def fill(colour: str) -> PatternFill:
    """A plain background."""
    return PatternFill("solid", start_color=colour, end_color=colour)


@cache
def inline(
    size: float, colour: str, *, bold: bool = False, script: Script | None = None
) -> InlineFont:
    """The typeface of a piece of rich text; ``script`` raises or lowers it."""
    return InlineFont(
        rFont=TEXT_FACE, sz=size, color=Color(rgb=f"FF{colour}"), b=bold, vertAlign=script
    )


def heat_map(area: str) -> Rule:
    """Blue below 0, white for 0, orange above it; full where a number of the area is largest.

    Args:
        area: all cells that share the scale, as a formula names them; it follows their numbers.
    """
    low, middle, high = HEAT_COLOURS
    largest = f"MAX(MAX({area}),-MIN({area}))"
    rule: Rule = ColorScaleRule(  # type: ignore[no-untyped-call]
        start_type="formula",
        start_value=f"-{largest}",
        start_color=low,
        mid_type="num",
        mid_value=0,
        mid_color=middle,
        end_type="formula",
        end_value=largest,
        end_color=high,
    )
    return rule


def coloured_if(formula: str, colour: RoleColour) -> Rule:
    """A cell takes a colour where the formula holds."""
    rule: Rule = FormulaRule(  # type: ignore[no-untyped-call]
        formula=[formula],
        fill=PatternFill("solid", start_color=colour.fill, end_color=colour.fill),
        font=Font(color=colour.ink, bold=True),
    )
    return rule


def number_format(values: NDArray[np.float64], *, given: bool) -> str:
    """How numbers are shown: all digits that a weight was given with, six of a result.

    Example:
        >>> number_format(np.array([0.033, -0.04]), given=True)
        '0.000#####'
        >>> number_format(np.array([1.0, 0.0]), given=True)
        'General'
        >>> number_format(np.array([0.0412]), given=False)
        '0.000000'
    """
    if given:
        digits = max(_decimals(float(v)) for v in values.flat)
        return "General" if digits == 0 else "0." + "0" * digits + "#" * (8 - digits)
    largest = float(np.max(np.abs(values)))
    return "0.000000" if largest >= 1e-3 or largest == 0 else "0.00000000"


def _decimals(value: float) -> int:
    """Digits after the point with which a number was written, at most 8."""
    shown = f"{value:.8f}".rstrip("0")
    return len(shown) - shown.index(".") - 1
