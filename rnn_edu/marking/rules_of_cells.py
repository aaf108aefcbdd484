"""What goes wrong in a recurrent cell: its activation, its memory, its weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from rnn_edu.marking import kinds
from rnn_edu.marking.kinds import Variant, each, exchange, found, leaves, used_for
from rnn_edu.marking.rewriting import attempt, everywhere, in_one_place, parts_of, swapped
from rnn_edu.marking.scene import Scene, is_activation
from rnn_edu.marking.wording import part_text, symbol_text
from rnn_edu.walkthrough import Quantity
from rnn_edu.walkthrough.expressions import (
    Expression,
    MatMul,
    Outer,
    Transpose,
)
from rnn_edu.walkthrough.functions import FUNCTIONS, Apply, Function

#: What is applied by mistake in the place of another function: the usual ones, and those that
#: one name has meant.
_TAKEN = {name: FUNCTIONS[name] for name in ("tanh", "sigmoid", "relu", "hard_sigmoid")}
_OLD = "the hard_sigmoid of Keras 2"
_MISTAKEN = {**_TAKEN, _OLD: FUNCTIONS["hard_sigmoid_keras2"]}


def activation_forgotten(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """The sum itself instead of its tanh, sigmoid, relu or whatever is applied to it."""
    for kind in _applied(root):
        sentence = activation_left_out(kind)
        without = in_one_place(root, _replacing(kind, lambda inner: inner))
        yield from each(kinds.ACTIVATION_FORGOTTEN, sentence, without)


def activation_left_out(function: Function) -> str:
    """The sentence about an activation that was not applied."""
    return f"the activation was left out: {function.base} was not applied"


def other_activation(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """One activation function in the place of another."""
    for kind in _applied(root):
        for other, replacement in _MISTAKEN.items():
            if replacement is not kind:
                sentence = f"{other} was applied where {kind.base} belongs"
                replaced = in_one_place(root, _replacing(kind, replacement))
                yield from each(kinds.OTHER_ACTIVATION, sentence, replaced)


def _applied(root: Expression) -> list[Function]:
    """The activation functions in a formula, each once."""
    applied = (node.function for node in parts_of(root) if isinstance(node, Apply))
    return list(dict.fromkeys(function for function in applied if is_activation(function)))


def _replacing(
    kind: Function, other: Callable[[Expression], Expression]
) -> Callable[[Expression], Expression | None]:
    def change(node: Expression) -> Expression | None:
        applied = isinstance(node, Apply) and node.function is kind
        return other(node.operands[0]) if applied else None

    return change


# -- the memory ------------------------------------------------------------------------------


def pre_activation_used(scene: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """What stands inside the activation function used in the place of the state."""
    for leaf in leaves(root):
        inner = scene.inside(leaf)
        if inner is None:
            continue
        formula = everywhere(root, exchange(leaf, inner))
        if leaf.t is not None and step.t is not None and leaf.t != step.t:
            sentence = f"{used_for(inner, leaf)}: the number before its activation was handed on"
            yield from found(kinds.FED_BACK, sentence, formula)
        else:
            sentence = f"{used_for(inner, leaf)}: the activation is missing"
            yield from found(kinds.PRE_ACTIVATION_USED, sentence, formula)


def cell_state_for_state(scene: Scene, _: Quantity, root: Expression) -> Iterator[Variant]:
    """The cell state of an LSTM used where its hidden state belongs, or the other way round."""
    other_role = {"state": "cell state", "cell state": "state"}
    for leaf in leaves(root):
        for other in scene.of_role(other_role.get(leaf.role, "")):
            if other.t == leaf.t and kinds.may_share(leaf, other):
                formula = everywhere(root, exchange(leaf, other))
                yield from found(kinds.STATES_EXCHANGED, used_for(other, leaf), formula)


def state_forgotten(_: Scene, step: Quantity, root: Expression) -> Iterator[Variant]:
    """Zero in the place of the state before, or of the input."""
    for leaf in leaves(root):
        nothing = Quantity("nothing", np.zeros(leaf.shape), t=None, role="constant")
        formula = everywhere(root, exchange(leaf, nothing))
        if kinds.is_earlier_state(leaf, step):
            sentence = f"{symbol_text(leaf)}, the state before, was left out"
            yield from found(kinds.STATE_FORGOTTEN, sentence, formula)
        elif leaf.role == "input" or kinds.is_from_below(leaf, step):
            sentence = f"the input {symbol_text(leaf)} was left out"
            yield from found(kinds.INPUT_FORGOTTEN, sentence, formula)


def other_step(scene: Scene, _: Quantity, root: Expression) -> Iterator[Variant]:
    """A state or an input of another time step."""
    for leaf in leaves(root):
        # The neighbours first: they are taken by mistake more often.
        for distance in (-1, 1, -2, 2, -3, 3):
            other = None if leaf.t is None else scene.at(leaf.name, leaf.t + distance)
            if other is not None and other.shape == leaf.shape:
                formula = everywhere(root, exchange(leaf, other))
                yield from found(kinds.OTHER_STEP, used_for(other, leaf), formula)


def other_layer(scene: Scene, _: Quantity, root: Expression) -> Iterator[Variant]:
    """The same value of another layer."""
    for leaf in leaves(root):
        for other in scene.counterparts(leaf):
            formula = everywhere(root, exchange(leaf, other))
            yield from found(kinds.OTHER_LAYER, used_for(other, leaf), formula)


# -- weights ---------------------------------------------------------------------------------


def weights_transposed(_: Scene, __: Quantity, root: Expression) -> Iterator[Variant]:
    """Rows and columns of a weight exchanged, where its shape lets that pass."""
    for node in dict.fromkeys(parts_of(root)):
        other = attempt(_transposed, node)
        if other is not None:
            weight = node.operands[1] if isinstance(node, MatMul) else node
            weight = weight.operands[0] if isinstance(weight, Transpose) else weight
            sentence = f"{part_text(weight)} was transposed: its rows and columns were exchanged"
            formula = everywhere(root, exchange(node, other))
            yield from found(kinds.WEIGHTS_TRANSPOSED, sentence, formula)


def _transposed(node: Expression) -> Expression | None:
    """A product with the other form of its matrix."""
    if isinstance(node, MatMul) and len(node.operands[1].shape) == 2:
        u, v = node.operands
        return MatMul(u, v.operands[0] if isinstance(v, Transpose) else Transpose(v))
    return Transpose(node) if isinstance(node, Outer) else None


def weights_exchanged(scene: Scene, _: Quantity, root: Expression) -> Iterator[Variant]:
    """Another weight of the same shape."""
    used = [leaf for leaf in leaves(root) if leaf.role == "weight"]
    for leaf in used:
        for other in scene.of_role("weight"):
            if other is leaf or other.shape != leaf.shape:
                continue
            if other in used:
                names = f"{symbol_text(other)} and {symbol_text(leaf)}"
                both = everywhere(root, swapped([leaf], [other]))
                sentence = f"the weights {names} were exchanged"
                yield from found(kinds.WEIGHTS_EXCHANGED, sentence, both)
            single = everywhere(root, exchange(leaf, other))
            yield from found(kinds.WEIGHTS_EXCHANGED, used_for(other, leaf), single)
