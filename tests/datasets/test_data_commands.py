import pytest

from rnn_edu.__main__ import parser
from rnn_edu.datasets.commands import run_data
from rnn_edu.datasets.registry import SOURCES
from rnn_edu.errors import NamingError, UsageError


@pytest.fixture
def run():
    def call(*words):
        return run_data(parser().parse_args(["data", *words]))

    return call


@pytest.fixture
def here(registered, monkeypatch, tmp_path):
    entry = registered("alice", b"Alice was beginning")
    (tmp_path / entry.file).write_bytes(b"Alice was beginning")
    monkeypatch.setenv("RNN_EDU_DATA", str(tmp_path))
    return tmp_path / entry.file


def test_the_list(run, here, capsys):
    assert run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Folder: {here.parent}"
    assert [line.split()[0] for line in lines[1:]] == [*SOURCES, "imdb"]
    assert " here " in lines[1]
    assert " not fetched " in lines[2]


def test_verify(run, here, capsys):
    assert run("verify") == 0
    assert "alice              ok" in capsys.readouterr().out
    here.write_text("Alice was ending")
    assert run("verify") == 1
    assert f"alice              WRONG: {here} has another" in capsys.readouterr().out


def test_fetch(run, registered, server, capsys):
    registered("alice", b"Alice was beginning")
    assert run("fetch", "alice") == 0
    assert capsys.readouterr().out.endswith("alice.txt\n")
    server.give(b"no", status=500)
    registered("patents", b"x")
    server.give(b"no", status=500)
    assert run("fetch", "alice", "patents") == 2
    assert "rnn_edu: patents: The server refused" in capsys.readouterr().err


def test_fetch_needs_names_that_exist(run):
    with pytest.raises(UsageError, match="Name a data set, or give --all"):
        run("fetch")
    with pytest.raises(NamingError, match="There is no data set 'poems'"):
        run("fetch", "alice", "poems")
