"""Small networks drawn at random, as Keras models with an example and a target."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

#: Activations of which Keras computes every constant in the type of the layer.
ACTIVATIONS = (
    "tanh",
    "sigmoid",
    "relu",
    "linear",
    "elu",
    "selu",
    "softplus",
    "softsign",
    "silu",
    "hard_sigmoid",
    "mish",
    "relu6",
)
GATES = ("sigmoid", "hard_sigmoid", "tanh")
HEADS = {
    "softmax": "categorical_crossentropy",
    "classes": "sparse_categorical_crossentropy",
    "sigmoid": "binary_crossentropy",
    "numbers": "mean_squared_error",
}


@dataclass(frozen=True)
class Case:
    """A Keras model in float64, one example for it, and the target."""

    model: Any
    example: np.ndarray
    target: Any


def case_from(draw, most_units=3, most_steps=4):
    """A network of one or two recurrent layers and a head, with everything that may go with it."""
    import keras

    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    steps = draw(st.integers(1, most_steps))
    keras.backend.clear_session()
    keras.config.set_dtype_policy("float64")
    try:
        entrance, x, example = _entrance(draw, keras, steps, rng)
        x = _readers(draw, keras, x, most_units)
        x = _pooled(draw, keras, x)
        answer, head, outputs = _head(draw, keras, x)
        model = keras.Model(entrance, answer)
    finally:
        keras.config.set_dtype_policy("float32")
    model.compile("sgd", HEADS[head])
    for layer in model.layers:
        layer.set_weights([_weights(rng, array.shape) for array in layer.get_weights()])
    return Case(model, example, _target(rng, head, outputs, steps, len(answer.shape) == 3))


def _weights(rng, shape):
    """Numbers far from zero, so that no mistake can hide."""
    return rng.uniform(0.1, 0.9, shape) * rng.choice([-1, 1], shape)


def _entrance(draw, keras, steps, rng):
    if draw(st.booleans()):
        entrance = keras.Input((steps,), dtype="int32")
        masked = draw(st.booleans())
        x = keras.layers.Embedding(5, draw(st.integers(1, 3)), mask_zero=masked)(entrance)
        example = rng.integers(0, 5, steps)
        example[rng.integers(steps)] = rng.integers(1, 5)
        return entrance, x, example
    features = draw(st.integers(1, 3))
    entrance = keras.Input((steps, features), dtype="float64")
    example = rng.normal(size=(steps, features))
    masked = draw(st.sampled_from([None, 0.0, -1.0]))
    if masked is None:
        return entrance, entrance, example
    if steps > 1:
        example[rng.integers(1, steps)] = masked
    return entrance, keras.layers.Masking(masked)(entrance), example


def _readers(draw, keras, x, most_units):
    count = draw(st.integers(1, 2))
    for number in range(count):
        every = number < count - 1 or draw(st.booleans())
        x = _reader(draw, keras, every, most_units)(x)
        if draw(st.integers(0, 3)) == 0:
            x = keras.layers.Dropout(0.3)(x)
        if draw(st.integers(0, 3)) == 0:
            x = keras.layers.LayerNormalization()(x)
    return x


def _reader(draw, keras, every, most_units):
    kind = draw(st.sampled_from(["SimpleRNN", "LSTM", "GRU"]))
    settings = {
        "units": draw(st.integers(1, most_units)),
        "activation": draw(st.sampled_from(ACTIVATIONS)),
        "use_bias": draw(st.booleans()),
        "return_sequences": every,
    }
    if kind != "SimpleRNN":
        settings["recurrent_activation"] = draw(st.sampled_from(GATES))
    if kind == "GRU":
        settings["reset_after"] = draw(st.booleans())
    both = draw(st.booleans())
    backwards = {} if both else {"go_backwards": draw(st.integers(0, 3)) == 0}
    layer = getattr(keras.layers, kind)(**settings, **backwards)
    if not both:
        return layer
    merge = draw(st.sampled_from(["concat", "sum", "ave", "mul"]))
    return keras.layers.Bidirectional(layer, merge_mode=merge)


def _pooled(draw, keras, x):
    if len(x.shape) == 2 or draw(st.booleans()):
        return x
    kind = draw(st.sampled_from(["GlobalAveragePooling1D", "GlobalMaxPooling1D", "Flatten"]))
    if kind == "Flatten" and getattr(x, "_keras_mask", None) is not None:
        kind = "GlobalAveragePooling1D"
    return getattr(keras.layers, kind)()(x)


def _head(draw, keras, x):
    if draw(st.booleans()):
        x = keras.layers.Dense(draw(st.integers(1, 3)), draw(st.sampled_from(ACTIVATIONS)))(x)
    head = draw(st.sampled_from(list(HEADS)))
    outputs = draw(st.integers(1 if head in ("sigmoid", "numbers") else 2, 3))
    activation = {"softmax": "softmax", "classes": "softmax", "sigmoid": "sigmoid"}.get(head)
    layer = keras.layers.Dense(outputs, activation=activation)
    if len(x.shape) == 3 and draw(st.booleans()):
        layer = keras.layers.TimeDistributed(layer)
    return layer(x), head, outputs


def _target(rng, head, outputs, steps, over_time):
    count = steps if over_time else 1
    rows = {
        "softmax": lambda: np.eye(outputs)[rng.integers(0, outputs, count)],
        "classes": lambda: rng.integers(0, outputs, count),
        "sigmoid": lambda: rng.integers(0, 2, (count, outputs)).astype(float),
        "numbers": lambda: rng.normal(size=(count, outputs)),
    }[head]()
    return rows if over_time else rows[0]
