"""The settings of a typeface in the order that the format of Office files wants.

openpyxl writes the name of a typeface first; the format wants it near the end.
"""

from __future__ import annotations

from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_NAMES = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz"),
    *("color", "name", "rFont", "family", "charset", "scheme"),
)
_ORDER = {name: number for number, name in enumerate(_NAMES)}


def put_in_order(typeface: ElementTree.Element) -> None:
    """Puts the settings of one typeface in order."""
    typeface[:] = sorted(typeface, key=lambda child: _ORDER[child.tag.removeprefix(_MAIN)])


def in_order(styles: bytes) -> bytes:
    """The styles of a workbook with all their typefaces in order."""
    root = ElementTree.fromstring(styles)
    for typeface in root.iter(f"{_MAIN}font"):
        put_in_order(typeface)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root)
