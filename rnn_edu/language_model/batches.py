"""Sentences of different lengths as one batch that shrinks from step to step.

The sentences are sorted by their length, the longest first. At step t those that have a word
there stand together at the top, so the step takes the first ``counts[t]`` rows of the state.
Nothing is padded: all words of all steps lie behind each other in one row of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FEWEST_STEPS = 4


@dataclass(frozen=True)
class ShrinkingBatch:
    """A batch, its words in the order in which they are read: step by step.

    Attributes:
        targets: the words to be predicted, the ends of sentences included, shape ``(words,)``.
        inputs: the words that are read, each in the step after it was a target, shape
            ``(words - sentences,)``. Nothing is read in the first step.
        counts: sentences that are still running at each step, shape ``(steps,)``; zeros at the
            end stand for steps that no sentence reaches.
    """

    targets: IntArray
    inputs: IntArray
    counts: IntArray

    @property
    def sentences(self) -> int:
        """How many sentences there are."""
        return int(self.counts[0])

    def weights(self) -> npt.NDArray[np.float64]:
        """What each target counts in the loss, shape ``(words,)``; they add up to 1.

        The loss is the mean over the steps of the mean over the sentences still running, so a
        word of step t counts 1 / (steps · counts[t]).
        """
        running = self.counts[self.counts > 0]
        return np.repeat(1 / (len(running) * running), running)


def shrinking_batch(sentences: Sequence[IntArray]) -> ShrinkingBatch:
    """Lays the sentences out step by step.

    Args:
        sentences: the numbers of the words of each, its end included; none is empty.

    Example:
        >>> batch = shrinking_batch([np.array([5, 1]), np.array([7, 8, 1])])
        >>> batch.counts.tolist()
        [2, 2, 1, 0]
        >>> batch.targets.tolist()
        [7, 5, 8, 1, 1]
        >>> batch.inputs.tolist()
        [7, 5, 8]
    """
    lengths = np.array([len(sentence) for sentence in sentences])
    order = np.argsort(-lengths, kind="stable")
    steps = np.arange(lengths.max())
    counts = (lengths[:, None] > steps).sum(axis=0)
    table = np.zeros((len(sentences), len(steps)), dtype=np.int64)
    there = steps < lengths[order][:, None]
    table[there] = np.concatenate([sentences[i] for i in order])
    read = steps + 1 < lengths[order][:, None]
    return ShrinkingBatch(
        targets=table.T[there.T],
        inputs=table.T[read.T],
        counts=np.pad(counts, (0, _rounded_up(len(steps)) - len(steps))),
    )


def _rounded_up(steps: int) -> int:
    """The next power of two: few different numbers of steps, so few graphs to compile."""
    return max(FEWEST_STEPS, 1 << (steps - 1).bit_length())
