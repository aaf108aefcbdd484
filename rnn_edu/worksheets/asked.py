"""Which steps of a calculation a worksheet asks for.

By default every step but the gradients. A calculation about gradients says here which ones.
"""

from __future__ import annotations

from rnn_edu.errors import UsageError
from rnn_edu.walkthrough import Quantity, Walkthrough

#: For a calculation: the names asked for, each with its times, or None for all of them.
Asked = dict[str, tuple[int, ...] | None]

EVERY_STEP: Asked = {}
ASKED: dict[str, Asked] = {
    "backpropagation_through_time": {
        "d_z": (4,),
        "d_h_via_z": None,
        "d_h_via_a": None,
        "d_h": None,
        "d_a": None,
        "d_W_hh": None,
        "d_b_h": None,
    },
    "linear_recurrence": EVERY_STEP,
}


def asked_steps(walkthrough: Walkthrough) -> list[Quantity]:
    """The steps to fill in, in the order of calculation.

    Raises:
        UsageError: the calculation has no step to ask for.

    Example:
        >>> from rnn_edu.calculations import CALCULATIONS
        >>> [q.title for q in asked_steps(CALCULATIONS["simple_rnn_two_documents"].build())]
        ['a at t=1', 'h at t=1', 'a at t=2', 'h at t=2', 'z', 'y_hat', 'L']
    """
    asked = ASKED.get(walkthrough.key)
    if asked:
        steps = [
            q for q in walkthrough.steps if q.name in asked and q.t in (asked[q.name] or (q.t,))
        ]
    else:
        steps = [q for q in walkthrough.steps if asked is EVERY_STEP or q.role != "gradient"]
    if not steps:
        raise UsageError(f'"{walkthrough.title}" has no step that a worksheet could ask for.')
    return steps
