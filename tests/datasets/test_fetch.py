"""Fetching, with a server on this machine, and everything that can go wrong with it."""

import errno
import json
import subprocess
import sys
import threading
import time

import pooch
import pytest

from rnn_edu.datasets import fetch, load, network
from rnn_edu.datasets.fetch import UnreachableError, cache_folder
from rnn_edu.errors import DataError, NamingError

TWEETS = b"airline_sentiment,text\n1,what a lovely flight\n0,my bag is lost\n"


def files_in_cache():
    return sorted(p.name for p in cache_folder().glob("*")) if cache_folder().exists() else []


def test_a_file_is_fetched_once_and_then_taken_from_the_cache(registered, server, capfd):
    entry = registered("airline_sentiment", TWEETS)
    assert fetch("airline_sentiment").read_bytes() == TWEETS
    assert "100%" in capfd.readouterr().err
    assert fetch("airline_sentiment") == cache_folder() / entry.file
    assert server.requests == 1
    assert files_in_cache() == [entry.file]


def test_load_says_that_the_set_is_real(registered):
    registered("airline_sentiment", TWEETS)
    tweets = load("airline_sentiment")
    assert tweets.is_real
    assert tweets.texts == ("what a lovely flight", "my bag is lost")
    assert tweets.labels.tolist() == [1, 0]


def test_a_damaged_file_in_the_cache_is_fetched_again(registered, server):
    entry = registered("airline_sentiment", TWEETS)
    cache_folder().mkdir(parents=True)
    (cache_folder() / entry.file).write_bytes(TWEETS[:-3] + b"xxx")
    assert fetch("airline_sentiment").read_bytes() == TWEETS
    assert server.requests == 1


def test_a_wrong_hash_is_refused_and_nothing_is_kept(registered, server):
    registered("airline_sentiment", TWEETS)
    server.give(TWEETS.replace(b"lovely", b"lonely"))
    with pytest.raises(DataError) as error:
        load("airline_sentiment")
    assert not isinstance(error.value, UnreachableError)
    assert str(error.value) == (
        "What came for airline_sentiment.csv has another SHA-256 than the file that this book was "
        "made with. It was thrown away; do not trust it."
    )
    assert files_in_cache() == []


@pytest.mark.parametrize("promised", [len(TWEETS), len(TWEETS) // 2])
def test_a_half_download_is_not_kept(registered, server, promised):
    registered("airline_sentiment", TWEETS)
    server.give(TWEETS[: len(TWEETS) // 2], promised=promised)
    with pytest.raises(UnreachableError, match=r"download of airline_sentiment\.csv broke off: "):
        fetch("airline_sentiment")
    assert files_in_cache() == []


def test_a_half_download_that_claims_to_be_whole_names_the_bytes(registered, server):
    registered("airline_sentiment", TWEETS)
    server.give(TWEETS[:10])
    with pytest.raises(UnreachableError) as error:
        fetch("airline_sentiment")
    assert str(error.value) == (
        f"The download of airline_sentiment.csv broke off: 10 of {len(TWEETS)} bytes came. Nothing "
        "was kept; try again."
    )


@pytest.mark.parametrize("start", [b"<!DOCTYPE html><title>", b"\n <HTML><body>"])
def test_a_web_page_instead_of_the_file(registered, server, start):
    registered("airline_sentiment", TWEETS)
    server.give(start + b"please log in" * 20)
    with pytest.raises(UnreachableError) as error:
        fetch("airline_sentiment")
    assert str(error.value) == (
        "The address of airline_sentiment.csv gave a web page instead of the file; a login page "
        "of your network may stand in between."
    )
    assert files_in_cache() == []


@pytest.mark.parametrize("status", [404, 503])
def test_a_refusal_is_named_and_the_sample_is_used(registered, server, status, capsys):
    registered("airline_sentiment", TWEETS)
    server.give(b"no", status=status)
    with pytest.raises(
        UnreachableError, match=rf"refused to give airline_sentiment.csv \({status}"
    ):
        fetch("airline_sentiment")
    assert not load("airline_sentiment").is_real
    assert "data/reviews.csv stands in for 'airline_sentiment'." in capsys.readouterr().out


def test_a_full_disk_in_truth(registered, server, tmp_path):
    """The system itself stops the file at 4,096 bytes, as a full disk would."""
    pytest.importorskip("resource")
    body = TWEETS * 1000
    entry = registered("airline_sentiment", body)
    script = f"""
import resource
from dataclasses import replace
from rnn_edu.datasets.registry import SOURCES, source
from rnn_edu.datasets import fetch
from rnn_edu.errors import DataError
SOURCES["airline_sentiment"] = replace(
    source("airline_sentiment"), url={entry.url!r}, size={entry.size}, sha256={entry.sha256!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    fetch("airline_sentiment")
except DataError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == (
        f"The disk is full: airline_sentiment.csv needs {entry.size:,} bytes in {cache_folder()}. "
        "Nothing was kept; set RNN_EDU_CACHE to a folder with more room.\n"
    )
    assert files_in_cache() == []


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "The disk is full"), (errno.EACCES, "cannot be written into")],
)
def test_errors_of_the_disk_are_told_apart(registered, monkeypatch, number, sentence):
    registered("airline_sentiment", TWEETS)

    def fail(self, url, output_file, pup):
        raise OSError(number, "as the system says")

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", fail)
    with pytest.raises(DataError, match=sentence) as error:
        fetch("airline_sentiment")
    assert not isinstance(error.value, UnreachableError)
    assert files_in_cache() == []


def test_offline_says_one_line_and_uses_the_sample(offline, capsys):
    for _ in range(2):
        tweets = load("airline_sentiment")
    assert not tweets.is_real
    assert capsys.readouterr().out == (
        "There is no network, and airline_sentiment.csv has not been fetched before. The small "
        "set data/reviews.csv stands in for 'airline_sentiment'.\n"
    )


def test_offline_is_asked_once_for_all_processes(monkeypatch):
    asked = []
    monkeypatch.setattr(network, "_answers", lambda place: bool(asked.append(place)))
    for name in ("alice", "patents"):
        assert not load(name).is_real
    network._unreachable.clear()  # what another process would know
    assert not load("headlines").is_real
    assert asked == [("raw.githubusercontent.com", 443)]


def test_the_note_of_being_offline_grows_old(monkeypatch):
    monkeypatch.setattr(network, "_answers", lambda place: False)
    url = "https://host.example/file"
    assert not network.is_reachable(url, cache_folder())
    note = cache_folder() / network.NOTE
    old = json.loads(note.read_text())
    note.write_text(json.dumps({**old, "time": old["time"] - network.REMEMBER_SECONDS - 1}))
    network._unreachable.clear()
    monkeypatch.setattr(network, "_answers", lambda place: True)
    assert network.is_reachable(url, cache_folder())
    assert not note.exists()


def test_asking_again_pays_no_heed_to_the_note(monkeypatch):
    monkeypatch.setattr(network, "_answers", lambda place: False)
    url = "https://host.example/file"
    network.is_reachable(url, cache_folder())
    monkeypatch.setattr(network, "_answers", lambda place: True)
    assert not network.is_reachable(url, cache_folder())
    assert network.is_reachable(url, cache_folder(), ask_again=True)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"server": 3, "time": "x"}'])
def test_a_damaged_note_is_no_note(text):
    cache_folder().mkdir(parents=True)
    (cache_folder() / network.NOTE).write_text(text)
    assert not network._noted(cache_folder(), ("host.example", 443))


def test_a_server_that_never_answers_is_given_up_within_seconds(monkeypatch):
    release = threading.Event()

    def hang(*_):
        release.wait(20)
        raise OSError

    monkeypatch.setattr(network.socket, "create_connection", hang)
    monkeypatch.setattr(network, "PATIENCE", 0.2)
    start = time.perf_counter()
    assert not network.is_reachable("https://host.example/file", cache_folder())
    assert time.perf_counter() - start < 2
    release.set()


def test_a_proxy_is_asked_instead_of_the_server(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    assert network._server("https://host.example/file") == ("proxy.example", 3128)


def test_a_closed_port_counts_as_no_network(registered, server):
    registered("airline_sentiment", TWEETS)
    server.http.server_close()
    assert not load("airline_sentiment").is_real


def test_a_damaged_file_and_no_network(offline):
    cache_folder().mkdir(parents=True)
    (cache_folder() / "alice.txt").write_text("Alice was")
    with pytest.raises(UnreachableError, match=r"alice\.txt is damaged in the cache"):
        fetch("alice")


def test_a_folder_of_ones_own(registered, server, monkeypatch, tmp_path):
    entry = registered("airline_sentiment", TWEETS)
    (tmp_path / entry.file).write_bytes(TWEETS)
    monkeypatch.setenv("RNN_EDU_DATA", str(tmp_path))
    assert fetch("airline_sentiment") == tmp_path / entry.file
    assert server.requests == 0


def test_a_folder_without_the_file(monkeypatch, tmp_path):
    monkeypatch.setenv("RNN_EDU_DATA", str(tmp_path))
    with pytest.raises(DataError) as error:
        load("alice")
    assert str(error.value) == (
        f"RNN_EDU_DATA names the folder {tmp_path}, which has no alice.txt; put the file there, "
        "or unset RNN_EDU_DATA to fetch it."
    )


def test_the_hash_is_checked_in_a_folder_too(registered, monkeypatch, tmp_path):
    entry = registered("airline_sentiment", TWEETS)
    (tmp_path / entry.file).write_bytes(TWEETS.replace(b"1", b"0"))
    monkeypatch.setenv("RNN_EDU_DATA", str(tmp_path))
    with pytest.raises(DataError, match="and another SHA-256"):
        load("airline_sentiment")


def test_the_pickled_archive_is_not_opened_before_its_hash_is_checked(monkeypatch, tmp_path):
    (tmp_path / "imdb_5000_1000_top500.npz").write_bytes(b"PK a wolf in a sheep's clothing")
    monkeypatch.setenv("RNN_EDU_DATA", str(tmp_path))
    monkeypatch.setattr("numpy.load", lambda *args, **kwargs: pytest.fail("it was opened"))
    with pytest.raises(DataError, match="another SHA-256"):
        load("imdb")


def test_samples_on_demand(monkeypatch, capsys):
    monkeypatch.setenv("RNN_EDU_DATA", "samples")
    monkeypatch.setattr(network, "_answers", lambda place: pytest.fail("no need to ask"))
    assert not load("headlines").is_real
    assert capsys.readouterr().out.startswith("RNN_EDU_DATA=samples asks for the shipped samples.")


def test_an_unknown_name_gets_a_suggestion():
    with pytest.raises(NamingError, match=r"There is no data set 'alise'\. Did you mean 'alice'"):
        fetch("alise")
