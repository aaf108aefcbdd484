"""Files exported by Keras and by PyTorch, once for all tests."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

STEPS, FEATURES = 4, 3


def keras_models():
    """Models whose export keeps a node for each recurrent layer: LSTMs, as tf2onnx is today."""
    import keras
    from keras import layers as k

    def model(*layers, words=False):
        first = keras.Input((STEPS,), dtype="int32") if words else keras.Input((STEPS, FEATURES))
        return keras.Sequential([first, *layers])

    return {
        "keras LSTM": model(k.LSTM(2), k.Dense(1, activation="sigmoid")),
        "keras stacked": model(
            k.LSTM(2, return_sequences=True),
            k.Dropout(0.5),
            k.LSTM(3, return_sequences=True),
            k.Dense(3, activation="softmax"),
        ),
        "keras both ways": model(k.Bidirectional(k.LSTM(2)), k.Dense(3, activation="softmax")),
        "keras both ways added": model(
            k.Bidirectional(k.LSTM(2, return_sequences=True), merge_mode="sum"), k.LSTM(2)
        ),
        "keras both ways mean": model(
            k.Bidirectional(k.LSTM(2), merge_mode="ave"), k.Dense(2, use_bias=False)
        ),
        "keras words": model(k.Embedding(7, 3), k.LSTM(2), k.Dense(1), words=True),
        "keras relu, mean": model(
            k.LSTM(2, activation="relu", return_sequences=True, use_bias=False),
            k.GlobalAveragePooling1D(),
            k.Dense(1, activation="tanh"),
        ),
        "keras backwards": model(
            k.LSTM(2, go_backwards=True, return_sequences=True), k.Flatten(), k.Dense(2)
        ),
    }


def torch_models(torch):
    """Modules of every kind, with the usual ways to take their answer."""
    nn = torch.nn

    class Reading(nn.Module):
        def __init__(self, cell, head, take, table=None):
            super().__init__()
            self.cell, self.head, self.table, self.take = cell, head, table, take

        def forward(self, x):
            x = x if self.table is None else self.table(x)
            return self.head(self.take(*self.cell(x)))

    def last_step(y, _):
        return y[:, -1]

    def last_state(y, h):
        return (h[0] if isinstance(h, tuple) else h)[-1]

    def both_ends(y, h):
        h = h[0] if isinstance(h, tuple) else h
        return torch.cat([h[-2], h[-1]], dim=1)

    def every_step(y, _):
        return y

    first = {"batch_first": True}
    head = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
    return {
        "torch RNN": Reading(nn.RNN(3, 2, **first), nn.Linear(2, 1), last_step),
        "torch RNN relu": Reading(nn.RNN(3, 2, nonlinearity="relu", **first), head, last_state),
        "torch LSTM": Reading(nn.LSTM(3, 2, **first), nn.Linear(2, 1), last_step),
        "torch GRU": Reading(nn.GRU(3, 2, **first), nn.Linear(2, 1), last_state),
        "torch both ways": Reading(
            nn.LSTM(3, 2, num_layers=2, bidirectional=True, **first), nn.Linear(4, 2), both_ends
        ),
        "torch every step": Reading(
            nn.GRU(3, 2, num_layers=2, bidirectional=True, **first),
            nn.Sequential(nn.Linear(4, 2), nn.Softmax(-1)),
            every_step,
        ),
        "torch time first": Reading(
            nn.LSTM(3, 2, bias=False), nn.Sequential(nn.LayerNorm(2), nn.Linear(2, 2)), every_step
        ),
        "torch words": Reading(
            nn.LSTM(3, 2, **first), nn.Linear(2, 1), last_step, nn.Embedding(7, 3)
        ),
    }


#: Names of the models, so that tests can be listed before any library is loaded.
KERAS = (
    "keras LSTM",
    "keras stacked",
    "keras both ways",
    "keras both ways added",
    "keras both ways mean",
    "keras words",
    "keras relu, mean",
    "keras backwards",
)
TORCH = (
    "torch RNN",
    "torch RNN relu",
    "torch LSTM",
    "torch GRU",
    "torch both ways",
    "torch every step",
    "torch time first",
    "torch words",
)


def example(name, seed=1):
    rng = np.random.default_rng(seed)
    if name.endswith("words"):
        return rng.integers(0, 7, STEPS)
    return rng.normal(size=(STEPS, FEATURES)).astype("float32")


def _export_torch(torch, module, x, path, **settings):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(), (x,), str(path), dynamo=False, input_names=["x"], **settings
        )


@pytest.fixture(scope="session")
def exported(request, tmp_path_factory):
    """The file and the example of a model by its name; each is written once."""
    folder, files, models = tmp_path_factory.mktemp("onnx"), {}, {}

    def write(name, dynamic=False):
        request.getfixturevalue("onnx")
        if (name, dynamic) not in files:
            files[name, dynamic] = folder / f"{len(files)}.onnx"
            (_from_torch if name in TORCH else _from_keras)(name, files[name, dynamic], dynamic)
        return files[name, dynamic], example(name)

    def _from_keras(name, path, dynamic):
        from rnn_edu.compare.onnx_runtime import export

        request.getfixturevalue("tf2onnx")
        models.update(models or keras_models())
        rng = np.random.default_rng(0)
        model = models[name]
        model.set_weights([rng.normal(size=weight.shape) for weight in model.get_weights()])
        export(model, [example(name)[None]], path)

    def _from_torch(name, path, dynamic):
        torch = request.getfixturevalue("torch")
        torch.manual_seed(0)
        module = torch_models(torch)[name]
        for weight in module.parameters():
            torch.nn.init.normal_(weight)
        x = torch.tensor(example(name))
        x = x[:, None] if name == "torch time first" else x[None]
        axes = {"x": {0: "first", 1: "second"}} if dynamic else None
        _export_torch(torch, module, x, path, dynamic_axes=axes)

    return write


@pytest.fixture
def save(onnx, tmp_path):
    """Writes a small ONNX file from nodes and arrays; returns its path."""

    def write(nodes, arrays=(), *, shape=(None, STEPS, FEATURES), kind="FLOAT"):
        helper = onnx.helper
        graph = helper.make_graph(
            [helper.make_node(op, list(i), list(o), **more) for op, i, o, more in nodes],
            "small",
            [helper.make_tensor_value_info("x", getattr(onnx.TensorProto, kind), shape)],
            [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)],
            [
                onnx.numpy_helper.from_array(np.asarray(array), name)
                for name, array in dict(arrays).items()
            ],
        )
        opsets = [helper.make_opsetid("", 17)]
        path = tmp_path / "small.onnx"
        onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=9), path)
        return path

    return write
