"""The records of the cells, and what lower floors say of the same cells."""

from __future__ import annotations

import pytest

from rnn_edu import layers
from rnn_edu.conventions.gates import GATE_ORDERS
from rnn_edu.networks import CELLS, GRU, LSTM, DiagonalSSM, MinGRU, MinLSTM, SimpleRNN


def letters(kind: str) -> str:
    return "".join(gate.letter for gate in CELLS[kind].gates)


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_the_numpy_layers_and_the_conventions_have_the_same_order(kind):
    assert "".join(getattr(layers, kind).gate_names) == letters(kind)
    assert GATE_ORDERS[kind, "Keras"] == letters(kind)


@pytest.mark.parametrize("kind", ["MinGRU", "MinLSTM"])
def test_the_small_cells_of_numpy_have_the_same_order(kind):
    assert "".join(getattr(layers, kind).gate_names) == letters(kind)


def test_each_layer_finds_its_record():
    for layer in (SimpleRNN(1), LSTM(1), GRU(1), MinGRU(1), MinLSTM(1), DiagonalSSM(1)):
        assert layer.cell is CELLS[type(layer).__name__]


@pytest.mark.parametrize("kind", CELLS)
def test_a_record_names_the_arrays_of_the_numpy_layer(kind):
    layer = getattr(layers, kind)(2, use_bias=True)
    layer.build((None, 3, 4))
    assert CELLS[kind].arrays(True) == tuple(layer.named_weights())


def test_columns_lie_side_by_side_and_are_named():
    lstm = CELLS["LSTM"]
    found = [k for gate in lstm.gates for k in range(12)[lstm.columns(gate.letter, 3)]]
    assert found == list(range(12))
    assert lstm.column_labels(3)[3:6] == ("f 1", "f 2", "f 3")
    assert CELLS["SimpleRNN"].column_labels(2) == ("unit 1", "unit 2")
    assert CELLS["GRU"].column_labels(1) == ("update z", "reset r", "candidate h")
