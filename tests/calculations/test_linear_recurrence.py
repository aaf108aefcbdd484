"""The unrolled recurrence: the same by steps, by powers and by a layer, with its gradients."""

import numpy as np
import pytest

from rnn_edu.calculations.linear_recurrence import INPUTS, W_HH, W_XH, linear_recurrence
from rnn_edu.errors import ShapeError
from rnn_edu.layers import SimpleRNN


def test_steps_and_unrolled_sum_agree():
    w = linear_recurrence()
    assert float(w["unrolled"].value) == pytest.approx(float(w["h", 5].value), abs=1e-15)
    powers = [float(w["power", t].value) for t in range(1, 6)]
    assert powers == [W_HH**4, W_HH**3, W_HH**2, W_HH, 1]


def test_states_and_gradients_are_those_of_a_linear_layer():
    layer = SimpleRNN(1, activation=None, use_bias=False, dtype="float64", return_sequences=True)
    layer.build((None, 5, 1))
    layer.set_weights([[[W_XH]], [[W_HH]]])
    states = layer(np.reshape(INPUTS, (1, 5, 1)))
    last_only = np.zeros((1, 5, 1))
    last_only[0, -1] = 1
    d_x, (_, d_recurrent_kernel) = layer.backward(last_only)
    w = linear_recurrence()
    np.testing.assert_allclose(w.over_time("h"), states.ravel(), atol=1e-15)
    np.testing.assert_allclose(w.over_time("d_x"), d_x.ravel(), atol=1e-15)
    assert float(w["d_W_hh"].value) == pytest.approx(d_recurrent_kernel.item(), abs=1e-15)


@pytest.mark.parametrize("U", [0.5, 1.1, 2.0])
def test_with_one_input_only_the_gradient_is_four_times_the_cube(U):
    w = linear_recurrence(W_xh=1.0, W_hh=U, inputs=(1, 0, 0, 0, 0))
    parts = w.over_time("d_W_hh_via_h")
    np.testing.assert_allclose(parts, [0, U**3, U**3, U**3, U**3], rtol=1e-14)
    assert float(w["d_W_hh"].value) == pytest.approx(4 * U**3)


def test_five_inputs_are_needed():
    with pytest.raises(ShapeError, match="takes 5 inputs, but 3 were given"):
        linear_recurrence(inputs=(1, 2, 3))
