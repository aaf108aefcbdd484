import hashlib
import os
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rnn_edu.datasets import loading, network
from rnn_edu.datasets.registry import SOURCES, source

ROOT = Path(__file__).parents[2]


def _real_folder():
    """Where the real files are: the folder that the user names, or the one beside the checkout."""
    places = [os.environ.get("RNN_EDU_DATA"), ROOT.parent / "shared" / "data"]
    return next((Path(p) for p in places if p and Path(p).is_dir()), None)


REAL_FOLDER = _real_folder()


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    """An empty cache, no folder of the user's, and nothing remembered from test to test."""
    monkeypatch.delenv("RNN_EDU_DATA", raising=False)
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(network, "_unreachable", set())
    monkeypatch.setattr(loading, "_told", set())


@pytest.fixture
def real_data(monkeypatch):
    if REAL_FOLDER is None:
        pytest.skip("the real data files are not here: set RNN_EDU_DATA to their folder")
    monkeypatch.setenv("RNN_EDU_DATA", str(REAL_FOLDER))
    return REAL_FOLDER


@pytest.fixture
def offline(monkeypatch):
    monkeypatch.setattr(network, "_answers", lambda place: False)


class Server:
    """A server on this machine whose answer a test can choose."""

    def __init__(self):
        self.answer = (200, b"", 0)
        self.requests = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests += 1
                status, body, promised = outer.answer
                self.send_response(status)
                self.send_header("Content-Length", str(promised))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/file"
        self.thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()

    def give(self, body, status=200, promised=None):
        self.answer = (status, body, len(body) if promised is None else promised)

    def stop(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server():
    made = Server()
    yield made
    made.stop()


@pytest.fixture
def registered(monkeypatch, server):
    """Registers a body of bytes as a data set's file on the local server."""

    def register(name, body):
        digest = hashlib.sha256(body).hexdigest()
        entry = replace(source(name), size=len(body), sha256=digest, url=server.url)
        monkeypatch.setitem(SOURCES, name, entry)
        server.give(body)
        return entry

    return register
