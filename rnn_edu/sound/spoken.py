"""Spoken digits, made of tones: no recording, and yet nobody knows when a digit begins.

A digit is two sounds one after the other, a sound is two tones. Every speaker has a speed and a
pitch of their own, each sound a length of its own, and over everything lies noise. A frame is a
fiftieth of a second, and holds how loud each of ten bands of tones is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import UsageError

Array = npt.NDArray[np.float64]
#: Samples in a second, samples in a frame.
RATE, FRAME = 4000, 80
BANDS = 10
#: Cycles in a second of the two tones of a sound.
SOUNDS = {
    "ee": (300, 1700),
    "ah": (700, 1200),
    "oo": (350, 800),
    "s": (1500, 1900),
    "n": (250, 1000),
    "r": (500, 1400),
}
#: The two sounds of each digit, from 0 to 9.
DIGITS = (
    *(("s", "r"), ("oo", "n"), ("ee", "oo"), ("r", "ee"), ("ah", "r")),
    *(("ah", "ee"), ("s", "ee"), ("n", "s"), ("r", "oo"), ("n", "ah")),
)
#: Seconds of a sound and of the pause behind a digit, and how loud the noise is.
LENGTH, PAUSES, NOISE = 0.08, (0.02, 0.04), 0.15


def say(digits: Sequence[int], rng: np.random.Generator) -> Array:
    """Some digits, spoken by somebody drawn by chance.

    Args:
        digits: from 0 to 9.
        rng: draws speed, pitch, lengths, pauses and the noise.

    Returns:
        The samples, 4,000 for each second.

    Raises:
        UsageError: there is no digit, or one that is none.

    Example:
        >>> sound = say([4, 2], np.random.default_rng(0))
        >>> 0.2 < len(sound) / RATE < 0.8
        True
    """
    if not len(digits) or any(digit not in range(10) for digit in digits):
        raise UsageError(f"Say one digit or more, each from 0 to 9, not {list(digits)}.")
    speed, pitch = rng.uniform(0.8, 1.3), rng.uniform(0.95, 1.05)
    pieces = [np.zeros(int(RATE * rng.uniform(*PAUSES)))]
    for digit in digits:
        for sound in DIGITS[digit]:
            seconds = LENGTH * speed * rng.uniform(0.7, 1.3)
            pieces.append(_tones(sound, seconds, pitch, rng))
        pieces.append(np.zeros(int(RATE * rng.uniform(*PAUSES))))
    heard = np.concatenate(pieces)
    return heard + NOISE * rng.normal(size=len(heard))


def _tones(sound: str, seconds: float, pitch: float, rng: np.random.Generator) -> Array:
    """Two tones that swell and fade."""
    count = int(RATE * seconds)
    time = np.arange(count) / RATE
    low, high = (
        np.sin(2 * np.pi * pitch * cycles * time + rng.uniform(0, 2 * np.pi))
        for cycles in SOUNDS[sound]
    )
    swelling: Array = np.sqrt(np.sin(np.pi * (np.arange(count) + 0.5) / count))
    return swelling * (low + 0.7 * high)


def frames(sound: Array) -> Array:
    """How loud each band of tones is, as a logarithm, in each frame of a sound.

    Args:
        sound: samples, shape ``(samples,)``.

    Returns:
        Shape ``(frames, 10)``; what does not fill a frame at the end is left out. A band is 200
        cycles a second wide; the first begins above 25.

    Raises:
        UsageError: the sound is shorter than a frame.

    Example:
        >>> tone = np.sin(2 * np.pi * 900 * np.arange(RATE) / RATE)
        >>> found = frames(tone)
        >>> found.shape, int(found[0].argmax())
        ((50, 10), 4)
    """
    count = len(sound) // FRAME
    if not count:
        raise UsageError(f"A frame has {FRAME} samples; this sound has {len(sound)} in all.")
    pieces = sound[: count * FRAME].reshape(count, FRAME) * np.hanning(FRAME)
    power = np.abs(np.fft.rfft(pieces, axis=1)) ** 2
    bands = power[:, 1:].reshape(count, BANDS, -1).sum(axis=2)
    logarithms: Array = np.log(bands + 0.01)
    return logarithms


def spoken(
    count: int, lengths: Sequence[int], rng: np.random.Generator
) -> tuple[list[Array], list[tuple[int, ...]]]:
    """Sentences of digits as frames, and what was said.

    Args:
        count: how many sentences.
        lengths: how many digits a sentence can have; all equally likely.
        rng: draws everything.
    """
    said = [tuple(map(int, rng.integers(0, 10, rng.choice(lengths)))) for _ in range(count)]
    return [frames(say(digits, rng)) for digits in said], said
