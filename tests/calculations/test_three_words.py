"""Encoder, decoder and attention against a plain loop that knows no walkthrough."""

from itertools import product

import numpy as np
import pytest

from rnn_edu.calculations import self_attention_head, three_words
from rnn_edu.calculations.self_attention import HEAD_WEIGHTS, VECTORS
from rnn_edu.calculations.three_words import (
    ADDITIVE_WEIGHTS,
    DOT_WEIGHTS,
    FED,
    PLAIN_WEIGHTS,
    READ,
    SPREAD_WEIGHTS,
    START,
    WRITTEN,
    additive_attention,
    dot_attention,
    encoder_decoder,
    written_for,
)
from rnn_edu.errors import UsageError

SAME = {"rtol": 0, "atol": 1e-14}
EIGHT = list(product(READ[:2], READ[2:4], READ[4:]))
FORMS = {
    "plain": (encoder_decoder, PLAIN_WEIGHTS),
    "dot": (dot_attention, DOT_WEIGHTS),
    "spread": (dot_attention, SPREAD_WEIGHTS),
    "additive": (additive_attention, ADDITIVE_WEIGHTS),
}


def softmax(scores):
    return np.exp(scores) / np.exp(scores).sum()


def states(rows, h, W_x, W_h, b):
    found = []
    for x in rows:
        h = np.tanh(x @ W_x + h @ W_h + b)
        found.append(h)
    return np.array(found)


def by_hand(form, weights, date, fed):
    """Probabilities and attention weights of each step."""
    arrays = [np.array(array) for array in weights]
    heard = states(np.eye(6)[[READ.index(x) for x in date]], np.zeros(2), *arrays[:3])
    writing = states(np.eye(7)[[FED.index(x) for x in fed]], heard[-1], *arrays[3:6])
    W, b = arrays[-2:]
    if form == "plain":
        return [softmax(s @ W + b) for s in writing], []
    shares, answers = [], []
    for s in writing:
        scores = [s @ h for h in heard]
        if form == "additive":
            W_q, W_k, g = arrays[6:9]
            scores = [g @ np.tanh(s @ W_q + h @ W_k) for h in heard]
        shares.append(softmax(np.array(scores)))
        answers.append(softmax(np.concatenate([s, shares[-1] @ heard]) @ W + b))
    return answers, shares


@pytest.mark.parametrize("form", FORMS)
def test_a_plain_loop_finds_the_same_numbers(form):
    calculation, weights = FORMS[form]
    date = ("ninth", "May", "2025")
    w = calculation(weights, date)
    answers, shares = by_hand(form, weights, date, (START, "2025", "05"))
    np.testing.assert_allclose(w.over_time("p"), answers, **SAME)
    if shares:
        np.testing.assert_allclose(w.over_time("alpha"), shares, **SAME)


@pytest.mark.parametrize("form", FORMS)
def test_all_eight_dates_are_written_without_help(form):
    calculation, weights = FORMS[form]
    for date in EIGHT:
        own = [START]
        for t in (1, 2, 3):
            p = calculation(weights, date, (own + [START] * 3)[:3])["p", t].value
            own.append(WRITTEN[int(p.argmax())])
        assert tuple(own[1:]) == written_for(date)


@pytest.mark.parametrize("form", FORMS)
def test_no_weight_is_zero_and_no_two_are_equal(form):
    numbers = np.concatenate([np.ravel(array) for array in FORMS[form][1]])
    assert np.all(numbers != 0)
    if form != "spread":
        assert len(set(numbers)) == len(numbers)


def test_padding_gets_no_weight_behind_a_mask_and_some_without():
    padded = ("third", "May", "2026", "", "")
    masked, leaking = (dot_attention(date=padded, masked=m) for m in (True, False))
    assert not masked.over_time("alpha")[:, 3:].any()
    np.testing.assert_allclose(masked.over_time("p"), dot_attention().over_time("p"), **SAME)
    assert (leaking.over_time("alpha")[:, 3:].sum(axis=1) > 0.2).all()


@pytest.mark.parametrize("date", [("May", "third", "2026"), ("third", "May"), ("third", "", "x")])
def test_what_is_no_date_is_refused(date):
    with pytest.raises(UsageError, match="a day, a month and a year"):
        written_for(date)


def test_the_weights_of_the_mask_are_judged_by_keras():
    from rnn_edu.compare import compare
    from rnn_edu.compare.twin import keras_twin

    w = dot_attention(date=("third", "May", "2026", ""), masked=True)
    twin = keras_twin(three_words.MASKED_NETWORK, DOT_WEIGHTS)
    found = compare(w, twin, loss="categorical_crossentropy", reduction="sum", strict=False)
    assert found.complete, str(found)


def test_a_head_is_three_products_and_a_mixture():
    x = np.array(VECTORS)
    Q, V, K = (x @ np.array(array) for array in HEAD_WEIGHTS[:3])
    shares = np.array([softmax(row) for row in Q @ K.T / np.sqrt(2)])
    w = self_attention_head()
    np.testing.assert_allclose(w.over_time("alpha"), shares, **SAME)
    np.testing.assert_allclose(w.over_time("context"), shares @ V, **SAME)
