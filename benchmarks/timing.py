"""Timing several ways of doing one thing, in turns, so that a busy moment hits them all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

WARM_UPS = 2


def medians(ways: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Returns the median time in seconds of each way, measured in turns.

    Args:
        ways: functions to time, by name.
        repeats: how many times each of them is timed.

    Returns:
        The medians, by the same names.
    """
    for _ in range(WARM_UPS):
        for way in ways.values():
            way()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            times[name].append(seconds(way))
    return {name: statistics.median(measured) for name, measured in times.items()}


def seconds(way: Callable[[], object]) -> float:
    """Returns how long one call takes.

    It is called once before, so that what it needs is in the processor's caches as it is when
    a network trains: the other ways have just pushed it out.
    """
    way()
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def line(what: str, ours: float, theirs: float) -> str:
    """Returns one line of the report: both medians and their ratio."""
    return (
        f"{what:<42} {1e3 * ours:>10.3f} ms {1e3 * theirs:>10.3f} ms "
        f"{ours / theirs:>9.2g}  ({theirs / ours:.1f} times as fast)"
    )


def header(title: str) -> str:
    """Returns the heading of a table."""
    return f"\n{title}\n{'':<42} {'NumPy':>13} {'Keras':>13} {'ratio':>9}"
