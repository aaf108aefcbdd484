"""A small vocabulary and sentences for the language model."""

import numpy as np
import pytest

WORDS = ("<UNK>", "<EOS>", *(f"w{i}" for i in range(40)))


@pytest.fixture(scope="session")
def words():
    return WORDS


@pytest.fixture(scope="session")
def batches():
    """Four batches of 16 sentences of 1 to 9 words, frequent and rare ones, no two alike."""
    random = np.random.default_rng(5)
    share = 1 / np.arange(1, 41)
    lengths = random.integers(1, 10, (4, 16))
    draw = [[random.choice(WORDS[2:], n, p=share / share.sum()) for n in row] for row in lengths]
    return [[sentence.tolist() for sentence in batch] for batch in draw]


@pytest.fixture
def make(words):
    """Makes a small model in double precision."""
    from rnn_edu.language_model import RNNLanguageModel

    def make(state_size=6, dtype="float64", seed=3, **more):
        return RNNLanguageModel(words, state_size, dtype, seed, **more)

    return make
