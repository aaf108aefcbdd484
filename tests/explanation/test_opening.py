"""Models from files and from elsewhere: read as data, or refused with one sentence."""

import json
import re
import zipfile

import h5py
import numpy as np
import pytest

from rnn_edu.compare import compare
from rnn_edu.errors import DataError, NumberError, RnnEduError, UsageError
from rnn_edu.explanation import explain, explain_and_judge, open_model
from rnn_edu.networks.readers.keras_file import check_description

keras = pytest.importorskip("keras")

EXAMPLE = [[0.5, -1.0], [0.25, 0.75], [-0.5, 0.125]]


def test_a_file_gives_what_the_model_gives(model, model_file):
    walkthrough = explain(model_file, EXAMPLE)
    answer = model(np.array([EXAMPLE], dtype="float32"))
    assert np.allclose(walkthrough["p"].value, np.asarray(answer)[0], rtol=1e-6)


def test_a_file_knows_its_loss_and_all_judges_agree(model_file):
    walkthrough, verdicts = explain_and_judge(model_file, EXAMPLE, [0.0, 1.0, 0.0])
    assert "d_W_x" in walkthrough
    assert [(v.dtype, v.complete) for v in verdicts] == [("float64", True), ("float32", True)]


def test_an_hdf5_file_is_read_too(model, tmp_path):
    path = tmp_path / "model.h5"
    model.save(path)
    assert open_model(path).network.objective.loss == "categorical_crossentropy"
    one, other = explain(path, EXAMPLE), explain(model, EXAMPLE)
    assert np.array_equal(one["p"].value, other["p"].value)


def as_keras_2(path):
    """The file as Keras 2 would have left it: another version, names of layers without modules."""
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        config["class_name"] = "Sequential"
        for layer in config["config"]["layers"]:
            for key in ("module", "registered_name", "build_config"):
                layer.pop(key, None)
            layer["config"].pop("dtype", None)
            for key in [k for k in layer["config"] if k.endswith("_initializer")]:
                layer["config"].pop(key)
            if layer["class_name"] == "InputLayer":
                shape = layer["config"].pop("batch_shape", None)
                layer["config"]["batch_input_shape"] = shape
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.15.0"


def gated(tmp_path):
    layers = [keras.Input((3, 2)), keras.layers.LSTM(2, recurrent_activation="hard_sigmoid")]
    path = tmp_path / "old.h5"
    keras.Sequential(layers).save(path)
    as_keras_2(path)
    return path


def test_keras_2_means_another_hard_sigmoid(tmp_path):
    opened = open_model(gated(tmp_path))
    assert opened.network.layers[1].recurrent_activation == "hard_sigmoid_keras2"
    assert "slope" in opened.remarks[0] or "0.2 u" in opened.remarks[0]
    walkthrough = explain(opened, EXAMPLE)
    a, i = walkthrough["a_i", 1].value, walkthrough["i", 1].value
    assert np.array_equal(i, np.clip(0.2 * a + 0.5, 0, 1))


def test_a_lambda_layer_is_refused_and_never_run(tmp_path):
    path = tmp_path / "lambda.keras"
    trace = tmp_path / "trace"
    layers = [
        keras.Input((3, 2)),
        keras.layers.Lambda(lambda x: x, name="mine"),
    ]
    keras.Sequential(layers).save(path)
    with pytest.raises(UsageError, match="Lambda layer 'mine', which carries code"):
        open_model(path)
    assert not trace.exists()


def rewritten(source, target, change):
    """A .keras file with another description."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "config.json":
                data = json.dumps(change(json.loads(data))).encode()
            new.writestr(name, data)
    return target


def with_layer(**changes):
    def change(config):
        config["config"]["layers"][1].update(changes)
        return config

    return change


def with_setting(key, value):
    def change(config):
        config["config"]["layers"][1]["config"][key] = value
        return config

    return change


HOSTILE = {
    "another class": (
        with_layer(class_name="Evil", module="evil", registered_name="evil>Evil"),
        "'Evil'|a Evil",
    ),
    "a class of Keras from elsewhere": (
        with_layer(module="os", registered_name="os>LSTM"),
        "module 'os'",
    ),
    "a function": (
        with_setting("activation", {"class_name": "function", "config": "f", "module": "builtins"}),
        "function of its own",
    ),
    "a lambda": (
        with_setting("activation", {"class_name": "__lambda__", "config": {"value": "4wAA"}}),
        "function of its own",
    ),
    "no list of layers": (lambda config: {"class_name": "Sequential", "config": 3}, "no list"),
    "another kind of model": (lambda config: {"class_name": "Thing"}, "'Thing'"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_code_in_a_file_is_refused(name, model_file, tmp_path):
    change, sentence = HOSTILE[name]
    path = rewritten(model_file, tmp_path / "hostile.keras", change)
    with pytest.raises(UsageError, match=sentence):
        open_model(path)


def damaged(model_file, tmp_path):
    data = model_file.read_bytes()
    cut = tmp_path / "cut.keras"
    cut.write_bytes(data[: len(data) // 2])
    text = tmp_path / "text.keras"
    text.write_text("not a model")
    empty = tmp_path / "empty.keras"
    empty.write_bytes(b"")
    other = tmp_path / "other.keras"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "b")
    half = tmp_path / "half.h5"
    half.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 100)
    return [cut, text, empty, other, half, tmp_path, tmp_path / "none.keras"]


def test_files_that_are_no_models_get_one_sentence(model_file, tmp_path):
    for path in damaged(model_file, tmp_path):
        with pytest.raises(DataError) as caught:
            open_model(path)
        assert path.name in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_deep_description_does_not_exhaust_the_stack():
    deep: dict = {}
    for _ in range(50_000):
        deep = {"config": deep}
    with pytest.raises(UsageError):
        check_description({"class_name": "Sequential", "config": {"layers": [deep]}}, "deep.keras")


def test_weights_that_are_no_numbers_are_named(model, tmp_path):
    twin = keras.models.clone_model(model)
    arrays = model.get_weights()
    arrays[0][1, 2] = np.nan
    twin.set_weights(arrays)
    with pytest.raises(NumberError, match=re.escape("is nan at [1, 2], not a finite number")):
        open_model(twin)


LAYERS = {
    "Conv1D": (lambda: keras.layers.Conv1D(2, 2, name="c"), "the layer 'c' is a Conv1D"),
    "rms": (
        lambda: keras.layers.LayerNormalization(axis=1, name="n"),
        "LayerNormalization layer 'n' has the setting axis=[1]",
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_what_cannot_be_written_is_refused_by_layer_and_setting(name):
    make, sentence = LAYERS[name]
    with pytest.raises(UsageError, match=re.escape(sentence)):
        open_model(keras.Sequential([keras.Input((3, 2)), make()]))


def test_a_layer_that_is_used_twice_is_refused():
    entrance = keras.Input((3,))
    layer = keras.layers.Dense(3, name="twice")
    with pytest.raises(UsageError, match="'twice' is used 2 times"):
        open_model(keras.Model(entrance, layer(layer(entrance))))


def test_a_model_without_weights_is_refused():
    with pytest.raises(UsageError, match="has no weights yet"):
        open_model(keras.Sequential([keras.layers.LSTM(2)]))


@pytest.mark.parametrize("thing", [None, 3, "no such file.keras", [], {"a": 1}])
def test_what_is_no_model_gets_one_sentence(thing):
    with pytest.raises(RnnEduError) as caught:
        open_model(thing)
    assert "\n" not in str(caught.value)


def test_a_layer_that_holds_a_state_is_named_in_the_report():
    layers = [keras.Input((3, 2), batch_size=1), keras.layers.GRU(2, stateful=True, name="reader")]
    stateful = keras.Sequential(layers)
    assert open_model(stateful).remarks == ()
    stateful(np.array([EXAMPLE]))
    (remark,) = open_model(stateful).remarks
    assert remark.startswith("The layer 'reader' is stateful and holds the state of the batch")
    w, verdicts = explain_and_judge(stateful, EXAMPLE)
    assert w["h", 0].value.any()
    assert all(verdict.complete for verdict in verdicts)
    stateful.layers[0].reset_state()
    assert open_model(stateful).remarks == ()


def test_a_stateful_model_for_several_rows_is_judged_by_its_twin_alone():
    layers = [keras.Input((3, 2), batch_size=2), keras.layers.GRU(2, stateful=True)]
    stateful = keras.Sequential(layers)
    stateful(np.array([EXAMPLE, EXAMPLE]))
    w, verdicts = explain_and_judge(stateful, EXAMPLE)
    assert [(v.dtype, v.complete) for v in verdicts] == [("float64", True)]
    with pytest.raises(UsageError, match=r"stateful and reads 2 rows at once; .* batch_size=1"):
        compare(w, stateful)
