"""Every layer that can be written by hand, in models that Keras itself has built."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.networks.readers.keras_model import read_keras

from .keras_models import by_network, compared, graph, layer, numbers, stacked

X, YES, CLASS = numbers(4, 3), [1.0], np.eye(3)[1]
CLASSES, WORDS = np.eye(3)[[0, 2, 1, 0]], [0, 0, 3, 5]
MASKED = np.array([[0, 0, 0], [0.3, 0.2, -0.1], [0, 0, 0], [0.5, -0.4, 0.2]])
LOSS = {
    "binary": "binary_crossentropy",
    "classes": "categorical_crossentropy",
    "square": "mean_squared_error",
    "absolute": "mean_absolute_error",
    "sparse": "sparse_categorical_crossentropy",
}


def softmax(units=3):
    return layer("Dense", units, activation="softmax")


def word_model(*above, rows=6, **settings):
    return stacked(layer("Embedding", rows, 3, **settings), *above, shape=(4,), dtype="int32")


def to_one_class(*layers):
    """Layers over four vectors of three numbers, and which of three classes it is."""
    return stacked(*layers, softmax()), X, CLASS, LOSS["classes"]


def recurrent(kind, **settings):
    return to_one_class(layer(kind, 2, **settings))


def two_inputs_merged(kind):
    x = keras.Input((4, 3), dtype="float64")
    sides = [layer("SimpleRNN", 2)(x), layer("GRU", 2)(x)]
    return graph(x, layer("Dense", 1)(layer(kind)(sides))), X, [0.4], LOSS["square"]


def both_ways_apart():
    x = keras.Input((4, 3), dtype="float64")
    sides = layer("Bidirectional", layer("SimpleRNN", 2), merge_mode=None)(x)
    return graph(x, layer("Dense", 1)(layer("Add")(sides))), X, [0.4], LOSS["square"]


def residual():
    x = keras.Input((4, 3), dtype="float64")
    states = layer("SimpleRNN", 3, return_sequences=True)(x)
    out = layer("Dense", 1)(layer("LSTM", 2)(layer("Add")([states, x])))
    return graph(x, out), X, [0.4], LOSS["square"]


def encoder_and_decoder():
    source = keras.Input((3, 2), dtype="float64", name="source")
    aim = keras.Input((4, 2), dtype="float64", name="aim")
    _, h, c = layer("LSTM", 2, return_state=True)(source)
    states = layer("LSTM", 2, return_sequences=True)(aim, initial_state=[h, c])
    model = graph([source, aim], softmax()(states))
    x = {"source": numbers(3, 2), "aim": numbers(4, 2, seed=3)}
    return model, x, CLASSES, LOSS["classes"]


def at_every_step(*layers, x=X):
    return stacked(*layers), x, CLASSES, LOSS["classes"]


def in_sequence(kind, **settings):
    return layer(kind, 2, return_sequences=True, **settings)


def both(kind, mode="concat", **settings):
    return layer("Bidirectional", layer(kind, 2, **settings), merge_mode=mode)


CASES = {
    "LSTM with relu": lambda: recurrent("LSTM", activation="relu"),
    "LSTM with hard_sigmoid gates": lambda: recurrent("LSTM", recurrent_activation="hard_sigmoid"),
    "LSTM without bias": lambda: recurrent("LSTM", use_bias=False),
    "GRU that is linear": lambda: recurrent("GRU", activation="linear"),
    "GRU without bias": lambda: recurrent("GRU", use_bias=False),
    "GRU, reset before": lambda: recurrent("GRU", reset_after=False),
    "SimpleRNN with elu": lambda: recurrent("SimpleRNN", activation="elu"),
    "backwards": lambda: to_one_class(
        in_sequence("LSTM", go_backwards=True), layer("GRU", 2, go_backwards=True)
    ),
    **{
        f"both directions, {mode}": lambda mode=mode: to_one_class(both("LSTM", mode))
        for mode in ("concat", "sum", "ave", "mul")
    },
    "both directions, apart": both_ways_apart,
    "both directions, a sequence": lambda: to_one_class(
        both("GRU", "sum", return_sequences=True), layer("SimpleRNN", 2)
    ),
    "Masking": lambda: (
        stacked(layer("Masking"), layer("LSTM", 2), layer("Dense", 1, activation="sigmoid")),
        MASKED,
        YES,
        LOSS["binary"],
    ),
    "Masking of another value": lambda: (
        stacked(layer("Masking", mask_value=0.5), layer("SimpleRNN", 2), layer("Dense", 1)),
        np.where(MASKED == 0, 0.5, MASKED),
        YES,
        LOSS["square"],
    ),
    "Masking, an answer at every step": lambda: at_every_step(
        layer("Masking"), in_sequence("GRU"), softmax(), x=MASKED
    ),
    "Masking, both directions": lambda: (
        stacked(layer("Masking"), both("GRU", return_sequences=True), layer("LSTM", 2), softmax()),
        MASKED,
        CLASS,
        LOSS["classes"],
    ),
    "Masking and the mean over time": lambda: (
        stacked(layer("Masking"), in_sequence("LSTM"), layer("GlobalAveragePooling1D"), softmax()),
        MASKED,
        CLASS,
        LOSS["classes"],
    ),
    "mask_zero": lambda: (
        word_model(layer("LSTM", 2), softmax(), mask_zero=True),
        WORDS,
        CLASS,
        LOSS["classes"],
    ),
    "classes by number": lambda: (word_model(layer("GRU", 2), softmax()), WORDS, 2, LOSS["sparse"]),
    "a large table": lambda: (
        word_model(layer("GRU", 2), softmax(), rows=400),
        [7, 0, 399, 7],
        CLASS,
        LOSS["classes"],
    ),
    "TimeDistributed": lambda: at_every_step(
        in_sequence("LSTM"), layer("TimeDistributed", softmax())
    ),
    "Dropout": lambda: to_one_class(
        layer("Dropout", 0.5), layer("LSTM", 2, dropout=0.3, recurrent_dropout=0.2)
    ),
    "Activation": lambda: (
        stacked(layer("LSTM", 2), layer("Dense", 3), layer("Activation", "softmax")),
        X,
        CLASS,
        LOSS["classes"],
    ),
    "two Dense layers": lambda: to_one_class(
        layer("GRU", 2), layer("Dense", 4, activation="tanh"), layer("Dense", 2), layer("ReLU")
    ),
    "Dense with tanh": lambda: (
        stacked(layer("SimpleRNN", 2), layer("Dense", 2, activation="tanh")),
        X,
        [0.3, -0.6],
        LOSS["square"],
    ),
    "Dense at every step, then a GRU": lambda: to_one_class(
        layer("Dense", 2, activation="tanh"), layer("GRU", 2)
    ),
    "mean over time": lambda: to_one_class(in_sequence("LSTM"), layer("GlobalAveragePooling1D")),
    "largest over time": lambda: to_one_class(in_sequence("LSTM"), layer("GlobalMaxPooling1D")),
    "LayerNormalization": lambda: to_one_class(
        in_sequence("LSTM"), layer("LayerNormalization"), layer("GRU", 2)
    ),
    "LayerNormalization of one vector": lambda: to_one_class(
        layer("LSTM", 2), layer("LayerNormalization", center=False)
    ),
    "Normalization, and back": lambda: (
        stacked(
            layer("Normalization", mean=0.3, variance=2.2),
            layer("SimpleRNN", 2),
            layer("Normalization", mean=[0.7, -1.3], variance=[0.4, 5.0], invert=True),
        ),
        X,
        [0.3, -0.6],
        LOSS["absolute"],
    ),
    "three equal layers": lambda: to_one_class(
        in_sequence("LSTM"), in_sequence("LSTM"), layer("LSTM", 2)
    ),
    "two equal layers in both directions": lambda: to_one_class(
        both("SimpleRNN", return_sequences=True), both("SimpleRNN")
    ),
    "Flatten": lambda: to_one_class(in_sequence("SimpleRNN"), layer("Flatten")),
    "RepeatVector": lambda: (
        stacked(layer("LSTM", 2), layer("RepeatVector", 3), in_sequence("GRU"), layer("Dense", 1)),
        X,
        [[0.3], [-0.4], [0.9]],
        LOSS["absolute"],
    ),
    **{
        kind: lambda kind=kind: two_inputs_merged(kind)
        for kind in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Concatenate")
    },
    "a residual connection": residual,
    "encoder and decoder": encoder_and_decoder,
    "no loss": lambda: (stacked(in_sequence("LSTM"), layer("GRU", 2)), X, None, None),
}


@pytest.mark.parametrize("name", CASES)
def test_all_of_it_agrees_and_nothing_is_left_unjudged(name):
    model, x, y, loss = CASES[name]()
    comparison = compared(model, x, y, loss)
    assert comparison.complete, comparison
    assert comparison.largest < 1e-14


@pytest.mark.parametrize("name", CASES)
def test_answers_and_gradients_are_those_of_the_model_as_it_is(name):
    """Without anything of the judge: Keras's model, Keras's loss, one gradient."""
    model, x, y, loss = CASES[name]()
    w = by_network(model, x, y, loss)
    given = list(x.values()) if isinstance(x, dict) else [x]
    tensors = [tf.constant(np.asarray(one)[None]) for one in given]
    with tf.GradientTape() as tape:
        answer = model(tensors if len(tensors) > 1 else tensors[0])
        total = None if loss is None else mean_loss(loss, y, answer)
    answers = w.of_role("output") or w.of_role("state")[-1:]
    ours = np.stack([q.value for q in answers])
    np.testing.assert_allclose(ours, np.reshape(answer, ours.shape), atol=1e-14)
    if total is None:
        return
    np.testing.assert_allclose(w["L"].value, total, atol=1e-14)
    slopes = tape.gradient(total, [v.value for v in model.trainable_variables])
    for weight, slope in zip(w.weights, slopes, strict=True):
        theirs = np.asarray(tf.convert_to_tensor(slope))
        rows = list(weight.origin.rows) or slice(None)
        np.testing.assert_allclose(w[f"d_{weight.name}"].value, theirs[rows], atol=1e-14)


def mean_loss(loss, y, answer):
    kind = "".join(word.capitalize() for word in loss.split("_"))
    return getattr(keras.losses, kind)(dtype="float64")(tf.constant(np.asarray(y)[None]), answer)


def test_a_stateful_layer_starts_where_the_last_batch_ended():
    model = stacked(layer("LSTM", 2, stateful=True), layer("Dense", 1), batch=1)
    fresh = by_network(model, X)
    model(X[None])
    held = [np.asarray(state) for state in model.layers[0].states]
    again = by_network(model, X)
    assert np.abs(again["y_hat"].value - fresh["y_hat"].value).max() > 0.01
    np.testing.assert_array_equal(again["c", 0].value, held[1][0])
    assert compared(model, X, YES, LOSS["square"]).complete
    for before, state in zip(held, model.layers[0].states, strict=True):
        np.testing.assert_array_equal(before, state)


@pytest.mark.parametrize("dtype", ["float16", "mixed_float16"])
def test_half_precision_with_a_tolerance_of_ones_own(dtype):
    layers = layer("LSTM", 2, dtype=dtype), layer("Dense", 3, "softmax", dtype=dtype)
    model = stacked(*layers, dtype="float32")
    comparison = compared(model, X, CLASS, LOSS["classes"], tolerance=0.02)
    assert (comparison.dtype, comparison.tolerance) == ("float16", 0.02)
    assert 1e-5 < comparison.largest < 0.02
    assert not compared(model, X, CLASS, LOSS["classes"], tolerance=1e-6, strict=False).ok


@pytest.mark.parametrize("model", ["functional", "sequential", "list"])
def test_the_same_layer_twice_is_refused(model):
    shared = layer("SimpleRNN", 3, return_sequences=True, name="shared")
    x = keras.Input((4, 3), dtype="float64")
    out = shared(shared(x))
    given = {
        "functional": lambda: keras.Model(x, out),
        "sequential": lambda: keras.Sequential([keras.Input((4, 3)), shared, shared]),
        "list": lambda: [shared, shared],
    }[model]()
    with pytest.raises(UsageError) as raised:
        read_keras(given)
    assert str(raised.value) == (
        "the layer 'shared' is used 2 times; by hand each layer is written once."
    )


def test_arrays_of_another_shape_are_refused():
    model = stacked(layer("LSTM", 2), softmax())
    found = read_keras(model)
    wrong = dict(found.weights) | {
        model.layers[0].name: [np.ones((3, 4)), *model.get_weights()[1:3]]
    }
    with pytest.raises(ShapeError, match=r"kernel of the layer 'lstm\w*' has the shape \(3, 4\);"):
        found.network.walkthrough(wrong, X)
    with pytest.raises(ShapeError, match=r"has 3 arrays of weights .*, but 1 are given"):
        found.network.walkthrough(dict(found.weights) | {model.layers[0].name: [1.0]}, X)
    with pytest.raises(ShapeError, match=r"takes one example of the shape \(4, 3\); .* \(4, 2\)"):
        found.network.walkthrough(found.weights, numbers(4, 2))
    with pytest.raises(ShapeError, match=r"target has the shape \(2,\); .* answers with \(3,\)"):
        found.network.with_loss(LOSS["classes"]).walkthrough(found.weights, X, [0.0, 1.0])


def test_a_loss_without_a_formula_is_refused():
    with pytest.raises(UsageError, match="there is no loss 'tversky'; there are "):
        compared(stacked(layer("LSTM", 2), softmax()), X, CLASS, "tversky")


def doubled(u):
    return u * 2


class Mine(keras.layers.SimpleRNN):
    """A layer of one's own, which may do anything."""


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (lambda: stacked(Mine(2, name="own")), "the layer 'own' is a Mine, which cannot be writt"),
        (
            lambda: stacked(layer("SimpleRNN", 2, activation=doubled, name="rnn")),
            "the layer 'rnn' has a function of its own as activation; by hand only Keras's own",
        ),
        (
            lambda: stacked(layer("Conv1D", 2, 3, name="conv")),
            "the layer 'conv' is a Conv1D, which cannot be written by hand here; known are Input,",
        ),
        (
            lambda: stacked(layer("LayerNormalization", axis=1, name="norm")),
            "the LayerNormalization layer 'norm' has the setting axis=",
        ),
        (
            lambda: stacked(layer("Normalization", name="norm"), layer("LSTM", 2)),
            "the Normalization layer 'norm' has no mean and variance of its own; by hand they are",
        ),
        (lambda: layer("LSTM", 2, name="new"), "the LSTM layer 'new' has no weights yet; call the"),
        (lambda: [], "a Keras model, a Keras layer or a list of Keras layers is needed; given is"),
        (lambda: "model", "a Keras model, a Keras layer or a list of Keras layers is needed; giv"),
    ],
)
def test_what_cannot_be_read_is_named(model, sentence):
    with pytest.raises(UsageError) as raised:
        read_keras(model())
    assert str(raised.value).startswith(sentence)


def test_a_setting_that_is_not_known_is_refused():
    model = stacked(layer("LSTM", 2, name="lstm"))
    config = model.layers[0].get_config()
    object.__setattr__(model.layers[0], "get_config", lambda: config | {"novelty": 3})
    with pytest.raises(UsageError, match="the LSTM layer 'lstm' has the setting novelty=3"):
        read_keras(model)
