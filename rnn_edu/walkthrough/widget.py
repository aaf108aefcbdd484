r"""A walkthrough as data: what a page's script evaluates, and what is stored in files.

The script holds no formula of its own. Everything that it calculates, gradients included, stands
in this data; the reader changes what is given, and the script evaluates the steps again.
:mod:`rnn_edu.walkthrough.storage` makes the same walkthrough of it again, to the last bit.

Format 2, a JSON object:

* ``format``: 2. A change that an older script could not read gets the next number.
* ``key``, ``title``, ``note``: of the walkthrough.
* ``result``: the place in ``quantities`` of the number that all is about: the loss, or what the
  gradients are gradients of, or else the last step.
* ``functions``: where formulas use functions of one number that are not among the operations
  below, the definition of each by its name: a formula with ``"u"`` for the argument.
* ``quantities``: all of them, in an order in which they can be calculated, each with

  * ``name``, ``t`` (null for what does not change over time), ``title``, ``role``, ``note``,
  * ``symbol``: its LaTeX, the same as in every other view,
  * ``shape``, and ``labels`` for each axis where it has them,
  * ``value``: the numbers of what is given, row by row, each the shortest decimal that is
    exactly its float64; ``choice`` instead, where a word is picked: ``picked``, ``options``,
    ``form`` (``one-hot`` or ``code``),
  * ``formula`` and ``latex``: of what is calculated, and ``row``: its symbol at any time,
  * ``origin``: where it belongs to a layer, the name of the ``layer``, that of the ``value``, and
    ``rows`` where it is some rows of the layer's array,
  * ``gradient_of``: for a whole gradient, the place of what it belongs to,
  * ``gradient_part``: for a part of one, that place and the place of the step it comes through.

  ``title``, ``latex`` and ``row`` follow from the rest; they are there for the page.
* ``loop``: for a calculation that is repeated, such as training, the number of ``rounds``, and
  what is ``carried`` from one to the next: pairs of places, of what is given and of the step that
  holds its next value. The page does not ask for it.

A formula is the place of a quantity, or a list: the name of an operation, then its operands, then
what else it needs. The operations:

* ``number``: a literal, ``["number", 0.5]``;
* ``add``, ``subtract``, ``multiply``, ``divide``: of two operands, element by element; the shorter
  one is repeated (a single number, or a bias row under each row of a matrix);
* ``matmul``, ``outer``, ``transpose``: the matrix product, the outer product of two vectors, and
  rows that become columns;
* ``tanh``, ``sigmoid``, ``relu``, ``positive``, ``exp``, ``expm1``, ``ln``, ``log1p``, ``sqrt``,
  ``abs``, ``sign``, ``erf``, ``negate``: of each element; ``positive`` is 1 where it is above 0,
  else 0, and ``ln`` the natural logarithm;
* a name of ``functions``: of each element, by its definition there;
* ``maximum``, ``maximum_shared``: the largest of several operands, element by element; they
  differ in whose gradient it is where several are equally large;
* ``softmax``, ``log_softmax``: along the last axis, with the largest element subtracted first;
* ``sum``, ``column_sums``, ``row_sums``: of all elements, of each column, and of each row;
* ``add_all``: the sum of several operands of one shape;
* ``concatenate``: operands side by side, along the last axis; ``stack``: under each other, along
  a new first axis;
* ``one_hot``: a whole number from 0 as a vector that is 1 in its place, ``["one_hot", u, size]``;
* ``spread``: an operand repeated to fill a shape, ``["spread", u, shape]``; ``spread_down``: a
  vector, one number to each row; ``reshape``: the same numbers, row by row, in another shape;
* ``slice``: a part of an operand, ``["slice", u, part]``, and then its symbol, if it has one;
* ``place``: the reverse, added into zeros, ``["place", u, part, shape]``.

A part is a list with an entry for each axis, as in NumPy: a number for one place; its start and
stop, and perhaps a step, for a range, with null for an open end; ``{"at": places}`` for some
places; ``"..."`` for all axes between. What the list does not mention is taken whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from types import EllipsisType
from typing import Any, NotRequired, TypeAlias, TypedDict

import numpy as np

from rnn_edu.errors import UsageError
from rnn_edu.walkthrough import expressions as e
from rnn_edu.walkthrough import functions as f
from rnn_edu.walkthrough.arrays import OneHot, Reshape, Stack
from rnn_edu.walkthrough.expressions import Choice, Expression, Origin, Quantity
from rnn_edu.walkthrough.walkthrough import Walkthrough

#: The number of the format; the script refuses data of another one.
FORMAT = 2

Formula: TypeAlias = int | str | list[Any]

#: The symbol of a gradient, of which a row has one line only.
FRACTION = re.compile(r"\\frac\{\\partial (.+?)\}\{\\partial (.+?)\}($|\\right)")

#: Stands for the argument in the definition of a function.
ARGUMENT = "u"

#: The name of each operation that needs nothing but its operands.
PLAIN_OPERATIONS: Mapping[type[Expression], str] = {
    e.Add: "add",
    e.Subtract: "subtract",
    e.Multiply: "multiply",
    e.Divide: "divide",
    e.MatMul: "matmul",
    e.Outer: "outer",
    e.Transpose: "transpose",
    e.Negate: "negate",
    f.Softmax: "softmax",
    f.LogSoftmax: "log_softmax",
    f.Maximum: "maximum",
    f.SharedMaximum: "maximum_shared",
    Stack: "stack",
    e.SumOf: "add_all",
    e.Concatenate: "concatenate",
}

#: The name of a sum, by the axis along which numbers are added up.
SUMS: Mapping[int | None, str] = {None: "sum", 0: "column_sums", 1: "row_sums"}


class ChoiceData(TypedDict):
    """A word picked from a list."""

    picked: str
    options: list[str]
    form: str


class OriginData(TypedDict):
    """Which value of which layer a quantity is."""

    layer: str
    value: str
    rows: NotRequired[list[int]]


class QuantityData(TypedDict):
    """A named value; the module's text says what each entry means."""

    name: str
    t: int | None
    title: str
    role: str
    note: str
    symbol: str
    shape: list[int]
    labels: NotRequired[list[list[str]]]
    value: NotRequired[list[float]]
    choice: NotRequired[ChoiceData]
    formula: NotRequired[Formula]
    latex: NotRequired[str]
    row: NotRequired[str]
    origin: NotRequired[OriginData]
    gradient_of: NotRequired[int]
    gradient_part: NotRequired[list[int]]


class WidgetData(TypedDict):
    """A walkthrough for the page; the module's text says what each entry means."""

    format: int
    key: str
    title: str
    note: str
    result: int
    functions: NotRequired[dict[str, Formula]]
    quantities: list[QuantityData]


def widget_data(walkthrough: Walkthrough) -> WidgetData:
    """The walkthrough in the format above.

    Raises:
        UsageError: the walkthrough has no step, or an operation that the format does not know.

    Example:
        >>> from rnn_edu.walkthrough import tanh
        >>> w = Walkthrough("Half", key="half")
        >>> x = w.input("x", 3.0)
        >>> h = w.step("h", tanh(x / 2))
        >>> widget_data(w)["quantities"][1]["formula"]
        ['tanh', ['divide', 0, ['number', 2.0]]]
    """
    if not walkthrough.steps:
        raise UsageError(f'"{walkthrough.title}" has no step, so there is nothing to play with.')
    places = {quantity: place for place, quantity in enumerate(walkthrough.quantities)}
    quantities = [_quantity(quantity, places) for quantity in walkthrough.quantities]
    data: WidgetData = {
        "format": FORMAT,
        "key": walkthrough.key,
        "title": walkthrough.title,
        "note": walkthrough.note,
        "result": _result(quantities),
        "quantities": quantities,
    }
    defined = definitions(q.definition for q in walkthrough.steps if q.definition is not None)
    if defined:
        data["functions"] = defined
    return data


def definitions(formulas: Iterable[Expression]) -> dict[str, Formula]:
    """The functions that formulas use and the script does not know by itself, by name."""
    found: dict[str, Formula] = {}
    waiting = list(formulas)
    while waiting:
        node = waiting.pop()
        waiting += node.operands
        if isinstance(node, f.Apply) and not (
            node.function.scripted or node.function.name in found
        ):
            formula = node.function.defined
            found[node.function.name] = formula_data(formula, {f.ARGUMENT: ARGUMENT})
            waiting.append(formula)
    return dict(sorted(found.items()))


def widget_json(walkthrough: Walkthrough) -> str:
    """The same as text: one line, the same bytes for the same walkthrough."""
    return json.dumps(
        widget_data(walkthrough), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def _quantity(quantity: Quantity, places: Mapping[Quantity, int]) -> QuantityData:
    data: QuantityData = {
        "name": quantity.name,
        "t": quantity.t,
        "title": quantity.title,
        "role": quantity.role,
        "note": quantity.note,
        "symbol": quantity.latex_symbol,
        "shape": list(quantity.shape),
    }
    if quantity.labels:
        data["labels"] = [list(axis) for axis in quantity.labels]
    if quantity.definition is not None:
        data["formula"] = formula_data(quantity.definition, places)
        data["latex"] = quantity.definition.latex()
        data["row"] = row_symbol(quantity)
    elif quantity.choice is not None:
        data["choice"] = _choice(quantity.choice)
    else:
        data["value"] = [float(number) for number in quantity.value.flat]
    if quantity.origin is not None:
        data["origin"] = _origin(quantity.origin)
    if quantity.gradient_of is not None:
        data["gradient_of"] = places[quantity.gradient_of]
    if quantity.gradient_part is not None:
        data["gradient_part"] = [places[quantity] for quantity in quantity.gradient_part]
    return data


def row_symbol(quantity: Quantity) -> str:
    r"""The symbol of a step at any time, as the page writes it before a row.

    The next step's number becomes t + 1. A gradient is on one line; what it is the gradient of
    keeps its own time.

    Example:
        >>> from rnn_edu.walkthrough import Walkthrough
        >>> w = Walkthrough("Half of three")
        >>> row_symbol(w.step("y", w.input("x", 3.0) / 2, t=1))
        'y_{t}'
    """
    symbol = FRACTION.sub(r"\\partial \1/\\partial \2\3", quantity.latex_symbol)
    if quantity.t is None:
        return symbol
    above, slash, below = symbol.partition("/")
    head, body = (above + slash, below) if slash else ("", symbol)
    general = body
    for time, written in ((quantity.t, "t"), (quantity.t + 1, "t+1")):
        general = general.replace(f"_{{{time}}}", f"_{{{written}}}")
        general = general.replace(f",{time}}}", f",{written}}}")
    if head + general != symbol:
        return head + general
    return rf"\mathrm{{{quantity.name.replace('_', chr(92) + '_')}}}"


def _origin(origin: Origin) -> OriginData:
    data: OriginData = {"layer": origin.layer, "value": origin.value}
    if origin.rows:
        data["rows"] = [int(row) for row in origin.rows]
    return data


def _choice(choice: Choice) -> ChoiceData:
    return {"picked": choice.picked, "options": list(choice.options), "form": choice.form}


def formula_data(expression: Expression, places: Mapping[Quantity, int | str]) -> Formula:
    """A formula as nested lists; ``places`` says where each quantity stands.

    Raises:
        UsageError: an operation that the format does not know.
    """
    if isinstance(expression, Quantity):
        return places[expression]
    operands = [formula_data(operand, places) for operand in expression.operands]
    match expression:
        case f.Apply():
            return [expression.function.name, *operands]
        case e.Literal():
            return ["number", expression.number]
        case e.Sum():
            return [SUMS[expression.axis], *operands]
        case e.Spread(down=True):
            return ["spread_down", *operands, list(expression.target)]
        case e.Spread():
            return ["spread", *operands, list(expression.target)]
        case Reshape():
            return ["reshape", *operands, list(expression.target)]
        case OneHot():
            return ["one_hot", *operands, expression.size]
        case e.Slice():
            symbol = [expression.symbol] if expression.symbol else []
            return ["slice", *operands, part_data(expression.key), *symbol]
        case e.Place():
            return ["place", *operands, part_data(expression.key), list(expression.target)]
    if type(expression) not in PLAIN_OPERATIONS:
        raise UsageError(
            f"the operation {type(expression).__name__} has no name in the page's format; "
            "give it one in rnn_edu.walkthrough.widget and in the page's script."
        )
    return [PLAIN_OPERATIONS[type(expression)], *operands]


def part_data(key: Any) -> list[Any]:
    """An index of NumPy's, such as ``(slice(None), slice(0, 3))``, in the format's form.

    Raises:
        UsageError: an index that the format does not know, such as an array of truth values.

    Example:
        >>> part_data((..., slice(0, 3)))
        ['...', [0, 3]]
    """
    entries = [_axis_data(entry) for entry in (key if isinstance(key, tuple) else (key,))]
    # NumPy moves axes about where a list stands beside a number or another list.
    picked = sum(isinstance(entry, (dict, int)) for entry in entries)
    if picked > 1 and any(isinstance(entry, dict) for entry in entries):
        raise _unstorable(key)
    return entries


def _axis_data(entry: object) -> Any:
    match entry:
        case slice(start=start, stop=stop, step=step):
            ends = [start, stop] if step is None else [start, stop, step]
            return [None if end is None else int(end) for end in ends]
        case EllipsisType():
            return "..."
        case list() if all(map(_is_place, entry)):
            return {"at": [int(place) for place in entry]}
    if _is_place(entry):
        return int(entry)  # type: ignore[call-overload]
    raise _unstorable(entry)


def _is_place(entry: object) -> bool:
    return isinstance(entry, (int, np.integer)) and not isinstance(entry, bool)


def _unstorable(key: object) -> UsageError:
    return UsageError(
        f"the part [{e.key_text(key)}] cannot be stored; use numbers and ranges, or one list of "
        "places and ranges."
    )


def _result(quantities: list[QuantityData]) -> int:
    """What the first gradient belongs to; without gradients, the last step."""
    for quantity in quantities:
        if "gradient_of" in quantity:
            return quantity["gradient_of"]
    return max(place for place, quantity in enumerate(quantities) if "formula" in quantity)
