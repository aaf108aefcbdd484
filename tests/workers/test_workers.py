"""Several processes that train one model on this machine, over the loopback address."""

import os

import numpy as np
import pytest

from rnn_edu.errors import UsageError, WorkerError
from rnn_edu.language_model.batches import shrinking_batch
from rnn_edu.workers import train_with_workers
from rnn_edu.workers.shares import share_of

WORDS = ["<UNK>", "<EOS>", *"abcdefgh"]


@pytest.fixture(scope="module")
def sentences():
    draw = np.random.default_rng(4)
    return [list(draw.choice(WORDS[2:], size=draw.integers(1, 9))) for _ in range(21)]


def new_model(**more):
    from rnn_edu.language_model import RNNLanguageModel

    return RNNLanguageModel(WORDS, state_size=6, seed=3, **more)


def losses_of_one_process(model, sentences, batch_size, epochs):
    from rnn_edu.language_model.words import numbers_of

    numbers, losses = numbers_of(model.vocabulary, sentences), []
    for epoch in range(epochs):
        order = np.random.default_rng([model.seed, epoch]).permutation(len(numbers))
        for start in range(0, len(order), batch_size):
            batch = [numbers[i] for i in order[start : start + batch_size]]
            losses.append(model.train_on_numbers(batch))
    return losses


def test_the_shares_make_up_the_batch():
    batch = [np.arange(2, 2 + n) for n in (1, 7, 3, 3, 5)]
    whole = shrinking_batch(batch)
    shares = [share_of(batch, worker, 2) for worker in range(2)]
    assert sum(share.counts for share, _ in shares).tolist() == whole.counts.tolist()
    targets = np.concatenate([share.targets for share, _ in shares])
    assert sorted(targets) == sorted(whole.targets)
    assert np.concatenate([weights for _, weights in shares]).sum() == pytest.approx(1, abs=1e-12)


def test_more_workers_than_sentences():
    share, weights = share_of([np.array([2, 1])], worker=1, workers=2)
    assert share.counts.tolist() == [0, 0, 0, 0]
    assert len(weights) == len(share.targets) == 0


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-5)])
def test_two_workers_make_the_losses_of_one_process(sentences, dtype, tolerance):
    alone, together = new_model(dtype=dtype), new_model(dtype=dtype)
    expected = losses_of_one_process(alone, sentences, batch_size=10, epochs=2)
    losses = train_with_workers(together, sentences, workers=2, batch_size=10, epochs=2)
    np.testing.assert_allclose(losses, expected, rtol=0, atol=tolerance)
    for mine, other in zip(together.get_weights(), alone.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=0, atol=10 * tolerance)
    assert together.finished_epochs == 2


def test_a_worker_that_dies_is_named_and_the_others_are_stopped(sentences):
    model, started = new_model(), []

    def kill_the_second(processes):
        started.extend(processes)
        processes[1].kill()

    before = model.get_weights()
    with pytest.raises(WorkerError, match="Worker 1 of 2 ended with status -9 before its work"):
        train_with_workers(model, sentences, watch=kill_the_second)
    assert all(process.poll() is not None for process in started)
    for mine, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_a_worker_says_why_it_ended(sentences, tmp_path, monkeypatch):
    (tmp_path / "tensorflow.py").write_text("raise ImportError('this one is broken')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(WorkerError, match="It said: ImportError: this one is broken"):
        train_with_workers(new_model(), sentences, folder=tmp_path / "job")


def test_what_cannot_be_asked_for(sentences):
    with pytest.raises(UsageError, match="workers is 0; at least one is needed"):
        train_with_workers(new_model(), sentences, workers=0)
    with pytest.raises(UsageError, match=r"dropout of 0\.5, and workers would not draw it alike"):
        train_with_workers(new_model(dropout=0.5), sentences)
