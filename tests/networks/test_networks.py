"""Networks described in Keras's words: what fits together, what is refused, what it is called."""

import re

import numpy as np
import pytest

from rnn_edu.errors import NamingError, NumberError, RnnEduError, ShapeError, UsageError
from rnn_edu.networks import (
    CELLS,
    GRU,
    LSTM,
    Add,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    Input,
    Network,
    Node,
    RepeatVector,
    SimpleRNN,
    TimeDistributed,
    Words,
)


def numbers(*shape, seed=0):
    rng = np.random.default_rng([seed, *shape])
    return rng.uniform(0.1, 0.9, shape) * rng.choice([-1, 1], shape)


def lstm(features=2, units=3):
    return [numbers(features, 4 * units), numbers(units, 4 * units), numbers(4 * units)]


LSTM_NETWORK = Network.sequential(Input((None, 2)), LSTM(3), Dense(1), loss="mean_squared_error")
LSTM_WEIGHTS = [*lstm(), numbers(3, 1), numbers(1)]
EXAMPLE = numbers(4, 2)


def test_a_network_imports_no_tensorflow():
    import subprocess
    import sys

    loaded = "any(name in sys.modules for name in ('tensorflow', 'keras'))"
    code = f"import sys, rnn_edu.networks; sys.exit({loaded})"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_values_know_their_layer_and_time():
    w = LSTM_NETWORK.walkthrough(LSTM_WEIGHTS, EXAMPLE, [0.5])
    assert (w["f", 2].origin.layer, w["f", 2].origin.value) == ("lstm", "f")
    assert w["d_f", 2].gradient_of is w["f", 2]
    assert w["W_hy"].origin.value == "kernel"
    assert w["L"].origin.layer == "loss"


def test_steps_stand_in_the_order_of_time():
    w = LSTM_NETWORK.walkthrough(LSTM_WEIGHTS, EXAMPLE, [0.5])
    forward = [q.t for q in w.quantities if q.t is not None and q.role != "gradient"]
    assert forward == sorted(forward)
    assert w.weights == w.quantities[: len(w.weights)]


def test_the_names_of_two_layers_of_one_kind_differ():
    network = Network.sequential(
        Input((None, 2)), LSTM(3, return_sequences=True), LSTM(2), Dense(2), Dense(1)
    )
    weights = [*lstm(), *lstm(3, 2), numbers(2, 2), numbers(2), numbers(2, 1), numbers(1)]
    w = network.walkthrough(weights, EXAMPLE)
    assert {"W_x_lstm", "W_x_lstm_1", "f_lstm_1", "W_dense", "W_hy"} <= {
        q.name for q in w.quantities
    }
    assert w["f_lstm_1", 2].latex_symbol == "f^{(2)}_{2}"


def test_parts_of_two_halves_have_names_of_their_own():
    network = Network.sequential(Input((None, 2)), Bidirectional(GRU(2)))
    gru = [numbers(2, 6), numbers(2, 6), numbers(2, 6)]
    w = network.walkthrough([*gru, *gru], EXAMPLE)
    formula = w["a_z_backwards", 4].definition.latex()
    assert r"\overleftarrow{W}_{xz}" in formula
    assert "forwards" not in formula.replace("backwards", "")


@pytest.mark.parametrize(
    ("array", "shape"),
    [(0, (2, 13)), (1, (3, 11)), (2, (13,)), (3, (2, 1)), (4, (2,)), (0, (12, 2))],
)
def test_an_array_of_another_shape_is_refused(array, shape):
    weights = list(LSTM_WEIGHTS)
    weights[array] = numbers(*shape)
    with pytest.raises(ShapeError, match=re.escape(f"has the shape {shape}")):
        LSTM_NETWORK.walkthrough(weights, EXAMPLE)


@pytest.mark.parametrize("count", [0, 4, 6])
def test_too_few_or_too_many_arrays_are_refused(count):
    weights = [*LSTM_WEIGHTS, numbers(1)][:count]
    with pytest.raises(ShapeError, match="arrays of weights"):
        LSTM_NETWORK.walkthrough(weights, EXAMPLE)


INPUTS = {
    "another length": (numbers(4, 3), "takes one example of the shape (None, 2)"),
    "a batch": (numbers(1, 4, 2), "takes one example of the shape (None, 2)"),
    "nothing": (np.zeros((0, 2)), "the one given has (0, 2)"),
    "words": ("police find", "must be numbers"),
    "not a number": ([[np.nan, 1.0]], "is nan, not a finite number"),
}


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_that_does_not_fit_is_refused(name):
    example, sentence = INPUTS[name]
    with pytest.raises(RnnEduError, match=re.escape(sentence)) as caught:
        LSTM_NETWORK.walkthrough(LSTM_WEIGHTS, example)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("target", "error", "sentence"),
    [
        ([0.5, 0.5], ShapeError, "the target has the shape (2,); the network answers with (1,)"),
        ("yes", NumberError, "the target must be numbers"),
        ([np.inf], NumberError, "is inf, not a finite number"),
    ],
)
def test_a_target_that_does_not_fit_is_refused(target, error, sentence):
    with pytest.raises(error, match=re.escape(sentence)):
        LSTM_NETWORK.walkthrough(LSTM_WEIGHTS, EXAMPLE, target)


@pytest.mark.parametrize("target", [3, -1, 0.5])
def test_a_class_that_is_not_there_is_refused(target):
    network = Network.sequential(
        Input((2,)), Dense(3, "softmax"), loss="sparse_categorical_crossentropy"
    )
    with pytest.raises(NumberError, match="the network knows the classes 0 to 2"):
        network.walkthrough([numbers(2, 3), numbers(3)], [0.5, 0.5], target)


def test_a_target_without_a_loss_is_refused():
    network = Network.sequential(Input((2,)), Dense(1))
    with pytest.raises(UsageError, match="there is a target but no loss"):
        network.walkthrough([numbers(2, 1), numbers(1)], [0.5, 0.5], [1.0])


def test_two_layers_of_one_name_are_refused():
    with pytest.raises(NamingError, match="2 layers of the network have the name 'a'"):
        Network.sequential(Input((2,)), Dense(1, name="a"), Dense(1, name="a"))


def test_a_graph_that_runs_in_a_circle_is_refused():
    nodes = (
        Node(Input((2,), name="x")),
        Node(Add(name="sum"), ((0, 0), (2, 0))),
        Node(Dense(2, name="dense"), ((1, 0),)),
    )
    with pytest.raises(UsageError, match="must not run in a circle"):
        Network(nodes, ((2, 0),))


def test_a_layer_that_reads_itself_is_refused():
    nodes = (Node(Input((2,), name="x")), Node(Add(name="sum"), ((0, 0), (1, 0))))
    with pytest.raises(UsageError, match="the Add layer 'sum' reads a layer that is calculated af"):
        Network(nodes, ((1, 0),))


REFUSED = {
    "a sequence is needed": ((Input((2,)), LSTM(2)), numbers(2), "reads a sequence"),
    "a vector is needed": (
        (Input((None, 2)), RepeatVector(2)),
        EXAMPLE,
        "repeats one vector, but a sequence (4, 2) is given",
    ),
    "not one for each step": (
        (Input((None, 2)), TimeDistributed(LSTM(2))),
        EXAMPLE,
        "applies a LSTM",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_layers_that_do_not_fit_are_refused(name):
    layers, example, sentence = REFUSED[name]
    network = Network.sequential(*layers)
    weights = [lstm(2, 2)[k] for k in range(sum(len(layer.arrays()) for layer in layers))]
    with pytest.raises(RnnEduError, match=re.escape(sentence)):
        network.walkthrough(weights, example)


def test_words_outside_the_table_are_refused():
    network = Network.sequential(Input((None,), "int"), Embedding(3, 2), SimpleRNN(1))
    weights = [numbers(3, 2), numbers(2, 1), numbers(1, 1), numbers(1)]
    with pytest.raises(ShapeError, match="has rows 0 to 2; word 2 of the input is number 3"):
        network.walkthrough(weights, [1, 3])
    with pytest.raises(NamingError, match="'tractor' is not in the list of 3 words"):
        network.walkthrough(weights, Words(("tractor",), ("a", "b", "c")))
    with pytest.raises(NumberError, match=re.escape("at position 0 stands 0.5")):
        network.walkthrough(weights, [0.5])


def test_of_a_large_table_only_the_rows_that_are_read_are_written():
    network = Network.sequential(Input((None,), "int"), Embedding(1000, 2), SimpleRNN(1))
    weights = [numbers(1000, 2), numbers(2, 1), numbers(1, 1), numbers(1)]
    w = network.walkthrough(weights, [7, 3, 7])
    assert w["E"].shape == (2, 2)
    assert w["E"].origin.rows == (3, 7)
    assert np.array_equal(w["x", 1].value, weights[0][7])


def test_dropout_does_nothing():
    with_it = Network.sequential(Input((2,)), Dropout(0.9), Dense(1))
    without = Network.sequential(Input((2,)), Dense(1))
    weights = [numbers(2, 1), numbers(1)]
    one, other = (n.walkthrough(weights, [0.5, 0.25]) for n in (with_it, without))
    assert one["y_hat"].value == other["y_hat"].value


def test_the_records_of_the_cells():
    orders = {name: "".join(gate.letter for gate in cell.gates) for name, cell in CELLS.items()}
    assert orders == {
        "SimpleRNN": "",
        "LSTM": "ifco",
        "GRU": "zrh",
        "MinGRU": "zh",
        "MinLSTM": "ifh",
        "DiagonalSSM": "",
    }


def test_a_functional_network_is_what_its_nodes_say():
    network = Network.functional(
        (Input((None, 2), name="read"),),
        (Input((None, 3), name="fed"),),
        (LSTM(2, return_state=True, name="encoder"), "read"),
        (LSTM(2, name="decoder"), "fed", "encoder:1", "encoder:2"),
        loss="mean_squared_error",
        reduction="sum",
    )
    assert [node.inputs for node in network.nodes] == [(), (), ((0, 0),), ((1, 0), (2, 1), (2, 2))]
    assert network.outputs == ((3, 0),)
    assert network.objective.reduction == "sum"
    assert not network.stacked
    assert LSTM_NETWORK.stacked


def test_a_name_that_comes_later_is_refused():
    with pytest.raises(NamingError, match=r"reads 'later', but the layers before it are read\."):
        Network.functional((Input((None, 2), name="read"),), (LSTM(2, name="here"), "later"))


def test_a_mask_is_m_and_what_it_decides_about_has_a_prime():
    from rnn_edu.calculations import padded_sentence

    w = padded_sentence()
    symbols = [w[name, 3].latex_symbol for name in ("mask", "h_new", "h")]
    assert symbols == ["m_{3}", "h'_{3}", "h_{3}"]


def test_where_both_directions_are_merged_to_m_the_mask_is_a_word():
    network = Network.sequential(
        Input((None,), dtype="int"), Embedding(3, 1, mask_zero=True), Bidirectional(SimpleRNN(1))
    )
    arrays = [[[0.1], [0.2], [0.3]], *([[[0.4]], [[0.5]], [0.6]] * 2)]
    w = network.walkthrough(arrays, [1, 2, 0])
    assert w["mask", 1].latex_symbol == r"\mathrm{mask}_{1}"
    assert w["m"].latex_symbol == "m"
