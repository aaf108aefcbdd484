"""Layers while an ONNX graph is being read: what they hand on is known only at its end.

Whether a recurrent layer returns every state or the last one, is said in ONNX by what reads it.
So each layer is drafted first, and finished when all its readers are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rnn_edu import networks as n
from rnn_edu.errors import UsageError
from rnn_edu.networks.network import Port
from rnn_edu.networks.readers.onnx_values import Array, Ref

#: The layer that puts both directions together, by Keras's ``merge_mode``.
MERGES: Mapping[str, type[n.Layer]] = {
    "concat": n.Concatenate,
    "sum": n.Add,
    "mul": n.Multiply,
    "ave": n.Average,
}


@dataclass
class Draft:
    """One layer, as far as it is known.

    Attributes:
        layer: with the settings found so far.
        title: the node that it was read from, for messages.
        inputs: what it reads.
        arrays: its weights.
        shared: whether something else than the next node reads its answer.
        starts: states to start from in place of zeros, by name.
    """

    layer: n.Layer
    title: str
    inputs: tuple[Ref, ...] = ()
    arrays: list[Array] = field(default_factory=list)
    shared: bool = False
    starts: dict[str, Array] = field(default_factory=dict)

    def change(self, **settings: Any) -> None:
        """Sets more of the layer's settings."""
        self.layer = replace(self.layer, **settings)

    def finish(self, used: set[str]) -> tuple[n.Layer, dict[str, int]]:
        """The layer, and the number of its output for each of the values that are used."""
        return self.layer, {"output": 0}


@dataclass
class RecurrentDraft(Draft):
    """A recurrent layer in one direction or in both.

    Its values are ``sequence``, ``h`` and ``c``; with two directions also ``h:0``, the forward
    one's, and ``h:1``.

    Attributes:
        halves: the layer of each direction.
        aligned: whether the states stand in the order of time although they are read backwards.
        merge_mode: how both directions are put together.
    """

    halves: tuple[n.Recurrent, ...] = ()
    aligned: bool = False
    merge_mode: str = "concat"

    @property
    def directions(self) -> int:
        """How many there are."""
        return len(self.halves)

    def end(self, role: str) -> int:
        """At which step of the sequence the last state stands: -1 or 0."""
        backwards = role.endswith(":1") or self.aligned
        return 0 if backwards else -1

    def finish(self, used: set[str]) -> tuple[n.Layer, dict[str, int]]:
        """One layer for one direction, or a Bidirectional."""
        return self._one(used) if self.directions == 1 else self._both(used)

    def _one(self, used: set[str]) -> tuple[n.Layer, dict[str, int]]:
        sequences = "sequence" in used
        if sequences and self.aligned:
            raise UsageError(
                f"{self.title} reads backwards and hands every state on in the order of time; in "
                "Keras a layer that reads backwards hands them on in its own order."
            )
        states = "c" in used or len(used) > 1
        layer = replace(self.halves[0], return_sequences=sequences, return_state=states)
        ports = {"sequence": 0, "h": 1 if states else 0, "c": 2}
        return layer, ports

    def _both(self, used: set[str]) -> tuple[n.Layer, dict[str, int]]:
        sequences = any(role.startswith("sequence") for role in used)
        separate = any(role.startswith("sequence:") for role in used)
        states = bool(used - {"sequence", "sequence:0", "sequence:1"}) and used != {"h"}
        forward, backward = (
            replace(half, return_sequences=sequences, return_state=states) for half in self.halves
        )
        same = replace(backward, go_backwards=False) == forward
        merge = None if separate else self.merge_mode
        layer = n.Bidirectional(forward, merge, backward_layer=None if same else backward)
        if used == {"h"}:
            return layer, {"h": 0}
        first, count = 2 if separate else 1, len(forward.cell.states)
        ports = {"sequence:0": 0, "sequence:1": 1} if separate else {"sequence": 0}
        for d in (0, 1):
            for k, name in enumerate(forward.cell.states):
                ports[f"{name}:{d}"] = first + d * count + k
        return layer, ports


@dataclass(frozen=True)
class Finished:
    """The layers, finished.

    Attributes:
        network: made of them.
        weights: the arrays of each, by name.
        starts: the states that they start from, where these are not zeros.
        names: the layer of each draft that leads to an output.
    """

    network: n.Network
    weights: dict[str, list[Array]]
    starts: dict[str, dict[str, Array]]
    names: dict[int, str]


def network_of(drafts: Sequence[Draft], outputs: Sequence[Ref]) -> Finished:
    """The network that the drafts make, as far as they lead to its outputs."""
    used = _used(drafts, outputs)
    nodes: list[n.Node] = []
    places: dict[Ref, Port] = {}
    weights: dict[str, list[Array]] = {}
    starts: dict[str, dict[str, Array]] = {}
    names, named = _Names(), {}
    for k, draft in enumerate(drafts):
        if not used[k] and not isinstance(draft.layer, n.Input):
            continue
        layer, ports = draft.finish(used[k])
        layer = names.named(layer)
        named[k] = layer.name
        places |= {(k, role): (len(nodes), port) for role, port in ports.items()}
        nodes.append(n.Node(layer, tuple(places[ref] for ref in draft.inputs)))
        weights[layer.name] = draft.arrays
        starts |= {layer.name: draft.starts} if draft.starts else {}
        for role in sorted(used[k] - set(ports)):
            merge = names.named(MERGES[draft.merge_mode]())  # type: ignore[attr-defined]
            halves = tuple(places[k, f"{role}:{d}"] for d in (0, 1))
            places[k, role] = (len(nodes), 0)
            nodes.append(n.Node(merge, halves))
    found = n.Network(tuple(nodes), tuple(places[ref] for ref in outputs))
    return Finished(found, {name: a for name, a in weights.items() if a}, starts, named)


def _used(drafts: Sequence[Draft], outputs: Iterable[Ref]) -> list[set[str]]:
    """For each draft those of its values that lead to an output."""
    used: list[set[str]] = [set() for _ in drafts]
    for k, role in outputs:
        used[k].add(role)
    for k in range(len(drafts) - 1, -1, -1):
        if used[k]:
            for source, role in drafts[k].inputs:
                used[source].add(role)
    return used


class _Names:
    """Names for layers as Keras gives them, each once."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def named(self, layer: n.Layer) -> n.Layer:
        """The layer with its own name, or the next free one."""
        wanted = layer.name or layer.default_name
        name, count = wanted, 0
        while name in self.taken:
            count += 1
            name = f"{wanted}_{count}"
        self.taken.add(name)
        return replace(layer, name=name)
