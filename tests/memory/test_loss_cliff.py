"""The loss of one unit: against the layer, centred differences, and its cliff."""

import numpy as np
import pytest

from rnn_edu.layers import SimpleRNN
from rnn_edu.memory.loss_cliff import START, STEPS, TARGET, loss_of_one_unit


@pytest.mark.parametrize(("W_hh", "b_h"), [(1.4, -0.1), (0.8, -0.4), (-1.1, 0.3)])
def test_loss_and_gradient_are_those_of_the_layer(W_hh, b_h):
    layer = SimpleRNN(1, dtype="float64")
    layer.build((None, None, 1))
    layer.set_weights([[[1.0]], [[W_hh]], [b_h]])
    h = layer(np.zeros((1, STEPS, 1)), initial_state=np.array([[START]]))
    _, (_, d_recurrent_kernel, d_bias) = layer.backward(2 * (h - TARGET))
    loss, gradient = loss_of_one_unit(W_hh, b_h)
    assert float(loss) == pytest.approx(((h - TARGET) ** 2).item(), rel=1e-12)
    assert gradient == pytest.approx([d_recurrent_kernel.item(), d_bias.item()], rel=1e-9)


def test_the_gradient_is_that_of_centred_differences():
    def loss(W, b):
        return float(loss_of_one_unit(W, b, steps=12, start=0.3)[0])

    step, (W, b) = 1e-6, (1.3, -0.15)
    by_differences = [
        (loss(W + step, b) - loss(W - step, b)) / (2 * step),
        (loss(W, b + step) - loss(W, b - step)) / (2 * step),
    ]
    _, gradient = loss_of_one_unit(W, b, steps=12, start=0.3)
    assert gradient == pytest.approx(by_differences, rel=1e-7)


def test_many_places_at_once_give_what_each_gives_alone():
    loss, gradient = loss_of_one_unit(1.5, np.array([-0.3, -0.1]))
    assert gradient.shape == (2, 2)
    alone = loss_of_one_unit(1.5, -0.1)
    assert loss[1] == alone[0]
    assert gradient[1].tolist() == alone[1].tolist()


def test_there_is_a_cliff():
    loss, gradient = loss_of_one_unit(1.5, np.linspace(-0.5, 0.0, 2001))
    lengths = np.linalg.norm(gradient, axis=-1)
    assert lengths.max() > 1e3
    assert np.median(lengths) < 1
    assert loss.max() - loss.min() > 1
