"""What a chart shows, in words, for readers who do not see it.

The words are taken from the chart itself: its kind, its title and the names of its lines.
"""

from __future__ import annotations

import re
import zipfile
from xml.sax.saxutils import quoteattr

_KINDS = {"lineChart": "Line chart", "barChart": "Bar chart", "scatterChart": "Curve"}
_FRAME = re.compile(r'(<(?:\w+:)?cNvPr id="\d+" name="Chart \d+")')
_CHART = re.compile(r'Target="/?(?:xl|\.\.)/(charts/chart\d+\.xml)"')
_TITLE = re.compile(r"<(?:a:)?t>([^<]*)</(?:a:)?t>")
_SERIES = re.compile(r"<(?:\w+:)?ser>.*?<(?:\w+:)?tx><(?:\w+:)?v>([^<]*)</", re.DOTALL)
#: Names that are read out; of more, only how many there are.
_MOST_NAMES = 8


def with_descriptions(drawing: bytes, name: str, archive: zipfile.ZipFile) -> bytes:
    """A drawing whose charts say what they show.

    Args:
        drawing: the part of the file.
        name: its name, such as ``xl/drawings/drawing1.xml``.
        archive: the file, for its charts.
    """
    folder, _, file = name.rpartition("/")
    listed = archive.read(f"{folder}/_rels/{file}.rels").decode()
    charts = [archive.read(f"xl/{chart}").decode() for chart in _CHART.findall(listed)]
    told = iter(map(description, charts))
    return _FRAME.sub(
        lambda m: f"{m[1]} descr={quoteattr(next(told, ''))}", drawing.decode()
    ).encode()


def description(chart: str) -> str:
    """A chart in words, from its part of the file.

    Example:
        >>> description("<lineChart><ser><tx><v>h</v></tx></ser></lineChart><a:t>State</a:t>")
        'Line chart: State. It shows h. The numbers stand in the cells of the sheet.'
    """
    kind = next((said for tag, said in _KINDS.items() if f"{tag}>" in chart), "Chart")
    title = next(iter(_TITLE.findall(chart)), "")
    names = [name for name in _SERIES.findall(chart) if name]
    shown = "; ".join(names) if len(names) <= _MOST_NAMES else f"{len(names)} rows of numbers"
    lines = f" It shows {shown}." if names else ""
    return f"{kind}: {title}.{lines} The numbers stand in the cells of the sheet."
