"""The texts of a workbook, each once, in a part of their own, as Excel keeps them.

openpyxl writes every text into its cell. Excel takes that, but moves them all when it saves, and
a checker of Office files finds fault with it.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from rnn_edu.walkthrough.sheets.font_order import put_in_order

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_INLINE = re.compile(
    rb'<c((?: (?:r|s)="[A-Z0-9]+")*) t="inlineStr"((?: s="[0-9]+")?)\s*>'
    rb"<is>(?P<text>.*?)</is></c>|"
    rb'<c((?: (?:r|s)="[A-Z0-9]+")*) t="inlineStr"((?: s="[0-9]+")?)\s*(?:/>|><is\s*/></c>)',
    re.DOTALL,
)

#: The part of the file in which they lie, and what two other parts have to say of it.
PART = "xl/sharedStrings.xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_SAID = {
    "[Content_Types].xml": ("</Types>", f'<Override PartName="/{PART}" ContentType="{_KIND}"/>'),
    "xl/_rels/workbook.xml.rels": (
        "</Relationships>",
        f'<Relationship Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml" Id="texts"/>',
    ),
}


class SharedTexts:
    """The texts of a workbook, numbered as they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._uses = 0

    def number(self, text: str) -> int:
        """The number of a text, which is given in the language of the file."""
        self._uses += 1
        return self._numbers.setdefault(text, len(self._numbers))

    def moved_from(self, sheet: bytes) -> bytes:
        """A sheet whose cells name their texts by number; an empty text is no text."""
        return _INLINE.sub(self._numbered, sheet)

    def _numbered(self, match: re.Match[bytes]) -> bytes:
        before, after = (match[k] or match[k + 3] or b"" for k in (1, 2))
        if not match["text"] or match["text"] in (b"<t/>", b"<t />", b"<t></t>"):
            return b"<c%s%s/>" % (before, after)
        number = self.number(_ordered(match["text"]))
        return b'<c%s t="s"%s><v>%d</v></c>' % (before, after, number)

    def part(self) -> bytes:
        """All texts, in the language of the file."""
        start = f'{_HEAD}<sst xmlns="{_MAIN}" count="{self._uses}" '
        texts = "".join(f"<si>{text}</si>" for text in self._numbers)
        return f'{start}uniqueCount="{len(self._numbers)}">{texts}</sst>'.encode()


def announced(name: str, part: bytes) -> bytes:
    """A part of the file that lists the others, with the texts among them."""
    end, said = _SAID.get(name, ("", ""))
    return part.replace(end.encode(), f"{said}{end}".encode()) if end else part


def _ordered(text: bytes) -> str:
    """A text whose typefaces have their settings in order."""
    if b"<rPr>" not in text:
        return text.decode()
    tree = ElementTree.fromstring(b'<is xmlns="%s">%s</is>' % (_MAIN.encode(), text))
    for settings in tree.iter(f"{{{_MAIN}}}rPr"):
        put_in_order(settings)
    written = ElementTree.tostring(tree, encoding="unicode")
    return written[written.index(">") + 1 : written.rindex("<")]
