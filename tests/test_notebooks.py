"""The chapters keep the rules of the house, and the rules find what breaks them."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import notebooks
import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)
from notebook_lint import faults

CHAPTERS = sorted((Path(__file__).parents[1] / "chapters").glob("*.ipynb"))
ALT = {"mystnb": {"image": {"alt": "A line that falls."}}}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_chapter_keeps_the_rules(path):
    assert faults(notebooks.read(path)) == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_chapter_is_normalised(path):
    notebook = notebooks.read(path)
    tidy = copy.deepcopy(notebook)
    notebooks.normalise(tidy)
    assert tidy == notebook


def code(source="h = 1", **parts):
    return new_code_cell(source, id=parts.pop("id", "a-cell"), **parts)


def figure(width=470):
    data = {"image/svg+xml": "<svg/>", "text/plain": f"<Figure size {width}x480 with 1 Axes>"}
    return new_output("display_data", data)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ([code(id="4fa3b2c1")], "has no readable id"),
        ([code(metadata={"tags": ["nbval-skip"]})], "has the tag 'nbval-skip'"),
        ([code("\n".join("abcdefghijklm"))], "has 13 lines of code"),
        ([code("plt.plot(h);")], "ends with a semicolon"),
        ([code("h = 1\nprint(h)")], "shows something, but no output is stored"),
        ([code("open('/home/me/data.txt')")], "names a path of one machine"),
        (
            [code(outputs=[new_output("stream", name="stderr", text="W0000 no GPU\n")])],
            "stores a message on stderr: W0000 no GPU",
        ),
        (
            [code(outputs=[new_output("stream", text="in C:\\Users\\me\n")])],
            "stores a path of one machine",
        ),
        (
            [code(outputs=[new_output("error", ename="ValueError", evalue="", traceback=[])])],
            "stores an error (ValueError)",
        ),
        ([code("plt.show()", outputs=[figure()])], "without alternative text"),
        ([code("plt.plot(h)", outputs=[figure()], metadata=ALT)], "does not end with plt.show()"),
        (
            [code("plt.show()", outputs=[figure(520)], metadata=ALT)],
            "stores a figure 520 pixels wide, and a phone shows 470",
        ),
        ([code(metadata={"tags": ["nbval-ignore-output"]})], "assert its claim"),
        (
            [code("h = 0.5"), new_markdown_cell("So h is 0.51.", id="claim")],
            "cell 'claim' says 0.51, which no cell computes",
        ),
    ],
)
def test_each_rule_finds_what_breaks_it(cells, fault):
    (found,) = faults(new_notebook(cells=cells))
    assert fault in found


def test_an_id_used_twice_is_found():
    notebook = new_notebook()
    notebook.cells = [code(), code()]
    assert faults(notebook) == ["the id 'a-cell' is used by 2 cells."]


def test_a_good_notebook_has_no_faults():
    cells = [
        new_markdown_cell("# Title", id="title"),
        code("plt.plot(h)\nplt.show()", outputs=[figure()], metadata=ALT, id="figure"),
        code("print(h, 0.4)", outputs=[new_output("stream", text="0.1293\n")], id="numbers"),
        code("train()", metadata={"tags": ["nbval-ignore-output"]}, id="train"),
        new_markdown_cell("It falls to 0.13, a third of 0.40.", id="it-falls"),
        code("assert loss < 1", id="check"),
    ]
    assert faults(new_notebook(cells=cells)) == []


def test_normalising_removes_what_changes_between_runs():
    cell = code("print(1)", execution_count=7, id="0a1b2c3d", metadata={"execution": {"a": "b"}})
    cell.outputs = [new_output("stream", text="1"), new_output("stream", text="\n")]
    notebook = new_notebook(
        cells=[cell], metadata={"language_info": {"name": "python", "version": "3.12.1"}}
    )
    notebooks.normalise(notebook)
    assert notebook.metadata == notebooks.NOTEBOOK_METADATA
    assert (cell.id, cell.execution_count, cell.metadata) == ("print-1", 1, {})
    assert [output.text for output in cell.outputs] == ["1\n"]


def test_an_error_keeps_its_sentence_and_loses_its_paths():
    output = new_output("error", ename="ShapeError", evalue="W is 2 × 3", traceback=["/home/x.py"])
    cell = code(outputs=[output], metadata={"tags": ["raises-exception"]})
    notebooks.normalise(new_notebook(cells=[cell]))
    assert cell.outputs[0].traceback == ["ShapeError: W is 2 × 3"]


def test_a_chapter_goes_to_text_and_back_with_its_ids(tmp_path):
    path = tmp_path / "chapter.ipynb"
    cells = [new_markdown_cell("# One", id="one"), code("a = 1", id="first"), code("b = 2", id="b")]
    notebook = new_notebook(cells=cells)
    notebooks.normalise(notebook)
    notebooks.write(notebook, path)
    notebooks.main(["to-py", str(path)])
    text = path.with_suffix(".py")
    text.write_text(text.read_text("utf-8").replace("b = 2", "b = 3") + "\n# %%\nc = 4\n", "utf-8")
    notebooks.main(["from-py", str(text)])
    again = notebooks.read(path)
    assert [cell.id for cell in again.cells] == ["one", "first", "b", "c-4"]
    assert again.cells[2].source == "b = 3"


def test_executing_stores_outputs_and_refuses_messages_on_stderr(tmp_path, capsys):
    path = tmp_path / "chapter.ipynb"
    source = "import sys\nprint(6 * 7)\nprint('no', file=sys.stderr)"
    nbformat.write(new_notebook(cells=[code(source, id="answer")]), path)
    assert notebooks.main(["execute", str(path)]) == 1
    assert "cell 'answer' stores a message on stderr: no" in capsys.readouterr().err
    assert notebooks.read(path).cells[0].outputs[0].text == "42\n"
