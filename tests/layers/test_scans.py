"""A linear recurrence by a loop and by two scans: the same numbers, in fewer rounds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnn_edu import layers
from rnn_edu.errors import NamingError, ShapeError, UsageError
from rnn_edu.layers.scans import WAYS, scan

KINDS = ("MinGRU", "MinLSTM", "DiagonalSSM")
LONG = 10_000


def numbers(steps, *more, seed=0):
    rng = np.random.default_rng(seed)
    shape = (steps, *more)
    return rng.uniform(-1, 1, shape), rng.normal(size=shape), rng.normal(size=more)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("steps", [1, 2, 3, 5, 8, 13])
def test_every_way_gives_the_states_of_a_plain_loop(way, steps):
    a, b, h = numbers(steps, 2, 3)
    found = scan(a, b, h, way=way)
    for t in range(steps):
        h = a[t] * h + b[t]
        np.testing.assert_allclose(found.states[t], h, rtol=0, atol=1e-14)


def test_ten_thousand_steps_agree_with_the_loop_in_two_log_t_rounds():
    a, b, h = numbers(LONG, 4)
    loop, tree = (scan(a, b, h, way=way) for way in ("one by one", "Blelloch"))
    np.testing.assert_allclose(tree.states, loop.states, rtol=0, atol=1e-12)
    assert tree.rounds == 2 * math.ceil(math.log2(LONG)) == 28
    assert loop.rounds == LONG


@pytest.mark.parametrize("power", range(1, 8))
def test_what_the_ways_take(power):
    steps = 2**power
    a, b, _ = numbers(steps)
    taken = {way: scan(a, b, way=way) for way in WAYS}
    assert [taken[way].rounds for way in WAYS] == [steps, power + 1, 2 * power]
    # Every map but the first 2^k is joined in round k; then each is applied to the start.
    joins = steps * power - (steps - 1) + steps
    assert [taken[way].joins for way in WAYS] == [steps, joins, 2 * steps - 1]


def test_the_given_numbers_stay_as_they_are():
    a, b, h = numbers(6, 2)
    kept = a.copy(), b.copy()
    for way in WAYS:
        scan(a, b, h, way=way)
    np.testing.assert_array_equal((a, b), kept)


def test_single_precision_stays_single():
    a, b, _ = numbers(5)
    assert scan(a.astype("float32"), b.astype("float32")).states.dtype == np.float32
    assert scan([1, 1], [2, 3]).states.tolist() == [2.0, 5.0]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([1.0, 2.0], [1.0]), ShapeError, r"in arrays of one shape \(steps, ...\); given are"),
        (([], []), ShapeError, r"given are \(0,\) and \(0,\)"),
        ((1.0, 2.0), ShapeError, r"given are \(\) and \(\)"),
        (([1.0], [1.0], [1.0, 2.0]), ShapeError, r"must be one number or have the shape \(\)"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        scan(*arguments)


def test_an_unknown_way_is_refused_by_name():
    message = r"^Unknown way of calculating a scan 'Bleloch'; did you mean 'Blelloch'\? Known: "
    with pytest.raises(NamingError, match=message):
        scan([1.0], [1.0], way="Bleloch")
    with pytest.raises(NamingError, match=message):
        layers.MinGRU(1, way="Bleloch")


# -- the layers ---------------------------------------------------------------------------------


def both(kind, steps, **settings):
    """A layer that loops and one that scans, with the same weights, and inputs for them."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(2, steps, 3))
    ways = ("one by one", "Blelloch")
    pair = [getattr(layers, kind)(4, dtype="float64", way=way, **settings) for way in ways]
    for layer in pair:
        layer.build(x.shape)
    weights = [rng.uniform(-2, 2, w.shape) for w in pair[0].get_weights()]
    for layer in pair:
        layer.set_weights(weights)
    return pair, x


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_of_ten_thousand_steps_loops_and_scans_alike_both_ways(kind):
    (loop, tree), x = both(kind, LONG, return_sequences=True)
    d_output = np.random.default_rng(2).normal(size=(2, LONG, 4))
    np.testing.assert_allclose(tree(x), loop(x), rtol=0, atol=1e-12)
    (d_x, d_weights), (e_x, e_weights) = loop.backward(d_output), tree.backward(d_output)
    np.testing.assert_allclose(e_x, d_x, rtol=0, atol=1e-12)
    for one, other in zip(e_weights, d_weights, strict=True):
        np.testing.assert_allclose(one / np.abs(other).max(), other / np.abs(other).max(), 0, 1e-12)


@pytest.mark.parametrize("steps", [1, 2, 9])
def test_a_state_space_is_a_convolution_as_well(steps):
    (layer, _), x = both("DiagonalSSM", steps, return_sequences=True)
    np.testing.assert_allclose(layer.as_convolution(x), layer(x), rtol=0, atol=1e-14)


def test_memories_of_a_new_state_space_reach_from_two_steps_to_five_hundred():
    layer = layers.DiagonalSSM(5, dtype="float64")
    layer.build((None, None, 1))
    memory = 1 / (1 - 1 / (1 + np.exp(-layer.decay)))
    np.testing.assert_allclose(memory[[0, -1]], [2, 500], rtol=1e-9)
    assert np.all(np.diff(memory) > 0)


def test_extreme_gates_of_a_min_lstm_leave_finite_shares():
    layer = layers.MinLSTM(1, dtype="float64", return_sequences=True)
    layer.build((None, 2, 1))
    layer.set_weights([[[-900.0, -901.0, 1.0]], [0.0, 0.0, 0.0]])
    states = layer([[[1.0], [1.0]]])
    share = 1 / (1 + np.exp(-1))  # the input gate is e times the forget gate
    np.testing.assert_allclose(states[0, :, 0], [share, share + share * (1 - share)], atol=1e-12)
    assert np.isfinite(layer.backward(np.ones((1, 2, 1)))[0]).all()


def test_what_the_layers_cannot_do_is_refused():
    with pytest.raises(UsageError, match=r"^min_gru has no recurrent weights, so recurrent_drop"):
        layers.MinGRU(2, recurrent_dropout=0.5)
    with pytest.raises(UsageError, match=r"^diagonal_ssm: call build\(input_shape\) before imp"):
        layers.DiagonalSSM(2).impulse(3)
    with pytest.raises(ShapeError, match=r"^the initial|initial state h must have the shape"):
        layers.MinGRU(2)(np.ones((1, 2, 3)), initial_state=np.ones((1, 3)))
