"""A network: layers, and the arrows between them. It writes its own walkthrough.

Nothing here imports TensorFlow. A network says what is calculated; a judge builds, or is given,
the same network in another library and is asked for every value by its origin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from numpy.typing import ArrayLike

from rnn_edu.errors import NamingError, ShapeError, UsageError
from rnn_edu.networks.dense import Activation, Dense, Normalization, Softmax, TimeDistributed
from rnn_edu.networks.entrance import Embedding, Input, Words
from rnn_edu.networks.flow import Flow
from rnn_edu.networks.layer import Layer
from rnn_edu.networks.objective import LOSS, Objective, add_objective
from rnn_edu.networks.pen import Pen
from rnn_edu.networks.recurrent import GRU, Bidirectional, MinGRU
from rnn_edu.walkthrough import Walkthrough

#: Which output of which node.
Port: TypeAlias = tuple[int, int]
Arrays: TypeAlias = Sequence[ArrayLike] | Mapping[str, Sequence[ArrayLike]]


@dataclass(frozen=True)
class Node:
    """A layer and what leads to it.

    Attributes:
        layer: the layer.
        inputs: the outputs of earlier nodes that it reads, in order.
        masked: whether masks reach it. Keras loses the mask of a sequence where a recurrent
            layer is called with ``initial_state`` and the mask is not named in the call.
    """

    layer: Layer
    inputs: tuple[Port, ...] = ()
    masked: bool = True


@dataclass(frozen=True)
class Network:
    """Layers with what leads to each, in an order in which they can be calculated.

    Attributes:
        nodes: the layers; each reads earlier ones only.
        outputs: what the network answers.
        objective: its loss, and how steps are added up.

    Raises:
        NamingError: two layers have one name.
        UsageError: a node reads a later one, or an output that is not there.
    """

    nodes: tuple[Node, ...]
    outputs: tuple[Port, ...]
    objective: Objective = field(default_factory=Objective)

    @classmethod
    def sequential(cls, *layers: Layer, loss: str = "", reduction: str = "mean") -> Network:
        """Layers on top of each other; those without a name get one.

        Args:
            layers: from the input to the answer.
            loss: Keras's name of the loss.
            reduction: ``"mean"`` or ``"sum"`` over the steps that have a target.

        Example:
            >>> from rnn_edu.networks import Dense, Input, LSTM, Network
            >>> network = Network.sequential(Input((None, 3)), LSTM(2), Dense(1, "sigmoid"))
            >>> [node.layer.name for node in network.nodes]
            ['input', 'lstm', 'dense']
        """
        named = list(_named(layers))
        nodes = [Node(layer, ((k - 1, 0),) if k else ()) for k, layer in enumerate(named)]
        return cls(tuple(nodes), ((len(nodes) - 1, 0),), Objective(loss, reduction=reduction))

    @classmethod
    def functional(
        cls, *parts: tuple[Layer, *tuple[str, ...]], loss: str = "", reduction: str = "mean"
    ) -> Network:
        """Layers, each with the names of what it reads; the last one answers.

        Args:
            parts: a layer with a name, then the names of layers before it. ``"encoder:1"`` is the
                second thing that the layer called encoder hands on, its first state.
            loss: Keras's name of the loss.
            reduction: ``"mean"`` or ``"sum"`` over the steps that have a target.

        Raises:
            NamingError: a part reads a name that no part before it has.

        Example:
            >>> from rnn_edu.networks import GRU, Input, Network
            >>> network = Network.functional(
            ...     (Input((None, 3), name="heard"),),
            ...     (Input((None, 2), name="said"),),
            ...     (GRU(4, return_state=True, name="encoder"), "heard"),
            ...     (GRU(4, name="decoder"), "said", "encoder:1"),
            ... )
            >>> network.nodes[-1].inputs
            ((1, 0), (2, 1))
        """
        places: dict[str, int] = {}
        nodes = []
        for number, (layer, *sources) in enumerate(parts):
            nodes.append(Node(layer, tuple(_port(layer, name, places) for name in sources)))
            places[layer.name] = number
        return cls(tuple(nodes), ((len(nodes) - 1, 0),), Objective(loss, reduction=reduction))

    def __post_init__(self) -> None:
        names = [node.layer.name for node in self.nodes]
        for name in names:
            if not name or names.count(name) > 1:
                raise NamingError(
                    f"{names.count(name)} layers of the network have the name {name!r}; give "
                    "each a name of its own."
                )
        for k, node in enumerate(self.nodes):
            if any(source >= k for source, _ in node.inputs):
                raise UsageError(
                    f"{node.layer.title()} reads a layer that is calculated after it; a network "
                    "must not run in a circle."
                )

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All layers, in order."""
        return tuple(node.layer for node in self.nodes)

    @property
    def stacked(self) -> bool:
        """Whether each layer reads the one before it, and that one alone."""
        return all(n.inputs in ((), ((k - 1, 0),)) for k, n in enumerate(self.nodes))

    @property
    def entrances(self) -> tuple[Input, ...]:
        """The inputs, in order."""
        return tuple(layer for layer in self.layers if isinstance(layer, Input))

    def with_loss(self, loss: str, reduction: str = "mean") -> Network:
        """The same network with another loss."""
        return replace(self, objective=Objective(loss, reduction=reduction))

    def walkthrough(
        self,
        weights: Arrays,
        inputs: Any,
        target: Any = None,
        *,
        title: str = "",
        note: str = "",
        key: str = "",
        gradients: bool = True,
        separate: bool = False,
        words: Sequence[str] = (),
        answers: Sequence[str] = (),
        features: Sequence[str] = (),
        notes: Mapping[str, Mapping[str, str]] | None = None,
        starts: Mapping[str, Mapping[str, ArrayLike]] | None = None,
        softmax_in_halves: bool = False,
        carry: str = "state",
        into: Walkthrough | None = None,
    ) -> Walkthrough:
        """Every step of the network for one example, and the gradients of its loss.

        Args:
            weights: the arrays of ``get_weights()``, or those of each layer by its name.
            inputs: one example; an array or :class:`Words`, or several by the name of the input.
            target: what it should answer: an array of the answer's shape, the numbers of
                classes for a sparse loss, or :class:`Words`; None for no loss.
            title: the heading; by default the kinds of the layers.
            note: one or two sentences.
            key: under which the book lists it.
            gradients: whether the gradients of the loss by all weights are added.
            separate: whether what reaches a step through each of its users is a step of its own.
            words: the words of an embedding, in the order of their numbers.
            answers: names of the classes.
            features: names of the numbers of one input.
            notes: words for values, by layer and value, in place of the usual ones; at one time
                by ``input at t=1``.
            starts: states before the first step, by layer and name, in place of zeros.
            softmax_in_halves: whether a softmax is written as two steps, exp and then the share.
            carry: what a SimpleRNN hands to its next step: ``"state"``, as it does, or
                ``"pre-activation"``, to show what goes wrong then.
            into: a walkthrough that already has the inputs, which are given as a
                :class:`Flow`; a new one by default.

        Raises:
            ShapeError: a weight, an input or the target has a shape that does not fit.
            UsageError: there is a target and no loss, or the loss cannot be written.
        """
        w = Walkthrough(title or self.title(), note=note, key=key) if into is None else into
        style = Style(
            tuple(answers), tuple(features), notes or {}, starts or {}, softmax_in_halves, carry
        )
        pens = _pens(self, w, style)
        arrays = self.arrays_of(weights)
        given = self._given(inputs)
        flows: list[tuple[Flow, ...]] = []
        for node, pen in zip(self.nodes, pens, strict=True):
            flows.append(self._write(node, pen, flows, arrays, given, words))
        if target is None:
            w.order_by_time()
            return w
        loss = add_objective(
            w,
            self.objective,
            self._answer(flows),
            target,
            answers,
            (notes or {}).get(LOSS, {}),
            in_halves=softmax_in_halves,
            last_activation=self.last_activation(),
        )
        w.order_by_time()
        if gradients:
            w.gradients(loss, separate=separate)
        return w

    def _answer(self, flows: Sequence[tuple[Flow, ...]]) -> Flow:
        """The output that the loss is of.

        Raises:
            UsageError: there are several.
        """
        if len(self.outputs) != 1:
            raise UsageError(
                f"the network answers {len(self.outputs)} times over; a loss is written for "
                "networks with one output. Leave the target out."
            )
        node, port = self.outputs[0]
        return flows[node][port]

    def last_activation(self) -> str:
        """The function that its answer is made with; ``"linear"`` where there is none."""
        layer = self.nodes[self.outputs[0][0]].layer
        inner = layer.layer if isinstance(layer, TimeDistributed) else layer
        if isinstance(inner, Softmax):
            return "softmax"
        return inner.activation if isinstance(inner, (Dense, Activation)) else "linear"

    def title(self) -> str:
        """The kinds of its layers, from the input to the answer.

        Example:
            >>> from rnn_edu.networks import Dense, GRU, Input, Network
            >>> Network.sequential(Input((None, 3)), GRU(2), Dense(1)).title()
            'GRU, Dense'
        """
        return ", ".join(layer.kind for layer in self.layers if not isinstance(layer, Input))

    def arrays_of(self, weights: Arrays) -> dict[str, Sequence[ArrayLike]]:
        """The weights of each layer, by its name.

        Raises:
            ShapeError: there are too few or too many.
        """
        wanted = {layer.name: len(layer.arrays()) for layer in self.layers}
        if isinstance(weights, Mapping):
            found: dict[str, Sequence[ArrayLike]] = {
                name: list(weights.get(name, ())) for name in wanted
            }
        else:
            found, start = {}, 0
            for name, count in wanted.items():
                found[name] = list(weights[start : start + count])
                start += count
            if start < len(weights):
                raise ShapeError(
                    f"the network has {start} arrays of weights, but {len(weights)} are given."
                )
        for layer in self.layers:
            if len(found[layer.name]) != wanted[layer.name]:
                raise ShapeError(
                    f"{layer.title()} has {wanted[layer.name]} arrays of weights "
                    f"({', '.join(layer.arrays()) or 'none'}), but {len(found[layer.name])} are "
                    "given."
                )
        return found

    def _given(self, inputs: Any) -> dict[str, Any]:
        """The example for each input, by its name."""
        names = [layer.name for layer in self.entrances]
        if isinstance(inputs, Mapping):
            if set(inputs) != set(names):
                raise UsageError(
                    f"the network has the inputs {', '.join(names)}; given are "
                    f"{', '.join(map(str, inputs))}."
                )
            return dict(inputs)
        if len(names) == 1:
            return {names[0]: inputs}
        if not isinstance(inputs, (list, tuple)) or len(inputs) != len(names):
            raise UsageError(
                f"the network has {len(names)} inputs, {', '.join(names)}; give one example for "
                "each, by its name."
            )
        return dict(zip(names, inputs, strict=True))

    def _write(
        self,
        node: Node,
        pen: Pen,
        flows: Sequence[tuple[Flow, ...]],
        arrays: Mapping[str, Sequence[ArrayLike]],
        given: Mapping[str, Any],
        words: Sequence[str],
    ) -> tuple[Flow, ...]:
        layer = node.layer
        if isinstance(layer, Input):
            # An embedding writes the words that it reads: one-hot, beside its table.
            read_by_table = self._readers(layer)
            return () if read_by_table else (layer.numbers(pen, given[layer.name]),)
        if isinstance(layer, Embedding):
            source = self.nodes[node.inputs[0][0]].layer
            if not isinstance(source, Input):
                raise UsageError(f"{layer.title()} must read an input, not {source.title()}.")
            example = given[source.name]
            options = example.options if isinstance(example, Words) else words
            return layer.look_up(pen, source.ids(example), options, arrays[layer.name])
        inputs = [flows[number][port] for number, port in node.inputs]
        if not node.masked:
            inputs = [replace(flow, mask=None) for flow in inputs]
        return layer.write(pen, inputs, arrays[layer.name])

    def _readers(self, entrance: Input) -> list[Embedding]:
        """The embeddings that read an input.

        Raises:
            UsageError: another layer reads it as well.
        """
        number = self.layers.index(entrance)
        readers = [n.layer for n in self.nodes if any(source == number for source, _ in n.inputs)]
        tables = [layer for layer in readers if isinstance(layer, Embedding)]
        if tables and len(readers) > len(tables):
            raise UsageError(
                f"the input {entrance.name!r} is read by an Embedding layer and by another one; "
                "by hand it can be words or numbers, not both."
            )
        return tables


def _port(layer: Layer, source: str, places: Mapping[str, int]) -> Port:
    """The output that a source such as ``"encoder:1"`` names."""
    name, _, port = source.partition(":")
    if name not in places:
        raise NamingError(
            f"{layer.title()} reads {name!r}, but the layers before it are "
            f"{', '.join(places) or 'none'}."
        )
    return places[name], int(port or 0)


def _named(layers: Sequence[Layer]) -> Iterator[Layer]:
    """Names for layers that have none: the class, and a number from the second one on."""
    taken: dict[str, int] = {}
    for layer in layers:
        base = layer.default_name
        count = taken[base] = taken.get(base, -1) + 1
        yield layer if layer.name else replace(layer, name=f"{base}_{count}" if count else base)


@dataclass(frozen=True)
class Style:
    """How a walkthrough is written: names, words, and what is taken apart."""

    answers: tuple[str, ...]
    features: tuple[str, ...]
    notes: Mapping[str, Mapping[str, str]]
    starts: Mapping[str, Mapping[str, ArrayLike]]
    softmax_in_halves: bool
    carry: str


def _pens(network: Network, w: Walkthrough, style: Style) -> Iterator[Pen]:
    """The pen of each layer: names that no other layer uses, and what the book calls them."""
    final = {number for number, _ in network.outputs}
    groups = [_group(layer) for layer in network.layers]
    # What both directions are merged to is called m as well.
    letters = {} if _count(network, Bidirectional) else {"mask": "m"}
    for number, (layer, group) in enumerate(zip(network.layers, groups, strict=True)):
        answer = number in final and isinstance(layer, (Dense, Normalization, TimeDistributed))
        # The halves of a Bidirectional have names of their own; the plain names of a hidden dense
        # layer would be those of a recurrent one.
        both = isinstance(layer, Bidirectional) and _count(network, Bidirectional) == 1
        alone = answer or both or (groups.count(group) == 1 and group != "dense")
        labels = {"output": style.answers} if number in final and style.answers else {}
        if isinstance(layer, Input) and style.features:
            labels["input"] = style.features
        yield Pen(
            w,
            layer.name,
            suffix="" if alone else _clean(layer.name),
            accent="%s" if alone else f"%s^{{({groups[: number + 1].count(group)})}}",
            notes=dict(style.notes.get(layer.name, {})),
            labels=labels,
            bases=_answer_names(network, layer) if answer else _names(layer),
            starts=dict(style.starts.get(layer.name, {})),
            role="output" if number in final else "computed",
            softmax_in_halves=style.softmax_in_halves,
            carry=style.carry,
            letters=letters,
        )


def _count(network: Network, kind: type[Layer]) -> int:
    return sum(isinstance(layer, kind) for layer in network.layers)


def _group(layer: Layer) -> str:
    """Layers of one group would have the same names."""
    return layer.family if layer.family != "other" else layer.base


def _clean(name: str) -> str:
    return re.sub(r"\W", "_", name, flags=re.ASCII)


def _names(layer: Layer) -> dict[str, str]:
    hidden = layer.family == "dense"
    return {"output": layer.base, "pre_activation": "z"} | (
        {"kernel": "W", "bias": "b"} if hidden else {}
    )


def _answer_names(network: Network, layer: Layer) -> dict[str, str]:
    """The book's names at the answer; a GRU has a gate z, so that its logits are called s."""
    inner = layer.layer if isinstance(layer, TimeDistributed) else layer
    softmax = isinstance(inner, Dense) and inner.activation == "softmax"
    gru = any(isinstance(part, (GRU, MinGRU)) for layer in network.layers for part in inside(layer))
    return {
        "kernel": "W_hy",
        "bias": "b_y",
        "pre_activation": "s" if gru else "z",
        "output": "p" if softmax else "y_hat",
    }


def inside(layer: Layer) -> tuple[Layer, ...]:
    """The layers within a wrapper, or the layer itself."""
    if isinstance(layer, Bidirectional):
        return layer.layer, layer.backward
    return (layer.layer,) if isinstance(layer, TimeDistributed) else (layer,)


def describe(network: Network) -> str:
    """One line a layer: its name, its kind and what leads to it.

    Example:
        >>> from rnn_edu.networks import Dense, Input, Network
        >>> print(describe(Network.sequential(Input((3,)), Dense(1))))
        input: Input
        dense: Dense, from input
    """
    lines = []
    for node in network.nodes:
        sources = ", ".join(network.nodes[number].layer.name for number, _ in node.inputs)
        lines.append(
            f"{node.layer.name}: {node.layer.kind}" + (f", from {sources}" if sources else "")
        )
    return "\n".join(lines)
