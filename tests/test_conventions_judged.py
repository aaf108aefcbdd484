"""PyTorch's own modules and ONNX Runtime's own operators say whether the conventions are theirs.

PyTorch computes in float64, so 1e-12 is asked for; ONNX Runtime has these operators in float32
only. Weights are drawn at random: all distinct, none zero.
"""

from itertools import chain, permutations

import numpy as np
import pytest

from rnn_edu import conventions
from rnn_edu.conventions import GATE_ORDERS, reorder_gates
from rnn_edu.layers import GRU, LSTM, Bidirectional, SimpleRNN

LAYERS = {"SimpleRNN": SimpleRNN, "LSTM": LSTM, "GRU": GRU}
ONNX_NAMES = {"SimpleRNN": "RNN", "LSTM": "LSTM", "GRU": "GRU"}
FEATURES, UNITS, STEPS, EXAMPLES = 3, 2, 4, 2
SAME = {"rtol": 0, "atol": 1e-12}


def module(torch, cell, **arguments):
    """PyTorch's module of a cell, in float64, with weights large enough to matter."""
    torch.manual_seed(0)
    made = getattr(torch.nn, ONNX_NAMES[cell])(
        FEATURES, UNITS, batch_first=True, dtype=torch.float64, **arguments
    )
    for weight in made.parameters():
        torch.nn.init.normal_(weight)
    return made


def arrays(tensors):
    return {name: tensor.detach().numpy().copy() for name, tensor in tensors.items()}


def inputs():
    return np.random.default_rng(1).normal(size=(EXAMPLES, STEPS, FEATURES))


def ours(cell, state, *, bidirectional, layers):
    """The same stack from this book's layers, the weights brought over."""
    convert = conventions.bidirectional_from_pytorch if bidirectional else conventions.from_pytorch
    stack = []
    for k in range(layers):
        weights = convert(cell, state, layer=k)
        use_bias = len(weights) % 3 == 0
        layer = LAYERS[cell](UNITS, return_sequences=True, use_bias=use_bias, dtype="float64")
        stack.append(Bidirectional(layer) if bidirectional else layer)
        stack[-1].build((None, None, len(weights[0])))
        stack[-1].set_weights(weights)
    return stack


def forward_and_backward(stack, x, d_output):
    for layer in stack:
        x = layer(x)
    found = []
    for layer in reversed(stack):
        d_output, of_weights = layer.backward(d_output)
        found = [*of_weights, *found]
    return x, d_output, found


def gradients_of(cell, made, *, bidirectional, layers):
    """PyTorch's gradients in Keras's form. Two biases that are added up have one gradient each."""
    state = arrays({name: weight.grad for name, weight in made.named_parameters()})
    if cell != "GRU":
        state |= {name: 0 * array for name, array in state.items() if name.startswith("bias_hh")}
    convert = conventions.bidirectional_from_pytorch if bidirectional else conventions.from_pytorch
    return [array for k in range(layers) for array in convert(cell, state, layer=k)]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", LAYERS)
def test_pytorch_computes_the_same_forward_and_backward(torch, cell, layers, bidirectional, bias):
    shape = {"bidirectional": bidirectional, "layers": layers}
    made = module(torch, cell, num_layers=layers, bidirectional=bidirectional, bias=bias)
    x = torch.tensor(inputs(), requires_grad=True)
    output, _ = made(x)
    d_output = np.random.default_rng(2).normal(size=output.shape)
    output.backward(torch.tensor(d_output))
    stack = ours(cell, arrays(made.state_dict()), **shape)
    mine, d_x, d_weights = forward_and_backward(stack, inputs(), d_output)
    np.testing.assert_allclose(mine, output.detach().numpy(), **SAME)
    np.testing.assert_allclose(d_x, x.grad.numpy(), **SAME)
    theirs = gradients_of(cell, made, **shape)
    for found, wanted in zip(d_weights, theirs, strict=True):
        np.testing.assert_allclose(found, wanted, **SAME)


@pytest.mark.parametrize("cell", LAYERS)
def test_load_state_dict_takes_our_arrays(torch, cell):
    layer = Bidirectional(LAYERS[cell](UNITS, return_sequences=True, dtype="float64"))
    layer.build((None, None, FEATURES))
    rng = np.random.default_rng(3)
    layer.set_weights([rng.normal(size=weight.shape) for weight in layer.get_weights()])
    made = module(torch, cell, bidirectional=True)
    state = conventions.bidirectional_to_pytorch(cell, layer.get_weights())
    made.load_state_dict({name: torch.tensor(array) for name, array in state.items()})
    output, _ = made(torch.tensor(inputs()))
    np.testing.assert_allclose(layer(inputs()), output.detach().numpy(), **SAME)


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_no_other_order_of_gates_is_pytorchs(torch, cell):
    made = module(torch, cell)
    output, _ = made(torch.tensor(inputs()))
    (layer,) = ours(cell, arrays(made.state_dict()), bidirectional=False, layers=1)
    weights, order = layer.get_weights(), GATE_ORDERS[cell, "Keras"]
    agreeing = []
    for other in map("".join, permutations(order)):
        layer.set_weights([reorder_gates(array, order, other) for array in weights])
        if np.allclose(layer(inputs()), output.detach().numpy(), **SAME):
            agreeing.append(other)
    assert agreeing == [order]


# --- ONNX --------------------------------------------------------------------------------------


def onnx_runs(onnx, onnxruntime, cell, given, x, **attributes):
    """What ONNX Runtime's operator makes of arrays: (examples, time, directions x units)."""
    helper, float32 = onnx.helper, onnx.TensorProto.FLOAT
    directions, _, units = given["R"].shape
    attributes |= {"direction": "bidirectional"} if directions == 2 else {}
    node = helper.make_node(ONNX_NAMES[cell], ["X", *given], ["Y"], hidden_size=units, **attributes)
    graph = helper.make_graph(
        [node],
        "one layer",
        [helper.make_tensor_value_info("X", float32, [STEPS, EXAMPLES, FEATURES])],
        [helper.make_tensor_value_info("Y", float32, None)],
        [
            onnx.numpy_helper.from_array(array.astype("float32"), name)
            for name, array in given.items()
        ],
    )
    opset = [helper.make_opsetid("", 17)]
    file = helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString()
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (y,) = session.run(None, {"X": np.swapaxes(x, 0, 1).astype("float32")})
    return np.moveaxis(y, 1, 2).reshape(STEPS, EXAMPLES, -1).swapaxes(0, 1)


def layer_with_weights(cell, *, bidirectional=False, **arguments):
    layer = LAYERS[cell](UNITS, return_sequences=True, dtype="float32", **arguments)
    layer = Bidirectional(layer) if bidirectional else layer
    layer.build((None, None, FEATURES))
    rng = np.random.default_rng(4)
    layer.set_weights([rng.normal(size=weight.shape) for weight in layer.get_weights()])
    return layer


@pytest.fixture
def runs(onnx, onnxruntime):
    def run(*arguments, **settings):
        return onnx_runs(onnx, onnxruntime, *arguments, **settings)

    return run


NEAR = {"rtol": 0, "atol": 2e-6}
CASES = [
    ("SimpleRNN", {}, {}),
    ("LSTM", {}, {}),
    ("GRU", {"reset_after": True}, {"linear_before_reset": 1}),
    ("GRU", {"reset_after": False}, {}),
    ("LSTM", {"use_bias": False}, {}),
    ("GRU", {"use_bias": False}, {"linear_before_reset": 1}),
]


@pytest.mark.parametrize(("cell", "settings", "attributes"), CASES)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_onnx_runtime_computes_the_same(runs, cell, settings, attributes, bidirectional):
    layer = layer_with_weights(cell, bidirectional=bidirectional, **settings)
    weights = layer.get_weights()
    half = len(weights) // 2
    directions = [weights[:half], weights[half:]] if bidirectional else [weights]
    there = conventions.to_onnx(cell, *directions)
    y = runs(cell, there, inputs(), **attributes)
    np.testing.assert_allclose(layer(inputs()), y, **NEAR)
    back = conventions.from_onnx(cell, there, **attributes)
    for found, wanted in zip(chain.from_iterable(back), weights, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_onnx_resets_before_the_product_unless_told_otherwise(runs):
    layer = layer_with_weights("GRU", reset_after=True)
    there = conventions.to_onnx("GRU", layer.get_weights())
    assert np.abs(layer(inputs()) - runs("GRU", there, inputs())).max() > 0.01


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_no_other_order_of_gates_is_onnxs(runs, cell):
    layer = layer_with_weights(cell)
    attributes = {"linear_before_reset": 1} if cell == "GRU" else {}
    there = conventions.to_onnx(cell, layer.get_weights())
    order, wanted = GATE_ORDERS[cell, "ONNX"], layer(inputs())
    agreeing = []
    for other in map("".join, permutations(order)):
        moved = {name: in_order(there[name], name, order, other) for name in there}
        if np.allclose(wanted, runs(cell, moved, inputs(), **attributes), **NEAR):
            agreeing.append(other)
    assert agreeing == [order]


def in_order(array, name, order, other):
    """ONNX's arrays with the gates in another order."""
    if name == "B":
        return reorder_gates(array.reshape(1, 2, -1), order, other).reshape(1, -1)
    return reorder_gates(array.swapaxes(1, 2), order, other).swapaxes(1, 2)


def test_two_biases_of_an_onnx_file_are_added_up(runs):
    rng = np.random.default_rng(5)
    shapes = {"W": (1, 8, FEATURES), "R": (1, 8, UNITS), "B": (1, 16)}
    there = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    layer = layer_with_weights("LSTM")
    layer.set_weights(conventions.from_onnx("LSTM", there)[0])
    np.testing.assert_allclose(layer(inputs()), runs("LSTM", there, inputs()), **NEAR)
