"""The mistakes that learners make, each as another formula for the same step.

A rule takes a formula apart and yields the formulas that the mistake would make of it, with
its name and a sentence about what was done. None of them knows a particular network: they
look at operations, roles and time steps, so that a new calculation needs no new rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from rnn_edu.marking.rewriting import attempt, everywhere, in_one_place, parts_of, swapped
from rnn_edu.marking.scene import Scene
from rnn_edu.marking.wording import part_text, symbol_text
from rnn_edu.walkthrough import Quantity
from rnn_edu.walkthrough.expressions import (
    Add,
    Concatenate,
    Divide,
    Exp,
    Expression,
    Literal,
    Log,
    MatMul,
    Multiply,
    Negate,
    Outer,
    Relu,
    Sigmoid,
    Slice,
    Softmax,
    Subtract,
    Sum,
    SumOf,
    Tanh,
    Transpose,
    Unary,
    as_expression,
)

ACTIVATION_FORGOTTEN = "activation forgotten"
OTHER_ACTIVATION = "another activation"
FED_BACK = "pre-activation fed back"
PRE_ACTIVATION_USED = "pre-activation used"
STATES_EXCHANGED = "cell state and hidden state exchanged"
STATE_FORGOTTEN = "previous state forgotten"
INPUT_FORGOTTEN = "input forgotten"
BIAS_MISSING = "bias missing"
WEIGHTS_TRANSPOSED = "weights transposed"
GATES_SWAPPED = "gates swapped"
GATE_REVERSED = "gate the wrong way round"
WEIGHTS_EXCHANGED = "weights exchanged"
RESET_MISPLACED = "reset gate in the wrong place"
NOT_NORMALISED = "softmax without normalising"
SIGN = "wrong sign"
SLOPE_FORGOTTEN = "slope of the activation forgotten"
FACTOR_MISSING = "factor missing"
TERM_MISSING = "part of a sum missing"
OTHER_STEP = "number of another step used"
MEAN_NOT_TAKEN = "mean not taken"
OTHER_LOGARITHM = "another logarithm"
ADDED = "added instead of multiplied"
HALVES_EXCHANGED = "parts in the wrong order"
ROUNDED = "rounded too coarsely"
DECIMAL_SIGN = "decimal sign in another place"
DIGITS_EXCHANGED = "digits exchanged"
OTHER_PLACE = "number of another cell"

_STATES = ("state", "cell state")


@dataclass(frozen=True)
class Mistake:
    """A mistake with a name.

    Attributes:
        kind: one of the names of this module.
        sentence: what was done, as half a sentence: "the bias b_h was left out".
    """

    kind: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


Variant: TypeAlias = tuple[Mistake, Expression]
Rule: TypeAlias = Callable[[Scene, Quantity, Expression], Iterator[Variant]]


def variants(scene: Scene, step: Quantity) -> Iterator[Variant]:
    """The formulas that every known mistake makes of a step, the likeliest mistakes first.

    Only those with the shape of the step, and with finite values, are of use.
    """
    for root in scene.formulas(step):
        for rule in RULES:
            for mistake, formula in rule(scene, step, root):
                if formula.shape == step.shape and bool(np.all(np.isfinite(formula.value))):
                    yield mistake, formula


# -- activations -----------------------------------------------------------------------------


def activation_forgotten(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """The sum itself instead of its tanh, sigmoid or relu."""
    for name, kind in _ACTIVATIONS.items():
        sentence = f"the activation was left out: {name} was not applied"
        for formula in in_one_place(root, lambda n, k=kind: _inner(n, k)):  # type: ignore[misc]
            yield Mistake(ACTIVATION_FORGOTTEN, sentence), formula


def other_activation(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """One activation function in the place of another."""
    for name, kind in _ACTIVATIONS.items():
        for other, replacement in _ACTIVATIONS.items():
            if other != name:
                sentence = f"{other} was applied where {name} belongs"
                change = _replacing(kind, replacement)
                for formula in in_one_place(root, change):
                    yield Mistake(OTHER_ACTIVATION, sentence), formula


_ACTIVATIONS: dict[str, type[Unary]] = {"tanh": Tanh, "sigmoid": Sigmoid, "relu": Relu}


def _inner(node: Expression, kind: type[Expression]) -> Expression | None:
    return node.operands[0] if isinstance(node, kind) else None


def _replacing(
    kind: type[Unary], other: Callable[[Expression], Expression]
) -> Callable[[Expression], Expression | None]:
    return lambda node: other(node.operands[0]) if isinstance(node, kind) else None


# -- the memory ------------------------------------------------------------------------------


def pre_activation_used(scene: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """What stands inside the activation function used in the place of the state."""
    for leaf in _leaves(root):
        inner = scene.inside(leaf)
        formula = None if inner is None else everywhere(root, _exchange(leaf, inner))
        if inner is None or formula is None:
            continue
        exchanged = f"{symbol_text(inner)} was used where {symbol_text(leaf)} belongs"
        if leaf.t is not None and step.t is not None and leaf.t != step.t:
            sentence = f"{exchanged}: the number before its activation was handed on"
            yield Mistake(FED_BACK, sentence), formula
        else:
            yield Mistake(PRE_ACTIVATION_USED, f"{exchanged}: the activation is missing"), formula


def cell_state_for_state(scene: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """The cell state of an LSTM used where its hidden state belongs, or the other way round."""
    for leaf in _leaves(root):
        for other_role in _STATES:
            for other in scene.of_role(other_role):
                if leaf.role in _STATES and leaf.role != other_role and other.t == leaf.t:
                    formula = everywhere(root, _exchange(leaf, other))
                    sentence = f"{symbol_text(other)} was used where {symbol_text(leaf)} belongs"
                    if formula is not None:
                        yield Mistake(STATES_EXCHANGED, sentence), formula


def term_missing(scene: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """One term of a sum left out: a bias, the previous state, the input, or another."""
    for node in dict.fromkeys(parts_of(root)):
        if isinstance(node, (Add, SumOf)):
            for k, term in enumerate(node.operands):
                rest = [*node.operands[:k], *node.operands[k + 1 :]]
                kept = rest[0] if len(rest) == 1 else SumOf(*rest)
                formula = everywhere(root, _exchange(node, kept))
                if formula is not None and kept.shape == node.shape:
                    yield _left_out(step, term), formula
    for node in dict.fromkeys(parts_of(root)):
        if isinstance(node, SumOf) and len(node.operands) > 2:
            for term in node.operands:
                formula = everywhere(root, _exchange(node, term))
                sentence = f"of the sum only {part_text(term)} was taken"
                if formula is not None:
                    yield Mistake(TERM_MISSING, sentence), formula


def _left_out(step: Quantity, term: Expression) -> Mistake:
    leaves = _leaves(term)
    before = [leaf for leaf in leaves if leaf.role in _STATES and leaf.t != step.t]
    if _is_bias(term):
        return Mistake(BIAS_MISSING, f"the bias {part_text(term)} was left out")
    if before:
        return Mistake(STATE_FORGOTTEN, f"{symbol_text(before[0])}, the state before, was left out")
    if any(leaf.role == "input" for leaf in leaves):
        return Mistake(INPUT_FORGOTTEN, f"the input was left out: {part_text(term)}")
    return Mistake(TERM_MISSING, f"a part of the sum was left out: {part_text(term)}")


def state_forgotten(_: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """Zero in the place of the state before, or of the input."""
    for leaf in _leaves(root):
        formula = everywhere(root, _exchange(leaf, _zeros(leaf)))
        if formula is None:
            continue
        if leaf.role in _STATES and leaf.t != step.t:
            sentence = f"{symbol_text(leaf)}, the state before, was left out"
            yield Mistake(STATE_FORGOTTEN, sentence), formula
        elif leaf.role == "input":
            sentence = f"the input {symbol_text(leaf)} was left out"
            yield Mistake(INPUT_FORGOTTEN, sentence), formula


def all_biases_missing(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """Every bias left out at once, where there are several."""

    def without(node: Expression) -> Expression | None:
        return node.operands[0] if isinstance(node, Add) and _is_bias(node.operands[1]) else None

    formula = everywhere(root, without)
    if formula is not None:
        yield Mistake(BIAS_MISSING, "the biases were left out"), formula


def _is_bias(term: Expression) -> bool:
    whole = term.operands[0] if isinstance(term, Slice) else term
    return isinstance(whole, Quantity) and whole.role == "weight" and len(term.shape) < 2


def other_step(scene: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """A state or an input of another time step."""
    for leaf in _leaves(root):
        if leaf.t is None:
            continue
        # The neighbours first: they are taken by mistake more often.
        for distance in (-1, 1, -2, 2, -3, 3):
            other = scene.at(leaf.name, leaf.t + distance)
            if other is None or other.shape != leaf.shape:
                continue
            formula = everywhere(root, _exchange(leaf, other))
            sentence = f"{symbol_text(other)} was used where {symbol_text(leaf)} belongs"
            if formula is not None:
                yield Mistake(OTHER_STEP, sentence), formula


# -- weights ---------------------------------------------------------------------------------


def weights_transposed(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """Rows and columns of a weight exchanged, where its shape lets that pass."""
    for node in dict.fromkeys(parts_of(root)):
        other = attempt(_transposed, node)
        formula = None if other is None else everywhere(root, _exchange(node, other))
        if formula is not None:
            weight = node.operands[1] if isinstance(node, MatMul) else node
            weight = weight.operands[0] if isinstance(weight, Transpose) else weight
            sentence = f"{part_text(weight)} was transposed: its rows and columns were exchanged"
            yield Mistake(WEIGHTS_TRANSPOSED, sentence), formula


def _transposed(node: Expression) -> Expression | None:
    """A product with the other form of its matrix."""
    if isinstance(node, MatMul) and len(node.operands[1].shape) == 2:
        u, v = node.operands
        return MatMul(u, v.operands[0] if isinstance(v, Transpose) else Transpose(v))
    return Transpose(node) if isinstance(node, Outer) else None


def weights_exchanged(scene: Scene, _: Quantity, root: Expression) -> Iterator[Variant]:
    """Another weight of the same shape."""
    weights = list(scene.of_role("weight"))
    for leaf in _leaves(root):
        for other in weights:
            if leaf.role != "weight" or other is leaf or other.shape != leaf.shape:
                continue
            names = symbol_text(other), symbol_text(leaf)
            both = everywhere(root, swapped([leaf], [other]))
            single = everywhere(root, _exchange(leaf, other))
            if both is not None and other in _leaves(root):
                sentence = f"the weights {names[0]} and {names[1]} were exchanged"
                yield Mistake(WEIGHTS_EXCHANGED, sentence), both
            if single is not None:
                sentence = f"{names[0]} was used where {names[1]} belongs"
                yield Mistake(WEIGHTS_EXCHANGED, sentence), single


# -- gates -----------------------------------------------------------------------------------


def gates_swapped(scene: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """The columns of another gate, or the value of another gate."""
    yield from _other_columns(scene, root)
    gates = [gate for gate in scene.of_role("gate") if gate.t == step.t]
    used = [leaf for leaf in _leaves(root) if leaf in gates]
    for gate in used:
        for other in gates:
            if other is gate or other.shape != gate.shape:
                continue
            both = everywhere(root, swapped([gate], [other]))
            single = everywhere(root, _exchange(gate, other))
            if both is not None and other in used:
                sentence = f"the gates {symbol_text(gate)} and {symbol_text(other)} were exchanged"
                yield Mistake(GATES_SWAPPED, sentence), both
            if single is not None:
                sentence = f"{symbol_text(other)} was used where {symbol_text(gate)} belongs"
                yield Mistake(GATES_SWAPPED, sentence), single


def _other_columns(scene: Scene, root: Expression) -> Iterator[Variant]:
    """The columns of another gate: of all weights in the formula, or of one of them."""
    names = _names_of_parts(scene)
    pieces = [n for n in dict.fromkeys(parts_of(root)) if isinstance(n, Slice) and n.symbol]
    for here in dict.fromkeys(_columns(piece)[0] for piece in pieces):
        for there in sorted({start for _, start in names} - {here}):

            def change(node: Expression, here: int = here, there: int = there) -> Expression | None:
                fits = isinstance(node, Slice) and _columns(node)[0] == here
                return _moved(node, there - here) if isinstance(node, Slice) and fits else None

            lead = next(piece for piece in pieces if _columns(piece)[0] == here)
            other = names.get((_whole(lead), there))
            if other is None:
                continue
            sentence = f"the weights of another gate were used: {other} where {lead.symbol} belongs"
            whole = everywhere(root, change)
            if whole is not None:
                yield Mistake(GATES_SWAPPED, sentence), whole
            for piece in pieces:
                other = names.get((_whole(piece), there))
                formula = everywhere(
                    root,
                    lambda n, p=piece, c=change: c(n) if n is p else None,  # type: ignore[misc]
                )
                if formula is not None and other is not None:
                    sentence = f"{other} was used where {piece.symbol} belongs"
                    yield Mistake(GATES_SWAPPED, sentence), formula


def _whole(piece: Slice) -> str:
    whole = piece.operands[0]
    return whole.name if isinstance(whole, Quantity) else ""


def _columns(piece: Slice) -> list[int]:
    """First column and number of columns of a part."""
    columns = sorted({int(place) % piece.operands[0].shape[-1] for place in piece.places.flat})
    return [columns[0], len(columns)]


def _names_of_parts(scene: Scene) -> dict[tuple[str, int], str]:
    """The symbols of all named parts of weights, by the weight and the first column."""
    found: dict[tuple[str, int], str] = {}
    for step in scene.walkthrough.steps:
        if step.definition is not None and step.role != "gradient":
            for node in parts_of(step.definition):
                if isinstance(node, Slice) and node.symbol:
                    found[_whole(node), _columns(node)[0]] = node.symbol
    return found


def _moved(piece: Slice, columns: int) -> Expression | None:
    """The part so many columns further right."""
    start, width = _columns(piece)
    size = piece.operands[0].shape[-1]
    if not 0 <= start + columns <= size - width:
        return None
    key = piece.key if isinstance(piece.key, tuple) else (piece.key,)
    last = slice(start + columns, start + columns + width)
    return Slice(piece.operands[0], (*key[:-1], last))


def gate_reversed(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """1 - z where z belongs, and z where 1 - z belongs."""
    for leaf in _leaves(root):
        if leaf.role == "gate":
            formula = everywhere(root, _exchange(leaf, Subtract(as_expression(1.0), leaf)))
            symbol = symbol_text(leaf)
            sentence = f"{symbol} and 1 - {symbol} were exchanged"
            if formula is not None:
                yield Mistake(GATE_REVERSED, sentence), formula


def reset_misplaced(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """The reset gate before the product with the recurrent weights instead of after it."""

    def before(node: Expression) -> Expression | None:
        if not isinstance(node, Multiply):
            return None
        gate, product = node.operands
        bias = product.operands[1] if isinstance(product, Add) else None
        product = product.operands[0] if isinstance(product, Add) else product
        if not isinstance(product, MatMul) or product.operands[0].shape != gate.shape:
            return None
        inside = MatMul(Multiply(gate, product.operands[0]), product.operands[1])
        return inside if bias is None else Add(inside, bias)

    def outside(node: Expression) -> Expression | None:
        inner = before(node)
        return inner.operands[0] if isinstance(inner, Add) else None

    for change in (before, outside):
        for formula in in_one_place(root, change):
            sentence = "the reset gate was applied before the product with the weights, not after"
            yield Mistake(RESET_MISPLACED, sentence), formula


def reset_too_late(scene: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """The reset gate after the product instead of before it, or not at all."""
    for leaf in _leaves(root):
        original = scene.walkthrough[leaf.name, leaf.t].definition if leaf.t == step.t else None
        if not isinstance(original, Multiply):
            continue
        gate, state = (scene.own[q] for q in original.quantities())

        def after(
            node: Expression, leaf: Quantity = leaf, gate: Quantity = gate, state: Quantity = state
        ) -> Expression | None:
            if isinstance(node, MatMul) and node.operands[0] is leaf:
                return Multiply(gate, MatMul(state, node.operands[1]))
            return None

        for formula in in_one_place(root, after):
            sentence = "the reset gate was applied after the product with the weights, not before"
            yield Mistake(RESET_MISPLACED, sentence), formula
        formula_without = everywhere(root, _exchange(leaf, state))
        if formula_without is not None:
            sentence = f"{symbol_text(state)} was used where {symbol_text(leaf)} belongs"
            yield Mistake(FACTOR_MISSING, sentence), formula_without


# -- answers and losses ----------------------------------------------------------------------


def not_normalised(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """Softmax without its division, or without its exponential."""

    def raw(node: Expression) -> Expression | None:
        if isinstance(node, Softmax):
            return Exp(node.operands[0])
        if isinstance(node, Divide) and isinstance(node.operands[1], Sum):
            return node.operands[0]
        return None

    def without_exp(node: Expression) -> Expression | None:
        if isinstance(node, Softmax):
            return Divide(node.operands[0], Sum(node.operands[0]))
        return None

    for formula in in_one_place(root, raw):
        yield Mistake(NOT_NORMALISED, "the numbers were not divided by their sum"), formula
    for formula in in_one_place(root, without_exp):
        sentence = "the scores were divided by their sum without the exponential first"
        yield Mistake(NOT_NORMALISED, sentence), formula


def mean_not_taken(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """A sum where a mean belongs."""

    def change(node: Expression) -> Expression | None:
        mean = isinstance(node, Divide) and isinstance(node.operands[1], Literal)
        return node.operands[0] if mean else None

    for formula in in_one_place(root, change):
        yield Mistake(MEAN_NOT_TAKEN, "the sum was not divided by the number of steps"), formula


def other_logarithm(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """The logarithm to base 10 or 2."""
    for base in (10, 2):

        def change(node: Expression, base: int = base) -> Expression | None:
            return (
                Divide(node, as_expression(float(np.log(base)))) if isinstance(node, Log) else None
            )

        formula = everywhere(root, change)
        if formula is not None:
            sentence = f"the logarithm to base {base} was taken; ln is the natural one"
            yield Mistake(OTHER_LOGARITHM, sentence), formula


# -- signs, factors, order -------------------------------------------------------------------


def wrong_sign(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """A minus too many or too few, in front or inside."""
    yield Mistake(SIGN, "the sign is the wrong way round"), Negate(root)
    for formula in in_one_place(root, lambda n: _inner(n, Negate)):
        yield Mistake(SIGN, "a minus was left out"), formula
    for formula in in_one_place(
        root, lambda n: Subtract(*n.operands) if isinstance(n, Add) else None
    ):
        yield Mistake(SIGN, "something was subtracted that should be added"), formula
    for formula in in_one_place(
        root, lambda n: Add(*n.operands) if isinstance(n, Subtract) else None
    ):
        yield Mistake(SIGN, "something was added that should be subtracted"), formula


def factor_missing(_: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """One side of a product left out; in a gradient often the slope of the activation."""
    for node in dict.fromkeys(parts_of(root)):
        if not isinstance(node, Multiply) or len(node.operands) != 2:
            continue
        for k, factor in enumerate(node.operands):
            formula = everywhere(root, _exchange(node, node.operands[1 - k]))
            if formula is None:
                continue
            if step.role == "gradient" and isinstance(factor, Subtract):
                sentence = f"the slope of the activation was left out: {part_text(factor)}"
                yield Mistake(SLOPE_FORGOTTEN, sentence), formula
            else:
                sentence = f"the factor {part_text(factor)} was left out"
                yield Mistake(FACTOR_MISSING, sentence), formula


def square_forgotten(_: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """1 - h in the place of 1 - h²."""
    if step.role != "gradient":
        return

    def change(node: Expression) -> Expression | None:
        square = isinstance(node, Multiply) and node.operands[0] is node.operands[1]
        return node.operands[0] if square else None

    for formula in in_one_place(root, change):
        yield Mistake(SLOPE_FORGOTTEN, "a square was left out of the slope, 1 - h²"), formula


def added(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """A sum where a product belongs."""
    for formula in in_one_place(
        root, lambda n: Add(*n.operands) if isinstance(n, Multiply) else None
    ):
        yield Mistake(ADDED, "two numbers were added that should be multiplied"), formula


def halves_exchanged(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """Vectors put side by side in the other order."""
    for formula in in_one_place(
        root, lambda n: Concatenate(*n.operands[::-1]) if isinstance(n, Concatenate) else None
    ):
        yield Mistake(HALVES_EXCHANGED, "the parts stand in the other order"), formula


# -- shared ----------------------------------------------------------------------------------


def _leaves(root: Expression) -> list[Quantity]:
    return list(dict.fromkeys(root.quantities()))


def _exchange(old: Expression, new: Expression) -> Callable[[Expression], Expression | None]:
    return lambda node: new if node is old else None


def _zeros(like: Expression) -> Expression:
    return Quantity("nothing", np.zeros(like.shape), t=None, role="constant")


#: The likeliest first: where two mistakes give the same number, the first is named.
RULES: tuple[Rule, ...] = (
    activation_forgotten,
    not_normalised,
    pre_activation_used,
    term_missing,
    all_biases_missing,
    state_forgotten,
    weights_transposed,
    gates_swapped,
    gate_reversed,
    reset_misplaced,
    reset_too_late,
    wrong_sign,
    mean_not_taken,
    square_forgotten,
    factor_missing,
    other_activation,
    cell_state_for_state,
    halves_exchanged,
    weights_exchanged,
    other_step,
    other_logarithm,
    added,
)
