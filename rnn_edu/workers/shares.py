"""A worker's share of a batch, and what each of its words counts in the loss of the whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rnn_edu.language_model.batches import IntArray, ShrinkingBatch, shrinking_batch

FloatArray = npt.NDArray[np.float64]


def share_of(
    sentences: Sequence[IntArray], worker: int, workers: int
) -> tuple[ShrinkingBatch, FloatArray]:
    """Every ``workers``-th sentence of a batch, counted from the longest.

    The loss of a batch is the mean over the steps of the mean over the sentences still running.
    A worker sees only its own sentences, so it has to be told how many run in all: each of its
    words counts 1 / (steps · sentences running), as in the whole batch. Then the losses of all
    workers add up to the loss of the batch, and so do their gradients.

    Args:
        sentences: of the whole batch, the numbers of their words.
        worker: which one, from 0.
        workers: how many there are.

    Returns:
        The share, laid out over as many steps as the whole batch, and the weight of each of its
        targets. A worker without any sentence gets a batch of no words.

    Example:
        >>> batch = [np.array([5, 1]), np.array([7, 8, 1]), np.array([6, 1])]
        >>> share, weights = share_of(batch, worker=1, workers=2)
        >>> share.counts.tolist(), weights.round(3).tolist()
        ([1, 1, 0, 0], [0.111, 0.111])
    """
    whole = shrinking_batch(sentences)
    longest_first = np.argsort([-len(sentence) for sentence in sentences], kind="stable")
    mine = [sentences[i] for i in longest_first[worker::workers]]
    share = _over(len(whole.counts), mine)
    running = int((whole.counts > 0).sum())
    each = 1 / (running * np.maximum(whole.counts, 1))
    return share, np.repeat(each, share.counts)


def _over(steps: int, sentences: Sequence[IntArray]) -> ShrinkingBatch:
    """The sentences laid out over this many steps: all workers must run the same graph."""
    if not sentences:
        nothing = np.zeros(0, dtype=np.int64)
        return ShrinkingBatch(nothing, nothing, np.zeros(steps, dtype=np.int64))
    batch = shrinking_batch(sentences)
    counts = np.zeros(steps, dtype=np.int64)
    counts[: len(batch.counts)] = batch.counts
    return ShrinkingBatch(batch.targets, batch.inputs, counts)
