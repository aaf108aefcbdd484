"""The page's data, read back by an evaluator of its own: nothing is lost on the way."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pytest

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.errors import UsageError
from rnn_edu.walkthrough import (
    Walkthrough,
    activation,
    concatenate,
    part,
    relu,
    softmax,
    sqrt,
    tanh,
    total,
)
from rnn_edu.walkthrough import widget as page
from rnn_edu.walkthrough.expressions import Expression, Literal
from rnn_edu.walkthrough.functions import FUNCTIONS
from rnn_edu.walkthrough.widget import FORMAT, PLAIN_OPERATIONS, SUMS, widget_data, widget_json

from .all_sorts import sorts

SETTINGS = {
    "number",
    *SUMS.values(),
    "spread",
    "slice",
    "place",
    "one_hot",
    "reshape",
    "spread_down",
}
SCRIPTED = {name for name, function in FUNCTIONS.items() if function.scripted}
NAMES = set(PLAIN_OPERATIONS.values()) | SETTINGS | SCRIPTED
REQUIRED = {"name", "t", "title", "role", "note", "symbol", "shape"}


def index(part):
    """A part as NumPy writes it."""
    forms = {int: int, str: lambda _: ..., list: lambda ends: slice(*ends), dict: lambda d: d["at"]}
    return tuple(forms[type(entry)](entry) for entry in part)


def placed(u, part, shape):
    out = np.zeros(shape)
    np.add.at(out, index(part), u)
    return out


def shares(z):
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


MEANING = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "matmul": np.matmul,
    "outer": np.outer,
    "transpose": np.transpose,
    "tanh": np.tanh,
    "sigmoid": lambda u: 1 / (1 + np.exp(-u)),
    "relu": lambda u: u * (u > 0),
    "positive": lambda u: (u > 0) * 1.0,
    "exp": np.exp,
    "ln": np.log,
    "sqrt": np.sqrt,
    "negate": np.negative,
    "softmax": shares,
    "add_all": lambda *parts: sum(parts),
    "concatenate": lambda *parts: np.concatenate(parts, axis=-1),
    "sum": np.sum,
    "column_sums": lambda u: u.sum(axis=0),
    "row_sums": lambda u: u.sum(axis=1),
    "log_softmax": lambda z: np.log(shares(z)),
    "maximum": lambda *parts: np.max(np.broadcast_arrays(*parts), axis=0),
    "maximum_shared": lambda *parts: np.max(np.broadcast_arrays(*parts), axis=0),
    "reshape": np.reshape,
    "spread_down": lambda u, shape: np.broadcast_to(u[:, None], shape),
    "stack": lambda *parts: np.stack(parts),
    "one_hot": lambda u, size: np.eye(size)[int(u.item())],
    "abs": np.abs,
    "sign": np.sign,
    "expm1": np.expm1,
    "log1p": np.log1p,
    "erf": np.vectorize(math.erf),
    "spread": np.broadcast_to,
    "slice": lambda u, part, symbol="": u[index(part)],
    "place": placed,
}


def evaluated(formula, values, functions):
    if not isinstance(formula, list):
        return values[formula]
    name, *rest = formula
    if name == "number":
        return np.asarray(rest[0])
    operands = 1 if name in SETTINGS else len(rest)
    parts = [evaluated(operand, values, functions) for operand in rest[:operands]]
    if name in functions:
        return evaluated(functions[name], {"u": parts[0]}, functions)
    return MEANING[name](*parts, *rest[operands:])


def given(quantity):
    if "choice" not in quantity:
        return np.array(quantity["value"]).reshape(quantity["shape"])
    choice = quantity["choice"]
    if choice["form"] == "one-hot":
        return np.array([word == choice["picked"] for word in choice["options"]], dtype=float)
    return np.array([([*choice["options"]].index(choice["picked"]) + 1) * 1.0])


def read_back(text):
    values = []
    data = json.loads(text)
    functions = data.get("functions", {})
    for quantity in data["quantities"]:
        known = (
            evaluated(quantity["formula"], values, functions)
            if "formula" in quantity
            else given(quantity)
        )
        values.append(np.asarray(known))
    return values


@pytest.mark.parametrize("key", CALCULATIONS)
class TestEveryCalculation:
    def test_read_back_gives_the_same_numbers(self, key):
        walkthrough = CALCULATIONS[key].build()
        values = read_back(widget_json(walkthrough))
        for quantity, value in zip(walkthrough.quantities, values, strict=True):
            assert value.shape == quantity.shape, quantity.title
            assert np.allclose(value, quantity.value, rtol=0, atol=1e-12), quantity.title

    def test_given_numbers_are_exact(self, key):
        walkthrough = CALCULATIONS[key].build()
        for quantity, data in zip(
            walkthrough.quantities, json.loads(widget_json(walkthrough))["quantities"], strict=True
        ):
            if "value" in data:
                assert data["value"] == quantity.value.ravel().tolist()

    def test_it_keeps_to_the_format(self, key):
        data = widget_data(CALCULATIONS[key].build())
        assert data["format"] == FORMAT
        assert data["key"] == key
        assert "formula" in data["quantities"][data["result"]]
        names = NAMES | set(data.get("functions", {}))
        for place, quantity in enumerate(data["quantities"]):
            assert set(quantity) >= REQUIRED
            assert len({"value", "choice", "formula"} & set(quantity)) == 1
            assert ("formula" in quantity) == ("latex" in quantity)
            check_formula(quantity.get("formula", place - 1), place, names)

    def test_whole_gradients_know_what_they_belong_to(self, key):
        walkthrough = CALCULATIONS[key].build()
        data = widget_data(walkthrough)["quantities"]
        for quantity, entry in zip(walkthrough.quantities, data, strict=True):
            whole = quantity.role == "gradient" and "_via_" not in quantity.name
            assert whole == ("gradient_of" in entry)
            if whole:
                owner = data[entry["gradient_of"]]
                assert (f"d_{owner['name']}", owner["t"]) == (quantity.name, quantity.t)

    def test_the_same_walkthrough_gives_the_same_bytes(self, key):
        build = CALCULATIONS[key].build
        assert widget_json(build()) == widget_json(build())


def check_formula(formula, place, names):
    if isinstance(formula, int):
        assert formula < place, "a formula uses only what stands before it"
        return
    name, *rest = formula
    assert name in names
    for operand in rest[:1] if name in SETTINGS - {"number"} else rest if name != "number" else ():
        check_formula(operand, place, names)


def test_operations_that_no_chapter_uses_are_there_too():
    w = Walkthrough("All sorts", key="sorts")
    x = w.weight("x", [[1.5, -0.25], [0.5, 2.0]])
    u = w.weight("u", [0.75, 3.0])
    rows = w.step("rows", relu(x) + sqrt(u))
    first = w.step("first", part(rows, 0, "r") @ x.T - softmax(u * 0.3))
    both = w.step("both", concatenate(first, tanh(u) / 2, -u))
    w.gradients(w.step("L", total(both * both), role="loss"))
    for quantity, value in zip(w.quantities, read_back(widget_json(w)), strict=True):
        assert np.allclose(value, quantity.value, rtol=0, atol=1e-12), quantity.title


def test_all_functions_and_arrays_are_there_too():
    w = sorts()
    for quantity, value in zip(w.quantities, read_back(widget_json(w)), strict=True):
        assert value.shape == quantity.shape, quantity.title
        assert np.allclose(value, quantity.value, rtol=0, atol=1e-12), quantity.title


def test_only_functions_that_are_used_are_defined():
    w = Walkthrough("One of them", key="one")
    w.step("h", activation("mish")(w.input("a", 0.5)))
    assert set(widget_data(w)["functions"]) == {"mish", "softplus"}
    w = Walkthrough("None of them", key="none")
    w.step("h", tanh(w.input("a", 0.5)))
    assert "functions" not in widget_data(w)


def test_the_result_is_what_the_gradients_are_of():
    titles = {}
    for key, calculation in CALCULATIONS.items():
        data = widget_data(calculation.build())
        titles[key] = data["quantities"][data["result"]]["title"]
    assert titles["this_is_an_example"] == "L"
    assert titles["linear_recurrence"] == "h at t=5"
    assert titles["two_words_in_order"] == "p"


def test_the_documented_operations_are_the_ones_there_are():
    text = page.__doc__.split("The operations:")[1]
    assert set(re.findall(r"``(\w+)``", text)) >= NAMES


def test_a_walkthrough_without_steps_is_refused():
    w = Walkthrough("Nothing yet")
    w.input("x", 1.0)
    with pytest.raises(UsageError, match='"Nothing yet" has no step, so there is nothing to play'):
        widget_data(w)


def test_an_operation_without_a_name_is_refused():
    class Cube(Expression):
        def compute(self):
            return np.asarray(8.0)

        def printed(self, leaf):
            return Literal(8.0).printed(leaf)

    w = Walkthrough("Cubes")
    w.step("y", Cube())
    with pytest.raises(UsageError, match="the operation Cube has no name in the page's format"):
        widget_data(w)
