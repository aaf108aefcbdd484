"""Writes LICENSES.md: every package and data set that is used, with its licence.

    python tools/list_licences.py

The names are those in constraints.txt and requirements-judges.txt, so both must be installed; the
licences are those that the installed packages tell.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from rnn_edu.datasets.registry import SOURCES
from rnn_edu.whole_files import write_text

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "LICENSES.md"
JUDGES = ROOT / "requirements-judges.txt"
LONGEST = 60
LONGEST_EXPRESSION = 200
CLASSIFIER = "License :: "

HEAD = """\
# Licences

The book's own code is under the [MIT licence](LICENSE), its prose, figures and workbooks are under
[CC BY 4.0](LICENSE-prose).

## Part of the pages

| What | Licence |
| --- | --- |
| The font [Inter](_static/fonts/OFL-Inter.txt) | OFL-1.1 |
| The font [JetBrains Mono](_static/fonts/OFL-JetBrainsMono.txt) | OFL-1.1 |
| MathJax, from sphinx-mathjax-offline | Apache-2.0 |
| Scripts and styles of the theme and of Sphinx's extensions | BSD-3-Clause, MIT |
| Font Awesome, from pydata-sphinx-theme | CC-BY-4.0, OFL-1.1, MIT |

## Fetched when a page is run

None of these data sets is part of the repository or of the pages. What a page shows of them are
counts, single words and short pieces. The table is that of `rnn_edu/datasets/registry.json`.

| Data set | Licence |
| --- | --- |
{data}

## Used to make it

None of these packages is part of the repository or of the pages. The first table has what the
book asks for itself, the second what those packages ask for, the third what only the complete
checks use. Written by `make licences` from what each package declares.
"""
TABLE = "| Package | Licence |\n| --- | --- |"


def main() -> int:
    """Writes the file, whole or not at all."""
    write_text(TARGET, whole_list())
    print(f"{TARGET.name}: {len(pinned())} packages.")
    return 0


def whole_list() -> str:
    """The text of the file."""
    asked, judges = names_in(ROOT / "requirements.txt"), names_in(JUDGES)
    tables = {
        "Asked for": [name for name in pinned() if name in asked],
        "Asked for by those": [name for name in pinned() if name not in asked | judges],
        "Asked for by the further judges": sorted(judges),
    }
    parts = [f"\n### {title}\n\n{table(packages)}" for title, packages in tables.items()]
    return HEAD.format(data=data_rows()) + "\n".join(parts) + "\n"


def data_rows() -> str:
    """A row for each data set made by others."""
    return "\n".join(f"| `{name}`: {one.what} | {one.licence} |" for name, one in SOURCES.items())


def table(packages: list[str]) -> str:
    """A row for each package."""
    rows = (f"| {name} | {licence(name)} |" for name in packages)
    return "\n".join([TABLE, *rows])


def pinned() -> list[str]:
    """The packages whose versions are pinned, in the order of their names."""
    return sorted(names_in(ROOT / "constraints.txt") | names_in(JUDGES))


def names_in(file: Path) -> set[str]:
    """The packages that a file of requirements names."""
    lines = file.read_text(encoding="utf-8").splitlines()
    found = (re.match(r"[\w.-]+", line) for line in lines)
    return {normal(match[0]) for match in found if match}


def normal(name: str) -> str:
    """A package's name as all tools agree to write it.

    Example:
        >>> normal("Sphinx_Design")
        'sphinx-design'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def licence(name: str) -> str:
    """The licence that an installed package declares, in short."""
    try:
        package = distribution(name)
    except PackageNotFoundError:
        # For another system; the two that are pinned say so on their pages.
        return {"appnope": "BSD-2-Clause", "colorama": "BSD-3-Clause"}.get(name, "not installed")
    return declared(package).replace("|", "or")


def declared(package: Distribution) -> str:
    """What the metadata say: an expression, a short text, or else the classifiers."""
    metadata = package.metadata
    for field, longest in (("License-Expression", LONGEST_EXPRESSION), ("License", LONGEST)):
        text = str((metadata.get_all(field) or [""])[0]).strip()
        if text and "\n" not in text and len(text) <= longest and text.upper() != "UNKNOWN":
            return text
    found = [c for c in metadata.get_all("Classifier") or [] if c.startswith(CLASSIFIER)]
    names = [c.removeprefix(CLASSIFIER).removeprefix("OSI Approved").strip(" :") for c in found]
    return ", ".join(filter(None, names)) or first_line(package)


def first_line(package: Distribution) -> str:
    """The first words of the licence that comes with a package that declares none."""
    for file in package.files or []:
        if re.match(r"(LICEN[CS]E|COPYING)", Path(str(file)).name, re.IGNORECASE):
            lines = Path(str(file.locate())).read_text(encoding="utf-8").split("\n")
            return next((line.strip() for line in lines if line.strip()), "see its own files")
    return "see its own files"


if __name__ == "__main__":
    sys.exit(main())
