"""Arrays that are not those of the cell are refused with a sentence, never sliced or left out."""

import numpy as np
import pytest

from rnn_edu import conventions
from rnn_edu.errors import NamingError, ShapeError
from rnn_edu.layers import GRU, LSTM, SimpleRNN

GATES = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}


def state(cell="LSTM", units=2, features=3):
    rows, rng = GATES[cell] * units, np.random.default_rng(0)
    shapes = {"weight_ih": (rows, features), "weight_hh": (rows, units)}
    shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
    return {f"{name}_l0": rng.normal(size=shape) for name, shape in shapes.items()}


@pytest.mark.parametrize("name", ["weight_hr_l0", "lstm.weight_ih_l0", "fc.weight", "bias_ih"])
def test_an_array_that_is_none_of_the_module(name):
    with pytest.raises(NamingError, match=f"an array '{name}', which PyTorch's RNN, LSTM and GRU"):
        conventions.from_pytorch("LSTM", state() | {name: np.ones((2, 2))})


def test_other_layers_and_directions_of_the_module_may_be_there():
    more = {name.replace("l0", "l1"): array for name, array in state().items()}
    more |= {f"{name}_reverse": array for name, array in state().items()}
    for ours, theirs in zip(
        conventions.from_pytorch("LSTM", state()),
        conventions.from_pytorch("LSTM", state() | more),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("name", "shape", "wanted"),
    [
        ("weight_ih_l0", (12, 3), r"\(8, 3\)"),
        ("weight_ih_l0", (8,), r"\(8, 8\)"),
        ("weight_hh_l0", (12, 2), r"\(8, 2\)"),
        ("bias_ih_l0", (12,), r"\(8,\)"),
        ("bias_hh_l0", (1, 8), r"\(8,\)"),
    ],
)
def test_a_shape_that_does_not_fit(name, shape, wanted):
    given = state() | {name: np.ones(shape)}
    with pytest.raises(ShapeError, match=rf"{name} has the shape .* the cell LSTM has {wanted}"):
        conventions.from_pytorch("LSTM", given)


def test_the_arrays_of_another_cell():
    with pytest.raises(ShapeError, match=r"weight_ih_l0 .* the cell GRU has \(6, 3\)"):
        conventions.from_pytorch("GRU", state("LSTM"))


def test_half_a_bias_is_no_layer_without_biases():
    given = state()
    del given["bias_hh_l0"]
    with pytest.raises(NamingError, match="the state has no bias_hh_l0"):
        conventions.from_pytorch("LSTM", given)


@pytest.mark.parametrize(
    ("cell", "shapes", "words"),
    [
        ("LSTM", [(3, 12), (2, 8), (8,)], r"the kernel .*\(3, 12\).*the cell LSTM has \(3, 8\)"),
        ("LSTM", [(3, 8), (2, 10), (8,)], r"the recurrent kernel .*has \(2, 8\)"),
        ("LSTM", [(3, 8), (2, 8), (2, 8)], r"the bias .*LSTM has \(8,\)"),
        ("GRU", [(3, 6), (2, 6), (3, 6)], r"the bias .*GRU has \(6,\) or \(2, 6\)"),
        ("SimpleRNN", [(3, 2), (2, 2), ()], r"the bias .*SimpleRNN has \(2,\)"),
    ],
)
@pytest.mark.parametrize("convert", [conventions.to_pytorch, conventions.to_onnx])
def test_keras_arrays_that_do_not_fit(convert, cell, shapes, words):
    with pytest.raises(ShapeError, match=words):
        convert(cell, [np.ones(shape) for shape in shapes])


def test_layers_without_biases_there_and_back():
    for cell, layer in {"SimpleRNN": SimpleRNN(2), "LSTM": LSTM(2), "GRU": GRU(2)}.items():
        layer.build((None, None, 3))
        weights = layer.get_weights()[:2]
        there = conventions.to_pytorch(cell, weights)
        assert list(there) == ["weight_ih_l0", "weight_hh_l0"]
        for back in (
            conventions.from_pytorch(cell, there),
            conventions.from_onnx(cell, conventions.to_onnx(cell, weights))[0],
        ):
            for found, wanted in zip(back, weights, strict=True):
                np.testing.assert_array_equal(found, wanted)


def test_what_onnx_refuses():
    arrays = conventions.to_onnx("LSTM", [np.ones((3, 8)), np.ones((2, 8)), np.ones(8)])
    with pytest.raises(NamingError, match="no array R; there is W"):
        conventions.from_onnx("LSTM", {"W": arrays["W"]})
    with pytest.raises(NamingError, match="array P of the cell LSTM has no counterpart"):
        conventions.from_onnx("LSTM", arrays | {"P": np.ones((1, 6))})
    with pytest.raises(ShapeError, match=r"B has the shape \(1, 8\).* has \(1, 16\)"):
        conventions.from_onnx("LSTM", arrays | {"B": np.ones((1, 8))})
    with pytest.raises(ShapeError, match=r"R has the shape \(2, 8\)"):
        conventions.from_onnx("LSTM", arrays | {"R": np.ones((2, 8))})
    with pytest.raises(ShapeError, match=r"R has the shape \(1, 8, 2\).*GRU has \(1, 6, 2\)"):
        conventions.from_onnx("GRU", arrays)
    with pytest.raises(ShapeError, match="one direction or in two; got 0"):
        conventions.to_onnx("LSTM")
    one, other = ([np.ones((n, 2)), np.ones((2, 2))] for n in (2, 3))
    with pytest.raises(ShapeError, match="two directions have different shapes"):
        conventions.to_onnx("SimpleRNN", one, other)
