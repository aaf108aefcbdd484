"""What the search page shows besides pages: the terms of the glossary, and what each page is about.

Sphinx's own search finds the pages and, where it may fetch them, the words around a find. Pages
opened from a disk may not be fetched; there a sentence about the page stands in their place.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

GLOSSARY, SCRIPT, DATA = "chapters/glossary", "search/search.js", "search/data.js"
#: What is asked for in words that are no terms, and where the book answers it.
QUESTIONS: list[dict[str, Any]] = [
    {
        "names": ["return_sequences", "return sequences"],
        "says": "A layer gives its state at every step, so that another layer can read on.",
        "place": "chapters/08_bidirectional_and_stacked.html",
        "chapter": None,
    },
    {
        "names": ["out of memory", "OOM", "not enough memory"],
        "says": "A batch that is too large can be worked on in pieces, and the gradients added up.",
        "place": "chapters/22_long_streams.html#a-large-batch-in-small-pieces",
        "chapter": None,
    },
    {
        "names": ["wrong shape", "shape mismatch", "incompatible shape", "input shape"],
        "says": "A recurrent layer reads examples × steps × features.",
        "place": "chapters/03_simple_rnn_in_keras.html#the-shape-that-keras-expects",
        "chapter": None,
    },
]
#: The marks of a formula that its words do without; the script of the search page uses them too.
MARKS = re.compile(r"\\[()\[\]]|[{}]|\\(?:mathrm|operatorname|text)(?=\{)|\\(?=[A-Za-z])")
#: What a chapter says of itself in its first box.
WHAT_ONE_DOES = re.compile(r"<p><strong>You will do</strong>(.*?)</p>", re.DOTALL)


def connect(app: Sphinx) -> None:
    """Gives the search page its script, and the script its data once all pages are written."""
    app.connect("builder-inited", copy_script)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_data)


def copy_script(app: Sphinx) -> None:
    """Copies the script to where no other page loads it, as they do what lies in ``_static``."""
    if app.builder.name == "html":
        target = Path(app.outdir) / "_static" / SCRIPT
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(__file__).parent / target.name, target)


def add_script(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """The search page alone has use for it."""
    if page == "search" and app.builder.name == "html":
        app.add_js_file(DATA, loading_method="defer")
        app.add_js_file(SCRIPT, loading_method="defer")


def write_data(app: Sphinx, exception: Exception | None) -> None:
    """Writes terms and sentences as a script, which a page from a disk can read too."""
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    glossary = BeautifulSoup((out / f"{GLOSSARY}.html").read_text(encoding="utf-8"), "html.parser")
    found = [*terms(glossary), *QUESTIONS]
    data = {"terms": found, "pages": sentences(out), "marks": MARKS.pattern}
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (out / "_static" / DATA).write_text(
        f"window.bookSearch = {text};\n", encoding="utf-8", newline="\n"
    )


def terms(glossary: BeautifulSoup) -> list[dict[str, Any]]:
    """Every entry of the glossary: its names, what it says, and where it is introduced."""
    return [entry(text) for text in glossary.select("dl.glossary > dd")]


def entry(text: Tag) -> dict[str, Any]:
    """One entry, from its text and the names above it."""
    names = []
    for before in text.find_previous_siblings(["dt", "dd"]):
        if before.name == "dd":
            break
        names.append(before)
    for mark in text.select(".bibtex-citation"):
        mark.decompose()
    link = text.select_one("a.reference.internal:has(.doc)")
    return {
        "names": [plain(name.find(string=True) or "") for name in reversed(names)],
        "says": plain(text.get_text()).partition(" See ")[0],
        "place": f"{GLOSSARY}.html#{names[0]['id']}",
        "chapter": link and [f"chapters/{link['href']}", plain(link.get_text())],
    }


def sentences(out: Path) -> dict[str, str]:
    """What each chapter says that one does in it, by its address."""
    found = {}
    for page in sorted((out / "chapters").glob("*.html")):
        if sentence := WHAT_ONE_DOES.search(page.read_text(encoding="utf-8")):
            words = plain(BeautifulSoup(sentence[1], "html.parser").get_text())
            found[f"chapters/{page.name}"] = words[:1].upper() + words[1:]
    return found


def plain(text: str) -> str:
    r"""Text on one line, without the marks of formulas.

    Example:
        >>> plain(" The state \\(h_{t}\\)\n of \\(\\tanh\\) .")
        'The state h_t of tanh.'
    """
    return re.sub(r"\s+([.,;:])", r"\1", " ".join(MARKS.sub("", text).split()))
