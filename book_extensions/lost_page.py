"""The page that a host shows in the place of one that is not there.

A host shows it at any depth below the book's address, where no relative address of a style
sheet would hold: so it needs nothing but itself.
"""

from __future__ import annotations

from html import escape

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>No such page: {title}</title>
<link rel="icon" href="data:,">
<style>
  :root {{ color-scheme: light dark; }}
  body {{
    font: 1.0625rem/1.6 Inter, system-ui, "Segoe UI", Roboto, sans-serif;
    max-width: 36rem;
    margin: 18vh auto 0;
    padding: 0 1.5rem;
    color: #22292c;
    background: #fdfdfc;
  }}
  h1 {{ font-size: 1.75rem; line-height: 1.25; letter-spacing: -0.015em; }}
  a {{ color: #0b6e75; }}
  @media (prefers-color-scheme: dark) {{
    body {{ color: #dfe5e6; background: #14191b; }}
    a {{ color: #6fc7cd; }}
  }}
</style>
</head>
<body>
<main>
<h1>This page has been forgotten</h1>
<p>The address leads nowhere in <em>{title}</em>. Perhaps the page has moved, or a letter is
missing.</p>
<p><a href="{address}intro.html">Go to the first page</a>, or
<a href="{address}search.html">search the book</a>.</p>
</main>
</body>
</html>
"""


def lost_page(title: str, address: str) -> str:
    """The whole page; with an empty address its links are relative.

    Example:
        >>> 'href="https://example.org/intro.html"' in lost_page("A book", "https://example.org/")
        True
    """
    return PAGE.format(title=escape(title), address=escape(address))
