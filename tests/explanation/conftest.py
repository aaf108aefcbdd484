"""Small trained models in files."""

import numpy as np
import pytest


def filled(model, seed=3):
    """The model with distinct weights, none of them near zero."""
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        arrays = [
            rng.uniform(0.1, 0.9, a.shape) * rng.choice([-1, 1], a.shape)
            for a in layer.get_weights()
        ]
        layer.set_weights(arrays)
    return model


@pytest.fixture(scope="session")
def model():
    """An LSTM with relu over three steps of two numbers, and a softmax."""
    keras = pytest.importorskip("keras")
    layers = [
        keras.Input((3, 2)),
        keras.layers.LSTM(2, activation="relu", name="reader"),
        keras.layers.Dense(3, activation="softmax", name="answer"),
    ]
    built = filled(keras.Sequential(layers))
    built.compile("sgd", "categorical_crossentropy")
    return built


@pytest.fixture(scope="session")
def model_file(model, tmp_path_factory):
    """The same in a file of Keras 3."""
    path = tmp_path_factory.mktemp("models") / "model.keras"
    model.save(path)
    return path


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    """One example in a file."""
    path = tmp_path_factory.mktemp("examples") / "x.npy"
    np.save(path, np.array([[0.5, -1.0], [0.25, 0.75], [-0.5, 0.125]]))
    return path
