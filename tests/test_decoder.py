"""The decoder: what it says, and that each slice does what its name says.

A slice is proven by setting it alone: with all other weights zero, a large positive or negative
weighted sum opens or shuts one gate, and the state shows which one it was.
"""

import itertools

import numpy as np
import pytest

from rnn_edu.errors import NamingError, UsageError
from rnn_edu.networks import CELLS
from rnn_edu.networks.decoder import decode_weights

keras = pytest.importorskip("keras")

OPEN, SHUT = 60.0, -60.0
UNITS, FEATURES = 2, 3
START_C, START_H = np.array([[0.7, -0.4]]), np.array([[1.0, 1.0]])
ONES = np.ones((1, 1, FEATURES))


def built(kind, **settings):
    layer = getattr(keras.layers, kind)(UNITS, dtype="float64", name="layer", **settings)
    layer.build((None, None, FEATURES))
    layer.set_weights([np.zeros(w.shape) for w in layer.weights])
    return layer


def put(layer, name, value):
    """Sets one named slice, and nothing else."""
    part = decode_weights(layer)[name]
    arrays = layer.get_weights()
    arrays[part.array][part.key] = value
    layer.set_weights(arrays)


def lstm_step(layer):
    """h and c after one step with inputs of 1 and a hidden state of 1."""
    h, c = layer.cell(ONES[:, 0], [START_H, START_C])[1]
    return np.asarray(h), np.asarray(c)


def gate(layer, letter, value, carrier):
    """Makes the weighted sum of one gate ``value``, through a bias or a row of weights."""
    if carrier == "bias":
        put(layer, f"b_{letter}", value)
    else:
        rows = FEATURES if carrier == "kernel" else UNITS
        prefix = "W_x" if carrier == "kernel" else "W_h"
        put(layer, f"{prefix}{letter}", np.full((rows, UNITS), value / rows))


CARRIERS = ("kernel", "recurrent", "bias")


@pytest.mark.parametrize("carrier", CARRIERS)
def test_an_open_forget_gate_keeps_the_cell_state_and_a_shut_one_clears_it(carrier):
    for value, kept in ((OPEN, START_C), (SHUT, 0 * START_C)):
        layer = built("LSTM")
        gate(layer, "f", value, carrier)
        np.testing.assert_allclose(lstm_step(layer)[1], kept, atol=1e-15)


@pytest.mark.parametrize("carrier", CARRIERS)
def test_the_input_gate_lets_the_candidate_in_and_the_output_gate_shows_it(carrier):
    for i, o in itertools.product((OPEN, SHUT), repeat=2):
        layer = built("LSTM")
        gate(layer, "f", SHUT, "bias")
        gate(layer, "c", OPEN, "bias")
        gate(layer, "i", i, carrier)
        gate(layer, "o", o, carrier)
        h, c = lstm_step(layer)
        written = 1.0 if i == OPEN else 0.0
        np.testing.assert_allclose(c, np.full((1, UNITS), written), atol=1e-15)
        np.testing.assert_allclose(h, np.tanh(c) * (o == OPEN), atol=1e-15)


@pytest.mark.parametrize("carrier", CARRIERS)
def test_the_candidate_is_what_is_written(carrier):
    layer = built("LSTM")
    gate(layer, "f", SHUT, "bias")
    gate(layer, "i", OPEN, "bias")
    gate(layer, "c", 0.3, carrier)
    np.testing.assert_allclose(lstm_step(layer)[1], np.full((1, UNITS), np.tanh(0.3)), atol=1e-15)


def gru_step(layer):
    return np.asarray(layer.cell(ONES[:, 0], [0.5 * START_H])[1][0])


@pytest.mark.parametrize("reset_after", [True, False])
@pytest.mark.parametrize("carrier", CARRIERS)
def test_an_open_update_gate_keeps_the_state_and_a_shut_one_takes_the_candidate(
    carrier, reset_after
):
    for value, expected in ((OPEN, 0.5), (SHUT, np.tanh(0.3))):
        layer = built("GRU", reset_after=reset_after)
        names = ("b_xz", "b_xh") if reset_after else ("b_z", "b_h")
        put(layer, names[1], 0.3)
        if carrier == "bias":
            put(layer, names[0], value)
        else:
            gate(layer, "z", 2 * value, carrier)
        np.testing.assert_allclose(gru_step(layer), np.full((1, UNITS), expected), atol=1e-15)


@pytest.mark.parametrize("reset_after", [True, False])
def test_a_shut_reset_gate_hides_the_state_from_the_candidate(reset_after):
    for value, expected in ((OPEN, np.tanh(0.6)), (SHUT, 0.0)):
        layer = built("GRU", reset_after=reset_after)
        put(layer, "b_xz" if reset_after else "b_z", SHUT)
        put(layer, "b_hr" if reset_after else "b_r", value)
        put(layer, "W_hh", np.full((UNITS, UNITS), 0.6))
        np.testing.assert_allclose(gru_step(layer), np.full((1, UNITS), expected), atol=1e-15)


def test_of_the_two_biases_of_a_gru_only_the_states_one_passes_the_reset_gate():
    for name, expected in (("b_xh", np.tanh(0.4)), ("b_hh", 0.0)):
        layer = built("GRU")
        put(layer, "b_xz", SHUT)
        put(layer, "b_xr", SHUT)
        put(layer, name, 0.4)
        np.testing.assert_allclose(gru_step(layer), np.full((1, UNITS), expected), atol=1e-15)


def test_the_parts_of_a_simple_rnn():
    for name, value, expected in (("W_xh", 0.1, 0.3), ("W_hh", 0.1, 0.2), ("b_h", 0.1, 0.1)):
        layer = built("SimpleRNN")
        put(layer, name, value)
        state = np.asarray(layer.cell(ONES[:, 0], [START_H])[1][0])
        np.testing.assert_allclose(state, np.full((1, UNITS), np.tanh(expected)), atol=1e-15)


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
def test_each_direction_has_its_own_half(kind):
    both = keras.layers.Bidirectional(getattr(keras.layers, kind)(UNITS), dtype="float64")
    both.build((None, None, FEATURES))
    rng = np.random.default_rng(3)
    both.set_weights([rng.uniform(0.1, 0.5, w.shape) for w in both.weights])
    before = np.asarray(both(np.ones((1, 4, FEATURES))))
    letter = CELLS[kind].gates[-1].letter or "h"
    for direction, changed in (("forwards", [True, False]), ("backwards", [False, True])):
        arrays = both.get_weights()
        part = decode_weights(both)[f"W_x{letter}_{direction}"]
        arrays[part.array][part.key] *= -1
        twin = keras.layers.Bidirectional.from_config(both.get_config())
        twin.build((None, None, FEATURES))
        twin.set_weights(arrays)
        moved = ~np.isclose(np.asarray(twin(np.ones((1, 4, FEATURES)))), before, atol=1e-4)
        assert [half.all() for half in np.split(moved[0], 2)] == changed


def test_dense_and_embedding():
    dense = keras.layers.Dense(3, name="d")
    dense.build((None, 2))
    dense.set_weights([np.arange(6.0).reshape(2, 3), np.array([7.0, 8.0, 9.0])])
    decoded = decode_weights(dense)
    assert decoded.part("W_hy").tolist() == [[0, 1, 2], [3, 4, 5]]
    assert decoded.part("b_y").tolist() == [7, 8, 9]
    embedding = keras.layers.Embedding(5, 2, name="e")
    embedding.build(None)
    row = np.asarray(embedding(np.array([3])))[0]
    np.testing.assert_allclose(decode_weights(embedding).part("E")[3], row)
    bare = keras.layers.Dense(3, use_bias=False)
    bare.build((None, 2))
    assert [part.name for part in decode_weights(bare)] == ["W_hy"]


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("SimpleRNN", {}),
        ("LSTM", {}),
        ("LSTM", {"use_bias": False}),
        ("GRU", {}),
        ("GRU", {"reset_after": False}),
        ("GRU", {"use_bias": False}),
    ],
)
def test_the_parts_cover_every_number_once(kind, settings):
    layer = built(kind, **settings)
    seen = [np.zeros(w.shape) for w in layer.weights]
    for part in decode_weights(layer):
        seen[part.array][part.key] += 1
        assert seen[part.array][part.key].shape == part.values.shape
    assert all((counts == 1).all() for counts in seen)


def test_a_whole_model_is_decoded():
    model = keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            keras.layers.Embedding(5, 3),
            keras.layers.GRU(2, return_sequences=True, name="first"),
            keras.layers.Dropout(0.5),
            keras.layers.GRU(2, name="second"),
            keras.layers.Dense(1),
        ],
        name="words",
    )
    decoded = decode_weights(model)
    arrays = model.get_weights()
    seen = [np.zeros(array.shape) for array in arrays]
    for part in decoded:
        np.testing.assert_array_equal(part.values, arrays[part.array][part.key])
        seen[part.array][part.key] += 1
    assert all((counts == 1).all() for counts in seen)
    assert decoded.title == "Sequential model 'words'"
    assert {"E", "W_xz_first", "b_hr_second", "W_hy"} <= {part.name for part in decoded}
    assert decoded["W_hz_second"].code == "get_weights()[5][:, 0:2]"
    assert len(decoded.picture().axes[0].patches) == len(decoded.parts)


class Gated(keras.layers.LSTM):
    """An LSTM layer under another name."""


def test_a_layer_that_derives_from_a_known_one_is_decoded():
    layer = Gated(2, name="own")
    layer.build((None, None, 3))
    decoded = decode_weights(layer)
    assert decoded.title == "Gated layer 'own'"
    assert [part.name for part in decoded][:4] == ["W_xi", "W_xf", "W_xc", "W_xo"]


def test_the_table_says_where_each_part_lies():
    decoded = decode_weights(built("LSTM"))
    assert str(decoded).splitlines()[:3] == [
        "LSTM layer 'layer'",
        "  W_xi = get_weights()[0][:, 0:2], shape (3, 2): input gate, kernel",
        "  W_xf = get_weights()[0][:, 2:4], shape (3, 2): forget gate, kernel",
    ]
    html = decoded._repr_html_()
    assert html.startswith('<table class="decoder mathjax_process"><caption>LSTM layer')
    assert html.count('<th scope="row">') == 12
    assert "<td>forget gate</td><td><code>get_weights()[0]</code> kernel</td>" in html
    assert "<code>[:, 2:4]</code></td><td>3 × 2</td>" in html
    assert decoded["b_f"].slice_text == "[2:4]"
    assert decode_weights(built("GRU"))["b_hr"].code == "get_weights()[2][1, 2:4]"


def test_the_picture_names_every_part_in_words():
    layer = keras.layers.Bidirectional(keras.layers.LSTM(UNITS), name="both")
    layer.build((None, None, FEATURES))
    figure = decode_weights(layer).picture()
    axes = figure.axes[0]
    texts = [text.get_text() for text in axes.texts]
    assert len(axes.patches) == 24
    for word in ("input gate", "forget gate", "candidate", "output gate"):
        assert sum(text.endswith(word) for text in texts) == 6
    assert "[5]  bias (8,)  backwards" in texts
    assert axes.get_title(loc="left") + axes.get_title() == "Bidirectional LSTM layer 'both'"


def test_what_cannot_be_decoded_says_so():
    with pytest.raises(NamingError) as raised:
        decode_weights(built("SimpleRNN")).part("W_xi")
    assert str(raised.value) == (
        "SimpleRNN layer 'layer' has no weight 'W_xi'; it has W_xh, W_hh, b_h."
    )
    with pytest.raises(UsageError) as raised:
        decode_weights(keras.layers.LSTM(2, name="new"))
    assert str(raised.value) == (
        "the LSTM layer 'new' has no weights yet; build it, or call it on data, first."
    )
    layer = keras.layers.LayerNormalization(name="norm")
    layer.build((None, 2))
    with pytest.raises(UsageError) as raised:
        decode_weights(layer)
    assert str(raised.value) == (
        "decode_weights knows SimpleRNN, LSTM, GRU, MinGRU, MinLSTM, DiagonalSSM, Bidirectional, "
        "Dense and Embedding layers; 'norm' is a LayerNormalization."
    )


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("MinGRU", ["W_xz", "W_xh", "b_z", "b_h"]),
        ("MinLSTM", ["W_xi", "W_xf", "W_xh", "b_i", "b_f", "b_h"]),
        ("DiagonalSSM", ["W_xh", "d"]),
    ],
)
def test_layers_without_recurrent_weights(kind, names):
    from rnn_edu.keras_layers import library

    layer = getattr(library(), kind)(2)
    layer.build((None, 3, 4))
    parts = decode_weights(layer).parts
    assert [part.name for part in parts] == names
    for part in parts:
        np.testing.assert_array_equal(part.values, layer.weights[part.array].numpy()[part.key])
        assert part.values.shape[-1] == 2
