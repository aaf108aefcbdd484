r"""The functions of one number, each in one place for all views of a calculation.

An entry of :data:`FUNCTIONS` says everything that a view asks: the numbers, the slope as an
expression (so that gradients are steps like the others), the LaTeX, the spreadsheet's formula,
the page's definition, and the names in Keras. Most functions are *defined* by others: their
numbers, their cells and the page's script all follow from that one definition. The few that
are not are known to NumPy, to a spreadsheet and to the page's script
(``book_extensions/page_scripts/engine.js``) by themselves.

A new function is one entry here; ``tests/walkthrough/test_functions.py`` goes through all of
them, in NumPy, in the sheet's form and against Keras, and the browser's tests in the page.

Constants are those of the formulas. TensorFlow keeps the slope of leaky_relu and the constants
of gelu in float32 even where all else is float64, so there Keras agrees to seven digits only.

>>> from rnn_edu.walkthrough import Walkthrough
>>> w = Walkthrough("One activation")
>>> a = w.input("a", [-1.0, 2.0])
>>> h = w.step("h", activation("leaky_relu")(a))
>>> h.value.tolist()
[-0.2, 2.0]
>>> print(h.definition.latex())
\operatorname{leaky\_relu}\left(a\right)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, reduce
from types import MappingProxyType
from typing import Any

import numpy as np

from rnn_edu.errors import NumberError, ShapeError, UsageError
from rnn_edu.walkthrough.expressions import (
    Array,
    Expression,
    Index,
    Leaf,
    Multiply,
    Operand,
    Quantity,
    Spread,
    SumOf,
    as_expression,
    fold,
    total,
)
from rnn_edu.walkthrough.latex import Printed
from rnn_edu.walkthrough.scalars import (
    Call,
    Cell,
    Largest,
    Number,
    Operation,
    Scalar,
    Total,
    substituted,
)

#: Stands for the argument in the definition of a function.
ARGUMENT = Quantity("u", np.asarray(0.5), t=None, role="computed")


@dataclass(frozen=True)
class Domain:
    """Where a function is defined, and what to say elsewhere.

    Attributes:
        holds: for an array, where it is defined.
        what: what was asked for, ``"the logarithm"``.
        where: where it is defined, ``"for positive numbers only"``.
    """

    holds: Callable[[Array], Any]
    what: str
    where: str

    def check(self, u: Array, description: str) -> None:
        """Nothing, or a NumberError that names what the numbers stand in."""
        if not np.all(self.holds(u)):
            raise NumberError(
                f"{self.what} of {float(np.min(u)):g} was asked for in {description}; "
                f"it is defined {self.where}."
            )


@dataclass(frozen=True)
class Function:
    """A function of one number, as every view needs it.

    Attributes:
        base: its name, without the values of its parameters.
        latex: its name in LaTeX.
        definition: the function in terms of others: from the argument, and the parameters where
            it has some, to an expression.
        numbers: NumPy's version, where no definition says it, or not as exactly.
        chain: the gradient of the argument, from the gradient of the result, the argument and
            the result (and the parameters); None for a function that has none.
        sheet: the spreadsheet's function with ``{u}`` for its argument; without it the
            definition is written out.
        scripted: whether the page's script knows it by itself; else it gets the definition.
        elementwise: whether a spreadsheet's SUMPRODUCT applies it to each cell of a range.
        keras: its names among Keras's activations.
        parameters: the names of its parameters.
        values: their values, at first Keras's defaults.
        domain: where it is defined, for one that is not defined everywhere.
        standard: whether the values are the defaults; then the name does not mention them.
    """

    base: str
    latex: str
    definition: Callable[..., Expression] | None = None
    numbers: Callable[..., Array] | None = None
    chain: Callable[..., Expression] | None = None
    sheet: str = ""
    scripted: bool = False
    elementwise: bool = False
    keras: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    values: tuple[float, ...] = ()
    domain: Domain | None = field(default=None, repr=False)
    standard: bool = True

    @property
    def name(self) -> str:
        """The name in the tree of numbers and in the page's data: ``elu``, ``elu_0.5``."""
        if self.standard:
            return self.base
        return "_".join([self.base, *map(repr, self.values)])

    def __call__(self, u: Operand) -> Expression:
        """The function of each element."""
        return Apply(self, as_expression(u))

    def compute(self, u: Array) -> Array:
        """The function of each element of an array."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            if self.numbers is not None:
                return np.asarray(self.numbers(u, *self.values), dtype=np.float64)
            return np.asarray(_evaluated(self.tree, np.asarray(u)), dtype=np.float64)

    def number(self, u: float) -> float:
        """The function of one number; ``nan`` where it is not defined or too large."""
        value = float(self.compute(np.float64(u)))  # type: ignore[arg-type]
        return value if math.isfinite(value) else math.nan

    @cached_property
    def defined(self) -> Expression:
        """The definition as an expression of :data:`ARGUMENT`."""
        if self.definition is None:
            raise UsageError(f"{self.name} is not defined by other functions.")
        return self.definition(ARGUMENT, *self.values)

    @cached_property
    def tree(self) -> Scalar:
        """The definition as a tree of numbers."""
        return self.defined.scalar(())

    def of(self, argument: Any) -> Any:
        """The definition as a tree of numbers, with a scalar (or a range) put in."""
        return substituted(self.tree, Cell(ARGUMENT, ()), argument)

    def sheet_text(self, argument: str) -> str:
        """The spreadsheet's function of an argument, both as text."""
        values = dict(zip(self.parameters, map(_plain, self.values), strict=True))
        return self.sheet.format(u=argument, **values)


class Apply(Expression):
    """A function of each element."""

    def __init__(self, function: Function, operand: Expression) -> None:
        self.function = function
        super().__init__(operand)

    def compute(self, u: Array) -> Array:
        if self.function.domain is not None:
            self.function.domain.check(u, self.operands[0].describe())
        return self.function.compute(u)

    def printed(self, leaf: Leaf) -> Printed:
        inner = self.operands[0].printed(leaf).text
        return Printed.atom(rf"{self.function.latex}\left({inner}\right)")

    def scalar(self, index: Index) -> Scalar:
        return Call(self.function.name, self.operands[0].scalar(index))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        if self.function.chain is None:
            raise UsageError(
                f"{self.function.name} has no gradient; use an operation that has one."
            )
        return (self.function.chain(gradient, self.operands[0], out, *self.function.values),)


def _evaluated(tree: Scalar, u: Array) -> Any:
    """A definition with an array in the place of the argument."""
    match tree:
        case Number(value):
            return value
        case Cell():
            return u
        case Call(function, argument):
            return named(function).compute(_evaluated(argument, u))
        case Operation(operator, left, right):
            return _SIGNS[operator](_evaluated(left, u), _evaluated(right, u))
        case Largest(terms):
            first, *rest = (_evaluated(term, u) for term in terms)
            for term in rest:
                first = np.maximum(first, term)
            return first
    raise UsageError("a function of one number is defined without sums over several.")


_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


def _plain(value: float) -> str:
    """A parameter as a formula writes it."""
    return repr(int(value)) if value == int(value) else repr(value).upper()


# -- the numbers of those that no definition gives exactly enough ------------------------------


def _sigmoid(u: Array) -> Array:
    # exp(-|u|) cannot overflow, whichever side of zero u lies on.
    small = np.exp(-np.abs(u))
    return np.where(u >= 0, 1 / (1 + small), small / (1 + small))


_erf = np.vectorize(math.erf, otypes=[np.float64])
_erfc = np.vectorize(math.erfc, otypes=[np.float64])


# -- the table --------------------------------------------------------------------------------

SELU_SCALE = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717
_GELU_SLOPE = math.sqrt(2 / math.pi)
_GELU_CUBE = 0.044715


def _word(name: str) -> str:
    return rf"\operatorname{{{name}}}".replace("_", r"\_")


def _call(name: str) -> Callable[[Operand], Expression]:
    """A function of the table by its name, for use in the table itself."""
    return lambda u: named(name)(u)


tanh, sigmoid, relu = _call("tanh"), _call("sigmoid"), _call("relu")
exp, log, sqrt, absolute, square = map(_call, ("exp", "ln", "sqrt", "abs", "square"))
positive, sign, softplus = map(_call, ("positive", "sign", "softplus"))
_expm1, _log1p, _relu6, _erf_, _erfc_ = map(_call, ("expm1", "log1p", "relu6", "erf", "erfc"))


def _not_negative(u: Expression) -> Expression:
    """1 from 0 on, else 0."""
    return 1 - positive(-u)


def _below_zero(u: Expression) -> Expression:
    """exp(u) - 1 where u is negative, else 0."""
    return _expm1(-relu(-u))


def _density(u: Expression) -> Expression:
    """How dense the normal distribution lies at u."""
    return exp(-(u * u) / 2) / math.sqrt(2 * math.pi)


def _bend(u: Expression) -> Expression:
    """The tanh in the approximation of gelu."""
    return tanh(_GELU_SLOPE * (u + _GELU_CUBE * (u * u * u)))


def _gelu_tanh_chain(g: Expression, u: Expression, _: Expression) -> Expression:
    bend = _bend(u)
    inner = _GELU_SLOPE * (1 + 3 * _GELU_CUBE * (u * u))
    return g * (0.5 * (1 + bend) + 0.5 * u * (1 - bend * bend) * inner)


def _mish_chain(g: Expression, u: Expression, _: Expression) -> Expression:
    squeezed = tanh(softplus(u))
    return g * (squeezed + u * (1 - squeezed * squeezed) * sigmoid(u))


def _clip(u: Expression, low: float, high: float) -> Expression:
    return -Maximum(-Maximum(u, as_expression(low)), as_expression(-high))


def _clipped(u: Expression, low: float, high: float) -> Expression:
    return with_values(FUNCTIONS["clip"], (low, high))(u)


def _inside(u: Expression, low: float, high: float) -> Expression:
    """1 between the bounds and on them, else 0."""
    return (1 - positive(u - high)) * (1 - positive(low - u))


_TABLE = (
    Function(
        "tanh",
        r"\tanh",
        numbers=np.tanh,
        chain=lambda g, u, out: g * (1 - out * out),
        sheet="TANH({u})",
        scripted=True,
        elementwise=True,
        keras=("tanh",),
    ),
    Function(
        "sigmoid",
        r"\sigma",
        definition=lambda u: 1 / (1 + exp(-u)),
        numbers=_sigmoid,
        chain=lambda g, u, out: g * out * (1 - out),
        scripted=True,
        elementwise=True,
        keras=("sigmoid",),
    ),
    Function(
        "relu",
        _word("relu"),
        numbers=lambda u: np.maximum(u, 0.0),
        chain=lambda g, u, out: g * positive(u),
        sheet="MAX(0,{u})",
        scripted=True,
        keras=("relu",),
    ),
    Function(
        "positive",
        _word("positive"),
        numbers=lambda u: u > 0,
        sheet="IF({u}>0,1,0)",
        scripted=True,
    ),
    Function(
        "exp",
        r"\exp",
        numbers=np.exp,
        chain=lambda g, u, out: g * out,
        sheet="EXP({u})",
        scripted=True,
        elementwise=True,
        keras=("exponential",),
    ),
    Function(
        "ln",
        r"\ln",
        numbers=np.log,
        chain=lambda g, u, out: g / u,
        sheet="LN({u})",
        scripted=True,
        elementwise=True,
        domain=Domain(lambda u: u > 0, "the logarithm", "for positive numbers only"),
    ),
    Function(
        "sqrt",
        _word("sqrt"),
        numbers=np.sqrt,
        chain=lambda g, u, out: g / (2 * out),
        sheet="SQRT({u})",
        scripted=True,
        elementwise=True,
        domain=Domain(lambda u: u >= 0, "the square root", "for numbers from 0 up"),
    ),
    # Not -u, which would make a minus zero of zero.
    Function("negate", "-", numbers=lambda u: 0.0 - u, scripted=True, elementwise=True),
    Function(
        "abs",
        _word("abs"),
        numbers=np.abs,
        chain=lambda g, u, out: g * sign(u),
        sheet="ABS({u})",
        scripted=True,
    ),
    Function("sign", _word("sign"), numbers=np.sign, sheet="SIGN({u})", scripted=True),
    Function(
        "square",
        _word("square"),
        definition=lambda u: u * u,
        chain=lambda g, u, out: g * (2 * u),
    ),
    Function(
        "expm1",
        _word("expm1"),
        definition=lambda u: exp(u) - 1,
        numbers=np.expm1,
        chain=lambda g, u, out: g * exp(u),
        scripted=True,
    ),
    Function(
        "log1p",
        _word("log1p"),
        definition=lambda u: log(1 + u),
        numbers=np.log1p,
        chain=lambda g, u, out: g / (1 + u),
        scripted=True,
        domain=Domain(lambda u: u > -1, "log1p", "for numbers above -1 only"),
    ),
    Function(
        "erf",
        _word("erf"),
        numbers=_erf,
        chain=lambda g, u, out: g * (2 / math.sqrt(math.pi)) * exp(-(u * u)),
        # IronCalc's ERF has only ten right digits; its GAMMADIST, the same function, has all.
        sheet="(SIGN({u})*GAMMADIST(({u})^2,0.5,1,TRUE))",
        scripted=True,
    ),
    Function(
        "erfc",
        _word("erfc"),
        definition=lambda u: 1 - _erf_(u),
        numbers=_erfc,
        chain=lambda g, u, out: g * (-2 / math.sqrt(math.pi)) * exp(-(u * u)),
    ),
    Function(
        "clip",
        _word("clip"),
        definition=_clip,
        chain=lambda g, u, out, low, high: g * _inside(u, low, high),
        sheet="MIN(MAX({u},{low}),{high})",
        parameters=("low", "high"),
        values=(0.0, 1.0),
    ),
    Function(
        "relu6",
        _word("relu6"),
        definition=lambda u: _clip(u, 0.0, 6.0),
        chain=lambda g, u, out: g * positive(u) * positive(6 - u),
        sheet="MIN(MAX({u},0),6)",
        keras=("relu6",),
    ),
    Function(
        "leaky_relu",
        _word("leaky_relu"),
        definition=lambda u, alpha: relu(u) - alpha * relu(-u),
        chain=lambda g, u, out, alpha: g * (alpha + (1 - alpha) * positive(u)),
        keras=("leaky_relu",),
        parameters=("negative_slope",),
        values=(0.2,),
    ),
    Function(
        "elu",
        _word("elu"),
        definition=lambda u, alpha: relu(u) + alpha * _below_zero(u),
        chain=lambda g, u, out, alpha: g * (positive(u) + (1 - positive(u)) * (out + alpha)),
        keras=("elu",),
        parameters=("alpha",),
        values=(1.0,),
    ),
    Function(
        "selu",
        _word("selu"),
        definition=lambda u: SELU_SCALE * relu(u) + SELU_SCALE * SELU_ALPHA * _below_zero(u),
        chain=lambda g, u, out: (
            g * (SELU_SCALE * _not_negative(u) + positive(-u) * (out + SELU_SCALE * SELU_ALPHA))
        ),
        keras=("selu",),
    ),
    Function(
        "celu",
        _word("celu"),
        definition=lambda u, alpha: relu(u) + alpha * _expm1(-relu(-u) / alpha),
        # At 0 TensorFlow gives both sides: the slope there is 2.
        chain=lambda g, u, out, alpha: (
            g * (_not_negative(u) + (1 - positive(u)) * exp(-relu(-u) / alpha))
        ),
        keras=("celu",),
        parameters=("alpha",),
        values=(1.0,),
    ),
    Function(
        "softplus",
        _word("softplus"),
        definition=lambda u: relu(u) + _log1p(exp(-absolute(u))),
        chain=lambda g, u, out: g * sigmoid(u),
        keras=("softplus",),
    ),
    Function(
        "softsign",
        _word("softsign"),
        definition=lambda u: u / (1 + absolute(u)),
        chain=lambda g, u, out: g / square(1 + absolute(u)),
        keras=("softsign",),
    ),
    Function(
        "silu",
        _word("silu"),
        definition=lambda u: u * sigmoid(u),
        chain=lambda g, u, out: g * (sigmoid(u) + out * (1 - sigmoid(u))),
        keras=("silu", "swish"),
    ),
    Function(
        "gelu",
        _word("gelu"),
        definition=lambda u: 0.5 * u * _erfc_(-u / math.sqrt(2)),
        chain=lambda g, u, out: g * (0.5 * _erfc_(-u / math.sqrt(2)) + u * _density(u)),
        keras=("gelu",),
    ),
    Function(
        "gelu_tanh",
        _word("gelu_tanh"),
        definition=lambda u: 0.5 * u * (1 + _bend(u)),
        chain=_gelu_tanh_chain,
    ),
    Function(
        "mish",
        _word("mish"),
        definition=lambda u: u * tanh(softplus(u)),
        chain=_mish_chain,
        keras=("mish",),
    ),
    Function(
        "hard_sigmoid",
        _word("hard_sigmoid"),
        definition=lambda u: _relu6(u + 3) / 6,
        chain=lambda g, u, out: g * positive(u + 3) * positive(3 - u) / 6,
        keras=("hard_sigmoid",),
    ),
    Function(
        "hard_sigmoid_keras2",
        _word("hard_sigmoid"),
        definition=lambda u: _clip(0.2 * u + 0.5, 0.0, 1.0),
        chain=lambda g, u, out: g * (0.2 * _inside(0.2 * u + 0.5, 0.0, 1.0)),
    ),
    Function(
        "hard_silu",
        _word("hard_silu"),
        definition=lambda u: u * (_relu6(u + 3) / 6),
        chain=lambda g, u, out: g * (_relu6(u + 3) + u * positive(u + 3) * positive(3 - u)) / 6,
        keras=("hard_silu", "hard_swish"),
    ),
    Function(
        "hard_tanh",
        _word("hard_tanh"),
        definition=lambda u: _clip(u, -1.0, 1.0),
        chain=lambda g, u, out: g * _inside(u, -1.0, 1.0),
        sheet="MIN(MAX({u},-1),1)",
        keras=("hard_tanh",),
    ),
    Function(
        "tanh_shrink",
        _word("tanh_shrink"),
        definition=lambda u: u - tanh(u),
        chain=lambda g, u, out: g * square(tanh(u)),
        keras=("tanh_shrink",),
    ),
    Function(
        "log_sigmoid",
        _word("log_sigmoid"),
        definition=lambda u: -softplus(-u),
        chain=lambda g, u, out: g * sigmoid(-u),
        keras=("log_sigmoid",),
    ),
    Function(
        "huber",
        _word("huber"),
        definition=lambda u, delta: _clip(u, -delta, delta) * (u - _clip(u, -delta, delta) / 2),
        chain=lambda g, u, out, delta: g * _clipped(u, -delta, delta),
        parameters=("delta",),
        values=(1.0,),
    ),
    Function(
        "log_cosh",
        _word("log_cosh"),
        definition=lambda u: u + softplus(-2 * u) - math.log(2),
        chain=lambda g, u, out: g * tanh(u),
    ),
    Function(
        "squareplus",
        _word("squareplus"),
        definition=lambda u, b: (u + sqrt(u * u + b)) / 2,
        chain=lambda g, u, out, b: g * (0.5 + 0.5 * u / sqrt(u * u + b)),
        keras=("squareplus",),
        parameters=("b",),
        values=(4.0,),
    ),
)

#: All functions by name, parameters at their defaults.
FUNCTIONS: Mapping[str, Function] = MappingProxyType({entry.name: entry for entry in _TABLE})
#: Those that cells and layers use; exp is a step of softmax and of losses.
ACTIVATIONS = tuple(entry for entry in _TABLE if entry.keras and entry.base != "exp")
_BY_KERAS_NAME = {keras: entry for entry in _TABLE for keras in entry.keras}


@cache
def named(name: str) -> Function:
    """A function by the name that trees and the page's data give it, ``elu`` or ``elu_0.5``.

    Raises:
        UsageError: there is none of this name.

    Example:
        >>> named("elu_0.5").values
        (0.5,)
    """
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    for entry in _TABLE:
        values = name.removeprefix(f"{entry.base}_").split("_")
        if name.startswith(f"{entry.base}_") and len(values) == len(entry.parameters):
            try:
                return with_values(entry, tuple(map(float, values)))
            except ValueError:
                continue
    raise UsageError(f"there is no function {name!r}; there are {', '.join(FUNCTIONS)}.")


def with_values(entry: Function, values: tuple[float, ...]) -> Function:
    """The function with other values of its parameters; without values, as it is."""
    if not values or values == entry.values:
        return entry
    shown = ", ".join(_plain(value) for value in values)
    return replace(entry, latex=rf"{entry.latex}_{{{shown}}}", values=values, standard=False)


def activation(name: str, **parameters: float) -> Callable[[Operand], Expression]:
    """A function by its name here or among Keras's activations.

    Args:
        name: such as ``"tanh"``, ``"swish"`` or ``"linear"``, which changes nothing.
        parameters: other values than Keras's defaults, such as ``alpha=0.5``.

    Raises:
        UsageError: there is no function of this name, or it has no such parameter.

    Example:
        >>> activation("elu", alpha=0.5)(0.0).value.item()
        0.0
    """
    if name == "linear":
        return as_expression
    if name == "softmax":
        return lambda z: softmax(as_expression(z))
    if name not in _BY_KERAS_NAME and name not in FUNCTIONS:
        known = ", ".join(sorted({"linear", "softmax", *FUNCTIONS, *_BY_KERAS_NAME}))
        raise UsageError(f"there is no activation {name!r}; there are {known}.")
    entry = _BY_KERAS_NAME.get(name) or FUNCTIONS[name]
    unknown = set(parameters) - set(entry.parameters)
    if unknown:
        has = ", ".join(entry.parameters) or "none"
        raise UsageError(f"{name} has no parameter {min(unknown)!r}; it has {has}.")
    values = dict(zip(entry.parameters, entry.values, strict=True)) | parameters
    return with_values(entry, tuple(float(values[key]) for key in entry.parameters))


def clip(u: Operand, low: float, high: float) -> Expression:
    """Each element, or the bound that it lies beyond."""
    return activation("clip", low=low, high=high)(u)


class Maximum(Expression):
    """The largest of several expressions, element by element: one shape, or single numbers.

    Where several are equally large, the first of them gets the gradient, as in a pooling window.
    """

    def __init__(self, *operands: Expression) -> None:
        if len({operand.shape for operand in operands} - {()}) > 1:
            names = ", ".join(operand.describe() for operand in operands)
            raise ShapeError(
                f"there is no largest of {names}: the shapes differ; all must be the same, or "
                "single numbers."
            )
        super().__init__(*operands)

    def compute(self, *values: Array) -> Array:
        return np.asarray(reduce(np.maximum, values), dtype=np.float64)

    def printed(self, leaf: Leaf) -> Printed:
        inner = ", ".join(operand.printed(leaf).text for operand in self.operands)
        return Printed.atom(rf"\max\left({inner}\right)")

    def scalar(self, index: Index) -> Scalar:
        return Largest(tuple(u.scalar(index if u.shape else ()) for u in self.operands))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        pairs = zip(self.shares(out), self.operands, strict=True)
        return tuple(fold(gradient * share, u.shape) for share, u in pairs)

    def shares(self, out: Expression) -> list[Expression]:
        """Each operand's share of the gradient: 1 above all before it and not below any after."""
        shares: list[Expression] = []
        for k, u in enumerate(self.operands):
            before, after = self.operands[:k], self.operands[k + 1 :]
            above = positive(u - largest(*before)) if before else None
            not_below = 1 - positive(largest(*after) - u) if after else None
            both = [mark for mark in (above, not_below) if mark is not None]
            shares.append(reduce(Multiply, both) if both else as_expression(1.0))
        return shares


class SharedMaximum(Maximum):
    """The largest of several expressions; those equally large get equal shares of the gradient."""

    def shares(self, out: Expression) -> list[Expression]:
        equal = [1 - positive(out - u) for u in self.operands]
        return [mark / SumOf(*equal) for mark in equal]


def largest(*operands: Operand, shared: bool = False) -> Expression:
    """The largest of several expressions of one shape, element by element.

    Args:
        operands: the expressions; a single number goes with any shape.
        shared: who gets the gradient where several are equally large: the first of them, as in
            a pooling window, or all of them the same share, as in the largest over an axis.
    """
    first, *rest = (as_expression(operand) for operand in operands)
    if not rest:
        return first
    return SharedMaximum(first, *rest) if shared else Maximum(first, *rest)


class Softmax(Expression):
    """exp(z_k) divided by the sum of all exp(z_j): positive numbers that add up to 1.

    The largest z is subtracted first, so that no exp can overflow; it cancels out.
    """

    def __init__(self, z: Expression) -> None:
        if not z.shape:
            raise ShapeError(
                f"softmax needs several numbers to share out, but {z.describe()} is a single one."
            )
        super().__init__(z)

    def compute(self, z: Array) -> Array:
        e = np.exp(z - np.max(z, axis=-1, keepdims=True))
        return np.asarray(e / np.sum(e, axis=-1, keepdims=True))

    def printed(self, leaf: Leaf) -> Printed:
        inner = self.operands[0].printed(leaf).text
        return Printed.atom(rf"\operatorname{{softmax}}\left({inner}\right)")

    def scalar(self, index: Index) -> Scalar:
        places = [(*index[:-1], k) for k in range(self.shape[-1])]
        logits = tuple(self.operands[0].scalar(place) for place in places)
        most = Largest(logits, cancels=True)
        powers = [Call("exp", Operation("-", z, most)) for z in logits]
        return Operation("/", powers[index[-1]], Total(tuple(powers)))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        return (out * (gradient - _over_rows(gradient * out)),)


def _over_rows(u: Expression) -> Expression:
    """The sum of a vector, or of each row of a matrix, in every place of that row."""
    return total(u) if len(u.shape) == 1 else Spread(total(u, 1), u.shape, down=True)


class LogSoftmax(Softmax):
    """The logarithm of softmax: z_k minus the logarithm of the sum of all exp(z_j)."""

    def compute(self, z: Array) -> Array:
        less = z - np.max(z, axis=-1, keepdims=True)
        return np.asarray(less - np.log(np.sum(np.exp(less), axis=-1, keepdims=True)))

    def printed(self, leaf: Leaf) -> Printed:
        inner = self.operands[0].printed(leaf).text
        return Printed.atom(rf"\operatorname{{log\_softmax}}\left({inner}\right)")

    def scalar(self, index: Index) -> Scalar:
        places = [(*index[:-1], k) for k in range(self.shape[-1])]
        logits = tuple(self.operands[0].scalar(place) for place in places)
        most = Largest(logits, cancels=True)
        powers = tuple(Call("exp", Operation("-", z, most)) for z in logits)
        less = Operation("-", logits[index[-1]], most)
        return Operation("-", less, Call("ln", Total(powers)))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        return (gradient - exp(out) * _over_rows(gradient),)


def log_softmax(z: Expression) -> Expression:
    """The logarithms of the probabilities, along the last axis."""
    return LogSoftmax(as_expression(z))


def softmax(z: Expression) -> Expression:
    """Probabilities from logits, along the last axis."""
    return Softmax(as_expression(z))


def cross_entropy(y: Expression, p: Expression) -> Expression:
    """-Σ y_k ln p_k, shape ``()``: how surprised p is by the target y.

    A target of zeros only gives 0: there is nothing to be surprised by.
    """
    return -total(y * log(p))


def binary_cross_entropy(y: Expression, p: Expression) -> Expression:
    """-(y ln p + (1 - y) ln(1 - p)), summed, for a probability p of the label 1."""
    return -total(y * log(p) + (1 - y) * log(1 - p))
