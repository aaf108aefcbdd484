"""A data set's file: from a folder of yours, from the cache, or from the network."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rnn_edu.datasets import network
from rnn_edu.datasets.registry import Source, source
from rnn_edu.errors import DataError

FOLDER_VARIABLE = "RNN_EDU_DATA"
CACHE_VARIABLE = "RNN_EDU_CACHE"
SAMPLES_ONLY = "samples"
READ_TIMEOUT = 30.0
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class UnreachableError(DataError):
    """The file is not here and cannot be fetched now; the shipped sample can stand in for it."""


def cache_folder() -> Path:
    """Where fetched files are kept: ``RNN_EDU_CACHE``, or the usual place for the system."""
    import pooch

    return Path(os.environ.get(CACHE_VARIABLE) or pooch.os_cache("rnn_edu"))


def own_folder() -> Path | None:
    """The folder that ``RNN_EDU_DATA`` names, if it names one."""
    value = os.environ.get(FOLDER_VARIABLE, "")
    return Path(value) if value and value != SAMPLES_ONLY else None


def fetch(name: str, *, ask_again: bool = False) -> Path:
    """The file of a data set, its SHA-256 checked.

    With ``RNN_EDU_DATA=DIR`` it is read from DIR and nothing is fetched. Otherwise it is taken
    from the cache, or fetched into it on first use. ``RNN_EDU_DATA=samples`` fetches nothing and
    makes :func:`rnn_edu.datasets.load` use the shipped samples.

    Args:
        name: of the data set.
        ask_again: try the network even if it was found missing a moment ago.

    Raises:
        NamingError: there is no such data set.
        UnreachableError: the file is not here and the network or the server does not give it.
        DataError: the file is not the right one, or it cannot be written.
    """
    wanted = source(name)
    folder = own_folder()
    if folder is not None:
        return _from_folder(wanted, folder)
    if os.environ.get(FOLDER_VARIABLE) == SAMPLES_ONLY:
        raise UnreachableError(f"{FOLDER_VARIABLE}={SAMPLES_ONLY} asks for the shipped samples.")
    path = cache_folder() / wanted.file
    if path.is_file() and is_right(path, wanted):
        return path
    if not network.is_reachable(wanted.url, cache_folder(), ask_again=ask_again):
        state = "is damaged in the cache" if path.is_file() else "has not been fetched before"
        raise UnreachableError(f"There is no network, and {wanted.file} {state}.")
    with _clear_errors(wanted):
        return _download(wanted)


def is_right(path: Path, wanted: Source) -> bool:
    """Whether a file has the size and the SHA-256 of the data set."""
    import pooch

    return path.stat().st_size == wanted.size and pooch.file_hash(str(path)) == wanted.sha256


def _from_folder(wanted: Source, folder: Path) -> Path:
    path = folder / wanted.file
    if not path.is_file():
        raise DataError(
            f"{FOLDER_VARIABLE} names the folder {folder}, which has no {wanted.file}; put the "
            f"file there, or unset {FOLDER_VARIABLE} to fetch it."
        )
    if not is_right(path, wanted):
        raise DataError(
            f"{path} is not the file that this book was made with: it has "
            f"{path.stat().st_size:,} bytes (expected {wanted.size:,}) and another SHA-256."
        )
    return path


def _download(wanted: Source) -> Path:
    import pooch

    pooch.get_logger().setLevel("WARNING")
    path = pooch.retrieve(
        wanted.url,
        known_hash=f"sha256:{wanted.sha256}",
        fname=wanted.file,
        path=cache_folder(),
        downloader=_Downloader(wanted),
    )
    return Path(path)


class _Downloader:
    """pooch's own downloader, and a look at what came before pooch checks the hash."""

    def __init__(self, wanted: Source) -> None:
        self.wanted = wanted

    def __call__(self, url: str, output_file: str, pup: Any) -> None:
        import pooch

        times = (network.PATIENCE, READ_TIMEOUT)
        pooch.HTTPDownloader(progressbar=True, timeout=times)(url, output_file, pup)
        _check_arrival(Path(output_file), self.wanted)


def _check_arrival(path: Path, wanted: Source) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(200).lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise UnreachableError(
            f"The address of {wanted.file} gave a web page instead of the file; a login page of "
            "your network may stand in between."
        )
    if size < wanted.size:
        raise UnreachableError(_half(wanted, f"{size:,}"))


def _half(wanted: Source, got: str) -> str:
    return (
        f"The download of {wanted.file} broke off: {got} of {wanted.size:,} bytes came. Nothing "
        "was kept; try again."
    )


@contextmanager
def _clear_errors(wanted: Source) -> Iterator[None]:
    """Turns what can go wrong on the way into one sentence each."""
    from requests import exceptions

    try:
        yield
    except exceptions.HTTPError as error:
        raise UnreachableError(f"The server refused to give {wanted.file} ({error}).") from error
    except (exceptions.ConnectTimeout, exceptions.SSLError, exceptions.ProxyError) as error:
        network.remember_failure(wanted.url, cache_folder())
        raise UnreachableError(f"The server of {wanted.file} does not answer.") from error
    except (
        exceptions.ChunkedEncodingError,
        exceptions.ConnectionError,
        exceptions.ReadTimeout,
    ) as error:
        raise UnreachableError(_half(wanted, "not all")) from error
    except exceptions.RequestException as error:
        raise UnreachableError(f"{wanted.file} could not be fetched: {error}.") from error
    except OSError as error:
        raise DataError(_disk_sentence(wanted, error)) from error
    except ValueError as error:
        # pooch's only ValueError here is its comparison of the hashes.
        raise DataError(
            f"What came for {wanted.file} has another SHA-256 than the file that this book was "
            "made with. It was thrown away; do not trust it."
        ) from error


def _disk_sentence(wanted: Source, error: OSError) -> str:
    if error.errno in _FULL:
        return (
            f"The disk is full: {wanted.file} needs {wanted.size:,} bytes in {cache_folder()}. "
            f"Nothing was kept; set {CACHE_VARIABLE} to a folder with more room."
        )
    return (
        f"{wanted.file} cannot be written into {cache_folder()} ({error.strerror}); set "
        f"{CACHE_VARIABLE} to a folder that you may write to."
    )
