"""Every layer's gradients against centred differences, in float64."""

import numpy as np
import pytest

from rnn_edu import layers
from rnn_edu.errors import ComparisonError, UsageError
from rnn_edu.training import Sequential, gradient_check

X = np.random.default_rng(0).normal(size=(2, 4, 3))
IDS = np.array([[1, 2, 1], [0, 3, 2]])
MASK = np.array([[True, True, False, True], [False, True, True, False]])
KINDS = {
    "Dense": (layers.Dense(3, "tanh", dtype="float64"), {}),
    "Dense, softmax": (layers.Dense(3, "softmax", dtype="float64"), {}),
    "SimpleRNN": (layers.SimpleRNN(3, dtype="float64"), {}),
    "LSTM": (layers.LSTM(3, dtype="float64"), {}),
    "GRU": (layers.GRU(3, dtype="float64"), {}),
    "GRU, reset before": (layers.GRU(3, reset_after=False, dtype="float64"), {}),
    "LSTM, masked": (layers.LSTM(3, return_sequences=True, dtype="float64"), {"mask": MASK}),
    "GRU, backwards": (layers.GRU(3, go_backwards=True, dtype="float64"), {"mask": MASK}),
    "LSTM, states": (layers.LSTM(3, return_state=True, dtype="float64"), {}),
    "MinGRU": (layers.MinGRU(3, "tanh", dtype="float64"), {"mask": MASK}),
    "MinLSTM": (layers.MinLSTM(3, return_sequences=True, dtype="float64"), {"mask": MASK}),
    "DiagonalSSM": (layers.DiagonalSSM(3, use_bias=True, dtype="float64"), {"mask": MASK}),
    "MinGRU, states": (
        layers.MinGRU(3, return_state=True, go_backwards=True, dtype="float64"),
        {"initial_state": X[:, 0]},
    ),
    "MinLSTM, loop": (layers.MinLSTM(3, "tanh", way="one by one", dtype="float64"), {}),
    "Bidirectional": (layers.Bidirectional(layers.GRU(2, dtype="float64")), {}),
    "Bidirectional, mul": (
        layers.Bidirectional(
            layers.LSTM(2, return_sequences=True, dtype="float64"), merge_mode="mul"
        ),
        {"mask": MASK},
    ),
    "Dropout": (layers.Dropout(0.5, dtype="float64"), {}),
    "Masking": (layers.Masking(dtype="float64"), {}),
    "Embedding": (layers.Embedding(4, 3, dtype="float64"), {}),
}


def with_distinct_weights(target, seed=1):
    rng = np.random.default_rng(seed)
    target.set_weights([rng.uniform(-0.9, 0.9, w.shape) for w in target.get_weights()])
    return target


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer(kind):
    layer, arguments = KINDS[kind]
    x = IDS if kind == "Embedding" else X
    layer.build(x.shape)
    report = gradient_check(with_distinct_weights(layer), x, **arguments)
    assert report.passed, str(report)
    assert report.worst < 1e-7
    expected = len(layer.get_weights()) + (kind != "Embedding")
    assert len(report.rows) == expected


def test_a_model_through_its_loss():
    model = Sequential(
        [
            layers.Embedding(4, 3, mask_zero=True, dtype="float64"),
            layers.Bidirectional(layers.LSTM(2, return_sequences=True, dtype="float64")),
            layers.SimpleRNN(3, dtype="float64"),
            layers.Dense(2, activation="softmax", dtype="float64"),
        ]
    )
    model.build(IDS.shape)
    model.compile("sgd", "sparse_categorical_crossentropy")
    report = gradient_check(with_distinct_weights(model), IDS, [0, 1]).require()
    assert [row.name for row in report.rows] == list(model.named_weights())
    assert report.worst < 1e-7


def test_the_report_is_a_table():
    layer = layers.SimpleRNN(2, dtype="float64", seed=0)
    lines = str(gradient_check(layer, X)).splitlines()
    assert lines[0].split() == ["weight", "shape", "relative", "error"]
    assert lines[2].startswith("kernel            (3, 2)")
    assert all(line.endswith("ok") for line in lines[1:])


def test_some_entries_only():
    report = gradient_check(layers.LSTM(3, dtype="float64", seed=0), X, entries=4)
    assert {int(row.checked.sum()) for row in report.rows} == {4}


class Broken(layers.LSTM):
    """An LSTM whose backward forgets the derivative of tanh(c)."""

    def _step_backward(self, t, d_states):
        d_h, d_c = d_states
        return super()._step_backward(t, [d_h, d_c + 0.01 * d_h])


def test_a_wrong_gradient_is_found_and_named():
    report = gradient_check(Broken(2, name="broken", dtype="float64", seed=0), X)
    assert not report.passed
    assert "DIFFERS" in str(report)
    with pytest.raises(
        ComparisonError,
        match=r"^The gradient of input differs from the centred differences by \S+ relative, "
        r"more than 1e-07\.$",
    ):
        report.require()


def test_float32_is_refused():
    with pytest.raises(
        UsageError,
        match=r"^gradient_check needs dtype='float64', but lstm computes in float32, "
        r"where the differences lose too many digits\.$",
    ):
        gradient_check(layers.LSTM(2), X)


def test_labels_are_for_models():
    with pytest.raises(UsageError, match=r"^gradient_check takes labels for a model only"):
        gradient_check(layers.LSTM(2, dtype="float64"), X, [0, 1])
