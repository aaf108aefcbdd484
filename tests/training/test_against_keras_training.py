"""Models, optimizers and whole training runs against Keras."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnn_edu import layers, training
from tests.layers.keras_twin import dense, distinct_weights, share_weights


@pytest.fixture
def in_float64():
    """Keras keeps its learning rate and its losses in float64 too."""
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


def keras_step(model, loss, optimizer):
    """One training step in a graph, as ``fit`` makes it."""

    @tf.function
    def steps(x, y, count):
        value = tf.constant(0.0, x.dtype if x.dtype.is_floating else tf.as_dtype(model.dtype))
        for _ in tf.range(count):
            with tf.GradientTape() as tape:
                value = loss(y, model(x, training=True))
            weights = model.trainable_variables
            optimizer.apply(tape.gradient(value, weights), weights)
        return value

    return steps


# --- models ------------------------------------------------------------------------------------


def embedded_model(module, dtype):
    bidirectional = module.layers.Bidirectional(
        module.layers.LSTM(3, return_sequences=True, dtype=dtype), dtype=dtype
    )
    return module.Sequential(
        [
            module.layers.Embedding(7, 4, mask_zero=True, dtype=dtype),
            bidirectional,
            module.layers.GRU(3, return_sequences=True, dtype=dtype),
            module.layers.SimpleRNN(4, dtype=dtype),
            module.layers.Dense(3, activation="softmax", dtype=dtype),
        ]
    )


def tagging_model(module, dtype):
    return module.Sequential(
        [
            module.layers.Masking(dtype=dtype),
            module.layers.LSTM(3, return_sequences=True, dtype=dtype),
            module.layers.Dense(3, activation="softmax", dtype=dtype),
        ]
    )


class Ours:
    layers = layers
    Sequential = training.Sequential


class Theirs:
    layers = keras.layers
    Sequential = keras.Sequential


def model_data(kind, dtype):
    rng = np.random.default_rng(3)
    if kind is embedded_model:
        ids = rng.integers(0, 7, size=(5, 6))
        return ids, rng.integers(0, 3, size=5)
    x = rng.normal(size=(5, 6, 2)).astype(dtype)
    x[rng.random((5, 6)) < 0.4] = 0.0
    return x, rng.integers(0, 3, size=(5, 6))


def twin_models(kind, dtype, shape):
    ours, theirs = kind(Ours, dtype), kind(Theirs, dtype)
    ours.build((None, *shape[1:]))
    theirs.build((None, *shape[1:]))
    share_weights(ours, theirs, np.random.default_rng(4))
    return ours, theirs


@pytest.mark.parametrize("kind", [embedded_model, tagging_model])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_stacked_models_with_masks(kind, dtype, in_float64):
    x, y = model_data(kind, dtype)
    ours, theirs = twin_models(kind, dtype, x.shape)
    loss = keras.losses.SparseCategoricalCrossentropy(dtype=dtype)
    with tf.GradientTape() as tape:
        expected = loss(y, theirs(tf.constant(x)))
    gradients = [dense(g) for g in tape.gradient(expected, theirs.trainable_variables)]
    ours.compile("sgd", "sparse_categorical_crossentropy")
    value, _, got = ours.loss_and_gradients(x, y)
    tolerance = 1e-10 if dtype == "float64" else 1e-5
    assert value == pytest.approx(float(expected), abs=tolerance)
    for one, other in zip(got, gradients, strict=True):
        np.testing.assert_allclose(one, other, atol=tolerance)
    np.testing.assert_allclose(ours.predict(x, batch_size=2), theirs(x), atol=tolerance)


@pytest.mark.parametrize("kind", [embedded_model, tagging_model])
def test_evaluate_counts_what_the_mask_leaves(kind):
    x, y = model_data(kind, "float32")
    ours, theirs = twin_models(kind, "float32", x.shape)
    theirs.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    ours.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    expected = theirs.evaluate(x, y, batch_size=5, verbose=0)
    np.testing.assert_allclose(ours.evaluate(x, y, batch_size=5), expected, atol=1e-6)


# --- optimizers --------------------------------------------------------------------------------

OPTIMIZERS = {
    "SGD": {},
    "SGD, momentum": {"momentum": 0.9},
    "SGD, Nesterov": {"momentum": 0.9, "nesterov": True},
    "RMSprop": {},
    "RMSprop, centred": {"centered": True, "momentum": 0.5},
    "Adam": {},
    "Adam, other settings": {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-3},
    "Adam, clipnorm": {"clipnorm": 0.5},
    "SGD, clipvalue": {"clipvalue": 0.3},
    "RMSprop, global_clipnorm": {"global_clipnorm": 0.7},
}


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-13), ("float32", 3e-7)])
def test_optimizers_make_keras_steps(kind, dtype, tolerance, in_float64):
    name, arguments = kind.split(",")[0], {"learning_rate": 0.05} | OPTIMIZERS[kind]
    rng = np.random.default_rng(5)
    start = [w.astype(dtype) for w in distinct_weights([(3, 4), (4,)], rng)]
    ours = [weight.copy() for weight in start]
    theirs = [keras.Variable(weight, dtype=dtype) for weight in start]
    one = getattr(training, name)(**arguments)
    other = getattr(keras.optimizers, name)(**arguments)
    for _ in range(20):
        gradients = [rng.normal(size=weight.shape).astype(dtype) for weight in start]
        one.apply(gradients, ours)
        other.apply([tf.constant(g) for g in gradients], theirs)
    for mine, their in zip(ours, theirs, strict=True):
        assert mine.dtype == dtype
        np.testing.assert_allclose(mine, their.numpy(), atol=tolerance)


def test_the_bias_correction_starts_from_float32_as_in_keras():
    for dtype in (np.float32, np.float64):
        weight = np.zeros(1, dtype)
        training.Adam(1.0, epsilon=0.0).apply([np.ones(1, dtype)], [weight])
        assert -weight.item() == pytest.approx(1.0 - 6.7e-6, abs=2e-7)


ONCE = np.array([[1, 2, 0], [4, 3, 5]])
TWICE = np.array([[1, 2, 1], [4, 4, 4]])


@pytest.mark.parametrize(
    ("optimizer", "ids", "as_table"),
    [("Adam", ONCE, False), ("SGD", TWICE, False), ("Adam", TWICE, True), ("RMSprop", TWICE, True)],
)
def test_an_embedding_learns_as_in_keras(optimizer, ids, as_table):
    """Keras squares a repeated id's gradients one by one, unless it gets them as a table."""
    y = np.array([[1.0], [0.0]])
    models = []
    for module in (Ours, Theirs):
        rest = [module.layers.SimpleRNN(2), module.layers.Dense(1)]
        models.append(module.Sequential([module.layers.Embedding(6, 3), *rest]))
    ours, theirs = models
    ours.build((None, 3))
    theirs.build((None, 3))
    share_weights(ours, theirs, np.random.default_rng(6))
    ours.compile(getattr(training, optimizer)(), "mse")
    keras_optimizer = getattr(keras.optimizers, optimizer)()
    loss = keras.losses.MeanSquaredError()
    for _ in range(10):
        ours.train_on_batch(ids, y)
        with tf.GradientTape() as tape:
            value = loss(y, theirs(tf.constant(ids)))
        gradients = tape.gradient(value, theirs.trainable_variables)
        if as_table:
            gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
        keras_optimizer.apply(gradients, theirs.trainable_variables)
    for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=2e-6)


# --- 60 steps, three cells, three optimizers ---------------------------------------------------


@pytest.mark.parametrize("optimizer", ["SGD", "RMSprop", "Adam"])
@pytest.mark.parametrize("cell", ["SimpleRNN", "LSTM", "GRU"])
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-6), ("float64", 1e-11)])
def test_sixty_steps(cell, optimizer, dtype, tolerance, in_float64):
    """With Keras's default rates: at 0.01, RMSprop in float32 parts Keras from Keras unrolled."""
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(8, 4, 3)).astype(dtype), rng.integers(0, 2, size=(8, 1))
    models = [
        module.Sequential(
            [
                getattr(module.layers, cell)(3, dtype=dtype),
                module.layers.Dense(1, activation="sigmoid", dtype=dtype),
            ]
        )
        for module in (Ours, Theirs)
    ]
    for model in models:
        model.build((None, 4, 3))
    ours, theirs = models
    share_weights(ours, theirs, rng)
    start = ours.get_weights()
    ours.compile(getattr(training, optimizer)(), "binary_crossentropy")
    for _ in range(60):
        ours.train_on_batch(x, y)
    loss = keras.losses.BinaryCrossentropy(dtype=dtype)
    steps = keras_step(theirs, loss, getattr(keras.optimizers, optimizer)())
    steps(tf.constant(x), tf.constant(y), tf.constant(60))
    for one, other, before in zip(ours.get_weights(), theirs.get_weights(), start, strict=True):
        assert one.dtype == dtype
        assert np.abs(one - before).max() > 1e-3
        np.testing.assert_allclose(one, other, atol=tolerance)


# --- 500 epochs of the two documents -----------------------------------------------------------

DOCUMENTS = np.array([[[1.0], [3.0]], [[1.0], [2.0]]], dtype="float32")
LABELS = np.array([1, 0])


@pytest.mark.parametrize("cell", ["SimpleRNN", "LSTM"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_five_hundred_epochs_of_the_two_documents(cell, dtype):
    """Against Keras in float32, its default; in float64 the runs part by rounding only."""
    keras.utils.set_random_seed(1)
    theirs = keras.Sequential(
        [getattr(keras.layers, cell)(1), keras.layers.Dense(1, activation="sigmoid")]
    )
    theirs.build((None, 2, 1))
    ours = training.Sequential(
        [
            getattr(layers, cell)(1, dtype=dtype),
            layers.Dense(1, activation="sigmoid", dtype=dtype),
        ]
    )
    ours.build((None, 2, 1))
    training.weights_from_keras(ours, theirs)
    start = ours.get_weights()
    ours.compile("adam", "binary_crossentropy", ["accuracy"])
    history = ours.fit(DOCUMENTS, LABELS, epochs=500, verbose=0)
    steps = keras_step(theirs, keras.losses.BinaryCrossentropy(), keras.optimizers.Adam())
    y = tf.constant(LABELS[:, np.newaxis])
    value = steps(tf.constant(DOCUMENTS), y, tf.constant(500))
    assert history.history["loss"][-1] == pytest.approx(float(value), abs=1e-5)
    assert history.history["loss"][-1] < history.history["loss"][0] - 0.01
    for one, other, before in zip(ours.get_weights(), theirs.get_weights(), start, strict=True):
        assert np.abs(one - before).max() > 0.01
        np.testing.assert_allclose(one, other, atol=5e-5 if dtype == "float64" else 5e-6)


def test_fit_itself_goes_with_keras_fit():
    """Batches, the last one smaller, a validation split, and the values of the history."""
    rng = np.random.default_rng(8)
    x, y = rng.normal(size=(11, 3, 2)).astype("float32"), rng.integers(0, 3, size=11)
    models = [
        module.Sequential([module.layers.GRU(3), module.layers.Dense(3, activation="softmax")])
        for module in (Ours, Theirs)
    ]
    ours, theirs = models
    for model in models:
        model.build((None, 3, 2))
    share_weights(ours, theirs, rng)
    histories = []
    for model in models:
        model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
        history = model.fit(
            x, y, batch_size=4, epochs=3, shuffle=False, validation_split=0.3, verbose=0
        )
        histories.append(history.history)
    assert set(histories[0]) == set(histories[1])
    for name, values in histories[0].items():
        np.testing.assert_allclose(values, histories[1][name], atol=2e-6, err_msg=name)


# --- to and from Keras, and the summary --------------------------------------------------------


def test_weights_go_to_keras_and_come_back():
    ours = embedded_model(Ours, "float32")
    theirs = embedded_model(Theirs, "float32")
    for model in (ours, theirs):
        model.build((None, 6))
    start = ours.get_weights()
    assert training.weights_to_keras(ours, theirs) is ours
    for one, other in zip(theirs.get_weights(), start, strict=True):
        np.testing.assert_array_equal(one, other)
    theirs.set_weights([2.0 * weight for weight in start])
    training.weights_from_keras(ours, theirs)
    for one, other in zip(ours.get_weights(), start, strict=True):
        np.testing.assert_array_equal(one, 2.0 * other)


@pytest.mark.parametrize("trained", [False, True])
def test_the_summary_is_keras_table(trained, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    keras.utils.clear_session()  # Keras numbers its layers through the whole session
    kind = tagging_model if trained else embedded_model
    ours, theirs = kind(Ours, "float32"), kind(Theirs, "float32")
    x, y = model_data(kind, "float32")
    tables = []
    for model in (ours, theirs):
        model.build((None, *x.shape[1:]))
        model.layers[-1].trainable = False
        model.compile("adam", "sparse_categorical_crossentropy")
        if trained:
            model.fit(x, y, verbose=0)
        lines = []
        model.summary(print_fn=lines.append)
        tables.append("\n".join(lines).strip().splitlines())
    mine, their = ([line.rstrip() for line in table] for table in tables)
    assert mine == their


def test_the_weights_of_the_two_documents_give_the_published_output():
    weights = [[[0.56373304]], [[-0.50989217]], [-0.69803804], [[0.5092683]], [-0.27220774]]
    rnn, end = layers.SimpleRNN(1, dtype="float64"), layers.Dense(1, "sigmoid", dtype="float64")
    model = training.Sequential([rnn, end])
    model.build((None, 2, 1))
    model.set_weights(weights)
    assert model([[[1.0], [3.0]]]).item() == pytest.approx(0.53199273, abs=5e-8)
