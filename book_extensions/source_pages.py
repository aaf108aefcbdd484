"""The source of the documented modules, as plain pages that "Source" links lead to.

Sphinx's own viewcode gives each module a page with the theme around it, which takes as long as
all chapters together. These pages have the code and a way back.
"""

from __future__ import annotations

import ast
import importlib
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from sphinx.application import Sphinx
from sphinx.config import Config

FOLDER = "code"
PACKAGE = "rnn_edu"
#: From a page of chapters/, where all pages about the code are.
FROM_CHAPTERS = "../"
EMPTY_LINK = re.compile(r'<a id="(line-\d+)"[^>]*></a>')

PAGE = """\
<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Source of {name}</title>
<link rel="icon" href="{root}_static/favicon.svg">
<link rel="stylesheet" href="{root}_static/pygments.css">
<link rel="stylesheet" href="{root}_static/book.css">
<script>
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {{
    document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
  }};
  dark.addEventListener("change", follow);
  follow();
</script>
<style>
  body {{
    margin: 2rem auto;
    max-width: 60rem;
    padding: 0 1rem;
    font: 1rem/1.5 var(--pst-font-family-base);
    color: var(--pst-color-text-base);
    background: var(--pst-color-background);
  }}
  a {{ color: var(--pst-color-link); }}
  h1 {{ font-size: 1.4rem; overflow-wrap: anywhere; }}
  pre {{ overflow-x: auto; font: 0.85rem/1.5 var(--pst-font-family-monospace); }}
  pre span:target {{ outline: 0.2rem solid var(--pst-color-primary); }}
</style>
</head>
<body>
<main>
<p><a href="{root}chapters/api.html">The code behind the book</a></p>
<h1>{name}</h1>
{code}
</main>
</body>
</html>
"""


def connect(app: Sphinx) -> None:
    """Answers where a documented thing is, and writes the pages when a build has finished."""
    app.connect("config-inited", set_resolver)
    app.connect("build-finished", write_pages)


def set_resolver(app: Sphinx, config: Config) -> None:
    """Lets Sphinx's extension linkcode ask :func:`address_of`."""
    config.linkcode_resolve = address_of


def address_of(domain: str, info: dict[str, str]) -> str | None:
    """Where the source of a documented thing is, seen from a chapter; None for what has none.

    Example:
        >>> address_of("py", {"module": "rnn_edu.errors", "fullname": "RnnEduError"})
        '../code/rnn_edu.errors.html#line-10'
    """
    if domain != "py" or not info["module"].startswith(PACKAGE):
        return None
    name, _, member = info["fullname"].partition(".")
    thing = getattr(importlib.import_module(info["module"]), name, None)
    # A method may be inherited: the first class that defines it has its source.
    for owner in getattr(thing, "__mro__", (thing,)):
        module = getattr(owner, "__module__", "")
        inner = f"{getattr(owner, '__qualname__', name)}.{member}".rstrip(".")
        if module.startswith(PACKAGE) and inner in places(module):
            return f"{FROM_CHAPTERS}{FOLDER}/{module}.html#line-{places(module)[inner]}"
    return None


@cache
def places(module: str) -> dict[str, int]:
    """The line of every class and function of a module, by its qualified name."""
    found: dict[str, int] = {}

    def walk(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found[prefix + node.name] = node.lineno
            if isinstance(node, ast.ClassDef):
                walk(node.body, f"{prefix}{node.name}.")

    walk(ast.parse(source(module)).body, "")
    return found


def source(module: str) -> str:
    """The text of a module."""
    return Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8")


def write_pages(app: Sphinx, exception: Exception | None) -> None:
    """Writes a page for every module that a link leads to."""
    if exception or app.builder.format != "html":
        return
    pages = [Path(app.outdir) / "chapters" / f"{name}.html" for name in documented(app)]
    text = "".join(page.read_text(encoding="utf-8") for page in pages if page.is_file())
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    for module in modules_named(text):
        (folder / f"{module}.html").write_text(page_of(module), encoding="utf-8", newline="\n")


def documented(app: Sphinx) -> list[str]:
    """The pages about the code."""
    names = (name.removeprefix("chapters/") for name in app.env.found_docs)
    return sorted(name for name in names if name.startswith("api"))


def modules_named(text: str) -> list[str]:
    """The modules to whose sources some text links.

    Example:
        >>> modules_named('<a href="../code/rnn_edu.figures.style.html#line-3">')
        ['rnn_edu.figures.style']
    """
    links = text.split(f'href="{FROM_CHAPTERS}{FOLDER}/')[1:]
    return sorted({link.partition(".html")[0] for link in links})


def page_of(module: str) -> str:
    """The page of one module, each line with a name to link to."""
    formatter: HtmlFormatter[Any] = HtmlFormatter(lineanchors="line", anchorlinenos=False)
    code = highlight(source(module), PythonLexer(), formatter)
    code = code.replace("<pre>", '<pre tabindex="0">')
    code = EMPTY_LINK.sub(r'<span id="\1"></span>', code)  # links without a word confuse listeners
    return PAGE.format(name=escape(module), root="../", code=code)
