"""Whether there is a network at all: asked once, answered within seconds, remembered a while."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from rnn_edu.errors import DataError
from rnn_edu.whole_files import write_text

PATIENCE = 3.0
REMEMBER_SECONDS = 300.0
NOTE = "offline.json"
_unreachable: set[tuple[str, int]] = set()


def is_reachable(url: str, cache: Path, *, ask_again: bool = False) -> bool:
    """Whether the server of this address answers.

    A failure holds for this process, and for others for five minutes by a note in the cache.

    Args:
        url: the address of a file.
        cache: the folder that keeps the note.
        ask_again: pay no heed to an earlier failure.
    """
    place = _server(url)
    if not ask_again and (place in _unreachable or _noted(cache, place)):
        _unreachable.add(place)
        return False
    if _answers(place):
        _unreachable.discard(place)
        (cache / NOTE).unlink(missing_ok=True)
        return True
    remember_failure(url, cache)
    return False


def remember_failure(url: str, cache: Path) -> None:
    """Notes that the server of this address does not answer."""
    place = _server(url)
    _unreachable.add(place)
    # A cache that cannot be written only means that the next process asks once more.
    with contextlib.suppress(DataError):
        write_text(cache / NOTE, json.dumps({"server": list(place), "time": time.time()}))


def _noted(cache: Path, place: tuple[str, int]) -> bool:
    try:
        note = json.loads((cache / NOTE).read_text())
        age = time.time() - float(note["time"])
        return tuple(note["server"]) == place and 0 <= age < REMEMBER_SECONDS
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _server(url: str) -> tuple[str, int]:
    """Host and port that a request would be sent to: the proxy's, if one is set."""
    from requests.utils import get_environ_proxies, select_proxy

    parts = urlsplit(select_proxy(url, get_environ_proxies(url)) or url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.hostname or "", port


def _answers(place: tuple[str, int]) -> bool:
    """Tries to connect, in a thread: looking up a name can take longer than any time limit."""
    answered: list[bool] = []

    def connect() -> None:
        with contextlib.suppress(OSError), socket.create_connection(place, PATIENCE):
            answered.append(True)

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return bool(answered)
