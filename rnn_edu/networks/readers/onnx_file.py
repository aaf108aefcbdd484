"""An ONNX file as plain Python: nodes with attributes, arrays, inputs and outputs.

Nothing is run. A file is data: sub-graphs, functions of the file's own and operators from other
sets of operators are refused, and arrays in other files only if these lie in the same folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnn_edu.errors import DataError, MissingProgramError, UsageError

Array: TypeAlias = NDArray[Any]

#: A network to be followed by hand is small; a file beyond this is none.
LARGEST_FILE = 256 * 2**20
#: Types of numbers that are read, by ONNX's names.
TYPES = frozenset(
    {"FLOAT", "DOUBLE", "FLOAT16", "BOOL", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64"}
)
OWN_DOMAINS = ("", "ai.onnx")
#: Operators that hold a graph of their own.
CONTROL = ("If", "Loop", "Scan", "SequenceMap")


@dataclass(frozen=True)
class OnnxNode:
    """One operation.

    Attributes:
        name: as the file has it, or its number where it has none.
        operator: ONNX's name of the operation.
        inputs: names of the values that it reads; empty where an optional one is left out.
        outputs: names of the values that it calculates.
        attributes: its settings: numbers, text, tuples of numbers, arrays.
    """

    name: str
    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def title(self) -> str:
        """The node as messages call it.

        Example:
            >>> OnnxNode("h", "Gemm", ("x",), ("y",), {}).title()
            "the node 'h' (Gemm)"
        """
        return f"the node {self.name!r} ({self.operator})"


@dataclass(frozen=True)
class OnnxInput:
    """What is given to the network.

    Attributes:
        name: its name in the file.
        type: ONNX's name of its type of numbers, such as ``"FLOAT"``.
        shape: its sizes; None where one is open.
    """

    name: str
    type: str
    shape: tuple[int | None, ...]


@dataclass(frozen=True)
class OnnxFile:
    """The content of a file.

    Attributes:
        path: where it was read from.
        producer: the program that has written it.
        opset: the version of the set of operators.
        nodes: in the order of calculation.
        arrays: the numbers that the file brings, by name.
        inputs: what is given.
        outputs: the names of what is answered.
    """

    path: Path
    producer: str
    opset: int
    nodes: tuple[OnnxNode, ...]
    arrays: Mapping[str, Array]
    inputs: tuple[OnnxInput, ...]
    outputs: tuple[str, ...]


def read_onnx_file(path: str | PathLike[str]) -> OnnxFile:
    """The graph in an ONNX file.

    Raises:
        MissingProgramError: the package ``onnx`` is not installed.
        DataError: the file is missing, too large, damaged or no ONNX file, or its arrays lie in
            another folder.
        UsageError: there is a sub-graph, a function or an operator of the file's own.
    """
    path = Path(path)
    onnx = _package()
    model = _model(onnx, path)
    graph = model.graph
    nodes = tuple(_node(onnx, path, k, node) for k, node in enumerate(graph.node))
    arrays = {tensor.name: _array(onnx, path, tensor) for tensor in graph.initializer}
    inputs = tuple(_input(onnx, path, value) for value in graph.input if value.name not in arrays)
    outputs = tuple(value.name for value in graph.output)
    _check_order(path, nodes, {*arrays, *(value.name for value in inputs)}, outputs)
    return OnnxFile(path, model.producer_name, _opset(path, model), nodes, arrays, inputs, outputs)


def _package() -> Any:
    try:
        import onnx
    except ImportError:
        raise MissingProgramError(
            "an ONNX file is read with the package onnx, which is not installed; "
            "requirements-judges.txt names its version."
        ) from None
    return onnx


def _model(onnx: Any, path: Path) -> Any:
    """The whole file, read and looked through by ONNX's own check."""
    content = _content(path)
    try:
        model = onnx.ModelProto.FromString(content)
    except Exception:  # protobuf has errors of its own, by version
        raise DataError(f"{path} is damaged or no ONNX file; export the model again.") from None
    if not model.graph.node and not model.graph.input:
        raise DataError(f"{path} is damaged or no ONNX file: there is no graph in it.")
    if model.functions:
        raise UsageError(
            f"{path.name} has functions of its own ({model.functions[0].name}); export the model "
            "with plain operators."
        )
    if model.graph.sparse_initializer:
        raise UsageError(f"{path.name} has sparse arrays, which are not read here.")
    _fetch_arrays(onnx, path, model)
    return model


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise DataError(f"{path} is a folder; an ONNX file is needed.")
        if size > LARGEST_FILE:
            raise DataError(
                f"{path} has {size / 2**20:,.0f} MiB; files of up to {LARGEST_FILE // 2**20} MiB "
                "are read."
            )
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from None


# -- arrays -----------------------------------------------------------------------------------


def _fetch_arrays(onnx: Any, path: Path, model: Any) -> None:
    """Puts the arrays that lie in other files into the model."""
    total = 0
    for tensor in _tensors(model.graph):
        if tensor.data_location != onnx.TensorProto.EXTERNAL:
            continue
        entries = {entry.key: entry.value for entry in tensor.external_data}
        source = _inside(path, tensor.name, entries.get("location", ""))
        start, length = (_whole(path, tensor.name, entries, key) for key in ("offset", "length"))
        size = source.stat().st_size
        total += size - start if length == 0 else length
        if total > LARGEST_FILE or start + length > size:
            raise DataError(
                f"{path.name}: the array {tensor.name!r} asks for {length or size:,} bytes of "
                f"{source.name}, which are not there or too many."
            )
        with source.open("rb") as stream:
            stream.seek(start)
            tensor.raw_data = stream.read(length or -1)
        tensor.data_location = onnx.TensorProto.DEFAULT
        del tensor.external_data[:]


def _tensors(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            yield from [attribute.t] if attribute.HasField("t") else attribute.tensors


def _inside(path: Path, name: str, location: str) -> Path:
    """The file with an array's numbers, which must lie in the model's folder."""
    folder = path.resolve().parent
    try:
        source = (folder / location).resolve()
    except (OSError, ValueError):
        source = folder.parent
    if not location or not source.is_relative_to(folder):
        raise DataError(
            f"{path.name}: the array {name!r} lies in {location!r}, outside the folder of the "
            "file; only files in that folder are read."
        )
    if not source.is_file():
        raise DataError(f"{path.name}: the array {name!r} lies in {location!r}, which is missing.")
    return source


def _whole(path: Path, name: str, entries: Mapping[str, str], key: str) -> int:
    text = entries.get(key) or "0"
    if not text.isdecimal():
        raise DataError(f"{path.name}: the array {name!r} has the {key} {text!r}.")
    return int(text)


def _array(onnx: Any, path: Path, tensor: Any) -> Array:
    kind = _type_name(onnx, tensor.data_type)
    if kind not in TYPES:
        raise UsageError(
            f"{path.name}: the array {tensor.name!r} has the type {kind}, which is not read here."
        )
    try:
        return np.array(onnx.numpy_helper.to_array(tensor))
    except Exception:  # whatever NumPy or onnx makes of numbers that do not fill the shape
        raise DataError(
            f"{path.name} is damaged: the array {tensor.name!r} has not the numbers for its shape "
            f"{tuple(tensor.dims)}."
        ) from None


def _type_name(onnx: Any, number: int) -> str:
    known: dict[int, str] = {value: name for name, value in onnx.TensorProto.DataType.items()}
    return known.get(number, str(number))


# -- nodes ------------------------------------------------------------------------------------


def _node(onnx: Any, path: Path, number: int, node: Any) -> OnnxNode:
    name = node.name or f"no. {number + 1}"
    if node.op_type in CONTROL:
        raise UsageError(
            f"the node {name!r} of {path.name} is a {node.op_type}, which runs a graph of its own;"
            " by hand a recurrent layer must be one node RNN, LSTM or GRU. Give the model itself "
            "(.keras, .h5 or PyTorch's module) in place of its export."
        )
    if node.domain not in OWN_DOMAINS:
        raise UsageError(
            f"the node {name!r} of {path.name} is the operator {node.op_type} of "
            f"{node.domain!r}; only ONNX's own operators are read."
        )
    attributes = {a.name: _attribute(onnx, path, name, a) for a in node.attribute}
    return OnnxNode(name, node.op_type, tuple(node.input), tuple(node.output), attributes)


def _attribute(onnx: Any, path: Path, node: str, attribute: Any) -> Any:
    value = onnx.helper.get_attribute_value(attribute)
    if attribute.type == onnx.AttributeProto.TENSOR:
        return _array(onnx, path, value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (int, float)):
        return value
    plain = [v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in _listed(value)]
    if not all(isinstance(v, (int, float, str)) for v in plain):
        raise UsageError(
            f"the node {node!r} of {path.name} has the attribute {attribute.name!r}, which is "
            "neither numbers nor text."
        )
    return tuple(plain)


def _listed(value: Any) -> list[Any]:
    try:
        return list(value)
    except TypeError:
        return [value]


def _input(onnx: Any, path: Path, value: Any) -> OnnxInput:
    if not value.type.HasField("tensor_type"):
        raise UsageError(f"the input {value.name!r} of {path.name} is no array of numbers.")
    tensor = value.type.tensor_type
    sizes = tuple(
        int(size.dim_value) if size.HasField("dim_value") and size.dim_value > 0 else None
        for size in tensor.shape.dim
    )
    return OnnxInput(value.name, _type_name(onnx, tensor.elem_type), sizes)


def _opset(path: Path, model: Any) -> int:
    versions = [entry.version for entry in model.opset_import if entry.domain in OWN_DOMAINS]
    if not versions:
        raise DataError(f"{path.name} does not say which version of ONNX's operators it uses.")
    return int(max(versions))


def _check_order(
    path: Path, nodes: tuple[OnnxNode, ...], given: set[str], outputs: tuple[str, ...]
) -> None:
    """Raises UsageError or DataError unless every value is calculated before it is read, once."""
    known = set(given)
    for node in nodes:
        for name in node.inputs:
            if name and name not in known:
                raise UsageError(
                    f"{node.title()} of {path.name} reads {name!r}, which nothing before it "
                    "calculates; a network must not run in a circle."
                )
        for name in filter(None, node.outputs):
            if name in known:
                raise DataError(f"{path.name} is damaged: {name!r} is calculated twice.")
            known.add(name)
    missing = [name for name in outputs if name not in known]
    if missing or not outputs:
        raise DataError(f"{path.name} is damaged: nothing calculates its output {missing}.")
