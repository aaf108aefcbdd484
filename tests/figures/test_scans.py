"""The drawings of the scans hold the maps and states that they should."""

from __future__ import annotations

import pytest

from rnn_edu.errors import UsageError
from rnn_edu.figures import scan_rounds


def texts(way):
    return [text.get_text() for text in scan_rounds(way).axes[0].texts if text.get_text()]


@pytest.mark.parametrize("way", ["one by one", "Hillis-Steele", "Blelloch"])
def test_every_state_is_drawn_once(way):
    shown = texts(way)
    assert [shown.count(f"$h_{t}$") for t in range(1, 9)] == [1] * 8


def test_what_is_joined_is_named_by_its_steps():
    tree = texts("Blelloch")
    assert [tree.count(span) for span in ("1–2", "3–4", "1–4", "5–8", "1–8", "2–3")] == [1] * 5 + [
        0
    ]
    assert {"round 1", "round 4", "2–5", "1–8"} <= set(texts("Hillis-Steele"))


def test_another_way_is_refused():
    with pytest.raises(UsageError, match=r"^there is no drawing of the way 'zigzag'; use one of"):
        scan_rounds("zigzag")
