"""Which value of which layer each quantity of a walkthrough is.

A network writes it down beside each quantity that it adds. In a walkthrough that somebody has
written by hand it is found by setting it beside the network's own: same name and time, or else the
same part in the same place. What is not found there is not judged, and the verdict says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rnn_edu.compare.question import Origins
from rnn_edu.errors import RnnEduError, UsageError
from rnn_edu.networks import Embedding, Network, Recurrent
from rnn_edu.networks.objective import LOSS
from rnn_edu.walkthrough import Origin, Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import MatMul

#: Parts of which there is one at each time, so that a name of one's own does no harm.
BY_ROLE = ("output", "target", "loss", "state", "cell state", "input")


def origins_of(w: Walkthrough, network: Network, weights: Mapping[str, Sequence[Any]]) -> Origins:
    """The origin of each quantity that has one.

    Raises:
        UsageError: the walkthrough cannot be set beside the network at all.
    """
    found = {q: q.origin for q in w.quantities if q.origin is not None}
    if not found:
        return _beside(w, reference(w, network, weights))
    known = {layer.name for layer in network.layers}
    if known.issuperset(name for name in map(layer_of, found.values()) if name != LOSS):
        return found
    if len(network.entrances) != 1:
        return found
    return _renamed(found, reference(w, network.with_loss(""), weights))


def left_out(origins: Origins, network: Network) -> set[Quantity]:
    """What belongs to layers that the model does not have."""
    known = {LOSS, *(layer.name for layer in network.layers)}
    return {q for q, origin in origins.items() if layer_of(origin) not in known}


def layer_of(origin: Origin) -> str:
    """The layer of an origin, a Bidirectional for its halves."""
    return origin.layer.partition(".")[0]


def _layers(origins: Origins, *, with_weights: bool) -> list[str]:
    """The layers of origins in order: those with weights, or the others."""
    all_of_them = dict.fromkeys(map(layer_of, origins.values()))
    heavy = {layer_of(origin) for q, origin in origins.items() if q.role == "weight"}
    return [name for name in all_of_them if name != LOSS and (name in heavy) == with_weights]


def _renamed(origins: Origins, known: Walkthrough) -> Origins:
    """The origins by the names of another network, whose layers follow on each other alike.

    Keras numbers its layers through, so that a model that is built twice has other names.
    """
    theirs = {q: q.origin for q in known.quantities if q.origin is not None}
    names: dict[str, str] = {}
    for with_weights in (True, False):
        mine = _layers(origins, with_weights=with_weights)
        names |= zip(mine, _layers(theirs, with_weights=with_weights), strict=False)
    return {q: _under(origin, names) for q, origin in origins.items()}


def _under(origin: Origin, names: Mapping[str, str]) -> Origin:
    layer, dot, half = origin.layer.partition(".")
    return replace(origin, layer=f"{names.get(layer, layer)}{dot}{half}")


def reference(
    w: Walkthrough, network: Network, weights: Mapping[str, Sequence[Any]]
) -> Walkthrough:
    """The network's own walkthrough of the same inputs, starts and targets.

    Raises:
        UsageError: the walkthrough has no inputs that the network could read.
    """
    if len(network.entrances) != 1:
        raise UsageError(
            f'"{w.title}" is written by hand, and the network has {len(network.entrances)} '
            "inputs; a hand-written calculation can be compared with networks of one input."
        )
    inputs = [q for q in w.of_role("input") if q.value.size and q.t is not None]
    inputs = sorted(inputs or w.of_role("input"), key=lambda q: q.t or 0)
    if not inputs:
        raise UsageError(f'"{w.title}" has no input, so there is nothing to ask a network.')
    try:
        return network.walkthrough(
            weights,
            _example(w, network, inputs),
            _target(w, network),
            starts=_starts(w, network),
            gradients=False,
        )
    except RnnEduError as error:
        raise UsageError(f'"{w.title}" is not what the network calculates: {error}') from None


def _example(w: Walkthrough, network: Network, inputs: Sequence[Quantity]) -> Any:
    if any(isinstance(layer, Embedding) for layer in network.layers):
        return _words(w, inputs)
    rows = [q.value.reshape(-1) if q.value.ndim < 2 else q.value[0] for q in inputs]
    return rows[0] if inputs[0].t is None else np.stack(rows)


def _words(w: Walkthrough, inputs: Sequence[Quantity]) -> list[int]:
    """The numbers of one-hot words.

    Raises:
        UsageError: no step multiplies them with a table.
    """
    looked_up = {
        step.definition.operands[0] for step in w.steps if isinstance(step.definition, MatMul)
    }
    if any(q not in looked_up for q in inputs):
        raise UsageError(
            f'"{w.title}" does not begin with a look-up: each of its inputs must be multiplied '
            "with the table of rows."
        )
    return [int(np.argmax(q.value)) for q in inputs]


def _target(w: Walkthrough, network: Network) -> Any:
    targets = sorted(w.of_role("target"), key=lambda q: q.t or 0)
    if not targets or not network.objective.loss:
        return None
    rows = [np.atleast_2d(q.value)[0] for q in targets]
    if network.objective.loss.startswith("sparse"):
        return [int(np.argmax(row)) for row in rows]
    return rows[0] if targets[0].t is None else np.stack(rows)


def _starts(w: Walkthrough, network: Network) -> dict[str, dict[str, Any]]:
    """States that are given before the first step, by the names that the network uses."""
    starts: dict[str, dict[str, Any]] = {}
    recurrent = [layer for layer in network.layers if isinstance(layer, Recurrent)]
    if len(recurrent) != 1:
        return starts
    (layer,) = recurrent
    for q in w.of_role("constant"):
        if q.name in layer.cell.states and q.value.size == layer.units:
            starts.setdefault(layer.name, {})[q.name] = q.value.reshape(-1)
    return starts


def _beside(w: Walkthrough, known: Walkthrough) -> Origins:
    """Origins by name and time, and where the name is not known by part and time."""
    by_name = {(q.name, q.t): q.origin for q in known.quantities if q.origin is not None}
    origins = {
        q: origin for q in w.quantities if (origin := by_name.get((q.name, q.t))) is not None
    }
    taken = set(map(id, origins.values()))
    for q in w.quantities:
        if q in origins or q.role not in BY_ROLE or q.role == "gradient":
            continue
        same = [o for o in known.quantities if (o.role, o.t) == (q.role, q.t) and o.origin]
        if len(same) == 1 and id(same[0].origin) not in taken and same[0].origin is not None:
            origins[q] = same[0].origin
    weights = [q for q in known.weights if q.origin is not None]
    for q, other in zip(w.weights, weights, strict=False):
        if q not in origins and other.origin is not None:
            origins[q] = other.origin
    _logits(w, known, origins)
    return origins


def _logits(w: Walkthrough, known: Walkthrough, origins: dict[Quantity, Origin]) -> None:
    """The weighted sum of the answer may have any name: it is what the output is made of."""
    for q in w.of_role("output"):
        twin = next(
            (o for o in known.quantities if o.origin == origins.get(q) and o.t == q.t), None
        )
        if twin is None or twin.definition is None or q.definition is None:
            continue
        sums = [o for o in twin.definition.quantities() if o.origin is not None]
        mine = [o for o in q.definition.quantities() if o.definition is not None]
        if len(sums) == len(set(mine)) == 1 and mine[0] not in origins:
            assert sums[0].origin is not None
            origins[mine[0]] = sums[0].origin
