"""Keras agrees: with every calculation of the book, every cell, in every type."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnn_edu.calculations import CALCULATIONS, lstm_two_documents, this_is_an_example
from rnn_edu.calculations.both_directions import STACK, WEIGHTS, bidirectional_and_stacked
from rnn_edu.calculations.next_word import NEXT_WORD_NETWORK, next_word_hello
from rnn_edu.calculations.this_is_an_example import NETWORK as EXAMPLE
from rnn_edu.compare import compare, judge, keras_twin
from rnn_edu.compare.hearing import Listener
from rnn_edu.errors import ComparisonError, UsageError
from rnn_edu.networks import (
    CELLS,
    GRU,
    LSTM,
    Dense,
    DiagonalSSM,
    Flow,
    Input,
    MinGRU,
    MinLSTM,
    Network,
    SimpleRNN,
)
from rnn_edu.walkthrough import Origin, Walkthrough

from .keras_models import copy_of, layer, numbers, stacked

FEATURES, UNITS, OUTPUTS, STEPS = 3, 2, 4, 3
KINDS = {
    "SimpleRNN": SimpleRNN(UNITS, return_sequences=True),
    "LSTM": LSTM(UNITS, return_sequences=True),
    "GRU": GRU(UNITS, return_sequences=True),
    "GRU, reset before": GRU(UNITS, return_sequences=True, reset_after=False),
    "MinGRU": MinGRU(UNITS, "tanh", return_sequences=True),
    "MinLSTM": MinLSTM(UNITS, "tanh", return_sequences=True),
}
# Its share, made of a weight, is a number that Keras's layer does not give out.
NOT_WHOLE = {"DiagonalSSM": DiagonalSSM(UNITS, "tanh")}


def network(kind, *, every_step=True, loss="categorical_crossentropy", reduction="mean"):
    classes = loss == "categorical_crossentropy"
    return Network.sequential(
        Input((None, FEATURES)),
        dataclasses.replace((KINDS | NOT_WHOLE)[kind], return_sequences=every_step),
        Dense(OUTPUTS, "softmax") if classes else Dense(1, "sigmoid"),
        loss=loss,
        reduction=reduction,
    )


def weights_of(net):
    return [numbers(*v.shape, seed=k) for k, v in enumerate(keras_twin(net).weights)]


def calculation(net, *, start=True):
    """What the network writes, from a state that is not zero."""
    _, recurrent, dense = net.layers
    answers = np.eye(OUTPUTS) if dense.units == OUTPUTS else np.array([[1.0], [0.0]])
    target = answers[[1, 0, 1]] if recurrent.return_sequences else answers[1]
    begin = {s: numbers(UNITS, seed=k) for k, s in enumerate(recurrent.cell.states)}
    return net.walkthrough(
        weights_of(net),
        numbers(STEPS, FEATURES),
        target,
        starts={recurrent.name: begin} if start else {},
    )


def twin_of(w, net, dtype="float64"):
    return keras_twin(net, [q.value for q in w.weights], dtype)


JUDGED = [key for key, c in CALCULATIONS.items() if c.network is not None]
#: Steps that Keras does not have or give out: sums of words, the source's unrolled form, half of a
#: softmax, the share that a state space makes of its decay.
NOT_OF_KERAS = {
    "two_words_in_order": {"bag"},
    "this_is_an_example": {"e", "d_e"},
    "diagonal_state_space": {"lambda", "d_lambda"},
    "linear_recurrence": {"power", "share", "unrolled", "d_W_hh_via_h"},
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("key", JUDGED)
def test_every_calculation_of_the_book_agrees(key, dtype):
    comparison = judge(CALCULATIONS[key], dtype=dtype)
    assert comparison.ok
    assert (comparison.dtype, comparison.differing) == (dtype, 0)
    assert comparison.largest <= comparison.tolerance
    if dtype == "float64":
        assert comparison.tolerance == 1e-12
    left = {step.title.split(" at ")[0] for step in comparison.not_judged}
    assert left == NOT_OF_KERAS.get(key, set())


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "binary_crossentropy"])
@pytest.mark.parametrize("every_step", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_cells_agree_with_a_state_to_start_from(kind, every_step, loss):
    net = network(kind, every_step=every_step, loss=loss)
    w = calculation(net)
    comparison = compare(w, twin_of(w, net), loss=loss)
    assert comparison.complete
    assert comparison.largest < 1e-14
    assert comparison.numbers == sum(q.value.size for q in w.steps)
    assert {f"d_{q.name}" for q in w.weights} <= {row.name for row in comparison.rows}


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_a_reading_from_the_end_starts_after_the_last_step(kind):
    backwards = dataclasses.replace(KINDS[kind], return_sequences=False, go_backwards=True)
    net = Network.sequential(Input((None, FEATURES)), backwards)
    (name,) = [one.name for one in net.layers if one.arrays()]
    begin = {s: numbers(UNITS, seed=k) for k, s in enumerate(backwards.cell.states)}
    arrays = weights_of(net)
    w = net.walkthrough(arrays, numbers(STEPS, FEATURES), starts={name: begin})
    np.testing.assert_array_equal(w["h", STEPS + 1].value, begin["h"])
    assert compare(w, keras_twin(net, arrays)).complete


def test_the_sum_of_the_losses_is_judged_too():
    net = network("LSTM", reduction="sum")
    w = calculation(net)
    assert compare(w, twin_of(w, net)).complete
    mean = calculation(network("LSTM"))
    np.testing.assert_allclose(w["d_b"].value, 3 * mean["d_b"].value, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_float32_agrees_within_its_bound_and_not_within_1e_12(kind):
    net = network(kind)
    w = calculation(net)
    twin = twin_of(w, net, "float32")
    comparison = compare(w, twin)
    assert 1e-6 <= comparison.tolerance < 2e-6
    assert 1e-12 < comparison.largest < 1e-6
    with pytest.raises(ComparisonError, match="of the walkthrough has"):
        compare(w, twin, tolerance=1e-12)


def test_the_bound_of_float32_grows_with_the_work():
    net = Network.sequential(Input((None, 8)), LSTM(16), Dense(1))
    arrays = [numbers(*v.shape, seed=k) for k, v in enumerate(keras_twin(net).weights)]
    w = net.walkthrough(arrays, numbers(60, 8))
    comparison = compare(w, keras_twin(net, arrays, "float32"))
    assert 1e-6 < comparison.tolerance < 3e-5
    assert comparison.largest <= comparison.tolerance


def test_a_float64_layer_in_a_float32_bidirectional_counts_as_float32():
    inner = layer("SimpleRNN", 2, return_sequences=True)
    layers = [
        keras.layers.Bidirectional(inner, name="bidirectional"),
        layer("SimpleRNN", 2, name="second"),
        layer("Dense", 3, activation="softmax", name="dense"),
    ]
    model = keras.Sequential([keras.Input((4, 4), name="input"), *layers])
    model.set_weights([np.asarray(value) for value in WEIGHTS])
    assert compare(bidirectional_and_stacked(), model).dtype == "float32"


def test_a_list_of_layers_and_a_recurrent_layer_alone():
    net = network("LSTM")
    w = calculation(net)
    twin = twin_of(w, net)
    assert compare(w, twin.layers[1:]).numbers == compare(w, twin).numbers
    states = Network.sequential(*net.layers[:2])
    w = states.walkthrough(weights_of(net)[:3], numbers(STEPS, FEATURES))
    assert compare(w, twin.layers[1]).complete


@pytest.mark.parametrize("build", ["two_layers", "words"])
def test_a_model_whose_layers_have_other_names(build):
    """Keras numbers its layers through: the same model built again has other names."""
    walkthrough, again = {"two_layers": case_with_two_layers, "words": case_with_words}[build]()
    names = {q.origin.layer.partition(".")[0] for q in walkthrough.weights}
    assert names.isdisjoint(one.name for one in again.layers)
    comparison = compare(walkthrough, again)
    assert comparison.complete
    with pytest.raises(ComparisonError, match="first step that differs: z "):
        compare(copy_of(walkthrough, {("z", None): lambda w, z: z * 1.001}), again)


def case_with_two_layers():
    both = layer("Bidirectional", layer("SimpleRNN", 2, return_sequences=True), name="a")
    top = layer("SimpleRNN", 2, name="b"), layer("Dense", 3, activation="softmax", name="c")
    model = stacked(both, *top, shape=(4, 4))
    model.set_weights([np.array(array) for array in WEIGHTS])
    return bidirectional_and_stacked(), model


def case_with_words():
    w = next_word_hello()
    recurrent = layer("SimpleRNN", 3, activation="relu", name="b")
    top = layer("Dense", 11, activation="softmax", name="c")
    model = stacked(layer("Embedding", 11, 2, name="a"), recurrent, top, shape=(4,), dtype="int32")
    model.set_weights([q.value for q in w.weights])
    return w, model


@pytest.mark.parametrize("name", ["lstm", "another"])
def test_of_a_whole_network_the_first_layers_alone_can_be_judged(name):
    net = network("LSTM")
    w = calculation(net)
    alone = layer("LSTM", UNITS, return_sequences=True, name=name)
    alone.build((None, None, FEATURES))
    alone.set_weights([q.value for q in w.weights[:3]])
    comparison = compare(w, alone)
    assert {row.name for row in comparison.rows} == {
        *("a_i", "a_f", "a_c", "a_o", "i", "f", "c_tilde", "o", "c", "h")
    }
    assert comparison.unjudged == sum(q.value.size for q in w.steps) - comparison.numbers
    alone.set_weights([2 * q.value for q in w.weights[:3]])
    with pytest.raises(ComparisonError, match=f"kernel of the layer '{name}' has "):
        compare(w, alone)


def test_several_examples_at_once():
    net = Network.sequential(Input((None, FEATURES)), LSTM(UNITS))
    arrays = weights_of(net)
    w = Walkthrough("Two sentences at once")
    origin = Origin("input", "input")
    x = [w.input("x", numbers(2, FEATURES, seed=t), t=t, origin=origin) for t in (1, 2, 3)]
    net.walkthrough(arrays, Flow(tuple(x)), into=w)
    comparison = compare(w, keras_twin(net, arrays))
    assert comparison.complete
    assert comparison.numbers == 2 * 3 * 10 * UNITS
    theirs = keras_twin(net, arrays)(np.stack([q.value for q in x], axis=1))
    np.testing.assert_allclose(w["h", 3].value, theirs, atol=1e-15)


def test_layers_that_are_unrolled_in_a_fixed_number_of_steps():
    w = lstm_two_documents()
    recurrent = layer("LSTM", 1, unroll=True, name="lstm")
    dense = layer("Dense", 1, activation="sigmoid", name="dense")
    model = keras.Sequential([keras.Input((2, 1), dtype="float64", name="input"), recurrent, dense])
    model.set_weights([q.value for q in w.weights])
    assert compare(w, model).complete


def test_the_layers_are_left_as_they_were():
    net = network("LSTM")
    w = calculation(net)
    twin = twin_of(w, net)
    cell = twin.get_layer("lstm").cell
    before = [getattr(cell, name) for name in ("activation", "kernel", "bias")]
    assert compare(w, twin).complete
    after = [getattr(cell, name) for name in ("activation", "kernel", "bias")]
    assert all(one is other for one, other in zip(before, after, strict=True))
    assert keras.config.floatx() == "float32"


def test_the_judges_values_are_kerass_not_the_walkthroughs():
    w = this_is_an_example(carry="pre-activation")
    comparison = compare(w, keras_twin(EXAMPLE, [q.value for q in w.weights]), strict=False)
    right = this_is_an_example()
    for t in (1, 2, 3, 4):
        np.testing.assert_allclose(comparison.values["h", t], right["h", t].value, atol=1e-15)
        assert comparison.values["h", t].shape == right["h", t].shape
    assert np.abs(comparison.values["h", 4] - w["h", 4].value).max() > 1e-6


@pytest.mark.parametrize("words", [("hello how is", "your"), ("hello", "what")])
def test_the_look_up_and_every_step_after_it(words):
    w = next_word_hello(*words)
    comparison = compare(w, twin_of(w, NEXT_WORD_NETWORK))
    assert comparison.complete
    assert {"x", "a", "h", "z", "p", "L", "d_x", "d_E", "d_b_y"} <= {
        r.name for r in comparison.rows
    }


def test_every_step_of_two_layers_in_both_directions():
    comparison = compare(bidirectional_and_stacked(), keras_twin(STACK, WEIGHTS))
    names = {row.name for row in comparison.rows}
    for reader in ("forwards", "backwards", "second"):
        assert {f"a_{reader}", f"h_{reader}", f"d_a_{reader}", f"d_W_h_{reader}"} <= names
    assert comparison.complete


def test_rows_are_in_the_order_of_calculation():
    w = next_word_hello()
    rows = [(row.name, row.t) for row in compare(w, twin_of(w, NEXT_WORD_NETWORK)).rows]
    assert rows == [(step.name, step.t) for step in w.steps]


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_the_records_of_the_cells_say_what_keras_is_given_and_gives_back(cell):
    """Under every name that the listener uses lies the value that the step has written."""
    net = network(cell.name)
    w = calculation(net)
    heard = compare(w, twin_of(w, net)).values
    names = {name for pairs in cell.heard.values() for pair in pairs for name in pair}
    within = {"tanh_c"} | ({"a"} if cell.decays else set())  # values within a step
    for name in names - within:
        np.testing.assert_allclose(heard[name, 2], w[name, 2].value, atol=1e-14)


def test_a_target_of_zeros_gives_no_gradient_though_kerass_shortcut_through_the_logits_does():
    listener = Listener(keras.activations.softmax)
    logits, nothing = keras.ops.convert_to_tensor([[0.3, -0.2]]), np.zeros((1, 2), "float32")
    slopes = []
    for function in (keras.activations.softmax, listener):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            loss = keras.losses.categorical_crossentropy(nothing, function(logits))
        slopes.append(np.asarray(tape.gradient(loss, logits)))
    np.testing.assert_array_equal(slopes[1], [[0.0, 0.0]])
    assert np.abs(slopes[0]).max() > 0.1


def test_a_calculation_that_keras_has_no_network_for_is_not_judged():
    alone = dataclasses.replace(CALCULATIONS["this_is_an_example"], network=None)
    with pytest.raises(UsageError) as raised:
        judge(alone)
    assert str(raised.value) == (
        "Keras has no network like this_is_an_example, so it cannot judge it."
    )
