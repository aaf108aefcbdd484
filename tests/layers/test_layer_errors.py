"""What a reader is told when something does not fit: one sentence each."""

import re

import numpy as np
import pytest

from rnn_edu.errors import NamingError, NumberError, ShapeError, UsageError
from rnn_edu.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    SimpleRNN,
    activations,
    initializers,
)

X = np.ones((2, 3, 4))


def told(error, sentence, action):
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        action()


def built(layer, shape=(None, 3, 4)):
    layer.build(shape)
    return layer


def test_wrong_rank():
    told(
        ShapeError,
        "lstm needs an input with 3 axes (batch, time, features), but got the shape (2, 4) with 2.",
        lambda: LSTM(2)(np.ones((2, 4))),
    )
    told(
        ShapeError,
        "dense needs an input with at least 2 axes (batch, ..., features), "
        "but got the shape (2,) with 1.",
        lambda: Dense(2)(np.ones(2)),
    )


def test_wrong_width():
    told(
        ShapeError,
        "gru was built for inputs of width 4, but got the shape (2, 3, 5) of width 5.",
        lambda: built(GRU(2))(np.ones((2, 3, 5))),
    )
    told(
        ShapeError,
        "my_layer was built for inputs of width 4, but got the shape (2, 5) of width 5.",
        lambda: built(Dense(2, name="my_layer"), (None, 4))(np.ones((2, 5))),
    )


def test_unknown_width():
    told(
        ShapeError,
        "simple_rnn: the number of features must be known before it can be built, "
        "but the input shape is (None, 3, None).",
        lambda: SimpleRNN(2).build((None, 3, None)),
    )


def test_no_time_steps():
    told(
        ShapeError,
        "simple_rnn: the input of shape (2, 0, 4) has no time steps.",
        lambda: SimpleRNN(2)(np.ones((2, 0, 4))),
    )


@pytest.mark.parametrize("layer", [SimpleRNN(2), Bidirectional(SimpleRNN(2))])
def test_mask_of_another_shape(layer):
    with pytest.raises(ShapeError, match=r"the mask must have the shape \(2, 3\) \(batch, time\)"):
        layer(X, mask=np.ones((2, 4), dtype=bool))


def test_initial_states_that_do_not_fit():
    told(
        ShapeError,
        "lstm has 2 states (h, c), but initial_state holds 1.",
        lambda: LSTM(2)(X, initial_state=[np.zeros((2, 2))]),
    )
    told(
        ShapeError,
        "gru: the initial state h must have the shape (2, 2) (batch, units), but has (2, 3).",
        lambda: GRU(2)(X, initial_state=np.zeros((2, 3))),
    )
    told(
        NumberError,
        "gru: the initial state h holds nan at [0, 1]; every entry must be a finite number, "
        "so clean the data first.",
        lambda: GRU(2)(X, initial_state=np.array([[0.0, np.nan], [0.0, 0.0]])),
    )


@pytest.mark.parametrize(
    ("ids", "why"),
    [
        ([[0, 5]], "the id 5 at [0, 1] is outside the vocabulary of 5 (0 to 4)"),
        ([[-1, 0]], "the id -1 at [0, 0] is outside the vocabulary of 5 (0 to 4)"),
        ([[1.5, 0]], "the id 1.5 at [0, 0] is not a whole number"),
    ],
)
def test_ids_outside_the_vocabulary(ids, why):
    told(
        UsageError,
        f"embedding: {why}; raise input_dim, or map such words to an id that has a row.",
        lambda: Embedding(5, 2)(ids),
    )


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_in_the_data(value):
    x = X.copy()
    x[1, 2, 0] = value
    told(
        NumberError,
        f"lstm: the input holds {value} at [1, 2, 0]; every entry must be a finite number, "
        "so clean the data first.",
        lambda: LSTM(2)(x),
    )


def test_something_else_than_numbers():
    with pytest.raises(UsageError, match=r"^embedding needs an array of numbers, but got one of"):
        Embedding(5, 2)([["word"]])
    with pytest.raises(UsageError, match=r"^dense needs an array of numbers, but got: .*\.$"):
        Dense(5)([[1.0, 2.0], [3.0]])


@pytest.mark.parametrize("layer", [SimpleRNN(2), Dense(2), Dropout(0.1), Embedding(3, 2)])
def test_backward_before_forward(layer):
    told(
        UsageError,
        f"{layer.name}: backward was called before forward; call the layer on its input first.",
        lambda: layer.backward(np.ones((2, 2))),
    )


def test_gradient_of_another_shape():
    layer = LSTM(2)
    layer(X)
    told(
        ShapeError,
        "lstm: backward needs a gradient of the output's shape (2, 2), but got (2, 3).",
        lambda: layer.backward(np.ones((2, 3))),
    )


def test_unknown_names():
    told(
        NamingError,
        "Unknown activation 'tahn'; did you mean 'tanh'? Known: elu, exponential, hard_sigmoid, "
        "leaky_relu, linear, relu, selu, sigmoid, softmax, softplus, softsign, tanh.",
        lambda: LSTM(2, activation="tahn"),
    )
    with pytest.raises(NamingError, match=r"^Unknown initializer 'orthogonl'; did you mean"):
        LSTM(2, recurrent_initializer="orthogonl")
    with pytest.raises(NamingError, match=r"^Unknown activation 7; Known"):
        activations.get(7)


@pytest.mark.parametrize("units", [0, -1, 2.0, "2", True])
def test_units(units):
    told(
        UsageError,
        f"lstm: units must be a whole number above 0, but is {units!r}.",
        lambda: LSTM(units),
    )


def test_sizes_of_an_embedding():
    told(
        UsageError,
        "embedding: input_dim must be a whole number above 0, but is 0.",
        lambda: Embedding(0, 2),
    )


@pytest.mark.parametrize("rate", [-0.1, 1.0, "half"])
def test_rates(rate):
    told(
        UsageError,
        "lstm: recurrent_dropout must be a number from 0 up to but not including 1, "
        f"but is {rate!r}.",
        lambda: LSTM(2, recurrent_dropout=rate),
    )


def test_noise_shape_of_another_rank():
    told(
        UsageError,
        "dropout: noise_shape (1, None) has 2 axes, but the input of shape (2, 3, 4) has 3.",
        lambda: Dropout(0.5, noise_shape=(1, None))(X, training=True),
    )


def test_dtype():
    told(
        UsageError,
        "A layer's dtype is 'float32' or 'float64', not 'float16'.",
        lambda: Dense(1, dtype="float16"),
    )


def test_weights_that_do_not_fit():
    layer = built(SimpleRNN(2))
    told(
        ShapeError,
        "simple_rnn has 3 weights (kernel, recurrent_kernel, bias), but 1 arrays were given.",
        lambda: layer.set_weights([np.ones((4, 2))]),
    )
    before = layer.get_weights()
    told(
        ShapeError,
        "simple_rnn: the weight bias has shape (2,), but an array of shape (3,) was given.",
        lambda: layer.set_weights([np.ones((4, 2)), np.ones((2, 2)), np.ones(3)]),
    )
    for one, other in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)  # nothing was changed half-way


def test_weights_before_build():
    told(
        UsageError,
        "dense: call build(input_shape) before set_weights.",
        lambda: Dense(1).set_weights([]),
    )
    told(
        UsageError,
        "dense: call build(input_shape) before count_params.",
        lambda: Dense(1).count_params(),
    )


def test_initializers_for_matrices_only():
    told(
        ShapeError,
        "The orthogonal initializer needs a matrix, not the shape (3,).",
        lambda: built(Dense(3, bias_initializer="orthogonal"), (None, 2)),
    )
    told(
        ShapeError,
        "The identity initializer fills a matrix, not the shape (3,).",
        lambda: built(Dense(3, bias_initializer=initializers.Identity()), (None, 2)),
    )


def test_an_initializer_that_makes_another_shape():
    told(
        ShapeError,
        "dense: the initializer of bias made an array of shape (1,), "
        "but the weight has shape (3,).",
        lambda: built(Dense(3, bias_initializer=lambda shape, rng: np.zeros(1)), (None, 2)),
    )


def test_an_argument_that_a_call_does_not_know():
    told(
        UsageError,
        "lstm does not know the argument 'state'; it takes mask, training and initial_state.",
        lambda: LSTM(2)(X, state=0),
    )


def test_bidirectional():
    told(
        UsageError,
        "Bidirectional: merge_mode is one of 'concat', 'sum', 'mul', 'ave', None, not 'add'.",
        lambda: Bidirectional(LSTM(2), merge_mode="add"),
    )
    told(
        UsageError,
        "Bidirectional wraps a recurrent layer (SimpleRNN, LSTM, GRU), not Dense.",
        lambda: Bidirectional(Dense(2)),
    )
    told(
        UsageError,
        "Bidirectional: both layers have go_backwards=False, "
        "but one must read forwards and the other backwards.",
        lambda: Bidirectional(LSTM(2), backward_layer=LSTM(2)),
    )
    told(
        UsageError,
        "Bidirectional: both layers need the same return_sequences, but the forward layer has "
        "False and the backward layer True.",
        lambda: Bidirectional(
            LSTM(2), backward_layer=LSTM(2, go_backwards=True, return_sequences=True)
        ),
    )
    told(
        UsageError,
        "Bidirectional: dtype is 'float64', but the wrapped layer has 'float32'; "
        "give both the same.",
        lambda: Bidirectional(LSTM(2), dtype="float64"),
    )
