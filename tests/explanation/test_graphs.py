"""Graphs: encoder and decoder with attention, products, residuals; every loss there is."""

import numpy as np
import pytest

from rnn_edu.compare import compare
from rnn_edu.errors import UsageError
from rnn_edu.explanation import explain
from rnn_edu.walkthrough.losses import LOSSES

keras = pytest.importorskip("keras")
L = keras.layers


@pytest.fixture(autouse=True)
def in_double_precision():
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


def all_agree(model, example, target, loss, tolerance=None):
    rng = np.random.default_rng(1)
    for layer in model.layers:
        arrays = layer.get_weights()
        layer.set_weights(
            [rng.uniform(0.1, 0.9, a.shape) * rng.choice([-1, 1], a.shape) for a in arrays]
        )
    walkthrough = explain(model, example, target, loss)
    verdict = compare(walkthrough, model, loss=loss, tolerance=tolerance, strict=False)
    assert verdict.complete, str(verdict)
    return walkthrough


NUMBERS = np.random.default_rng(0).normal(size=(3, 2))


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("kind", ["Attention", "AdditiveAttention"])
def test_encoder_decoder_with_attention(kind, scaled, masked):
    source = keras.Input((3,), dtype="int32", name="source")
    read = keras.Input((2, 3), name="read")
    x = L.Embedding(5, 3, mask_zero=masked)(source)
    states, h, c = L.LSTM(3, return_sequences=True, return_state=True, name="encoder")(x)
    decoded = L.LSTM(3, return_sequences=True, name="decoder")(read, initial_state=[h, c])
    context = getattr(L, kind)(use_scale=scaled)([decoded, states])
    answer = L.Dense(4, activation="softmax")(L.Concatenate()([decoded, context]))
    example = {"source": np.array([2, 3, 0]), "read": NUMBERS.reshape(2, 3)}
    target = np.eye(4)[[1, 2]]
    w = all_agree(keras.Model([source, read], answer), example, target, "categorical_crossentropy")
    weights = w["alpha", 1].value
    assert np.isclose(weights.sum(), 1)
    assert (weights[2] == 0) == masked


def test_products_of_sequences_and_of_vectors():
    entrance = keras.Input((3, 2))
    read = L.GRU(2, return_sequences=True)(entrance)
    weights = L.Softmax()(L.Dot((2, 2))([read, entrance]))
    mixed = L.Dot((2, 1))([weights, entrance])
    answer = L.Dense(1)(L.GlobalMaxPooling1D()(mixed))
    all_agree(keras.Model(entrance, answer), NUMBERS, [0.5], "mean_squared_error")
    product = L.Dot(1)([L.GRU(2)(entrance), L.SimpleRNN(2)(entrance)])
    all_agree(keras.Model(entrance, product), NUMBERS, [0.5], "mean_absolute_error")


def test_a_vector_repeated_and_a_residual():
    entrance = keras.Input((3, 2))
    repeated = L.RepeatVector(2)(L.SimpleRNN(2)(entrance))
    answer = L.TimeDistributed(L.Dense(3))(L.LSTM(2, return_sequences=True)(repeated))
    all_agree(keras.Model(entrance, answer), NUMBERS, NUMBERS.reshape(2, 3), "huber")
    added = L.Add()([L.LSTM(2, return_sequences=True)(entrance), entrance])
    answer = L.Dense(2, activation="sigmoid")(L.Flatten()(added))
    all_agree(keras.Model(entrance, answer), NUMBERS, [0.3, 0.6], "binary_crossentropy")


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_every_loss(loss):
    entrance = keras.Input((2, 2))
    shares = "categorical_crossentropy" in loss
    layer = L.Dense(2, activation="softmax" if shares else "sigmoid")
    answer = layer(L.GRU(2, return_sequences=True)(entrance))
    target = [1, 0] if loss.startswith("sparse") else [[0.3, 0.6], [0.2, 0.8]]
    all_agree(keras.Model(entrance, answer), NUMBERS[:2], target, loss)


@pytest.mark.parametrize(
    ("activation", "loss"),
    [("sigmoid", "categorical_crossentropy"), ("softmax", "binary_crossentropy")],
)
def test_a_loss_that_takes_the_wrong_logits_is_refused(activation, loss):
    entrance = keras.Input((3,))
    model = keras.Model(entrance, L.Dense(2, activation=activation)(entrance))
    with pytest.raises(UsageError, match="takes the numbers before"):
        explain(model, [0.1, 0.5, -0.3], [1.0, 0.0], loss)


def test_the_mask_is_lost_where_states_are_given_and_kept_where_it_is_named():
    def built(named):
        source = keras.Input((3,), dtype="int32", name="source")
        start = keras.Input((2,), name="start")
        x = L.Embedding(4, 2, mask_zero=True, name="table")(source)
        more = {"mask": x._keras_mask} if named else {}
        return keras.Model([source, start], L.GRU(2)(x, initial_state=[start], **more))

    for named in (False, True):
        model = built(named)
        example = {"source": np.array([1, 2, 0]), "start": np.array([0.5, -0.5])}
        walkthrough = explain(model, example)
        assert compare(walkthrough, model, strict=False).complete
        assert (("h_new", 3) in walkthrough) == named
