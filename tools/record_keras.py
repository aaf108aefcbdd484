"""Asks Keras about the calculations of the book, and keeps what it says.

    python tools/record_keras.py          those whose kept answers no longer hold
    python tools/record_keras.py --all    all of them, as after a new version of Keras

The answers go to ``rnn_edu/compare/answers/``, with the versions and the date; workbooks are
written beside them without starting Keras.
"""

from __future__ import annotations

import argparse

from rnn_edu.calculations import CALCULATIONS, TRAININGS
from rnn_edu.compare.recorded import ANSWERS, Item, ask, keep, recorded
from rnn_edu.quiet import start_tensorflow


def main() -> int:
    """Asks and keeps; removes what is of no calculation; returns 0."""
    parser = argparse.ArgumentParser(description="Keep what Keras says of the calculations.")
    parser.add_argument("--all", action="store_true", help="also where the kept answers hold")
    everything = parser.parse_args().all
    items: list[Item] = [*CALCULATIONS.values(), *TRAININGS.values()]
    judged = {item.key: item for item in items if item.network is not None}
    for path in ANSWERS.glob("*.json"):
        if path.stem not in judged:
            path.unlink()
    start_tensorflow(arrays_only=True)
    asked = [item for item in judged.values() if everything or recorded(item) is None]
    for item in asked:
        keep(item, ask(item))
    print(f"Keras was asked about {len(asked)} of {len(judged)}; the answers are in {ANSWERS}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
