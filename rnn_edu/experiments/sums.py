"""Sums in words and what they come to, with attention and without, up to twelve terms.

Networks, budget and seeds are those of the run ``dates``; what is read and written is another
thing. The baselines follow from the rule by which sums are drawn: how often the likeliest total is
right for somebody who has read nothing, and for somebody who has read the last term only.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments import read_then_write
from rnn_edu.experiments.options import RunOptions
from rnn_edu.grammars import sums
from rnn_edu.translation.sums import LONGER, ONE_UNSEEN_OF, SHOWN, SUMS

NAME = "sums"


def run(options: RunOptions) -> Path:
    """Trains both networks from every seed, and writes the record."""
    setting = {
        "terms_in_a_sum": list(SHOWN),
        "longer": list(LONGER),
        "one_unseen_of": ONE_UNSEEN_OF,
        "largest_term": sums.LARGEST_TERM,
        "largest_total": sums.LARGEST_TOTAL,
    }
    return read_then_write.run_task(NAME, options, SUMS, 4, setting, _baselines())


def first_batch_loss() -> float:
    """The loss of the untrained network with attention on the first 64 sums."""
    return read_then_write.first_batch_loss(SUMS)


def _baselines() -> dict[str, float]:
    lengths = (*SHOWN, *LONGER)
    nothing = {f"{n} terms, nothing read": sums.best_guess(n) for n in lengths}
    last = {f"{n} terms, the last one read": sums.best_guess_from_last(n) for n in lengths}
    return {name: round(share, 6) for name, share in (nothing | last).items()}
