"""MinGRU, MinLSTM and DiagonalSSM against layers written with Keras, and against Keras's GRU."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_edu import layers
from rnn_edu.keras_layers import library
from tests.layers.keras_twin import assert_twins

KINDS = ("MinGRU", "MinLSTM", "DiagonalSSM")
SIZE = st.integers(1, 4)
CASE = st.fixed_dictionaries(
    {
        "steps": st.integers(1, 6),
        "units": SIZE,
        "masked": st.booleans(),
        "started": st.booleans(),
        "scan": st.booleans(),
        "seed": st.integers(0, 10_000),
    }
)
OPTIONS = st.fixed_dictionaries(
    {
        "return_sequences": st.booleans(),
        "return_state": st.booleans(),
        "go_backwards": st.booleans(),
        "use_bias": st.booleans(),
        "activation": st.sampled_from(["linear", "tanh"]),
    }
)


def twins(kind, case, options, dtype="float64"):
    scan = case["scan"]
    way = "Blelloch" if scan else "one by one"
    ours = getattr(layers, kind)(case["units"], dtype=dtype, way=way, **options)
    theirs = getattr(library(), kind)(case["units"], dtype=dtype, scan=scan, **options)
    rng = np.random.default_rng(case["seed"])
    x = rng.normal(size=(2, case["steps"], 3))
    mask = rng.random(x.shape[:2]) < 0.6 if case["masked"] else None
    states = [rng.normal(size=(2, case["units"]))] if case["started"] else None
    assert_twins(ours, theirs, x, rng, mask, states)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(case=CASE, options=OPTIONS)
def test_outputs_states_and_gradients(kind, case, options):
    twins(kind, case, options)


@pytest.mark.parametrize("kind", KINDS)
def test_in_single_precision(kind):
    case = {"steps": 5, "units": 3, "masked": False, "started": True, "scan": True, "seed": 1}
    twins(kind, case, {"return_sequences": True}, dtype="float32")


def test_a_min_gru_is_keras_gru_without_recurrent_weights_and_tanh():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 6, 3))
    kernel, bias = rng.normal(size=(3, 8)), rng.normal(size=8)
    ours = layers.MinGRU(4, dtype="float64")
    ours.build(x.shape)
    ours.set_weights([kernel, bias])
    theirs = keras.layers.GRU(4, activation="linear", reset_after=False, dtype="float64")
    theirs.build(x.shape)
    reset = rng.normal(size=(3, 4))
    columns = [kernel[:, :4], reset, kernel[:, 4:]]
    biases = [bias[:4], reset[0], bias[4:]]
    theirs.set_weights([np.hstack(columns), np.zeros((4, 12)), np.hstack(biases)])
    np.testing.assert_allclose(ours(x), theirs(x).numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_keras_layer_is_made_again_from_its_settings(kind):
    layer = getattr(library(), kind)(2, activation="tanh", return_sequences=True, scan=False)
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert (again.scan, again.return_sequences, again.units) == (False, True, 2)


def test_keras_scan_is_the_one_of_its_own_operations():
    rng = np.random.default_rng(0)
    a, b = rng.uniform(size=(8, 3)), rng.normal(size=(8, 3))

    def joined(first, second):
        return second[0] * first[0], second[0] * first[1] + second[1]

    _, theirs = keras.ops.associative_scan(joined, (a, b), axis=0)
    np.testing.assert_allclose(layers.scans.scan(a, b).states, theirs, rtol=0, atol=1e-12)
