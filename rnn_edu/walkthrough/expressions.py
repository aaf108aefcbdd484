"""The operations of a hand calculation, each with its value, its LaTeX and its gradient.

An :class:`Expression` is evaluated at once, in float64, when it is written down. It knows

* ``compute``: its value in NumPy,
* ``printed``: its LaTeX, with symbols or with the numbers put in,
* ``scalar``: one of its elements as a tree of numbers (see :mod:`.scalars`), from which
  the spreadsheet formula is printed,
* ``pullback``: from the gradient of its result, the gradients of its operands, again as
  expressions. Backpropagation is therefore a calculation like any other.

The forms of one operation stand beside each other, so that a reader can check them by eye.
Shapes: scalars ``()``, vectors ``(n,)`` and matrices ``(rows, columns)``; rows are examples.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnn_edu.errors import NumberError, ShapeError, UsageError
from rnn_edu.walkthrough import scalars
from rnn_edu.walkthrough.latex import (
    PRODUCT,
    SUM,
    Printed,
    array_latex,
    join,
    number_latex,
    transposed,
    wrap,
)
from rnn_edu.walkthrough.scalars import Call, Cell, Dot, Number, Operation, Scalar, Total
from rnn_edu.walkthrough.symbols import AnySymbol, Symbol, parsed, symbol_of, symbol_of_part

Array: TypeAlias = NDArray[np.float64]
Index: TypeAlias = tuple[int, ...]
Leaf: TypeAlias = "Callable[[Quantity], Printed]"
Operand: TypeAlias = "Expression | float | int"

#: A sum of more terms than this is kept as one flat sum.
MOST_NESTED = 50


class Expression:
    """Base of all operations; use the operators and functions, not the classes.

    Attributes:
        operands: the expressions that it is computed from.
        value: its value, a float64 array.
    """

    __array_ufunc__ = None

    operands: tuple[Expression, ...]
    value: Array

    def __init__(self, *operands: Expression) -> None:
        self.operands = operands
        self.value = self.compute(*(operand.value for operand in operands))

    @property
    def shape(self) -> Index:
        """Shape of the value."""
        return self.value.shape

    def compute(self, *values: Any, **_: Any) -> Array:
        """The value, from the values of the operands."""
        raise NotImplementedError

    def printed(self, leaf: Leaf) -> Printed:
        """The LaTeX, each named quantity printed by ``leaf``."""
        raise NotImplementedError

    def scalar(self, index: Index) -> Scalar:
        """The element at ``index`` as a tree of numbers."""
        raise NotImplementedError

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        """Gradients of the operands; ``out`` is this expression, by its name if it has one."""
        raise UsageError(f"{type(self).__name__} has no gradient; use an operation that has one.")

    def replaced(self, replacements: Mapping[Quantity, Expression]) -> Expression:
        """The same expression over other quantities, evaluated again."""
        twins: dict[Expression, Expression] = {}
        for node in parts_of(self):
            if isinstance(node, Quantity):
                twins[node] = replacements[node]
            else:
                twins[node] = node.over(tuple(twins[operand] for operand in node.operands))
        return twins[self]

    def over(self, operands: tuple[Expression, ...]) -> Expression:
        """The same operation on other operands."""
        twin = copy.copy(self)
        twin.operands = operands
        twin.value = twin.compute(*(operand.value for operand in operands))
        return twin

    def quantities(self) -> Iterator[Quantity]:
        """The named quantities it is written with, each once, from left to right."""
        return (node for node in parts_of(self) if isinstance(node, Quantity))

    def describe(self) -> str:
        """Name and shape for an error message, such as ``W_xh (4, 3)``."""
        return f"an expression {self.shape}"

    def latex(self) -> str:
        """The formula in symbols."""
        return self.printed(lambda q: Printed.atom(q.latex_symbol)).text

    def latex_with_numbers(self, digits: int = 6) -> str:
        """The formula with the numbers put in."""

        def leaf(quantity: Quantity) -> Printed:
            if quantity.value.size == 1:
                return Printed.number(number_latex(float(quantity.value.reshape(())), digits))
            return Printed.atom(array_latex(quantity.value, digits))

        return self.printed(leaf).text

    @property
    def T(self) -> Expression:  # noqa: N802 - NumPy's name
        """Transpose."""
        return Transpose(self)

    def __add__(self, other: Operand) -> Expression:
        return added(self, as_expression(other))

    def __radd__(self, other: Operand) -> Expression:
        return added(as_expression(other), self)

    def __sub__(self, other: Operand) -> Expression:
        return Subtract(self, as_expression(other))

    def __rsub__(self, other: Operand) -> Expression:
        return Subtract(as_expression(other), self)

    def __mul__(self, other: Operand) -> Expression:
        return Multiply(self, as_expression(other))

    def __rmul__(self, other: Operand) -> Expression:
        return Multiply(as_expression(other), self)

    def __truediv__(self, other: Operand) -> Expression:
        return Divide(self, as_expression(other))

    def __rtruediv__(self, other: Operand) -> Expression:
        return Divide(as_expression(other), self)

    def __matmul__(self, other: Expression) -> Expression:
        return MatMul(self, as_expression(other))

    def __neg__(self) -> Expression:
        return Negate(self)

    def __getitem__(self, key: Any) -> Expression:
        return Slice(self, key)


def parts_of(expression: Expression | None) -> list[Expression]:
    """An expression and all its parts, each once and after the parts that it is made of."""
    if expression is None:
        return []
    order: list[Expression] = []
    seen: set[Expression] = set()
    waiting: list[tuple[Expression, bool]] = [(expression, False)]
    while waiting:
        node, ready = waiting.pop()
        if ready:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((operand, False) for operand in reversed(node.operands))
    return order


def as_expression(operand: Operand) -> Expression:
    """A plain number becomes a literal; an array must be given a name first."""
    if isinstance(operand, Expression):
        return operand
    if isinstance(operand, (int, float, np.floating, np.integer)):
        return Literal(float(operand))
    raise UsageError(
        f"a {type(operand).__name__} stands in a formula without a name; "
        "give it one with .constant(name, value) or .weight(name, value)."
    )


class Literal(Expression):
    """A plain number in a formula."""

    def __init__(self, number: float) -> None:
        self.number = number
        super().__init__()

    def compute(self) -> Array:
        return np.asarray(self.number, dtype=np.float64)

    def printed(self, leaf: Leaf) -> Printed:
        return Printed.number(number_latex(self.number))

    def scalar(self, index: Index) -> Scalar:
        return Number(self.number)


@dataclass(frozen=True)
class Choice:
    """A value that the reader picks from a list: a word, shown as one-hot or as its number.

    Attributes:
        picked: the word picked.
        options: all words, in order.
        form: ``"one-hot"`` for a vector with a single 1, ``"code"`` for the numbers 1, 2, 3, ...
    """

    picked: str
    options: tuple[str, ...]
    form: str

    def value(self) -> Array:
        """The picked word as numbers; a word that is not in the list gives zeros."""
        hits = np.array([word == self.picked for word in self.options], dtype=np.float64)
        if self.form == "one-hot":
            return hits
        return np.array([np.dot(hits, np.arange(1, len(hits) + 1))])


@dataclass(frozen=True)
class Origin:
    """Which value of which layer a quantity is, so that another library can be asked for it.

    The time is that of the quantity.

    Attributes:
        layer: the name of the layer, ``"lstm"``; ``"bidirectional.backward"`` for one inside.
        value: the name of the value in that layer, ``"f"`` for a forget gate, ``"kernel"`` for
            a weight, ``"output"`` for what the layer hands on.
        rows: which rows of the layer's array these are, where it is not all of them.
    """

    layer: str
    value: str
    rows: tuple[int, ...] = ()


class Quantity(Expression):
    """A named value: a weight, an input, or a step with the expression that defines it.

    Attributes:
        name: the name in code, such as ``W_xh``; the notation page lists the symbols.
        t: the time step, or None for what does not change over time.
        role: what it is for, one of ``ROLES``.
        note: one sentence for the reader.
        labels: for each axis the names of its elements, or an empty tuple.
        definition: the expression of a step; None for weights, inputs and constants.
        choice: for an input picked from a list, the list and what was picked.
        origin: which value of which layer it is, where it belongs to a network.
        gradient_of: for a whole gradient, the quantity that it is the gradient of.
        gradient_part: for a part of a gradient, that quantity and the step that it comes through.
    """

    def __init__(
        self,
        name: str,
        value: Array,
        *,
        t: int | None,
        role: str,
        note: str = "",
        labels: tuple[tuple[str, ...], ...] = (),
        definition: Expression | None = None,
        choice: Choice | None = None,
        latex_symbol: str | AnySymbol | None = None,
        origin: Origin | None = None,
        gradient_of: Quantity | None = None,
        gradient_part: tuple[Quantity, Quantity] | None = None,
    ) -> None:
        self.origin, self.gradient_of, self.gradient_part = origin, gradient_of, gradient_part
        self.name, self.t, self.role, self.note = name, t, role, note
        self.labels, self.definition, self.choice = labels, definition, choice
        if not latex_symbol:
            latex_symbol = symbol_of(name, t)
        self.latex_symbol = latex_symbol if isinstance(latex_symbol, str) else latex_symbol.latex()
        self._symbol = None if isinstance(latex_symbol, str) else latex_symbol
        self.operands = ()
        self.value = value

    @property
    def symbol(self) -> AnySymbol:
        """The symbol, from which LaTeX, text and rich text are written."""
        if self._symbol is None:
            self._symbol = parsed(self.latex_symbol)
        return self._symbol

    @property
    def title(self) -> str:
        """The name with its time step, ``h at t=2``, for messages."""
        return self.name if self.t is None else f"{self.name} at t={self.t}"

    def printed(self, leaf: Leaf) -> Printed:
        return leaf(self)

    def scalar(self, index: Index) -> Scalar:
        return Cell(self, index)

    def describe(self) -> str:
        return f"{self.title} {self.shape}"

    def __repr__(self) -> str:
        return f"<{self.title}: {self.role}, shape {self.shape}>"


class Negate(Expression):
    """-u."""

    def compute(self, u: Array) -> Array:
        # Not -u, which would make a minus zero of zero.
        return np.asarray(0.0 - u)

    def printed(self, leaf: Leaf) -> Printed:
        return Printed("-" + wrap(self.operands[0].printed(leaf), PRODUCT), SUM)

    def scalar(self, index: Index) -> Scalar:
        inner = self.operands[0].scalar(index)
        return Number(-inner.value) if isinstance(inner, Number) else Call("negate", inner)

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        return (-gradient,)


class Elementwise(Expression):
    """Two arrays joined element by element: same shape, a scalar, or a bias row for a matrix."""

    operator: ClassVar[str]
    sign: ClassVar[str]

    def __init__(self, left: Expression, right: Expression) -> None:
        shapes = {left.shape, right.shape}
        if len(shapes) == 2 and () not in shapes and not _is_bias(left.shape, right.shape):
            raise ShapeError(
                f"{left.describe()} {self.operator} {right.describe()}: the shapes differ; "
                "both must be the same, or one of them a single number."
            )
        super().__init__(left, right)

    def printed(self, leaf: Leaf) -> Printed:
        left, right = (operand.printed(leaf) for operand in self.operands)
        return join(left, self.operator, right, self.sign)

    def sides(self, index: Index) -> tuple[Scalar, Scalar]:
        """The two scalars that meet at ``index``."""
        left, right = (
            operand.scalar(index[len(index) - len(operand.shape) :]) for operand in self.operands
        )
        return left, right


def _is_bias(left: Index, right: Index) -> bool:
    return len(left) == 2 and right == left[1:]


class Add(Elementwise):
    """u + v; the gradient goes to both."""

    operator, sign = "+", " + "

    def compute(self, u: Array, v: Array) -> Array:
        return np.asarray(u + v)

    def scalar(self, index: Index) -> Scalar:
        return scalars.add(*self.sides(index))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        return tuple(fold(gradient, operand.shape) for operand in self.operands)


def added(left: Expression, right: Expression) -> Expression:
    """The sum of two; a long sum of one shape becomes flat, however many terms it gets.

    Otherwise every view would have to go down as many levels as there are terms.
    """
    if left.shape == right.shape and isinstance(left, SumOf) and len(left.operands) > MOST_NESTED:
        return SumOf(*left.operands, right)
    terms = [right]
    rest = left
    while isinstance(rest, Add) and rest.shape == right.shape == rest.operands[1].shape:
        rest, term = rest.operands
        terms.append(term)
    if len(terms) > MOST_NESTED and rest.shape == right.shape:
        return SumOf(rest, *reversed(terms))
    return Add(left, right)


class Subtract(Elementwise):
    """u - v."""

    operator, sign = "-", " - "

    def compute(self, u: Array, v: Array) -> Array:
        return np.asarray(u - v)

    def scalar(self, index: Index) -> Scalar:
        return Operation("-", *self.sides(index))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        u, v = self.operands
        return fold(gradient, u.shape), fold(-gradient, v.shape)


class Multiply(Elementwise):
    """The element product u ⊙ v."""

    operator = "*"

    @property
    def sign(self) -> str:  # type: ignore[override]
        both_arrays = all(operand.value.size > 1 for operand in self.operands)
        return r" \odot " if both_arrays else r" \cdot "

    def compute(self, u: Array, v: Array) -> Array:
        return np.asarray(u * v)

    def scalar(self, index: Index) -> Scalar:
        return scalars.multiply(*self.sides(index))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        u, v = self.operands
        return fold(gradient * v, u.shape), fold(gradient * u, v.shape)


class Divide(Elementwise):
    """u / v, element by element."""

    operator, sign = "/", " / "

    def compute(self, u: Array, v: Array) -> Array:
        if np.any(v == 0):
            raise NumberError(
                f"{self.operands[0].describe()} is divided by zero, "
                f"which stands in {self.operands[1].describe()}."
            )
        return np.asarray(u / v)

    def printed(self, leaf: Leaf) -> Printed:
        top, bottom = (operand.printed(leaf).text for operand in self.operands)
        return Printed(rf"\frac{{{top}}}{{{bottom}}}", PRODUCT)

    def scalar(self, index: Index) -> Scalar:
        return Operation("/", *self.sides(index))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        u, v = self.operands
        return fold(gradient / v, u.shape), fold(-(gradient * out) / v, v.shape)


class MatMul(Expression):
    """The matrix product u @ W: each element is a sum of products."""

    def __init__(self, left: Expression, right: Expression) -> None:
        if not left.shape or not right.shape or left.shape[-1] != right.shape[0]:
            raise ShapeError(
                f"{left.describe()} @ {right.describe()}: the last size of the first "
                "must equal the first size of the second."
            )
        super().__init__(left, right)

    def compute(self, u: Array, v: Array) -> Array:
        return np.asarray(u @ v)

    def printed(self, leaf: Leaf) -> Printed:
        left, right = (operand.printed(leaf) for operand in self.operands)
        single = all(operand.value.size == 1 for operand in self.operands)
        return join(left, "*", right, r" \cdot " if single else r" \, ")

    def scalar(self, index: Index) -> Scalar:
        u, v = self.operands
        row, column = index[: len(u.shape) - 1], index[len(u.shape) - 1 :]
        pairs = [(u.scalar((*row, k)), v.scalar((k, *column))) for k in range(v.shape[0])]
        return Operation("*", *pairs[0]) if len(pairs) == 1 else Dot(tuple(pairs))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        u, v = self.operands
        if len(v.shape) == 1:
            both = len(u.shape) == 1
            return (gradient * v, gradient * u) if both else (Outer(gradient, v), gradient @ u)
        weight = Outer(u, gradient) if len(u.shape) == 1 else u.T @ gradient
        return gradient @ v.T, weight


class Outer(Expression):
    """The outer product of two vectors: a table with every product of their elements."""

    def compute(self, u: Array, v: Array) -> Array:
        return np.outer(u, v)

    def printed(self, leaf: Leaf) -> Printed:
        u, v = (operand.printed(leaf) for operand in self.operands)
        if all(operand.value.size == 1 for operand in self.operands):
            return join(u, "*", v, r" \cdot ")
        return join(transposed(u), "*", v, r" \, ")

    def scalar(self, index: Index) -> Scalar:
        u, v = self.operands
        return scalars.multiply(u.scalar(index[:1]), v.scalar(index[1:]))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        u, v = self.operands
        return gradient @ v, u @ gradient


class Transpose(Expression):
    """Rows become columns."""

    def compute(self, u: Array) -> Array:
        return u.T

    def printed(self, leaf: Leaf) -> Printed:
        inner = self.operands[0].printed(leaf)
        if self.operands[0].value.size == 1:
            return inner
        return transposed(inner)

    def scalar(self, index: Index) -> Scalar:
        return self.operands[0].scalar(index[::-1])

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        return (gradient.T,)


class Sum(Expression):
    """The sum of all elements; along an axis of a matrix, 0 for each column and 1 for each row."""

    def __init__(self, operand: Expression, *, axis: int | None = None) -> None:
        self.axis = axis
        if axis is not None and len(operand.shape) != 2:
            raise ShapeError(
                f"{operand.describe()} has no rows and columns to add up; it is not a matrix."
            )
        super().__init__(operand)

    def compute(self, u: Array) -> Array:
        return np.asarray(np.sum(u, axis=self.axis))

    def printed(self, leaf: Leaf) -> Printed:
        inner = self.operands[0].printed(leaf).text
        along = r"_{\text{rows}}" if self.axis == 1 else ""
        return Printed.atom(rf"\operatorname{{sum}}{along}\left({inner}\right)")

    def scalar(self, index: Index) -> Scalar:
        u = self.operands[0]
        if self.axis is None:
            places: Iterable[Index] = np.ndindex(u.shape)
        else:
            added = range(u.shape[self.axis])
            places = [(k, *index) if self.axis == 0 else (*index, k) for k in added]
        return _total(tuple(u.scalar(place) for place in places))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        return (Spread(gradient, self.operands[0].shape, down=self.axis == 1),)


def _total(terms: tuple[Scalar, ...]) -> Scalar:
    """A sum; where each term is a product, a sum of products."""
    if len(terms) == 1:
        return terms[0]
    if all(isinstance(term, Operation) and term.operator == "*" for term in terms):
        return Dot(tuple((t.left, t.right) for t in terms if isinstance(t, Operation)))
    return Total(terms)


class SumOf(Expression):
    """The sum of several expressions of one shape: the parts of a gradient, say."""

    def compute(self, *values: Array) -> Array:
        return np.asarray(sum(values[1:], start=values[0]))

    def printed(self, leaf: Leaf) -> Printed:
        whole = self.operands[0].printed(leaf)
        for operand in self.operands[1:]:
            whole = join(whole, "+", operand.printed(leaf), " + ")
        return whole

    def scalar(self, index: Index) -> Scalar:
        terms = [operand.scalar(index) for operand in self.operands]
        return _total(tuple(term for term in terms if term != scalars.ZERO) or (scalars.ZERO,))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        return tuple(gradient for _ in self.operands)


class Spread(Expression):
    """The same number, or the same row, in every place of a larger array.

    Args:
        operand: the number or the row.
        shape: the shape of the larger array.
        down: whether a vector goes down the rows, one number to a row, in place of lying in each.
    """

    def __init__(self, operand: Expression, shape: Index, *, down: bool = False) -> None:
        self.target, self.down = shape, down
        super().__init__(operand)

    def compute(self, u: Array) -> Array:
        return np.broadcast_to(u[:, np.newaxis] if self.down else u, self.target).copy()

    def printed(self, leaf: Leaf) -> Printed:
        return self.operands[0].printed(leaf)

    def scalar(self, index: Index) -> Scalar:
        if self.down:
            return self.operands[0].scalar(index[:1])
        return self.operands[0].scalar(index[len(index) - len(self.operands[0].shape) :])

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        if self.down:
            return (Sum(gradient, axis=1),)
        return (fold(gradient, self.operands[0].shape),)


class Concatenate(Expression):
    """Vectors, or matrices with the same rows, side by side."""

    def __init__(self, *operands: Expression) -> None:
        names = ", ".join(operand.describe() for operand in operands)
        if () in {operand.shape for operand in operands}:
            raise ShapeError(
                f"{names} cannot stand side by side: a single number has no side; "
                "give it the shape (1,)."
            )
        if len({operand.shape[:-1] for operand in operands}) != 1:
            raise ShapeError(f"{names} cannot stand side by side: their numbers of rows differ.")
        super().__init__(*operands)

    def compute(self, *values: Array) -> Array:
        return np.concatenate(values, axis=-1)

    def printed(self, leaf: Leaf) -> Printed:
        inner = r" \,;\, ".join(operand.printed(leaf).text for operand in self.operands)
        return Printed.atom(rf"\left[{inner}\right]")

    def _starts(self) -> list[int]:
        return [0, *np.cumsum([operand.shape[-1] for operand in self.operands]).tolist()]

    def scalar(self, index: Index) -> Scalar:
        starts = self._starts()
        part = int(np.searchsorted(starts, index[-1], side="right")) - 1
        return self.operands[part].scalar((*index[:-1], index[-1] - starts[part]))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        starts = self._starts()
        return tuple(gradient[..., a:b] for a, b in pairwise(starts))


class Slice(Expression):
    """A part of an array, such as the columns of one gate: ``W[:, 0:3]``."""

    def __init__(self, operand: Expression, key: Any, symbol: str | None = None) -> None:
        self.key, self.symbol = key, symbol
        try:
            self.places = np.arange(operand.value.size).reshape(operand.shape)[key]
        except IndexError:
            raise ShapeError(f"{operand.describe()} has no part [{key_text(key)}].") from None
        if self.places.size == 0:
            raise ShapeError(f"the part [{key_text(key)}] of {operand.describe()} is empty.")
        super().__init__(operand)

    def compute(self, u: Array) -> Array:
        return np.asarray(u.reshape(-1)[self.places])

    def printed(self, leaf: Leaf) -> Printed:
        operand = self.operands[0]
        if not isinstance(operand, Quantity):
            in_words = not _AS_INDEX.get()
            units = operand.symbol_of_units(self.places) if isinstance(operand, Slice) else None
            if in_words and units:
                shown = units.latex()
                part = Quantity("part", self.value, t=None, role="weight", latex_symbol=shown)
                return leaf(part)
            inner = operand.printed(leaf).text
            if in_words and isinstance(operand, Concatenate) and len(operand.shape) == 1:
                where = span_text("number", map(int, self.places.flat))
                return Printed.atom(rf"{inner}[\text{{{where}}}]")
            return Printed.atom(rf"\left({inner}\right)[{key_text(self.key)}]")
        if self.symbol and isinstance(operand.symbol, Symbol):
            shown = symbol_of_part(self.symbol, operand.name, operand.symbol).latex()
        else:
            shown = f"{operand.latex_symbol}[{key_text(self.key)}]"
        return leaf(Quantity("part", self.value, t=None, role=operand.role, latex_symbol=shown))

    def symbol_of_units(self, places: Array) -> Symbol | None:
        """The symbol of some of its columns, if it has a symbol: ``W_xi[units 1–2]``."""
        whole = self.operands[0]
        if not (self.symbol and isinstance(whole, Quantity) and isinstance(whole.symbol, Symbol)):
            return None
        columns = {int(place) % self.shape[-1] for place in places.flat}
        if len(columns) * math.prod(self.shape[:-1]) != places.size:
            return None
        symbol = symbol_of_part(self.symbol, whole.name, whole.symbol)
        return replace(symbol, part=span_text("unit", columns))

    def scalar(self, index: Index) -> Scalar:
        place = np.unravel_index(int(self.places[index]), self.operands[0].shape)
        return self.operands[0].scalar(tuple(int(k) for k in place))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        return (Place(gradient, self.key, self.operands[0].shape),)


#: Whether formulas write where a part is as an index of Python.
_AS_INDEX: ContextVar[bool] = ContextVar("as_index", default=False)


@contextmanager
def parts_as_index() -> Iterator[None]:
    """Here formulas write parts as the first versions did: worksheets are known by that text."""
    token = _AS_INDEX.set(True)
    try:
        yield
    finally:
        _AS_INDEX.reset(token)


def key_text(key: object) -> str:
    """An index as it is written: ``:, 0:3``."""
    if isinstance(key, tuple):
        return ", ".join(key_text(part) for part in key)
    if isinstance(key, slice):
        start, stop, step = ("" if k is None else str(k) for k in (key.start, key.stop, key.step))
        return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
    return "..." if key is Ellipsis else str(key)


class Place(Expression):
    """An array put into its places of a larger array of zeros: the gradient of a part."""

    def __init__(self, operand: Expression, key: Any, shape: Index) -> None:
        self.key, self.target = key, shape
        self.places = np.arange(math.prod(shape)).reshape(shape)[key]
        super().__init__(operand)

    def compute(self, u: Array) -> Array:
        out = np.zeros(self.target)
        # A row that was read twice receives twice.
        np.add.at(out.reshape(-1), self.places, u)
        return out

    def printed(self, leaf: Leaf) -> Printed:
        inner = self.operands[0].printed(leaf).text
        where = self._columns() if _AS_INDEX.get() else rf"\text{{{self._where()}}}"
        return Printed.atom(rf"\left[{inner}\right]_{{{where}}}")

    def _columns(self) -> str:
        columns = sorted({int(place) % self.target[-1] for place in self.places.flat})
        return f"{columns[0]}:{columns[-1] + 1}" if len(columns) > 1 else str(columns[0])

    def _where(self) -> str:
        """Where it is put, counted from 1: ``columns 4–6``, or the rows where it fills them."""
        width = self.target[-1]
        columns = {int(place) % width for place in self.places.flat}
        if len(self.target) == 1:
            return span_text("number", columns)
        if len(columns) < width or len(self.target) > 2:
            return span_text("column", columns)
        return span_text("row", {int(place) // width for place in self.places.flat})

    def scalar(self, index: Index) -> Scalar:
        flat = int(np.ravel_multi_index(index, self.target)) if index else 0
        hits = np.argwhere(self.places == flat)
        terms = [self.operands[0].scalar(tuple(int(k) for k in hit)) for hit in hits]
        return _total(tuple(terms)) if terms else scalars.ZERO


def span_text(what: str, places: Iterable[int]) -> str:
    """Places, counted from 0 in a program, as people count them.

    Example:
        >>> span_text("unit", range(3)), span_text("column", [3])
        ('units 1–3', 'column 4')
    """
    counted = sorted(places)
    first, last = counted[0], counted[-1]
    return f"{what} {first + 1}" if first == last else f"{what}s {first + 1}–{last + 1}"


def fold(gradient: Expression, shape: Index) -> Expression:
    """A gradient summed over what was repeated, so that it has the shape of its operand."""
    if gradient.shape == shape:
        return gradient
    if shape == ():
        return Sum(gradient)
    if gradient.shape == ():
        return Spread(gradient, shape)
    return Sum(gradient, axis=0)


def total(u: Expression, axis: int | None = None) -> Expression:
    """The sum of all elements, shape ``()``; of a matrix also of each column (0) or row (1)."""
    return Sum(as_expression(u), axis=axis)


def mean(u: Expression, axis: int | None = None) -> Expression:
    """The sum divided by how many were added up."""
    added = u.value.size if axis is None else u.shape[axis]
    return total(u, axis) / added


def concatenate(*parts: Expression) -> Expression:
    """Vectors side by side, as one longer vector."""
    return Concatenate(*(as_expression(piece) for piece in parts))


def part(whole: Expression, key: Any, symbol: str) -> Expression:
    """A slice with a symbol of its own: ``part(W, (slice(None), slice(0, 3)), "W_xi")``."""
    return Slice(whole, key, symbol)
