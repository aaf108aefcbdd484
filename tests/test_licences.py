"""LICENSES.md is in step with what is pinned, and with what the installed packages declare."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import list_licences
import pytest

from rnn_edu.datasets.registry import SOURCES

ROOT = Path(__file__).resolve().parents[1]
ROW = re.compile(r"^\| ([a-z0-9][a-z0-9-]*) \| (.+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def listed() -> dict[str, str]:
    return dict(ROW.findall((ROOT / "LICENSES.md").read_text("utf-8")))


def test_every_pinned_package_is_listed_and_no_other(listed):
    assert set(listed) == set(list_licences.pinned()), "run `make licences`"


def test_each_licence_is_the_one_that_the_package_declares(listed):
    files = ("constraints.txt", "requirements-judges.txt")
    text = "\n".join((ROOT / file).read_text("utf-8") for file in files)
    pins = re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.M)
    declared = {
        list_licences.normal(name): list_licences.licence(name)
        for name, pin in pins
        if installed(name).split("+")[0] == pin
    }
    assert len(declared) > len(listed) / 2
    assert {name: listed[name] for name in declared} == declared, "run `make licences`"


def test_every_data_set_is_listed_with_its_licence():
    text = (ROOT / "LICENSES.md").read_text("utf-8")
    for name, one in SOURCES.items():
        assert f"| `{name}`: {one.what} | {one.licence} |" in text, "run `make licences`"


def installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def test_no_licence_is_unknown(listed):
    unclear = {"", "see its own files", "not installed", "UNKNOWN"}
    assert [name for name, licence in listed.items() if licence in unclear] == []
