"""One sentence through a language model: its weights, its steps, and the model itself."""

import numpy as np
import pytest

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.calculations.language_model import (
    SENTENCES,
    WEIGHTS,
    WORDS,
    language_model_sentence,
    targets,
)
from rnn_edu.errors import UsageError


@pytest.fixture(scope="module")
def model():
    """The model with the weights of the calculation."""
    pytest.importorskip("tensorflow")
    from rnn_edu.language_model import RNNLanguageModel

    W_xh, W_hh, b_h, W_hy, b_y = map(np.array, WEIGHTS)
    model = RNNLanguageModel(WORDS, 3, dtype="float64")
    model.set_weights([np.concatenate([W_hh, W_xh]), b_h[None], W_hy, b_y[None]])
    return model


def test_the_weights_can_show_a_mistake():
    flat = np.concatenate([np.ravel(weight) for weight in WEIGHTS])
    assert len(np.unique(flat)) == len(flat) == 54
    assert np.all(flat != 0)


def test_the_weights_are_those_that_training_gives():
    pytest.importorskip("tensorflow")
    from rnn_edu.language_model import RNNLanguageModel

    model = RNNLanguageModel(WORDS, 3, dtype="float64", seed=5, learning_rate=0.05)
    for _ in range(60):
        model.train_on_batch([sentence.split() for sentence in SENTENCES])
    W_a, b_a, W_y, b_y = model.get_weights()
    found = [W_a[3:], W_a[:3], b_a[0], W_y, b_y[0]]
    for ours, recorded in zip(found, WEIGHTS, strict=True):
        assert np.allclose(ours, recorded, rtol=0, atol=5.01e-4)


@pytest.mark.parametrize("sentence", ["police find hiker", "hiker", "find the boat boat"])
def test_the_model_says_the_same(model, sentence):
    w, words = language_model_sentence(sentence), sentence.split()
    for t in range(len(words) + 1):
        chances = model.next_word_chances(words[:t])
        assert np.allclose(w["p", t + 1].value, chances, rtol=0, atol=1e-14)
    assert model.loss([words]) == pytest.approx(float(w["L"].value), abs=1e-14)


def test_the_model_s_first_step_of_adam_follows_the_gradients(model):
    """Adam's first step goes 0.001 against the sign of each gradient, all but whatever its size."""
    w = language_model_sentence()
    before = model.get_weights()
    model.train_on_batch([["police", "find", "hiker"]])
    moved = [after - old for after, old in zip(model.get_weights(), before, strict=True)]
    gradients = [w[f"d_{name}"].value for name in ("W_hh", "W_xh", "b_h", "W_hy", "b_y")]
    stacked = [np.concatenate(gradients[:2]), gradients[2][None], gradients[3], gradients[4][None]]
    for change, gradient in zip(moved, stacked, strict=True):
        expected = -0.001 * gradient / (np.abs(gradient) + 1e-7 / np.sqrt(1 - 0.999))
        # Keras, and so the model, rounds two constants of Adam to single precision.
        assert np.allclose(change, expected, rtol=0, atol=1e-8)
    model.set_weights(before)


def test_keras_judges_it():
    pytest.importorskip("tensorflow")
    from rnn_edu.compare import judge

    comparison = judge(CALCULATIONS["language_model_sentence"])
    assert comparison.ok


def test_an_unknown_word_is_read_as_unknown():
    assert targets("police find tractor") == ["police", "find", "<UNK>", "<EOS>"]


@pytest.mark.parametrize("sentence", ["", "find find find find find find find"])
def test_too_few_or_too_many_words(sentence):
    with pytest.raises(UsageError, match=rf"has {len(sentence.split())} words; give 1 to 6"):
        language_model_sentence(sentence)
