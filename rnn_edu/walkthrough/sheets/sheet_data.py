"""The cells of a sheet in the language of the file, with the values beside the formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils import get_column_letter

from rnn_edu.walkthrough.sheets.font_order import put_in_order
from rnn_edu.walkthrough.sheets.grid import Grid, Label
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.sheets.shared_texts import SharedTexts

_DATA = re.compile(rb"<sheetData\s*/>|<sheetData>.*</sheetData>", re.DOTALL)
_DIMENSION = re.compile(rb'(<dimension ref=")[^"]*"')


#: How many pieces of text are put together before they are handed on.
_AT_ONCE = 4096


def with_cells(
    xml: bytes, grid: Grid, values: Mapping[Place, float | str] | None, texts: SharedTexts
) -> Iterator[bytes]:
    """A sheet as openpyxl saved it, with the cells of a grid, piece by piece.

    Args:
        xml: the sheet without its cells.
        grid: the cells.
        values: the value of each formula; None for a draft, without them and typefaces in texts.
        texts: the texts of the workbook; a draft has them in its cells.
    """
    last = f"{get_column_letter(grid.last_column)}{max(grid.rows, default=1)}"
    xml = _DIMENSION.sub(rb'\1A1:%s"' % last.encode(), xml, count=1)
    before, after = _DATA.split(xml, maxsplit=1)
    yield before + b"<sheetData>"
    pieces = _rows(grid, values, texts)
    while text := "".join(islice(pieces, _AT_ONCE)):
        yield text.encode()
    yield b"</sheetData>" + after


def _rows(
    grid: Grid, values: Mapping[Place, float | str] | None, texts: SharedTexts
) -> Iterator[str]:
    sheet = str(grid.sheet.title)
    heights = grid.sheet.row_dimensions
    for row in sorted({*grid.rows, *heights}):
        height = heights[row].height if row in heights else None
        if height is None and row not in grid.rows:
            continue
        tall = "" if height is None else f' ht="{height:g}" customHeight="1"'
        yield f'<row r="{row}"{tall}>'
        cells = grid.rows.get(row, {})
        for column in sorted(cells):
            content, number = cells[column]
            value = None if values is None else values.get(Place(sheet, row, column))
            start = f'<c r="{get_column_letter(column)}{row}" s="{number}"'
            if isinstance(content, CellRichText) and values is None:
                # No formula reads a symbol, and without its typefaces a draft is half as large.
                yield _cell(start, Label(content), None)
            elif isinstance(content, CellRichText):
                # A symbol stands beside each of its elements, always the same object.
                if id(content) not in grid.written:
                    grid.written[id(content)] = _rich(content)
                number_of_text = texts.number(grid.written[id(content)])
                yield f'{start} t="s"><v>{number_of_text}</v></c>'
            elif values is not None and _is_text(content):
                yield f'{start} t="s"><v>{texts.number(_in_text(str(content)))}</v></c>'
            else:
                yield _cell(start, content, value)
        yield "</row>"


def _cell(start: str, content: float | str | None, shown: float | str | None) -> str:
    if content is None or content == "":
        return f"{start}/>"
    if isinstance(content, (float, int)):
        return f"{start}><v>{content!r}</v></c>"
    if _is_text(content):
        return f'{start} t="inlineStr"><is>{_in_text(content)}</is></c>'
    formula = f"<f>{escape(content[1:])}</f>"
    if shown is None:
        # IronCalc complains of a formula that has no place for a value at all.
        return f"{start}>{formula}<v></v></c>"
    if isinstance(shown, str):
        return f'{start} t="str">{formula}<v>{_text(shown)}</v></c>'
    return f"{start}>{formula}<v>{shown!r}</v></c>"


def _is_text(content: object) -> bool:
    """Whether a cell holds a text and no formula."""
    if not isinstance(content, str) or not content:
        return False
    return content[0] != "=" or isinstance(content, Label)


def _in_text(content: str) -> str:
    space = ' xml:space="preserve"' if content != content.strip() else ""
    return f"<t{space}>{_text(content)}</t>"


def _text(text: str) -> str:
    return escape(ILLEGAL_CHARACTERS_RE.sub("", text))


def _rich(content: CellRichText) -> str:
    return "".join(
        f"<r>{_settings(piece.font)}{_in_text(piece.text)}</r>"
        if isinstance(piece, TextBlock)
        else f"<r>{_in_text(piece)}</r>"
        for piece in content
    )


#: Typefaces in the language of the file. There are a few dozen, each always the same object, and
#: they are kept, so that no other one takes their place in the memory.
_KNOWN: dict[int, tuple[InlineFont, str]] = {}


def _settings(font: InlineFont) -> str:
    """The settings of a typeface, in their order."""
    if id(font) not in _KNOWN:
        tree = font.to_tree(tagname="rPr")
        put_in_order(tree)
        _KNOWN[id(font)] = font, ElementTree.tostring(tree, encoding="unicode")
    return _KNOWN[id(font)][1]
