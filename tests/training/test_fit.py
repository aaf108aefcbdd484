"""Training: histories, seeds, callbacks, files, and what a reader is told."""

import re

import numpy as np
import pytest

from rnn_edu.errors import DataError, NamingError, NumberError, ShapeError, UsageError
from rnn_edu.layers import GRU, LSTM, Bidirectional, Dense, Dropout, Embedding, SimpleRNN
from rnn_edu.training import (
    SGD,
    Adam,
    BinaryCrossentropy,
    Callback,
    EarlyStopping,
    ModelCheckpoint,
    Sequential,
    WeightHistory,
    load_arrays,
    optimizers,
    weights_from_keras,
    weights_to_keras,
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 4, 3)).astype("float32")
Y = (X[:, 0, 0] > 0).astype(int)


def told(error, sentence, action):
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        action()


def model(seed=0, **compiled):
    made = Sequential([SimpleRNN(4), Dense(1, activation="sigmoid")], seed=seed)
    settings = {"optimizer": Adam(0.02), "loss": "binary_crossentropy", "metrics": ["accuracy"]}
    made.compile(**(settings | compiled))
    return made


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


# --- learning ----------------------------------------------------------------------------------


def test_it_learns_the_first_step_of_a_sequence():
    trained = model()
    history = trained.fit(X, Y, epochs=60, verbose=0)
    assert history.history["accuracy"][-1] == 1.0
    assert history.epoch == list(range(60))
    loss, accuracy = trained.evaluate(X, Y)
    assert accuracy == 1.0
    assert trained.evaluate(X, Y, return_dict=True) == {"loss": loss, "accuracy": accuracy}
    assert trained.predict(X).shape == (20, 1)


def test_a_seed_fixes_the_run_and_another_gives_another():
    def weights(start, **fit):
        trained = model(start)
        trained.fit(X, Y, batch_size=3, epochs=2, verbose=0, **fit)
        return trained.get_weights()

    assert same(weights(1), weights(1))
    assert not same(weights(1), weights(2))
    assert same(weights(1, seed=5), weights(1, seed=5))
    assert not same(weights(1, seed=5), weights(1, seed=6))
    assert not same(weights(1, shuffle=False), weights(1))


def test_dropout_acts_in_training_only():
    net = Sequential([SimpleRNN(8), Dropout(0.5), Dense(1)], seed=0)
    assert not np.array_equal(net(X, training=True), net(X, training=True))
    np.testing.assert_array_equal(net(X), net(X))


def test_a_layer_that_is_not_trainable_stays():
    net = Sequential([Embedding(5, 3, trainable=False), LSTM(2), Dense(1)], seed=0)
    ids = np.array([[1, 2, 3], [4, 0, 1]])
    net.compile("adam", "mse")
    net.build(ids.shape)
    before = net.get_weights()
    net.fit(ids, [[1.0], [0.0]], epochs=3, verbose=0)
    changed = [not np.array_equal(a, b) for a, b in zip(before, net.get_weights(), strict=True)]
    assert changed == [False, True, True, True, True, True]


def test_validation_by_share_and_by_data():
    by_share = model().fit(X, Y, epochs=2, validation_split=0.25, verbose=0)
    by_data = model().fit(X[:15], Y[:15], epochs=2, validation_data=(X[15:], Y[15:]), verbose=0)
    assert by_share.history == by_data.history
    assert {"val_loss", "val_accuracy"} <= set(by_share.history)


def test_without_metrics_evaluate_is_one_number():
    assert isinstance(model(metrics=[]).evaluate(X, Y), float)


def test_backward_of_a_model():
    net = Sequential([GRU(2, dtype="float64"), Dense(1, dtype="float64")], seed=0)
    y = net(X)
    d_x, gradients = net.backward(np.ones_like(y))
    assert d_x.shape == X.shape
    assert [g.shape for g in gradients] == [w.shape for w in net.get_weights()]


def test_it_is_silent_or_talks(capsys):
    model().fit(X, Y, epochs=2, verbose=0)
    assert capsys.readouterr() == ("", "")
    model().fit(X, Y, epochs=2, verbose=1)
    assert "epoch 2/2 - loss: " in capsys.readouterr().err
    model().fit(X, Y, epochs=2, verbose=2)
    assert capsys.readouterr().out.splitlines()[1].startswith("Epoch 2/2 - loss: ")


def test_names_are_numbered():
    net = Sequential([Dense(2), Dense(2), Bidirectional(LSTM(2)), Dense(1, name="end")])
    assert [layer.name for layer in net.layers] == ["dense", "dense_1", "bidirectional", "end"]


# --- callbacks ---------------------------------------------------------------------------------


class Plays(Callback):
    """Puts given values into the logs, to see what the next callback makes of them."""

    def __init__(self, values):
        self.values = values

    def on_epoch_end(self, epoch, logs=None):
        logs["val_loss"] = self.values[epoch]


def epochs_run(values, **arguments):
    stop = EarlyStopping(**arguments)
    history = model().fit(X, Y, epochs=len(values), verbose=0, callbacks=[Plays(values), stop])
    return len(history.epoch), stop


def test_early_stopping_waits():
    assert epochs_run([5, 4, 4, 4, 3])[0] == 3
    assert epochs_run([5, 4, 4, 4, 3], patience=2)[0] == 4
    assert epochs_run([5, 4, 4, 3, 3, 3, 3], patience=2)[0] == 6
    assert epochs_run([5.0, 4.9, 4.8, 4.7], patience=2, min_delta=0.5)[0] == 3
    assert epochs_run([1, 2, 3, 3, 3], patience=2, mode="max")[0] == 5
    assert epochs_run([5, 5, 5, 5], start_from_epoch=2, patience=1)[0] == 4
    assert epochs_run([5, 4, 3, 2], baseline=1, patience=3)[0] == 4


def test_early_stopping_as_keras_stops():
    import keras

    class PlaysForKeras(keras.callbacks.Callback):
        def __init__(self, values):
            super().__init__()
            self.values = values

        def on_epoch_end(self, epoch, logs=None):
            logs["val_loss"] = self.values[epoch]

    theirs = keras.Sequential([keras.layers.Dense(1)])
    theirs.compile("sgd", "mse")
    values = RNG.integers(0, 6, size=12).astype(float)
    for arguments in (
        {"patience": 2},
        {"patience": 1, "min_delta": 1},
        {"baseline": 2, "patience": 4},
    ):
        stop = keras.callbacks.EarlyStopping(**arguments)
        history = theirs.fit(
            np.ones((1, 1)), np.ones((1, 1)), epochs=12, verbose=0,
            callbacks=[PlaysForKeras(values), stop],
        )  # fmt: skip
        assert epochs_run(values, **arguments)[0] == len(history.epoch)


def test_the_best_weights_come_back(capsys):
    kept = WeightHistory()
    stop = EarlyStopping(patience=2, restore_best_weights=True, verbose=1)
    trained = model()
    trained.fit(X, Y, epochs=9, verbose=0, callbacks=[Plays([3, 1, 2, 2, 2]), kept, stop])
    assert same(trained.get_weights(), kept.weights[2])
    assert stop.best_epoch == 1
    assert capsys.readouterr().out == "Epoch 4: early stopping\n"


def test_accuracy_is_better_when_it_is_larger():
    stop = EarlyStopping(monitor="accuracy")
    trained = model()
    trained.fit(X, Y, epochs=1, verbose=0, callbacks=[stop])
    assert stop.is_better(0.9, 0.8)
    assert not stop.is_better(0.8, 0.9)


def test_checkpoints_of_the_best_and_of_all(tmp_path, capsys):
    best, every = tmp_path / "best.npz", str(tmp_path / "all" / "{epoch:02d}-{val_loss:.1f}.npz")
    kept = WeightHistory()
    callbacks = [
        Plays([3.0, 1.0, 2.0]),
        kept,
        ModelCheckpoint(best, save_best_only=True, verbose=1),
        ModelCheckpoint(every),
    ]
    trained = model()
    trained.fit(X, Y, epochs=3, verbose=0, callbacks=callbacks)
    trained.load_weights(best)
    assert same(trained.get_weights(), kept.weights[2])
    names = sorted(path.name for path in (tmp_path / "all").iterdir())
    assert names == ["01-3.0.npz", "02-1.0.npz", "03-2.0.npz"]
    assert capsys.readouterr().out.count("weights saved to") == 2


def test_the_course_of_a_weight():
    kept = WeightHistory()
    model().fit(X, Y, epochs=3, verbose=0, callbacks=[kept])
    assert kept.of("simple_rnn/kernel").shape == (4, 3, 4)
    with pytest.raises(UsageError, match=r"^The model has no weight 'kernel'; it has simple_rnn/"):
        kept.of("kernel")


def test_a_callback_that_watches_what_is_not_there():
    told(
        UsageError,
        "EarlyStopping watches 'val_loss', but fit computes only loss, accuracy; values that "
        "begin with val_ need validation data.",
        lambda: model().fit(X, Y, verbose=0, callbacks=[EarlyStopping()]),
    )
    told(
        UsageError,
        "ModelCheckpoint: mode is 'auto', 'min' or 'max', not 'best'.",
        lambda: ModelCheckpoint("a.npz", mode="best"),
    )


# --- files -------------------------------------------------------------------------------------


def test_weights_go_to_a_file_and_come_back(tmp_path):
    one, other = model(1), model(2)
    for net in (one, other):
        net.build(X.shape)
    one.save_weights(tmp_path / "weights.npz")
    other.load_weights(tmp_path / "weights.npz")
    assert same(one.get_weights(), other.get_weights())
    assert list(load_arrays(tmp_path / "weights.npz")) == list(one.named_weights())
    assert [path.name for path in tmp_path.iterdir()] == ["weights.npz"]


def test_a_file_of_other_shapes_says_which(tmp_path):
    path, net = tmp_path / "weights.npz", model()
    net.build(X.shape)
    net.save_weights(path)
    wider = Sequential([SimpleRNN(4), Dense(2)])
    wider.build(X.shape)
    before = wider.get_weights()
    told(
        ShapeError,
        f"The weights in {path} have other shapes: dense/kernel is (4, 1) in the file and (4, 2) "
        "in the model; dense/bias is (1,) in the file and (2,) in the model.",
        lambda: wider.load_weights(path),
    )
    assert same(before, wider.get_weights())


def test_a_file_of_another_model(tmp_path):
    path, net = tmp_path / "weights.npz", model()
    net.build(X.shape)
    net.save_weights(path)
    longer = Sequential([SimpleRNN(4), Dense(1), Dense(1, use_bias=False, name="end")])
    longer.build(X.shape)
    told(
        DataError,
        f"The weights in {path} are another model's: the file lacks end/kernel.",
        lambda: longer.load_weights(path),
    )
    shorter = Sequential([SimpleRNN(4)])
    shorter.build(X.shape)
    told(
        DataError,
        f"The weights in {path} are another model's: the model has no dense/kernel, dense/bias.",
        lambda: shorter.load_weights(path),
    )


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "flipped"])
def test_a_damaged_file(tmp_path, damage):
    path, net = tmp_path / "weights.npz", model()
    net.build(X.shape)
    net.save_weights(path)
    whole = path.read_bytes()
    middle = len(whole) // 4
    flipped = whole[:middle] + bytes(255 - b for b in whole[middle : middle + 40])
    path.write_bytes(
        {
            "empty": b"",
            "text": b"no weights at all",
            "cut": whole[: len(whole) // 2],
            "flipped": flipped + whole[middle + 40 :],
        }[damage]
    )
    before = net.get_weights()
    with pytest.raises(
        DataError,
        match=rf"^The weights file {re.escape(str(path))} is damaged and cannot be read "
        r"\(.*\); save it again\.$",
    ):
        net.load_weights(path)
    assert same(before, net.get_weights())


def test_a_missing_file_and_a_wrong_name(tmp_path):
    net = model()
    net.build(X.shape)
    told(
        DataError,
        f"There is no weights file {tmp_path / 'none.npz'}; save the weights first.",
        lambda: net.load_weights(tmp_path / "none.npz"),
    )
    told(
        UsageError,
        "A weights file's name ends with .npz, but this one is 'weights.h5'.",
        lambda: net.save_weights("weights.h5"),
    )
    (tmp_path / "taken.npz").mkdir()
    told(
        DataError,
        f"{tmp_path / 'taken.npz'} cannot be written: Is a directory.",
        lambda: net.save_weights(tmp_path / "taken.npz"),
    )
    assert [path.name for path in tmp_path.iterdir()] == ["taken.npz"]


# --- what a reader is told ---------------------------------------------------------------------


def test_fit_with_no_examples():
    told(
        UsageError,
        "fit needs at least one example, but x has the shape (0, 4, 3).",
        lambda: model().fit(X[:0], Y[:0], verbose=0),
    )
    told(
        UsageError,
        "predict needs at least one example, but x has the shape (0, 4, 3).",
        lambda: model().predict(X[:0]),
    )


def test_examples_and_labels_of_different_numbers():
    told(
        ShapeError,
        "fit: x holds 20 examples, but y has the shape (19,); there must be one label for each "
        "example.",
        lambda: model().fit(X, Y[:19], verbose=0),
    )


def test_labels_outside_the_classes():
    net = Sequential([LSTM(2), Dense(3, activation="softmax")])
    net.compile("adam", "sparse_categorical_crossentropy")
    told(
        UsageError,
        "sparse_categorical_crossentropy: the label 3 is outside the 3 classes 0 to 2 "
        "that the output has.",
        lambda: net.fit(X[:2], [0, 3], verbose=0),
    )


def test_nan_in_the_data():
    x = X.copy()
    x[7, 1, 2] = np.nan
    told(
        NumberError,
        "simple_rnn: the input holds nan at [7, 1, 2]; every entry must be a finite number, "
        "so clean the data first.",
        lambda: model().fit(x, Y, verbose=0),
    )


def test_a_loss_that_is_no_number_any_more():
    net = Sequential([SimpleRNN(2, activation=None), Dense(1)], seed=0)
    net.compile(SGD(1e6), "mse")
    with pytest.raises(
        NumberError,
        match=r"^fit: the loss became (inf|nan) in epoch \d+, step \d; "
        r"lower the learning rate or clip the gradients\.$",
    ):
        net.fit(X, Y, epochs=50, verbose=0)


def test_ids_outside_the_vocabulary():
    net = Sequential([Embedding(5, 2), LSTM(2), Dense(1)])
    net.compile("adam", "mse")
    told(
        UsageError,
        "embedding: the id 5 at [1, 0] is outside the vocabulary of 5 (0 to 4); "
        "raise input_dim, or map such words to an id that has a row.",
        lambda: net.fit([[1, 2], [5, 0]], [[0.0], [1.0]], verbose=0),
    )


def test_unknown_optimizer():
    told(
        NamingError,
        "Unknown optimizer 'adan'; did you mean 'adam'? Known: adam, rmsprop, sgd.",
        lambda: model(optimizer="adan"),
    )
    # The class of this very module: the doctests of the module import it once more.
    assert isinstance(optimizers.get("RMSprop"), optimizers.RMSprop)


@pytest.mark.parametrize("clip", [optimizers.clip_by_norm, optimizers.clip_by_global_norm])
def test_short_gradients_are_not_made_longer(clip):
    short = [np.array([0.3, -0.4]), np.array([1.2])]
    for given, clipped in zip(short, clip(short, 2.0), strict=True):
        np.testing.assert_allclose(clipped, given, rtol=1e-15)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"learning_rate": -1}, "Adam: learning_rate must be 0 or more, but is -1."),
        ({"clipnorm": 0}, "Adam: clipnorm must be above 0, but is 0."),
        (
            {"clipnorm": 1.0, "clipvalue": 1.0},
            "Adam: clip in one way only, not by clipnorm and clipvalue.",
        ),
    ],
)
def test_optimizer_settings(arguments, sentence):
    told(UsageError, sentence, lambda: Adam(**arguments))


def test_momentum():
    told(
        UsageError,
        "SGD: momentum must be between 0 and 1, but is 2.",
        lambda: SGD(momentum=2),
    )


def test_calls_in_the_wrong_order():
    bare = Sequential([SimpleRNN(2), Dense(1)])
    told(
        UsageError,
        "sequential: call compile(optimizer, loss) before fit.",
        lambda: bare.fit(X, Y, verbose=0),
    )
    for name, action in {
        "set_weights": lambda: bare.set_weights([]),
        "count_params": bare.count_params,
        "save_weights": lambda: bare.save_weights("a.npz"),
        "load_weights": lambda: bare.load_weights("a.npz"),
    }.items():
        told(UsageError, f"sequential: call build(input_shape) before {name}.", action)
    told(
        UsageError,
        "dense: backward was called before forward; call the layer on its input first.",
        lambda: bare.backward(np.ones((1, 1))),
    )
    empty = Sequential()
    told(UsageError, "sequential has no layers yet; add some first.", lambda: empty(X))
    told(UsageError, "sequential has no layers yet; add some first.", lambda: empty.build((1, 1)))
    told(
        UsageError,
        "sequential has no layers yet; add some first.",
        lambda: (empty.compile("adam", "mse"), empty.fit(X, Y, verbose=0)),
    )


def test_layers_that_do_not_belong_in_a_row():
    told(
        UsageError,
        "sequential: lstm has return_state=True, but a layer in a row has one output; "
        "call the layer by itself to see its states.",
        lambda: Sequential([LSTM(2, return_state=True)]),
    )
    told(
        UsageError,
        "sequential: bidirectional has merge_mode=None, but a layer in a row has one output; "
        "merge the two directions.",
        lambda: Sequential([Bidirectional(LSTM(2), merge_mode=None)]),
    )
    told(
        UsageError,
        "sequential: dense has dtype float32, but the layers before it have float64; "
        "give all layers the same.",
        lambda: Sequential([LSTM(2, dtype="float64"), Dense(1)]),
    )
    told(UsageError, "sequential: add takes a layer, not str.", lambda: Sequential(["lstm"]))
    layer = Dense(1)
    told(
        UsageError,
        "sequential: the layer 'dense' is in the model already.",
        lambda: Sequential([layer, layer]),
    )
    told(
        NamingError,
        "sequential has a layer named 'a' already.",
        lambda: Sequential([Dense(1, name="a"), Dense(1, name="a")]),
    )


def test_logits_twice():
    told(
        UsageError,
        "sequential: the loss has from_logits=True, but dense ends with sigmoid; "
        "take one of the two away.",
        lambda: model(loss=BinaryCrossentropy(from_logits=True)).fit(X, Y, verbose=0),
    )


@pytest.mark.parametrize("size", [0, -1, 2.5])
def test_batch_size(size):
    told(
        UsageError,
        f"batch_size must be a whole number above 0, but is {size!r}.",
        lambda: model().fit(X, Y, batch_size=size, verbose=0),
    )


def test_validation_shares():
    told(
        UsageError,
        "fit: validation_split must be between 0 and 1, but is 1.5.",
        lambda: model().fit(X, Y, validation_split=1.5, verbose=0),
    )
    told(
        UsageError,
        "fit: validation_split=0.9 of 1 examples leaves one side empty; "
        "give more examples, or validation_data.",
        lambda: model().fit(X[:1], Y[:1], validation_split=0.9, verbose=0),
    )


class FakeKeras:
    """Nothing but weights: what the copying needs of a Keras model."""

    def __init__(self, *weights):
        self.weights = weights

    def get_weights(self):
        return list(self.weights)

    def set_weights(self, weights):
        self.weights = weights


@pytest.mark.parametrize("copying", [weights_from_keras, weights_to_keras])
def test_keras_models_of_another_architecture(copying):
    net = Sequential([Dense(2)])
    net.build((None, 3))
    told(
        ShapeError,
        "sequential has 2 weights and the Keras model 0; "
        "build both, and give both the same layers.",
        lambda: copying(net, FakeKeras()),
    )
    told(
        ShapeError,
        "sequential: the weight dense/bias has shape (2,), but the Keras model's has (3,).",
        lambda: copying(net, FakeKeras(np.ones((3, 2)), np.ones(3))),
    )


def test_a_summary_before_and_after_build():
    net = Sequential([Embedding(1000, 8, name="a_name_that_is_much_too_long_for_one"), LSTM(2)])
    shown = []
    net.summary(print_fn=shown.append)
    assert "0 (unbuilt)" in shown[0]
    net.build((None, 5))
    net.summary(print_fn=shown.append)
    assert "(None, 5, 8)" in shown[1]
    assert " Total params: 8,088 (31.59 KB)" in shown[1]
    assert all(len(line) <= 76 for line in shown[1].splitlines())
