"""The last touch to a workbook file: values beside the formulas, and the same bytes each time.

openpyxl writes formulas without values. A previewer, pandas, or Excel's Protected View then
shows empty cells. So the value of each formula is put into the sheet's XML, where Excel puts
its own. Dates are fixed, so that the same calculation always gives the same file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from types import MappingProxyType
from xml.etree import ElementTree

from openpyxl.utils.cell import coordinate_to_tuple

from rnn_edu.walkthrough.sheets.chart_texts import with_descriptions
from rnn_edu.walkthrough.sheets.font_order import in_order
from rnn_edu.walkthrough.sheets.grid import Grid
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.sheets.shared_texts import PART, SharedTexts, announced
from rnn_edu.walkthrough.sheets.sheet_data import with_cells

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DATE = (1980, 1, 1, 0, 0, 0)
_WRITTEN = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms)")
_HOLLOW = re.compile(rb'<c((?: r="[A-Z]+[0-9]+"| s="[0-9]+")*) t="n"((?: s="[0-9]+")?)\s*/>')
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

ElementTree.register_namespace("", MAIN)
ElementTree.register_namespace("r", RELATIONS)


def with_values(
    raw: bytes,
    sheets: list[str],
    values: Mapping[Place, float | str] | None,
    grids: Mapping[str, Grid] = MappingProxyType({}),
) -> bytes:
    """The workbook with a value beside each formula, and all dates fixed.

    Texts lie in a part of their own, and the settings of typefaces in the order of the format.

    Args:
        raw: the workbook as openpyxl saved it.
        sheets: the names of its sheets, in order.
        values: the value of each cell that has a formula; None to leave them all out.
        grids: the cells of those sheets that openpyxl saved without cells.
    """
    out, texts = io.BytesIO(), SharedTexts()
    # Without values it is a draft for an engine, which need not be small.
    packed = zipfile.ZIP_STORED if values is None else zipfile.ZIP_DEFLATED
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as source,
        zipfile.ZipFile(out, "w", packed) as target,
    ):
        files = {f"xl/worksheets/sheet{k}.xml": name for k, name in enumerate(sheets, start=1)}
        for entry in source.namelist():
            data, name = source.read(entry), files.get(entry, "")
            if name in grids:
                # A sheet may be as large as all else together, so it is never whole in memory.
                with target.open(_entry(entry, packed), "w") as stream:
                    stream.writelines(with_cells(data, grids[name], values, texts))
                continue
            if name:
                data = without_hollow_cells(data)
                data = data if values is None else _fill(data, name, values)
            if values is not None:
                data = _finished(entry, data, texts, source)
            if entry == "docProps/core.xml":
                data = _WRITTEN.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", data)
            if entry != PART:
                target.writestr(_entry(entry, packed), announced(entry, data))
        target.writestr(_entry(PART, packed), texts.part())
    return out.getvalue()


def _finished(entry: str, data: bytes, texts: SharedTexts, source: zipfile.ZipFile) -> bytes:
    """A part of the file in which openpyxl left something to do; a draft can do without."""
    if entry.startswith("xl/worksheets/sheet"):
        return texts.moved_from(data)
    if entry.startswith("xl/drawings/drawing"):
        return with_descriptions(data, entry, source)
    return in_order(data) if entry == "xl/styles.xml" else data


def without_hollow_cells(xml: bytes) -> bytes:
    """A sheet whose empty cells do not claim to be numbers, which IronCalc takes for zeros."""
    return _HOLLOW.sub(rb"<c\1\2/>", xml)


def _entry(name: str, packed: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = packed
    info.create_system = 0
    return info


def _fill(data: bytes, sheet: str, values: Mapping[Place, float | str]) -> bytes:
    root = ElementTree.fromstring(data)
    for cell in root.iter(f"{{{MAIN}}}c"):
        if cell.find(f"{{{MAIN}}}f") is not None:
            row, column = coordinate_to_tuple(cell.attrib["r"])
            _put(cell, values[Place(sheet, row, column)])
    return _HEAD + ElementTree.tostring(root)


def _put(cell: ElementTree.Element, value: float | str) -> None:
    slot = cell.find(f"{{{MAIN}}}v")
    if slot is None:
        slot = ElementTree.SubElement(cell, f"{{{MAIN}}}v")
    if isinstance(value, str):
        cell.set("t", "str")
        slot.text = value
    else:
        cell.attrib.pop("t", None)
        slot.text = repr(value)
