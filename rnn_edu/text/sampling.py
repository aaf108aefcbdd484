r"""How a word is chosen from the chances that a model gives.

With temperature :math:`T` the chances become :math:`q_i = p_i^{1/T} / \sum_j p_j^{1/T}`. Below 1
the likely words become likelier still; above 1 all words come closer to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import NumberError, UsageError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def adjust(
    probabilities: npt.ArrayLike,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    exclude: Sequence[int] = (),
) -> FloatArray:
    """The chances from which a word will be drawn.

    The steps are done in this order: words that are excluded get 0, the temperature is applied,
    only the ``top_k`` likeliest stay, and of these the smallest set whose chances reach ``top_p``.

    Args:
        probabilities: shape ``(words,)`` or ``(rows, words)``; each row adds up to 1.
        temperature: above 0. The documents call it diversity.
        top_k: number of words that stay; None keeps all. Equal chances at the border all stay.
        top_p: share that stays ("nucleus"), above 0 and at most 1; None keeps all.
        exclude: numbers of words that must not be drawn, such as ``<UNK>``.

    Returns:
        Array of the same shape; each row adds up to 1.

    Raises:
        UsageError: an argument outside its range.
        NumberError: a row is no distribution, or nothing is left to draw from.

    Example:
        >>> adjust([0.5, 0.3, 0.2], temperature=0.5).round(4).tolist()
        [0.6579, 0.2368, 0.1053]
        >>> adjust([0.5, 0.3, 0.2], top_k=2).round(4).tolist()
        [0.625, 0.375, 0.0]
    """
    rows = _checked(probabilities)
    _check_arguments(temperature, top_k, top_p, exclude, rows.shape[-1])
    rows[..., list(exclude)] = 0
    rows = _sharpened(rows, temperature)
    if top_k is not None:
        rows = _normalised(np.where(rows >= _kth_largest(rows, top_k), rows, 0))
    if top_p is not None:
        rows = _normalised(np.where(_in_nucleus(rows, top_p), rows, 0))
    return rows


def greedy(probabilities: npt.ArrayLike, *, exclude: Sequence[int] = ()) -> IntArray:
    """The number of the likeliest word of each row; the first among equals.

    Raises:
        NumberError: a row is no distribution, or all its words are excluded.

    Example:
        >>> int(greedy([0.5, 0.3, 0.2], exclude=[0]))
        1
    """
    likeliest: IntArray = np.argmax(adjust(probabilities, exclude=exclude), axis=-1)
    return likeliest


def sample(
    probabilities: npt.ArrayLike,
    random: np.random.Generator,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    exclude: Sequence[int] = (),
) -> IntArray:
    """The number of a word drawn from each row; arguments and errors as for :func:`adjust`.

    Args:
        probabilities: shape ``(words,)`` or ``(rows, words)``.
        random: the source of chance, ``numpy.random.default_rng(seed)``.
        temperature: as for :func:`adjust`.
        top_k: as for :func:`adjust`.
        top_p: as for :func:`adjust`.
        exclude: as for :func:`adjust`.
    """
    rows = adjust(probabilities, temperature=temperature, top_k=top_k, top_p=top_p, exclude=exclude)
    sums = np.cumsum(rows, axis=-1)
    # Scaled by the last sum, which rounding keeps from being exactly 1.
    drawn = random.random(rows.shape[:-1])[..., None] * sums[..., -1:]
    chosen: IntArray = np.sum(sums <= drawn, axis=-1)
    return chosen


def generate(
    predict: Callable[[list[int]], npt.ArrayLike],
    start: Sequence[int],
    count: int,
    random: np.random.Generator | None = None,
    *,
    end: int | None = None,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    exclude: Sequence[int] = (),
) -> list[int]:
    """Word after word: predict, choose, add the word, and again.

    Args:
        predict: gives the chances of the next word for the words so far.
        start: the first words.
        count: words to add at most.
        random: the source of chance; None always takes the likeliest word.
        end: stop when this word is chosen; it is not added.
        temperature: as for :func:`adjust`; the likeliest word needs none of these four.
        top_k: as for :func:`adjust`.
        top_p: as for :func:`adjust`.
        exclude: as for :func:`adjust`.

    Returns:
        The new words only.
    """
    words = list(start)
    for _ in range(count):
        chances = np.reshape(predict(words), -1)
        if random is None:
            word = int(greedy(chances, exclude=exclude))
        else:
            word = int(
                sample(
                    chances,
                    random,
                    temperature=temperature,
                    top_k=top_k,
                    top_p=top_p,
                    exclude=exclude,
                )
            )
        if word == end:
            break
        words.append(word)
    return words[len(start) :]


def _checked(probabilities: npt.ArrayLike) -> FloatArray:
    rows = np.array(probabilities, dtype=np.float64)
    if rows.ndim == 0 or not rows.shape[-1]:
        raise NumberError("There are no chances to choose a word from.")
    if not np.all(np.isfinite(rows)) or np.any(rows < 0):
        worst = rows[~(np.isfinite(rows) & (rows >= 0))][0]
        raise NumberError(f"The chance {worst} of a word is not a number from 0 to 1.")
    sums = rows.sum(axis=-1)
    # Models give float32, whose sums over thousands of words are off by about this much.
    if np.any(np.abs(sums - 1) > 1e-3):
        worst = np.ravel(sums)[np.argmax(np.abs(np.ravel(sums) - 1))]
        raise NumberError(f"The chances of the words add up to {worst:.6g}, not to 1.")
    return rows


def _check_arguments(
    temperature: float, top_k: int | None, top_p: float | None, exclude: Sequence[int], size: int
) -> None:
    if temperature == np.inf:
        raise UsageError("The temperature is inf; it must be a finite number above 0.")
    if not temperature > 0:
        raise UsageError(
            f"The temperature is {temperature}; it must be above 0. For the likeliest word alone, "
            "take top_k=1."
        )
    if top_k is not None and top_k < 1:
        raise UsageError(f"top_k is {top_k}; at least 1 word must stay.")
    if top_p is not None and not 0 < top_p <= 1:
        raise UsageError(f"top_p is {top_p}; it must lie above 0 and not above 1.")
    for word in exclude:
        if not 0 <= word < size:
            raise UsageError(f"Word number {word} cannot be excluded: there are 0 to {size - 1}.")


def _sharpened(rows: FloatArray, temperature: float) -> FloatArray:
    largest = rows.max(axis=-1, keepdims=True)
    if np.any(largest == 0):
        raise NumberError("All words with a chance are excluded; none is left to choose.")
    # Divided by the largest first, so that a small temperature cannot turn all chances into 0.
    return _normalised((rows / largest) ** (1 / temperature))


def _normalised(rows: FloatArray) -> FloatArray:
    normalised: FloatArray = rows / rows.sum(axis=-1, keepdims=True)
    return normalised


def _kth_largest(rows: FloatArray, k: int) -> FloatArray:
    place = max(0, rows.shape[-1] - k)
    return np.partition(rows, place, axis=-1)[..., place : place + 1]


def _in_nucleus(rows: FloatArray, share: float) -> npt.NDArray[np.bool_]:
    order = np.argsort(-rows, axis=-1, kind="stable")
    ranked = np.take_along_axis(rows, order, axis=-1)
    # A word stays if those before it do not reach the share yet; so the likeliest always stays.
    before = np.cumsum(ranked, axis=-1) - ranked
    inside = np.empty(rows.shape, dtype=bool)
    np.put_along_axis(inside, order, before < share, axis=-1)
    return inside
