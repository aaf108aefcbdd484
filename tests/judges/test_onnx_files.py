"""A file is data: what cannot be read, or is not known, ends in one sentence that names it."""

import sys

import numpy as np
import pytest

from rnn_edu.errors import DataError, MissingProgramError, NumberError, RnnEduError, UsageError
from rnn_edu.networks.readers import onnx_file
from rnn_edu.networks.readers.onnx_file import read_onnx_file
from rnn_edu.networks.readers.onnx_model import read_onnx

UNITS, FEATURES = 2, 3
RNG = np.random.default_rng(0)


def arrays(gates, directions=1, dtype="float32"):
    shapes = {"W": (directions, gates * UNITS, FEATURES), "R": (directions, gates * UNITS, UNITS)}
    shapes |= {"B": (directions, 2 * gates * UNITS)}
    return {name: RNG.normal(size=shape).astype(dtype) for name, shape in shapes.items()}


def layer(operator, *more, **attributes):
    """A recurrent operator that reads x with the time first."""
    return (operator, ["xt", "W", "R", "B", *more], ["Y", "h"], attributes)


TURN = ("Transpose", ["x"], ["xt"], {"perm": [1, 0, 2]})
DROP = ("Squeeze", ["h", "zero"], ["y"], {})
ZERO = {"zero": np.array([0])}


def recurrent(save, operator, gates, **attributes):
    directions = 2 if attributes.get("direction") == "bidirectional" else 1
    given = arrays(gates, directions) | ZERO
    return save([TURN, layer(operator, **attributes), DROP], given)


# --- files -------------------------------------------------------------------------------------


def test_a_file_as_it_is(save):
    file = read_onnx_file(recurrent(save, "LSTM", 4, hidden_size=UNITS))
    assert [node.operator for node in file.nodes] == ["Transpose", "LSTM", "Squeeze"]
    assert file.nodes[0].attributes == {"perm": (1, 0, 2)}
    assert file.nodes[1].name == "no. 2"
    assert (file.opset, file.outputs, file.inputs[0].shape) == (17, ("y",), (None, 4, 3))
    assert set(file.arrays) == {"W", "R", "B", "zero"}


def test_no_file_and_a_folder(onnx, tmp_path):
    with pytest.raises(DataError, match=r"nothing\.onnx cannot be read: No such file"):
        read_onnx(tmp_path / "nothing.onnx")
    with pytest.raises(DataError, match="is a folder; an ONNX file is needed"):
        read_onnx(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x00" * 64, b"PK\x03\x04", b"\x08\x07"])
def test_files_of_another_kind(onnx, tmp_path, content):
    path = tmp_path / "other.onnx"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"other\.onnx is damaged or no ONNX file"):
        read_onnx(path)


def test_a_file_that_is_too_large(save, monkeypatch):
    path = recurrent(save, "LSTM", 4)
    monkeypatch.setattr(onnx_file, "LARGEST_FILE", 100)
    with pytest.raises(DataError, match=r"files of up to 0 MiB are read"):
        read_onnx(path)


def test_damage_anywhere_ends_in_a_sentence(save, tmp_path):
    whole = recurrent(save, "GRU", 3, linear_before_reset=1).read_bytes()
    path, sentences = tmp_path / "damaged.onnx", []
    for seed in range(150):
        rng, content = np.random.default_rng(seed), bytearray(whole)
        if seed % 3 == 0:
            content = content[: rng.integers(len(whole))]
        else:
            for place in rng.integers(0, len(whole), 3):
                content[place] = rng.integers(256)
        path.write_bytes(content)
        try:
            read_onnx(path)
        except RnnEduError as error:
            sentences.append(str(error))
    assert len(sentences) > 50
    assert [sentence for sentence in sentences if "\n" in sentence] == []


def test_without_the_package_a_sentence(save, monkeypatch):
    path = recurrent(save, "LSTM", 4)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingProgramError, match=r"the package onnx, which is not installed"):
        read_onnx(path)


# --- arrays in other files ---------------------------------------------------------------------


def outside(onnx, path, location):
    """The same model with its kernel in another file."""
    model = onnx.load(path)
    tensor = next(t for t in model.graph.initializer if t.name == "W")
    (path.parent / "kernel.bin").write_bytes(tensor.raw_data)
    onnx.external_data_helper.set_external_data(tensor, location, length=len(tensor.raw_data))
    tensor.ClearField("raw_data")
    path.write_bytes(model.SerializeToString())
    return path


def test_an_array_beside_the_file(onnx, save):
    path = recurrent(save, "LSTM", 4)
    before = read_onnx(path).found.weights["lstm"]
    after = read_onnx(outside(onnx, path, "kernel.bin")).found.weights["lstm"]
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("location", ["../kernel.bin", "/etc/hostname", "", "a/../../kernel.bin"])
def test_an_array_outside_the_folder(onnx, save, location):
    path = outside(onnx, recurrent(save, "LSTM", 4), location)
    with pytest.raises(DataError, match=r"the array 'W' lies in '.*', outside the folder"):
        read_onnx(path)


def test_an_array_behind_a_link_out_of_the_folder(onnx, save, tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    path = model / "small.onnx"
    recurrent(save, "LSTM", 4).rename(path)
    outside(onnx, path, "link.bin")
    (model / "kernel.bin").rename(tmp_path / "kernel.bin")
    (model / "link.bin").symlink_to(tmp_path / "kernel.bin")
    with pytest.raises(DataError, match="outside the folder"):
        read_onnx(path)


def test_an_array_that_is_missing_or_too_short(onnx, save):
    path = outside(onnx, recurrent(save, "LSTM", 4), "kernel.bin")
    (path.parent / "kernel.bin").write_bytes(b"1234")
    with pytest.raises(DataError, match=r"'W' asks for 96 bytes of kernel\.bin"):
        read_onnx(path)
    (path.parent / "kernel.bin").unlink()
    with pytest.raises(DataError, match=r"'W' lies in 'kernel\.bin', which is missing"):
        read_onnx(path)


# --- operators and attributes ------------------------------------------------------------------


def test_an_operator_that_is_not_known(save):
    path = save([("Conv", ["x", "k"], ["y"], {})], {"k": np.ones((1, 4, 1), "float32")})
    with pytest.raises(UsageError, match=r"the node 'no\. 1' \(Conv\) of small\.onnx is an opera"):
        read_onnx(path)


def test_operators_of_others_and_graphs_within(onnx, save):
    path = recurrent(save, "LSTM", 4)
    model = onnx.load(path)
    model.graph.node[0].domain = "com.example"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(UsageError, match=r"operator Transpose of 'com\.example'; only ONNX's own"):
        read_onnx(path)
    model.graph.node[0].domain, model.graph.node[0].op_type = "", "Loop"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(UsageError, match="is a Loop, which runs a graph of its own"):
        read_onnx(path)


def test_keras_writes_other_cells_as_loops(tf2onnx, onnx, tmp_path):
    import keras

    from rnn_edu.compare.onnx_runtime import export

    model = keras.Sequential([keras.Input((4, 3)), keras.layers.GRU(2)])
    export(model, [np.zeros((1, 4, 3), "float32")], tmp_path / "gru.onnx")
    with pytest.raises(UsageError, match=r"is a Loop.* Give the model itself \(\.keras"):
        read_onnx(tmp_path / "gru.onnx")


def test_a_circle(save):
    path = save([("Relu", ["b"], ["a"], {}), ("Relu", ["a"], ["b"], {}), TURN, DROP][:2])
    with pytest.raises(UsageError, match=r"reads 'b', which nothing before it calculates.*circle"):
        read_onnx(path)


LSTM_REFUSED = [
    ({"clip": 3.0}, r"clip=3\.0; by hand it must be left out"),
    ({"input_forget": 1}, "input_forget=1; by hand it must be 0"),
    ({"hidden_size": 5}, "hidden_size=5; by hand it must be 2"),
    ({"direction": "sideways"}, "direction='sideways'"),
    ({"activations": ["Sigmoid", "Tanh", "Relu"]}, "the same for the candidate and the cell"),
    (
        {"activations": ["HardSigmoid", "Tanh", "Tanh"], "activation_alpha": [0.3]},
        r"alpha of HardSigmoid=0\.3.*0\.1666667",
    ),
    ({"activations": ["Sigmoid", "ThresholdedRelu", "Tanh"]}, "activations='ThresholdedRelu'"),
    ({"activations": ["Sigmoid"]}, "as many as the cell has"),
    ({"direction": "bidirectional", "activations": ["Sigmoid", "Tanh", "Tanh"]}, "as many as"),
]


@pytest.mark.parametrize(("attributes", "words"), LSTM_REFUSED)
def test_a_setting_that_is_refused(save, attributes, words):
    with pytest.raises(UsageError, match=rf"the node 'no\. 2' \(LSTM\) .*{words}"):
        read_onnx(recurrent(save, "LSTM", 4, **attributes))


def test_inputs_that_are_refused(save):
    given = arrays(4) | ZERO
    lengths = {"n": np.array([3], "int32")}
    with pytest.raises(UsageError, match=r"how long each sequence is \(sequence_lens\)"):
        read_onnx(save([TURN, layer("LSTM", "n"), DROP], given | lengths))
    peepholes = {"P": np.ones((1, 6), "float32")}
    with pytest.raises(UsageError, match="has peepholes, which Keras has not"):
        read_onnx(save([TURN, layer("LSTM", "", "", "", "P"), DROP], given | peepholes))
    states = {"h0": np.ones((1, 5, 2), "float32")}
    with pytest.raises(UsageError, match="starts from states for several examples"):
        read_onnx(save([TURN, layer("LSTM", "", "h0"), DROP], given | states))


def test_axes_in_the_wrong_order(save):
    turned = ("Transpose", ["x"], ["xt"], {"perm": [2, 0, 1]})
    with pytest.raises(UsageError, match=r"\(LSTM\) reads an array with the axes \(features, exa"):
        read_onnx(save([turned, layer("LSTM"), DROP], arrays(4) | ZERO))


def test_a_weight_that_is_no_number(save):
    given = arrays(4) | ZERO
    given["R"][0, 3, 1] = np.nan
    with pytest.raises(NumberError, match=r"kernel of the node .* 'R', is nan at \[0, 3, 1\]"):
        read_onnx(save([TURN, layer("LSTM"), DROP], given))


def test_arrays_of_another_cell(save):
    with pytest.raises(RnnEduError, match=r"has the shape \(1, 8, 2\).* the cell GRU has \(1, 6,"):
        read_onnx(recurrent(save, "GRU", 4))


def test_every_state_of_a_layer_that_reads_backwards(save):
    rows = ("Squeeze", ["Y", "one"], ["y"], {})
    nodes = [TURN, layer("LSTM", direction="reverse"), rows]
    with pytest.raises(UsageError, match="reads backwards and hands every state on in the order"):
        read_onnx(save(nodes, arrays(4) | {"one": np.array([1])}))


def test_the_last_step_of_both_directions_is_no_answer_in_keras(save):
    nodes = [
        TURN,
        layer("LSTM", direction="bidirectional"),
        ("Transpose", ["Y"], ["t"], {"perm": [0, 2, 1, 3]}),
        ("Reshape", ["t", "shape"], ["m"], {}),
        ("Gather", ["m", "end"], ["y"], {"axis": 0}),
    ]
    more = {"shape": np.array([0, 0, -1]), "end": np.array(-1)}
    with pytest.raises(UsageError, match=r"picks step -1 of a layer that reads both ways"):
        read_onnx(save(nodes, arrays(4, 2) | more))


def test_an_output_that_the_operator_does_not_have(save):
    nodes = [TURN, ("GRU", ["xt", "W", "R", "B"], ["", "h", "c"], {}), ("Relu", ["c"], ["y"], {})]
    with pytest.raises(UsageError, match=r"\(Relu\) reads 'c', an output that is not known"):
        read_onnx(save(nodes, arrays(3)))


def test_a_kernel_without_numbers(save):
    with pytest.raises(UsageError, match=r"\(MatMul\) has a kernel without numbers"):
        read_onnx(save([("MatMul", ["x", "k"], ["y"], {})], {"k": np.ones((3, 0), "float32")}))


def test_sizes_that_are_not_known_pick_no_place(save):
    nodes = [("Shape", ["x"], ["s"], {}), ("Gather", ["table", "s"], ["y"], {})]
    with pytest.raises(UsageError, match=r"\(Gather\) picks places that are not known"):
        read_onnx(save(nodes, {"table": np.ones((5, 2), "float32")}))


def test_a_layer_that_is_written_out_step_by_step(save):
    nodes = [("Gather", ["x", "first"], ["a"], {"axis": 1}), ("Tanh", ["a"], ["y"], {})]
    with pytest.raises(UsageError, match=r"picks step 0 of a sequence.* dynamo=False"):
        read_onnx(save(nodes, {"first": np.array(0)}))


def test_numbers_that_are_no_weights(save):
    with pytest.raises(UsageError, match=r"\(Mul\) calculates with numbers that are the weights"):
        read_onnx(save([("Mul", ["x", "k"], ["y"], {})], {"k": np.array(3.0, "float32")}))


# --- what is read ------------------------------------------------------------------------------


def test_states_that_the_file_brings(save):
    states = {"h0": np.array([[[0.5, -0.25]]], "float32")}
    found = read_onnx(save([TURN, layer("RNN", "", "h0"), DROP], arrays(1) | ZERO | states)).found
    assert {k: v.tolist() for k, v in found.starts["simple_rnn"].items()} == {"h": [0.5, -0.25]}


@pytest.mark.parametrize("after", [0, 1])
def test_both_resets_of_a_gru(save, after):
    found = read_onnx(recurrent(save, "GRU", 3, linear_before_reset=after)).found
    assert found.network.layers[1].reset_after is bool(after)
    assert found.weights["gru"][2].shape == ((2, 6) if after else (6,))


def test_a_layer_that_starts_where_another_ended(save):
    given = arrays(4) | ZERO | {f"{name}2": array for name, array in arrays(4).items()}
    nodes = [
        TURN,
        ("LSTM", ["xt", "W", "R", "B"], ["Y", "h", "c"], {}),
        ("LSTM", ["xt", "W2", "R2", "B2", "", "h", "c"], ["", "h2"], {}),
        ("Squeeze", ["h2", "zero"], ["y"], {}),
    ]
    network = read_onnx(save(nodes, given)).found.network
    assert network.layers[1].return_state
    assert network.nodes[2].inputs == ((0, 0), (1, 1), (1, 2))


def test_examples_first(save, onnxruntime):
    nodes = [
        ("GRU", ["x", "W", "R", "B"], ["", "h"], {"layout": 1, "linear_before_reset": 1}),
        ("Squeeze", ["h", "one"], ["y"], {}),
    ]
    network = read_onnx(save(nodes, arrays(3) | {"one": np.array([1])})).found.network
    assert [layer.kind for layer in network.layers] == ["Input", "GRU"]


@pytest.mark.parametrize("wrap", [0, 1])
def test_words_must_be_looked_up_under_their_own_numbers(save, wrap):
    """An exporter may let negative numbers count from the end; it may not renumber the words."""
    wrapped = ("Mod", ["x", "rows"], ["n"], {}) if wrap else ("Sub", ["x", "one"], ["n"], {})
    given = {"table": np.ones((5, 2), "float32"), "rows": np.array(5), "one": np.array(1)}
    path = save(
        [wrapped, ("Gather", ["table", "n"], ["y"], {})], given, shape=(None, 4), kind="INT64"
    )
    if wrap:
        assert read_onnx(path).found.network.layers[1].input_dim == 5
    else:
        with pytest.raises(UsageError, match="looks words up under other numbers than they are"):
            read_onnx(path)


def test_every_activation_is_one_of_the_books():
    from rnn_edu.networks.readers.onnx_layers import ACTIVATIONS
    from rnn_edu.walkthrough.functions import activation

    for name, _ in ACTIVATIONS.values():
        assert np.isfinite(activation(name)(0.5).value)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"activation_alpha": [0.2]}, "hard_sigmoid_keras2"),
        ({"activation_alpha": [1 / 6]}, "hard_sigmoid"),
    ],
)
def test_two_functions_called_hard_sigmoid(save, onnxruntime, settings, name):
    from rnn_edu.compare.onnx_runtime import compare_onnx

    functions = ["HardSigmoid", "Tanh", "Tanh"]
    path = recurrent(save, "LSTM", 4, hidden_size=UNITS, activations=functions, **settings)
    model = read_onnx(path)
    assert model.network.layers[1].recurrent_activation == name
    w = model.network.walkthrough(model.weights, RNG.normal(size=(4, 3)).astype("float32"))
    assert compare_onnx(w, path).ok
