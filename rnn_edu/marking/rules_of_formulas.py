"""What goes wrong in any formula: a term, a factor, a sign, a mean, a logarithm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_edu.marking import kinds
from rnn_edu.marking.kinds import Mistake, Variant, each, exchange, found, leaves
from rnn_edu.marking.rewriting import everywhere, in_one_place, parts_of
from rnn_edu.marking.scene import Scene
from rnn_edu.marking.wording import part_text, symbol_text
from rnn_edu.walkthrough import Quantity
from rnn_edu.walkthrough.expressions import (
    Add,
    Concatenate,
    Divide,
    Expression,
    Literal,
    Multiply,
    Negate,
    Slice,
    Subtract,
    Sum,
    SumOf,
    as_expression,
)
from rnn_edu.walkthrough.functions import Apply, Softmax, exp

# -- sums ------------------------------------------------------------------------------------


def term_missing(_: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """One term of a sum left out: a bias, the previous state, the input, or another."""
    sums = [n for n in dict.fromkeys(parts_of(root)) if isinstance(n, (Add, SumOf))]
    for node in sums:
        for k, term in enumerate(node.operands):
            rest = [*node.operands[:k], *node.operands[k + 1 :]]
            kept = rest[0] if len(rest) == 1 else SumOf(*rest)
            if kept.shape == node.shape:
                mistake = _left_out(step, term)
                formula = everywhere(root, exchange(node, kept))
                yield from found(mistake.kind, mistake.sentence, formula)
    for node in sums:
        for term in node.operands if len(node.operands) > 2 else ():
            sentence = f"of the sum only {part_text(term)} was taken"
            yield from found(kinds.TERM_MISSING, sentence, everywhere(root, exchange(node, term)))


def _left_out(step: Quantity, term: Expression) -> Mistake:
    before = [leaf for leaf in leaves(term) if kinds.is_earlier_state(leaf, step)]
    if _is_bias(term):
        return Mistake(kinds.BIAS_MISSING, f"the bias {part_text(term)} was left out")
    if before:
        sentence = f"{symbol_text(before[0])}, the state before, was left out"
        return Mistake(kinds.STATE_FORGOTTEN, sentence)
    if any(leaf.role == "input" or kinds.is_from_below(leaf, step) for leaf in leaves(term)):
        return Mistake(kinds.INPUT_FORGOTTEN, f"the input was left out: {part_text(term)}")
    return Mistake(kinds.TERM_MISSING, f"a part of the sum was left out: {part_text(term)}")


def all_biases_missing(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """Every bias left out at once, where there are several."""

    def without(node: Expression) -> Expression | None:
        return node.operands[0] if isinstance(node, Add) and _is_bias(node.operands[1]) else None

    yield from found(kinds.BIAS_MISSING, "the biases were left out", everywhere(root, without))


def _is_bias(term: Expression) -> bool:
    whole = term.operands[0] if isinstance(term, Slice) else term
    return isinstance(whole, Quantity) and whole.role == "weight" and len(term.shape) < 2


def mean_not_taken(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """A sum where a mean belongs."""

    def change(node: Expression) -> Expression | None:
        mean = isinstance(node, Divide) and isinstance(node.operands[1], Literal)
        return node.operands[0] if mean else None

    sentence = "the sum was not divided by the number of steps"
    yield from each(kinds.MEAN_NOT_TAKEN, sentence, in_one_place(root, change))


# -- products --------------------------------------------------------------------------------


def factor_missing(_: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """One side of a product left out; in a gradient often the slope of the activation."""
    for node in dict.fromkeys(parts_of(root)):
        for k, factor in enumerate(node.operands if isinstance(node, Multiply) else ()):
            formula = everywhere(root, exchange(node, node.operands[1 - k]))
            if step.role == "gradient" and isinstance(factor, Subtract):
                sentence = f"the slope of the activation was left out: {part_text(factor)}"
                yield from found(kinds.SLOPE_FORGOTTEN, sentence, formula)
            else:
                sentence = f"the factor {part_text(factor)} was left out"
                yield from found(kinds.FACTOR_MISSING, sentence, formula)


def square_forgotten(_: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """1 - h in the place of 1 - h²."""

    def change(node: Expression) -> Expression | None:
        square = isinstance(node, Multiply) and node.operands[0] is node.operands[1]
        return node.operands[0] if square and step.role == "gradient" else None

    sentence = "a square was left out of the slope, 1 - h²"
    yield from each(kinds.SLOPE_FORGOTTEN, sentence, in_one_place(root, change))


def added(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """A sum where a product belongs."""

    def change(node: Expression) -> Expression | None:
        return Add(*node.operands) if isinstance(node, Multiply) else None

    sentence = "two numbers were added that should be multiplied"
    yield from each(kinds.ADDED, sentence, in_one_place(root, change))


# -- functions and signs ---------------------------------------------------------------------


def not_normalised(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """Softmax without its division, or without its exponential."""

    def undivided(node: Expression) -> Expression | None:
        if isinstance(node, Softmax):
            return exp(node.operands[0])
        shares = isinstance(node, Divide) and isinstance(node.operands[1], Sum)
        return node.operands[0] if shares else None

    def without_exp(node: Expression) -> Expression | None:
        z = node.operands[0] if isinstance(node, Softmax) else None
        return None if z is None else Divide(z, Sum(z))

    sentence = "the numbers were not divided by their sum"
    yield from each(kinds.NOT_NORMALISED, sentence, in_one_place(root, undivided))
    sentence = "the scores were divided by their sum without the exponential first"
    yield from each(kinds.NOT_NORMALISED, sentence, in_one_place(root, without_exp))


def other_logarithm(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """The logarithm to base 10 or 2."""
    for base in (10, 2):

        def change(node: Expression, base: int = base) -> Expression | None:
            scale = as_expression(float(np.log(base)))
            return (
                Divide(node, scale)
                if isinstance(node, Apply) and node.function.base == "ln"
                else None
            )

        sentence = f"the logarithm to base {base} was taken; ln is the natural one"
        yield from found(kinds.OTHER_LOGARITHM, sentence, everywhere(root, change))


def wrong_sign(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """A minus too many or too few, in front or inside."""

    def unsigned(node: Expression) -> Expression | None:
        return node.operands[0] if isinstance(node, Negate) else None

    def subtracted(node: Expression) -> Expression | None:
        return Subtract(*node.operands) if isinstance(node, Add) else None

    def summed(node: Expression) -> Expression | None:
        return Add(*node.operands) if isinstance(node, Subtract) else None

    yield Mistake(kinds.SIGN, "the sign is the wrong way round"), Negate(root)
    for change, sentence in (
        (unsigned, "a minus was left out"),
        (subtracted, "something was subtracted that should be added"),
        (summed, "something was added that should be subtracted"),
    ):
        yield from each(kinds.SIGN, sentence, in_one_place(root, change))


def halves_exchanged(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """Vectors put side by side in the other order."""

    def change(node: Expression) -> Expression | None:
        return Concatenate(*node.operands[::-1]) if isinstance(node, Concatenate) else None

    sentence = "the parts stand in the other order"
    yield from each(kinds.HALVES_EXCHANGED, sentence, in_one_place(root, change))
