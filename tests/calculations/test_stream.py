"""A stream in one go and in windows, by a plain loop; what truncation leaves out."""

import numpy as np
import pytest

from rnn_edu.calculations.stream import (
    STREAM,
    WEIGHTS,
    WINDOW,
    second_window,
    stream_window,
    whole_stream,
)
from rnn_edu.errors import ShapeError

SAME = {"rtol": 0, "atol": 1e-14}
W_x, W_h, b, W_y, b_y = (np.ravel(array)[0] for array in WEIGHTS)


def states_of(numbers, h=0.0):
    states = []
    for x in numbers:
        h = np.tanh(x * W_x + h * W_h + b)
        states.append(h)
    return states


def test_states_guesses_and_loss_are_those_of_a_loop():
    w = whole_stream()
    states = np.array(states_of(STREAM[:-1]))
    guesses = states * W_y + b_y
    np.testing.assert_allclose(w.over_time("h").ravel(), states, **SAME)
    np.testing.assert_allclose(w.over_time("y_hat").ravel(), guesses, **SAME)
    assert w["L"].value == pytest.approx(np.sum((guesses - STREAM[1:]) ** 2), abs=1e-14)


def test_the_windows_together_read_what_the_whole_reads():
    whole, first, second = whole_stream(), stream_window(0), second_window()
    together = [*first.over_time("h").ravel(), *second.over_time("h").ravel()]
    np.testing.assert_array_equal(together, whole.over_time("h").ravel())
    assert first["L"].value + second["L"].value == pytest.approx(whole["L"].value, abs=1e-14)


def test_the_start_of_the_second_window_is_the_end_of_the_first():
    second = second_window()
    np.testing.assert_array_equal(second["h", 0].value, stream_window(0)["h", WINDOW].value)
    again = stream_window(1, second["h", 0].value)
    np.testing.assert_array_equal(again["d_W_hh"].value, second["d_W_hh"].value)
    assert not np.allclose(stream_window(1)["h", 1].value, second["h", 1].value, atol=0.1)


def test_truncation_leaves_out_what_comes_through_the_border_and_nothing_else():
    whole, first, second = whole_stream(), stream_window(0), second_window()
    # How the state at the border changes with each weight, by the loop of the first window.
    slope, h, states = np.zeros(3), 0.0, []
    for x in STREAM[:WINDOW]:
        before, h = h, np.tanh(x * W_x + h * W_h + b)
        slope = (1 - h**2) * (np.array([x, before, 1.0]) + W_h * slope)
        states.append(h)
    left_out = second["d_h", 0].value.item() * slope
    for name, lost in zip(("W_xh", "W_hh", "b_h"), left_out, strict=True):
        truncated = first[f"d_{name}"].value + second[f"d_{name}"].value
        full = whole[f"d_{name}"].value
        np.testing.assert_allclose(truncated + lost, full, **SAME)
        assert abs(lost) > 0.1
    for name in ("W_hy", "b_y"):
        truncated = first[f"d_{name}"].value + second[f"d_{name}"].value
        np.testing.assert_allclose(truncated, whole[f"d_{name}"].value, **SAME)


def test_the_gradient_by_the_start_is_a_slope():
    start = second_window()["h", 0].value
    up, down = (stream_window(1, start + d)["L"].value for d in (1e-6, -1e-6))
    assert second_window()["d_h", 0].value.item() == pytest.approx((up - down) / 2e-6, abs=1e-8)


@pytest.mark.parametrize("stream", [(), (0.5,)])
def test_too_short_a_stream_is_refused(stream):
    with pytest.raises(ShapeError, match=f"at least two numbers, but {len(stream)} are given"):
        whole_stream(stream=stream)
