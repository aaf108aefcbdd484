"""The pages about the project say what is true: versions, chapters, files, names."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import rnn_edu

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = re.compile(r"(\d\d_[a-z_]+)")


def toc_files() -> list[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    return [entry["file"] for part in toc["parts"] for entry in part["chapters"]]


def chapters_on_disk() -> set[str]:
    found = (ROOT / "chapters").glob("*.*")
    return {f"chapters/{path.stem}" for path in found if path.suffix in {".md", ".ipynb"}}


def test_every_chapter_is_in_the_contents_and_the_other_way_round(tracked_files):
    tracked = {path.relative_to(ROOT).with_suffix("").as_posix() for path in tracked_files}
    assert set(toc_files()) == chapters_on_disk() & tracked


def test_the_readme_and_the_landing_page_name_every_chapter(read):
    for page in ("README.md", "intro.md"):
        named = {f"chapters/{name}" for name in re.findall(r"chapters/(\w+)(?:\.\w+)?", read(page))}
        assert set(toc_files()) <= named | {"chapters/workbooks"}, page


def test_the_versions_agree(read):
    citation = yaml.safe_load(read("CITATION.cff"))
    released = re.findall(
        r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", read("CHANGELOG.md"), re.M
    )
    assert citation["version"] == rnn_edu.__version__
    assert released[0] == (rnn_edu.__version__, citation["date-released"])


def test_the_changelog_goes_from_new_to_old(read):
    dates = re.findall(r"^## \[\d.*\] - (\S+)$", read("CHANGELOG.md"), re.M)
    assert dates == sorted(dates, reverse=True)
    assert "## [Unreleased]" in read("CHANGELOG.md")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_to_a_file_leads_to_one(read, page):
    prose = re.sub(r"`[^`]*`", "", read(page))
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", prose)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_commands_in_the_pages_exist(read):
    makefile = read("Makefile")
    known = set(re.findall(r"^([a-z]+):", makefile, re.M))
    for page in ("README.md", "CONTRIBUTING.md", "intro.md"):
        named = set(re.findall(r"\bmake ([a-z]+)`", read(page)))
        named |= set(re.findall(r"^\$? ?make ([a-z]+)$", read(page), re.M))
        assert named <= known, page
    for script in re.findall(r"(tools[/\\]\w+\.py)", read("README.md") + read("CONTRIBUTING.md")):
        assert (ROOT / script.replace("\\", "/")).is_file(), script


# Taken apart, so that this file does not hold them itself.
FOREIGN = {
    "a path of one machine": re.compile("/" + "(?:work|root|home/[a-z]+|Users/[a-z]+)" + r"/\w"),
    "a package registry": re.compile(
        "(?:py" + r"pi\.org|python" + r"hosted\.org|npm" + r"js\.org)"
    ),
    "a file address": re.compile("file:" + "///"),
}
TEXT = {".py", ".md", ".yml", ".yaml", ".toml", ".txt", ".cff", ".cfg", ".ipynb", ".css", ".js", ""}
# These hold such paths on purpose: to find them elsewhere.
MAY_NAME_PATHS = {"tests/test_notebooks.py", "tools/notebook_lint.py"}


def test_no_file_names_this_machine_or_a_registry(tracked_files):
    faults = []
    for path in tracked_files:
        name = path.relative_to(ROOT).as_posix()
        if path.suffix not in TEXT or name in MAY_NAME_PATHS:
            continue
        text = path.read_text(encoding="utf-8")
        faults += [f"{name}: {what}" for what, sign in FOREIGN.items() if sign.search(text)]
    assert faults == []


def test_no_workbook_and_no_large_file_is_kept(tracked_files):
    assert [p.name for p in tracked_files if p.suffix in {".xlsx", ".xls", ".ods"}] == []
    assert [p.name for p in tracked_files if p.stat().st_size > 2_000_000] == []


def requirement_names(lines: list[str]) -> dict[str, str]:
    """Normalised name and specifier of each requirement."""
    found = {}
    for line in lines:
        match = re.match(r"([A-Za-z0-9._-]+)(.*)", line.split("#")[0].strip())
        if match:
            found[re.sub(r"[-_.]+", "-", match[1]).lower()] = match[2].strip()
    return found


def test_requirements_repeat_the_package_and_constraints_pin_them_all(read):
    package = requirement_names(tomllib.loads(read("pyproject.toml"))["project"]["dependencies"])
    required = requirement_names(read("requirements.txt").splitlines())
    pinned = requirement_names(read("constraints.txt").splitlines())
    assert package.items() <= required.items()
    assert set(required) <= set(pinned)
    assert all(specifier.startswith("==") for specifier in pinned.values())


def test_the_further_judges_are_pinned_and_nowhere_else(read):
    optional = tomllib.loads(read("pyproject.toml"))["project"]["optional-dependencies"]
    pinned = requirement_names(read("requirements-judges.txt").splitlines())
    assert set(requirement_names(optional["judges"])) <= set(pinned)
    assert all(specifier.startswith("==") for specifier in pinned.values())
    assert not set(pinned) & set(requirement_names(read("constraints.txt").splitlines()))


def test_the_complete_checks_install_the_judges_and_allow_no_skip(read):
    script = read(".ci/run")
    installed = script.index("-r requirements-judges.txt -c constraints.txt")
    assert installed < script.index("REQUIRE_JUDGES=1") < script.index("exec make test")


IMPORT_NAMES = {"sklearn": "scikit-learn", "matplotlib_inline": "matplotlib-inline"}
# These come with what is declared: cycler with matplotlib.
IMPLIED = {"IPython", "cycler"}


def test_the_package_declares_what_it_imports(read):
    project = tomllib.loads(read("pyproject.toml"))["project"]
    optional = project["optional-dependencies"]["judges"]
    declared = requirement_names([*project["dependencies"], *optional])
    imported = {name for path in (ROOT / "rnn_edu").rglob("*.py") for name in imports(path)}
    foreign = imported - set(sys.stdlib_module_names) - {"rnn_edu"} - IMPLIED
    missing = {name for name in foreign if IMPORT_NAMES.get(name, name).lower() not in declared}
    assert missing == set()


def imports(path: Path) -> set[str]:
    """The top-level names that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_what_the_site_shows_of_itself_is_there():
    settings = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    shown = [
        settings["logo"],
        settings["html"]["favicon"],
        settings["sphinx"]["config"]["ogp_image"],
    ]
    assert [name for name in shown if not (ROOT / name).is_file()] == []


def test_every_cited_work_is_in_the_bibliography(read):
    keys = set(re.findall(r"^@\w+\{(\w+),", read("references.bib"), re.M))
    pages = [
        read("intro.md"),
        *(p.read_text("utf-8") for p in (ROOT / "chapters").glob("*.*") if p.is_file()),
    ]
    cited = {
        k.strip()
        for page in pages
        for ks in re.findall(r"\{cite:\w+\}`([^`]+)`", page)
        for k in ks.split(",")
    }
    assert cited <= keys


def test_every_package_is_on_a_page_about_the_code():
    packages = {
        f"rnn_edu.{path.parent.name}"
        for path in (ROOT / "rnn_edu").glob("*/__init__.py")
        if "__all__" in path.read_text("utf-8")
    }
    pages = "\n".join(path.read_text("utf-8") for path in (ROOT / "chapters").glob("api*.md"))
    shown = set(re.findall(r"automodule:: ([\w.]+)", pages))
    # The grammars write the shipped data sets, once; data/README.md tells of them.
    assert packages - shown == {"rnn_edu.grammars"}
