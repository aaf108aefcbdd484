"""A browser on the built book, served from a folder beside others, as a hosted book is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Chromium would otherwise look for updates, which are requests of its own.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Without an end to its patience a page whose mathematics is never set would hang all tests.
TYPESET = """() => Promise.race([
  window.MathJax?.startup?.promise?.then(() => null),
  new Promise((_, give_up) => setTimeout(() => give_up("mathematics is not set"), 60_000)),
])"""

# The height of the card at every step, from the first to the last.
HEIGHTS = """card => {
  const [back, next] = card.querySelectorAll(".play-main"), heights = [];
  while (back.ariaDisabled !== "true") back.click();
  for (;;) {
    heights.push(card.getBoundingClientRect().height);
    if (next.ariaDisabled === "true") return heights;
    next.click();
  }
}"""


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, format, *args):
        pass

    def do_GET(self):
        """Browsers ask any host for this icon, whatever the page says; no book answers there."""
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


@dataclass
class Visit:
    """A page that has been opened, and what the browser had to say about it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def site(pages: Path) -> Iterator[str]:
    """The address of the served book."""
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(QuietHandler, directory=str(pages.parent))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/{pages.name}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests of a worker."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


def open_page(context: BrowserContext, address: str) -> Visit:
    """Open a page, listening from the start, and wait until its mathematics is set."""
    visit = Visit(context.new_page())
    page = visit.page
    page.on("console", lambda m: visit.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("requestfailed", lambda request: visit.failures.append(request.url))
    page.goto(address, wait_until="load")
    page.evaluate(TYPESET)
    return visit
