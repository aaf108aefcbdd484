"""Eight steps of h_t = a_t h_(t-1) + b_t: one by one, and as two kinds of scan.

A step is a map h -> a h + b; two of them after each other are again one. The scans join maps
before any state is known. Sources: Hillis and Steele (1986), Blelloch (1990). The numbers are this
book's own: one decimal, no two alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from rnn_edu.errors import ShapeError
from rnn_edu.walkthrough import Expression, Quantity, Walkthrough, part

STEPS = 8
KEPT = (0.5, 0.8, 0.4, 0.9, 0.6, 0.7, 0.3, 0.2)
ADDED = (1.2, -0.7, 1.6, 1.5, -0.4, 1.8, -1.1, 1.3)
START = 2.0

#: A map h -> a h + b: its two numbers.
Map: TypeAlias = tuple[Expression, Expression]


def scan_one_by_one(
    kept: Sequence[float] = KEPT, added: Sequence[float] = ADDED, start: float = START
) -> Walkthrough:
    """Each state from the one before, and how the last one depends on all of them.

    Args:
        kept: a_1 to a_8.
        added: b_1 to b_8.
        start: h_0.

    Raises:
        ShapeError: there are not eight of each.

    Example:
        >>> w = scan_one_by_one()
        >>> [round(float(q.value), 4) for q in w.series("h")][:3]
        [2.0, 2.2, 1.06]
    """
    w = _titled("scan_one_by_one", "A linear recurrence, one step by one", "Eight rounds")
    maps, h = _given(w, kept, added, start)
    for t, one in enumerate(maps, start=1):
        h = _applied(w, one, h, t, "kept and added")
    w.gradients(h)
    return w


def scan_hillis_steele(
    kept: Sequence[float] = KEPT, added: Sequence[float] = ADDED, start: float = START
) -> Walkthrough:
    """Three rounds in which each map is joined with the one 1, 2, 4 steps before; then h_0.

    The arguments are those of :func:`scan_one_by_one`.

    Example:
        >>> w = scan_hillis_steele()
        >>> bool(abs(w["h", 8].value - scan_one_by_one()["h", 8].value) < 1e-15)
        True
    """
    w = _titled("scan_hillis_steele", "A scan in four rounds", "Hillis and Steele's scan")
    maps, h_0 = _given(w, kept, added, start)
    for k in range(3):
        reach = 2**k
        late = [
            _joined(w, maps[t - reach], maps[t], k + 1, t + 1, max(1, t + 2 - 2 * reach))
            for t in range(reach, STEPS)
        ]
        maps = [*maps[:reach], *late]
    for t, one in enumerate(maps, start=1):
        last = _applied(w, one, h_0, t, f"the map of steps 1 to {t}, applied to the start")
    w.gradients(last)
    return w


def scan_blelloch(
    kept: Sequence[float] = KEPT, added: Sequence[float] = ADDED, start: float = START
) -> Walkthrough:
    """Three rounds up a tree, where pairs of maps are joined, and three down, with states.

    The arguments are those of :func:`scan_one_by_one`.

    Example:
        >>> w = scan_blelloch()
        >>> sum(q.name[0] == "a" for q in w.steps)
        7
    """
    w = _titled("scan_blelloch", "A scan up and down a tree", "Blelloch's scan")
    maps, h_0 = _given(w, kept, added, start)
    levels = [dict(enumerate(maps, start=1))]
    for k in range(1, 4):
        below, width = levels[-1], 2**k
        levels.append(
            {
                t: _joined(w, below[t - width // 2], below[t], k, t, t - width + 1)
                for t in range(width, STEPS + 1, width)
            }
        )
    states = {0: h_0}
    for k in (2, 1, 0):
        for t in range(2**k, STEPS, 2 ** (k + 1)):
            before = t - 2**k
            note = f"the map of steps {before + 1} to {t}" if k else "its own map"
            states[t] = _applied(w, levels[k][t], states[before], t, f"{note}, applied")
    # It could be applied beside the first round down; a reader looks for the last state last.
    whole = "the whole tree's map, applied to the start"
    w.gradients(_applied(w, levels[3][STEPS], h_0, STEPS, whole))
    return w


def _titled(key: str, title: str, way: str) -> Walkthrough:
    note = f"{way} for eight steps, each of which keeps a share of the state and adds a number."
    return Walkthrough(title, note=note, key=key)


def _given(
    w: Walkthrough, kept: Sequence[float], added: Sequence[float], start: float
) -> tuple[list[Map], Quantity]:
    if len(kept) != STEPS or len(added) != STEPS:
        raise ShapeError(
            f"the scans of this book have {STEPS} steps, but {len(kept)} shares and {len(added)} "
            "numbers to add were given."
        )
    labels = (tuple(f"step {t}" for t in range(1, STEPS + 1)),)
    a = w.weight("a", kept, note="what each step keeps", labels=labels)
    b = w.weight("b", added, note="what each step adds", labels=labels)
    maps: list[Map] = [(part(a, k, f"a_{k + 1}"), part(b, k, f"b_{k + 1}")) for k in range(STEPS)]
    return maps, w.constant("h", start, t=0, note="the start")


def _joined(w: Walkthrough, first: Map, second: Map, k: int, t: int, begin: int) -> Map:
    """Two maps after each other, as the map of the steps ``begin`` to t."""
    (a_1, b_1), (a_2, b_2) = first, second
    note = f"of steps {begin} to {t} as one"

    def symbol(letter: str) -> str:
        return f"{letter}^{{({k})}}_{{{t}}}"

    a = w.step(f"a_{k}", a_2 * a_1, t=t, note=f"what is kept {note}", latex_symbol=symbol("a"))
    b = w.step(
        f"b_{k}", a_2 * b_1 + b_2, t=t, note=f"what is added {note}", latex_symbol=symbol("b")
    )
    return a, b


def _applied(w: Walkthrough, one: Map, h: Quantity, t: int, note: str) -> Quantity:
    a, b = one
    return w.step("h", a * h + b, t=t, role="state", note=note)
