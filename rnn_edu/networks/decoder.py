"""Which slice of which array of ``get_weights()`` is which weight of the book.

Keras keeps the weights of all gates side by side in one array, in the order that the cell's record
has (``rnn_edu.networks.cells.CELLS``); the tests prove it by setting one slice at a time and
watching that gate act.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from rnn_edu.errors import NamingError, UsageError
from rnn_edu.networks.cells import CELLS, Cell
from rnn_edu.walkthrough.expressions import Array, key_text
from rnn_edu.walkthrough.latex import symbol_latex

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Slices = tuple[Any, ...]

COLOURS = ("#d6e6f7", "#fbe3cf", "#d3efe0", "#e8dcf5")


@dataclass(frozen=True)
class Part:
    """One named weight inside the arrays of ``get_weights()``.

    Attributes:
        name: the book's symbol, such as ``W_xi``.
        gate: what it works for.
        keras_name: Keras's name of the array.
        array: number of the array in ``get_weights()``.
        key: where it lies in that array.
        values: its numbers.
        direction: in a Bidirectional layer ``"forwards"`` or ``"backwards"``, else empty.
    """

    name: str
    gate: str
    keras_name: str
    array: int
    key: Slices
    values: Array
    direction: str = ""

    @property
    def purpose(self) -> str:
        """The gate and, where there are two, the direction."""
        return f"{self.gate}, {self.direction}" if self.direction else self.gate

    @property
    def slice_text(self) -> str:
        """The place in the array, written in Python as ``[:, 0:3]``."""
        return f"[{key_text(self.key)}]"

    @property
    def code(self) -> str:
        """The expression that gives the numbers."""
        return f"get_weights()[{self.array}]{self.slice_text}"


class Decoded:
    """The weights of a Keras layer or model, each under its own name.

    Attributes:
        title: kind and name of the layer or model.
        parts: the named weights, in the order of ``get_weights()``.
        shapes: of the arrays.
        name: of the layer.
    """

    def __init__(
        self,
        title: str,
        parts: Sequence[Part],
        shapes: Sequence[tuple[int, ...]],
        name: str = "",
    ) -> None:
        self.title, self.parts, self.shapes, self.name = title, tuple(parts), tuple(shapes), name

    def part(self, name: str) -> Array:
        """The numbers of one named weight.

        Raises:
            NamingError: there is no such weight; the message lists those that there are.
        """
        return self[name].values

    def __getitem__(self, name: str) -> Part:
        for part in self.parts:
            if part.name == name:
                return part
        known = ", ".join(part.name for part in self.parts)
        raise NamingError(f"{self.title} has no weight {name!r}; it has {known}.")

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts)

    def __repr__(self) -> str:
        return f"<Decoded {self.title}: {', '.join(part.name for part in self.parts)}>"

    def __str__(self) -> str:
        lines = [
            f"  {p.name} = {p.code}, shape {p.values.shape}: {p.purpose}, {p.keras_name}"
            for p in self.parts
        ]
        return "\n".join([self.title, *lines])

    def _repr_html_(self) -> str:
        heads = ("Symbol", "Works for", "Keras's array", "Slice", "Shape")
        head = "".join(f'<th scope="col">{text}</th>' for text in heads)
        rows = "\n".join(_html_row(part) for part in self.parts)
        return (
            f'<table class="decoder mathjax_process"><caption>{escape(self.title)}</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
        )

    def picture(self) -> Figure:
        """The arrays as blocks, one block for each named weight, labelled with its name."""
        from rnn_edu.figures.style import WIDTH, new_axes

        axes = new_axes((WIDTH, 0.5 + 0.95 * len(self.shapes)))
        axes.set_axis_off()
        for number, shape in enumerate(self.shapes):
            parts = [part for part in self.parts if part.array == number]
            _draw_array(axes, number, shape, parts)
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(len(self.shapes) - 0.1, -0.25)
        axes.set_title(self.title)
        figure = axes.get_figure(root=True)
        assert figure is not None
        return figure


def _html_row(part: Part) -> str:
    cells = (
        escape(part.purpose),
        f"<code>get_weights()[{part.array}]</code> {escape(part.keras_name)}",
        f"<code>{part.slice_text}</code>",
        " × ".join(str(size) for size in part.values.shape),
    )
    body = "".join(f"<td>{cell}</td>" for cell in cells)
    return rf'<tr><th scope="row">\({symbol_latex(part.name)}\)</th>{body}</tr>'


def _draw_array(axes: Axes, number: int, shape: tuple[int, ...], parts: Sequence[Part]) -> None:
    """One array: its columns from left to right, its rows from top to bottom."""
    from matplotlib.patches import Rectangle

    rows, columns = (1, *shape)[-2:]
    heading = f"[{number}]  {parts[0].keras_name} {shape}"
    direction = parts[0].direction
    axes.text(0, number - 0.06, f"{heading}  {direction}", fontsize=9)
    gates = list(dict.fromkeys(part.gate for part in parts))
    for part in parts:
        top, height = _span(part.key[-2] if len(part.key) > 1 else slice(None), rows)
        left, width = _span(part.key[-1], columns)
        corner = left / columns, number + 0.6 * top / rows
        size = width / columns, 0.6 * height / rows
        colour = COLOURS[gates.index(part.gate) % len(COLOURS)]
        axes.add_patch(Rectangle(corner, *size, facecolor=colour, edgecolor="#52606d"))
        symbol = symbol_latex(part.name.removesuffix(f"_{direction}"))
        label = f"${symbol}$" + ("  " if size[1] < 0.5 else "\n") + part.gate
        middle = corner[0] + size[0] / 2, corner[1] + size[1] / 2
        axes.text(*middle, label, ha="center", va="center", fontsize=9)


def _span(key: int | slice, size: int) -> tuple[int, int]:
    """Start and length of a key along an axis."""
    start, stop, _ = (
        slice(key, key + 1).indices(size) if isinstance(key, int) else key.indices(size)
    )
    return start, stop - start


def decode_weights(model: Any) -> Decoded:
    """Names every part of ``model.get_weights()``.

    Args:
        model: a built Keras SimpleRNN, LSTM, GRU, Dense or Embedding layer, or one that derives
            from these; a Bidirectional of one of the first three, the names of its two halves
            end in ``_forwards`` and ``_backwards``; or a whole model of such layers, where names
            that several layers would have end in the name of the layer.

    Raises:
        UsageError: another kind of layer, or one that has no weights yet.
    """
    if not hasattr(model, "layers"):
        return _decoded(model)
    layers = [layer for layer in model.layers if layer.weights or not layer.built]
    return _together(f"{type(model).__name__} model {model.name!r}", list(map(_decoded, layers)))


def _decoded(layer: Any) -> Decoded:
    """One layer."""
    kind = type(layer).__name__
    if not layer.weights:
        raise UsageError(
            f"the {kind} layer {layer.name!r} has no weights yet; build it, or call it on data, "
            "first."
        )
    title = f"{kind} layer {layer.name!r}"
    if _kind(layer) == "Bidirectional":
        parts = _both_directions(layer)
        title = f"{kind} {type(layer.forward_layer).__name__} layer {layer.name!r}"
    else:
        parts = _parts(layer)
    shapes = [tuple(weight.shape) for weight in layer.weights]
    return Decoded(title, parts, shapes, layer.name)


def _together(title: str, layers: Sequence[Decoded]) -> Decoded:
    """Several layers as one: their arrays follow on each other."""
    names = [part.name for layer in layers for part in layer]
    parts: list[Part] = []
    shapes: list[tuple[int, ...]] = []
    for layer in layers:
        for part in layer:
            name = part.name if names.count(part.name) == 1 else f"{part.name}_{layer.name}"
            parts.append(replace(part, name=name, array=part.array + len(shapes)))
        shapes += layer.shapes
    return Decoded(title, parts, shapes)


def _both_directions(layer: Any) -> list[Part]:
    """The forward layer's arrays come first, then the backward layer's."""
    ahead, behind = _parts(layer.forward_layer), _parts(layer.backward_layer)
    offset = len(layer.forward_layer.weights)
    return [
        *(_directed(p, "forwards", 0) for p in ahead),
        *(_directed(p, "backwards", offset) for p in behind),
    ]


def _directed(part: Part, direction: str, offset: int) -> Part:
    name = f"{part.name}_{direction}"
    return replace(part, name=name, direction=direction, array=part.array + offset)


KNOWN = (*CELLS, "Bidirectional", "Dense", "Embedding")


def _kind(layer: Any) -> str:
    """Keras's name of the layer, or of the one that it derives from; empty where it is unknown."""
    return next((cls.__name__ for cls in type(layer).__mro__ if cls.__name__ in KNOWN), "")


def _parts(layer: Any) -> list[Part]:
    kind = _kind(layer)
    if kind in CELLS:
        return _recurrent(layer, CELLS[kind])
    if kind == "Dense":
        parts = [_whole(layer, 0, "W_hy", "input to output")]
        return [*parts, _whole(layer, 1, "b_y", "bias of the output")] if layer.use_bias else parts
    if kind == "Embedding":
        return [_whole(layer, 0, "E", "one row for each word")]
    raise UsageError(
        f"decode_weights knows {', '.join(KNOWN[:-1])} and {KNOWN[-1]} layers; {layer.name!r} is "
        f"a {type(layer).__name__}."
    )


def _whole(layer: Any, array: int, name: str, gate: str) -> Part:
    variable = layer.weights[array]
    key = (slice(None),) * len(variable.shape)
    return _part(layer, array, key, name, gate)


def _part(layer: Any, array: int, key: Slices, name: str, gate: str) -> Part:
    variable = layer.weights[array]
    values = np.asarray(variable, dtype=np.float64)[key]
    return Part(name, gate, variable.name, array, key, values)


def _recurrent(layer: Any, cell: Cell) -> list[Part]:
    """Blocks of columns: the kernel's, then the recurrent kernel's, then the bias's."""
    parts = []
    kernels = ((0, "W_x"), (1, "W_h")) if cell.reads_state else ((0, "W_x"),)
    for array, prefix in kernels:
        for gate in cell.gates:
            key = (slice(None), cell.columns(gate.letter, layer.units))
            parts.append(_part(layer, array, key, f"{prefix}{gate.letter or 'h'}", gate.meaning))
    if layer.use_bias:
        parts += _biases(layer, cell)
    if cell.decays:
        decay = cell.arrays(layer.use_bias).index("decay")
        parts.append(_whole(layer, decay, "d", "what stays, before its sigmoid"))
    return parts


def _biases(layer: Any, cell: Cell) -> list[Part]:
    parts = []
    bias = cell.arrays(True).index("bias")
    # With reset_after a GRU has two rows of biases: the input's and the hidden state's.
    two_rows = len(layer.weights[bias].shape) == 2
    for row, prefix in ((0, "b_x"), (1, "b_h")) if two_rows else ((None, "b_"),):
        for gate in cell.gates:
            columns = cell.columns(gate.letter, layer.units)
            place = (columns,) if row is None else (row, columns)
            name = f"{prefix}{gate.letter or 'h'}"
            parts.append(_part(layer, bias, place, name, gate.meaning))
    return parts
