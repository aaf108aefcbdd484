"""A calculation with the weights that it has after it was trained on its own example."""

from __future__ import annotations

from numpy.typing import ArrayLike

from rnn_edu.errors import UsageError
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.replay import Replay
from rnn_edu.walkthrough.walkthrough import Key

#: So many steps of gradient descent, each so long: ten times "× 10" in the page.
ROUNDS, RATE = 100, 0.5
#: The digits after the point that a weight keeps, so that a reader can copy it.
DECIMALS = 3


def after_training(
    walkthrough: Walkthrough, rounds: int = ROUNDS, rate: float = RATE
) -> Walkthrough:
    """The same calculation with trained weights: every weight minus the rate times its gradient.

    All gradients are those of the walkthrough, of the whole example at once; nothing is random.
    The weights are rounded to three decimals in the end.

    Args:
        walkthrough: the calculation, with the gradients of its weights.
        rounds: how many steps of gradient descent.
        rate: the learning rate.

    Raises:
        UsageError: the calculation has no gradients of its weights.

    Example:
        >>> from rnn_edu.calculations import this_is_an_example
        >>> w = this_is_an_example()
        >>> float(w["L"].value.round(3)), float(after_training(w)["L"].value.round(3))
        (1.039, 0.022)
    """
    gradients = {q.gradient_of: q for q in walkthrough.steps if q.gradient_of is not None}
    weights = {weight: weight.value for weight in walkthrough.weights if weight in gradients}
    if not weights:
        raise UsageError(f'"{walkthrough.title}" has no gradients of weights to train with.')
    calculated = Replay(walkthrough)
    for _ in range(rounds):
        values = calculated(weights)
        weights = {q: value - rate * values[gradients[q]] for q, value in weights.items()}
    rounded: dict[Key, ArrayLike | str] = {
        (q.name, q.t): value.round(DECIMALS) for q, value in weights.items()
    }
    return walkthrough.with_values(rounded)
