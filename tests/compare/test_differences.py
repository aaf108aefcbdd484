"""A model that is not that of the walkthrough: what is refused or differs, in one sentence."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from rnn_edu.calculations.both_directions import STACK, WEIGHTS, bidirectional_and_stacked
from rnn_edu.calculations.next_word import WEIGHTS as WORD_WEIGHTS
from rnn_edu.calculations.next_word import next_word_hello
from rnn_edu.compare import compare, keras_twin
from rnn_edu.compare.tolerance import tolerance_of
from rnn_edu.errors import ComparisonError, ShapeError, UsageError
from rnn_edu.networks import LSTM, Dense, Input, LayerNormalization, Network, SimpleRNN

from .keras_models import by_network, copy_of, layer, numbers, stacked

LOSS = "categorical_crossentropy"


def model(kind="SimpleRNN", dense=None, **changes):
    """Layers by the names of the walkthrough's, with some other setting."""
    recurrent = {"units": 2, "return_sequences": True, "name": "rnn"} | changes
    top = {"units": 4, "activation": "softmax", "name": "dense"} | (dense or {})
    return stacked(layer(kind, **recurrent), layer("Dense", **top), shape=(3, 3))


def walkthrough(kind="SimpleRNN"):
    return by_network(model(kind), numbers(3, 3), np.eye(4)[[1, 3, 0]], LOSS)


@pytest.fixture(scope="module")
def rnn():
    return walkthrough()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"units": 5}, r"kernel of the layer 'rnn' has the shape \(3, 5\); W_xh of the walkthrou"),
        ({"activation": "relu"}, "the first step that differs: h at t=1 "),
        ({"use_bias": False}, "b_h is not a weight of the model, which has kernel of 'rnn', recu"),
        ({"go_backwards": True}, "the first step that differs: a at t=1 "),
        ({"dense": {"units": 7}}, r"kernel of the layer 'dense' has the shape \(2, 7\); W_hy of"),
        ({"dense": {"activation": "sigmoid"}}, "the first step that differs: p at t=1 "),
        ({"dense": {"use_bias": False}}, "b_y is not a weight of the model, which has kernel of"),
        ({"kind": "GRU"}, r"kernel of the layer 'rnn' has the shape \(3, 6\); W_xh of the walkth"),
    ],
)
def test_another_setting_is_a_difference_that_is_named(rnn, changes, sentence):
    with pytest.raises(ComparisonError, match=sentence):
        compare(rnn, with_weights_of(rnn, model(**changes)), loss=LOSS)


def with_weights_of(w, other):
    """The other model with the walkthrough's weights, where these fit."""
    values = [q.value for q in w.weights]
    if [value.shape for value in values] == [tuple(v.shape) for v in other.weights]:
        other.set_weights(values)
    return other


def test_other_settings_of_gates_are_differences():
    lstm = walkthrough("LSTM")
    with pytest.raises(ComparisonError, match="the first step that differs: i at t=1 "):
        compare(lstm, with_weights_of(lstm, model("LSTM", recurrent_activation="hard_sigmoid")))
    gru = walkthrough("GRU")
    with pytest.raises(ComparisonError, match=r"bias of the layer 'rnn' has the shape \(6,\); b o"):
        compare(gru, model("GRU", reset_after=False))


def test_an_answer_at_each_step_or_at_the_end(rnn):
    with pytest.raises(ComparisonError) as raised:
        compare(rnn, with_weights_of(rnn, model(return_sequences=False)), loss=LOSS)
    assert str(raised.value) == (
        "the walkthrough has a target at each of 3 steps; the model answers after the last step."
    )


def test_another_number_of_inputs_is_named(rnn):
    other = stacked(
        layer("SimpleRNN", 2, return_sequences=True, name="rnn"),
        layer("Dense", 4, activation="softmax", name="dense"),
        shape=(3, 5),
    )
    with pytest.raises(
        ComparisonError, match=r"the layer 'rnn' has the shape \(5, 2\); W_xh of th"
    ):
        compare(rnn, other)


def test_another_weight_is_named_with_its_place(rnn):
    other = with_weights_of(rnn, model())
    arrays = other.get_weights()
    arrays[1][1, 0] = 0.5
    other.set_weights(arrays)
    with pytest.raises(ComparisonError) as raised:
        compare(rnn, other)
    assert str(raised.value) == (
        "recurrent_kernel of the layer 'rnn' has 0.5 at [1, 0], where W_hh of the walkthrough has "
        f"{rnn['W_hh'].value[1, 0]:.8g}; load the walkthrough's weights with "
        "model.set_weights([q.value for q in walkthrough.weights])."
    )


def test_another_table_is_found():
    w = copy_of(next_word_hello(), origins=False)
    moved = [np.array(array) for array in WORD_WEIGHTS]
    moved[0][3, 1] += 0.25
    layers = [layer("Embedding", 11, 2), layer("SimpleRNN", 3, activation="relu")]
    other = stacked(*layers, layer("Dense", 11, "softmax"), shape=(4,), dtype="int32")
    other.set_weights(moved)
    with pytest.raises(ComparisonError, match=r"has 1.842 at \[3, 1\], where E of the walkthro"):
        compare(w, other)


def test_directions_exchanged_are_found():
    swapped = [*WEIGHTS[3:6], *WEIGHTS[0:3], *WEIGHTS[6:]]
    with pytest.raises(ComparisonError, match="W_x_forwards of the walkthrough has"):
        compare(bidirectional_and_stacked(swapped), keras_twin(STACK, WEIGHTS))


@pytest.mark.parametrize(
    ("change", "place"),
    [({"merge_mode": "sum"}, "m at t=1"), ({"merge_mode": "ave"}, "m at t=1")],
)
def test_another_way_to_merge(change, place):
    def both(**settings):
        return stacked(
            layer("Bidirectional", layer("GRU", 2, return_sequences=True), name="both", **settings),
            shape=(3, 3),
        )

    w = by_network(both(merge_mode="mul"), numbers(3, 3))
    with pytest.raises(ComparisonError, match=f"the first step that differs: {place} "):
        compare(w, both(**change))


def test_weights_that_do_not_fit_the_twin_are_named():
    net = Network.sequential(Input((None, 3)), LSTM(2), Dense(1))
    right = [np.ones(v.shape) for v in keras_twin(net).weights]
    with pytest.raises(ShapeError) as raised:
        keras_twin(net, [np.ones((2, 2)), *right[1:]])
    assert str(raised.value) == (
        "the layer 'lstm' takes weights of the shapes (3, 8), (2, 8), (8,); those given have "
        "(2, 2), (2, 8), (8,)."
    )
    with pytest.raises(ShapeError, match=r"'dense' has 2 arrays of weights .*, but 1 are"):
        keras_twin(net, right[:-1])
    with pytest.raises(ShapeError, match=r"the network has 5 arrays of weights, but 6 are given\."):
        keras_twin(net, [*right, np.ones(1)])


@pytest.mark.parametrize("given", [[], "model", 7, [keras.layers.Embedding(3, 2)]])
def test_what_is_no_model_is_refused(rnn, given):
    with pytest.raises(UsageError):
        compare(rnn, given)


def test_an_odd_type_is_refused():
    with pytest.raises(UsageError, match="Keras computes in int8, for which there is no tolerance"):
        tolerance_of("int8", 1, 1)
    assert tolerance_of("float64", 100, 100) == 1e-12
    assert tolerance_of("float32", 1, 1) == 1e-6
    assert tolerance_of("float32", 400, 100) == pytest.approx(400 * 10 / 2**24)


@pytest.mark.parametrize(("mean", "spread", "epsilon"), [(3.0, 1e-9, 1e-12), (1000.0, 1e-3, 1e-7)])
def test_digits_that_a_normalisation_cancels_are_no_false_alarm(mean, spread, epsilon):
    random = np.random.default_rng(0)
    net = Network.sequential(Input((None, 3)), LayerNormalization(epsilon=epsilon), SimpleRNN(2))
    weights = [np.ones(3), np.zeros(3), *(random.normal(size=s) for s in [(3, 2), (2, 2), (2,)])]
    numbers = net.walkthrough(weights, mean + spread * random.normal(size=(3, 3)))
    found = compare(numbers, keras_twin(net, weights))
    assert found.complete
    assert 1e-12 < found.tolerance < 1e-8
    other = replace(net.layers[1], epsilon=1.001 * (epsilon + spread**2) - spread**2)
    off = Network.sequential(net.layers[0], other, net.layers[2])
    assert compare(numbers, keras_twin(off, weights), strict=False).differing


def test_a_bound_does_not_grow_until_it_says_nothing():
    assert tolerance_of("float64", 10, 3, lost=1e12) == 1e-3
    assert tolerance_of("float32", 10, 3, lost=1e12) == 1e-3
    assert tolerance_of("float16", 10, 3, lost=1e12) == tolerance_of("float16", 10, 3)


def test_a_layer_that_does_more_than_its_cell_is_not_judged(rnn):
    other = with_weights_of(rnn, model())
    recurrent = other.layers[0]
    honest = recurrent.inner_loop

    def doubled(*args, **settings):
        last, outputs, states = honest(*args, **settings)
        return 2 * last, 2 * outputs, states

    object.__setattr__(recurrent, "inner_loop", doubled)
    with pytest.raises(ComparisonError, match="'rnn' as a whole and step by step differ by 0"):
        compare(rnn, other, loss=LOSS)
