"""What a page has, and what it leaves out where it would be too large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rnn_edu.page.steps import WHOLE, Extent
from rnn_edu.walkthrough.walkthrough import Walkthrough

#: A larger page leaves something out, and says so.
MOST_BYTES = 3_000_000
#: With more numbers a browser takes too long to calculate everything again after each edit.
MOST_TO_PLAY_WITH = 30_000


@dataclass(frozen=True)
class Plan:
    """What a page has.

    Attributes:
        play: whether there is something to play with.
        marks: whether it marks a reader's own numbers.
        extent: how much of the steps is shown.
        left_out: one sentence for each thing that is not there.
    """

    play: bool = True
    marks: bool = False
    extent: Extent = WHOLE
    left_out: tuple[str, ...] = ()

    def saying(self, sentence: str) -> Plan:
        """The same, with one more thing left out."""
        return replace(self, left_out=(*self.left_out, sentence))


def plans(
    walkthrough: Walkthrough, *, play: bool, steps: bool, marks: bool = False
) -> Iterator[Plan]:
    """From the whole page to the smallest one; the first that is small enough is the right one.

    Args:
        walkthrough: what is shown.
        play: whether there should be something to play with.
        steps: whether all steps should be there.
        marks: whether the reader's own numbers should be marked.
    """
    plan = Plan(play=play, marks=marks)
    numbers = sum(quantity.value.size for quantity in walkthrough.quantities)
    if play and numbers > MOST_TO_PLAY_WITH:
        plan = replace(plan, play=False).saying(
            f"With {numbers:,} numbers there is nothing to play with here: a browser would take "
            "too long to calculate them again after each change."
        )
    yield plan
    if plan.play and marks:
        plan = replace(plan, marks=False).saying(
            "Your own numbers are not marked here: the page would be too large."
        )
        yield plan
    if steps:
        plan = replace(plan, extent=Extent(whole_values=False)).saying(
            "Of long vectors and matrices only the first numbers and the last are here."
        )
        yield plan
    if plan.play:
        plan = replace(plan, play=False).saying(
            "There is nothing to play with: the page would be too large."
        )
        yield plan
    if steps:
        yield replace(plan, extent=Extent(whole_values=False, all_times=False)).saying(
            "Of many time steps only the first ones and the last are here."
        )
