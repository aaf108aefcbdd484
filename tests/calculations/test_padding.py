"""A padded sentence by a plain loop: with a mask, without one, and the padding at either end."""

import numpy as np
import pytest

from rnn_edu.calculations.padding import BEHIND, IN_FRONT, WEIGHTS, WORDS, padded_sentence

E, W_x, W_h, b, W_y, b_y = (np.ravel(array) for array in WEIGHTS)


def states_of(sentence, *, masked):
    h, states = 0.0, []
    for word in sentence:
        number = WORDS.index(word)
        if number or not masked:
            h = np.tanh(E[number] * W_x[0] + h * W_h[0] + b[0])
        states.append(h)
    return states


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("sentence", [BEHIND, IN_FRONT, ("bad", "·", "not", "·"), ("·", "·")])
def test_states_and_answer_are_those_of_a_loop(sentence, masked):
    w = padded_sentence(sentence=sentence, masked=masked)
    states = states_of(sentence, masked=masked)
    np.testing.assert_allclose(w.over_time("h").ravel(), states, rtol=0, atol=1e-15)
    answer = 1 / (1 + np.exp(-(states[-1] * W_y[0] + b_y[0])))
    assert w["y_hat"].value.item() == pytest.approx(answer, abs=1e-15)


def test_with_a_mask_the_place_of_the_padding_changes_nothing():
    behind, front = padded_sentence(), padded_sentence(sentence=IN_FRONT)
    alone = padded_sentence(sentence=("not", "good"))
    for name in ("y_hat", "L", "d_W_xh", "d_W_hh", "d_b_h", "d_E"):
        np.testing.assert_array_equal(behind[name].value, front[name].value)
        np.testing.assert_array_equal(behind[name].value, alone[name].value)


def test_masked_padding_learns_nothing_and_read_padding_does():
    masked, read = padded_sentence(), padded_sentence(masked=False)
    assert not masked["d_E"].value[0].any()
    assert abs(read["d_E"].value[0]).item() > 0.1


def test_without_a_mask_the_answer_turns_round():
    answers = [padded_sentence(sentence=s, masked=False)["y_hat"] for s in (BEHIND, IN_FRONT)]
    assert padded_sentence()["y_hat"].value.item() < 0.4
    assert min(answer.value.item() for answer in answers) > 0.7


def test_no_weight_is_zero_and_no_two_are_equal():
    numbers = np.concatenate([np.ravel(array) for array in WEIGHTS])
    assert len(set(np.abs(numbers))) == len(numbers)
    assert np.all(numbers != 0)
