"""What goes wrong with gates: the wrong one, the wrong columns, the wrong way round or place."""

from __future__ import annotations

from collections.abc import Iterator

from rnn_edu.marking import kinds
from rnn_edu.marking.kinds import Variant, each, exchange, found, leaves, used_for
from rnn_edu.marking.rewriting import Change, everywhere, in_one_place, parts_of, swapped
from rnn_edu.marking.scene import Scene
from rnn_edu.marking.wording import symbol_text
from rnn_edu.walkthrough import Quantity
from rnn_edu.walkthrough.expressions import (
    Add,
    Expression,
    MatMul,
    Multiply,
    Slice,
    Subtract,
    as_expression,
)


def gates_swapped(scene: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """The columns of another gate, or the value of another gate."""
    yield from _other_columns(scene, root)
    gates = [gate for gate in scene.of_role("gate") if gate.t == step.t]
    used = [leaf for leaf in leaves(root) if leaf in gates]
    for gate in used:
        for other in gates:
            if other is gate or other.shape != gate.shape or not kinds.may_share(gate, other):
                continue
            if other in used:
                sentence = f"the gates {symbol_text(gate)} and {symbol_text(other)} were exchanged"
                both = everywhere(root, swapped([gate], [other]))
                yield from found(kinds.GATES_SWAPPED, sentence, both)
            single = everywhere(root, exchange(gate, other))
            yield from found(kinds.GATES_SWAPPED, used_for(other, gate), single)


def gate_reversed(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """1 - z where z belongs, and z where 1 - z belongs."""
    for leaf in leaves(root):
        if leaf.role == "gate":
            symbol = symbol_text(leaf)
            reverse = Subtract(as_expression(1.0), leaf)
            sentence = f"{symbol} and 1 - {symbol} were exchanged"
            yield from found(
                kinds.GATE_REVERSED, sentence, everywhere(root, exchange(leaf, reverse))
            )


# -- the columns of a gate -------------------------------------------------------------------


def _other_columns(scene: Scene, root: Expression) -> Iterator[Variant]:
    """The columns of another gate: of all weights in the formula, or of one of them."""
    names = _names_of_parts(scene)
    pieces = [n for n in dict.fromkeys(parts_of(root)) if isinstance(n, Slice) and n.symbol]
    firsts = {first for _, first in names}
    for lead in pieces:
        here = _columns(lead)[0]
        for there in sorted(firsts - {here}):
            other = names.get((_whole(lead), there))
            if other is None:
                continue
            sentence = f"{other} was used where {lead.symbol} belongs"
            whole, single = _moving(here, there), _moving(here, there, lead)
            yield from found(
                kinds.GATES_SWAPPED,
                f"the weights of another gate were used: {other} where {lead.symbol} belongs",
                everywhere(root, whole),
            )
            yield from found(kinds.GATES_SWAPPED, sentence, everywhere(root, single))


def _moving(here: int, there: int, only: Slice | None = None) -> Change:
    """A change from the columns of one gate to those of another, of all weights or of one."""

    def change(node: Expression) -> Expression | None:
        if not isinstance(node, Slice) or _columns(node)[0] != here:
            return None
        return _moved(node, there - here) if only is None or node is only else None

    return change


def _whole(piece: Slice) -> str:
    whole = piece.operands[0]
    return whole.name if isinstance(whole, Quantity) else ""


def _columns(piece: Slice) -> tuple[int, int]:
    """First column and number of columns of a part."""
    columns = {int(place) % piece.operands[0].shape[-1] for place in piece.places.flat}
    return min(columns), len(columns)


def _names_of_parts(scene: Scene) -> dict[tuple[str, int], str]:
    """The symbols of all named parts of weights, by the weight and the first column."""
    names: dict[tuple[str, int], str] = {}
    for step in scene.walkthrough.steps:
        if step.definition is not None and step.role != "gradient":
            for node in parts_of(step.definition):
                if isinstance(node, Slice) and node.symbol:
                    names[_whole(node), _columns(node)[0]] = node.symbol
    return names


def _moved(piece: Slice, columns: int) -> Expression | None:
    """The part so many columns further right."""
    start, width = _columns(piece)
    if not 0 <= start + columns <= piece.operands[0].shape[-1] - width:
        return None
    key = piece.key if isinstance(piece.key, tuple) else (piece.key,)
    last = slice(start + columns, start + columns + width)
    return Slice(piece.operands[0], (*key[:-1], last))


# -- the reset gate --------------------------------------------------------------------------


def reset_too_early(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """The reset gate before the product with the recurrent weights instead of after it."""
    sentence = "the reset gate was applied before the product with the weights, not after"
    for change in (_reset_before, _reset_before_without_bias):
        yield from each(kinds.RESET_MISPLACED, sentence, in_one_place(root, change))


def _reset_before(node: Expression) -> Expression | None:
    """From r ⊙ (h W + b) to (r ⊙ h) W + b."""
    if not isinstance(node, Multiply):
        return None
    gate, product = node.operands
    if isinstance(product, Add):
        inside = _reset_before(Multiply(gate, product.operands[0]))
        return None if inside is None else Add(inside, product.operands[1])
    if not isinstance(product, MatMul) or product.operands[0].shape != gate.shape:
        return None
    return MatMul(Multiply(gate, product.operands[0]), product.operands[1])


def _reset_before_without_bias(node: Expression) -> Expression | None:
    inside = _reset_before(node)
    return inside.operands[0] if isinstance(inside, Add) else None


def reset_too_late(scene: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """The reset gate after the product instead of before it, or not at all."""
    for leaf in leaves(root):
        parts = scene.product(leaf) if leaf.t == step.t else None
        if parts is None:
            continue
        gate, state = parts
        late = in_one_place(root, _reset_after(leaf, gate, state))
        sentence = "the reset gate was applied after the product with the weights, not before"
        yield from each(kinds.RESET_MISPLACED, sentence, late)
        without = everywhere(root, exchange(leaf, state))
        yield from found(kinds.FACTOR_MISSING, used_for(state, leaf), without)


def _reset_after(leaf: Quantity, gate: Quantity, state: Quantity) -> Change:
    """From (r ⊙ h) W, where the leaf is r ⊙ h, to r ⊙ (h W)."""

    def change(node: Expression) -> Expression | None:
        fits = isinstance(node, MatMul) and node.operands[0] is leaf
        return Multiply(gate, MatMul(state, node.operands[1])) if fits else None

    return change
