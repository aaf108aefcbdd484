r"""How large a language model is and how it is trained, by the size of the corpus.

The steps were found by trials on texts of 200 to 67,000 sentences; they are a start and no law.
The rate of Adam is halved after an epoch that did not improve the validation part, and training
ends after the third such epoch in a row.

A large text is read less often, so that no training reads more than six million words unless the
text is read twice. With so few epochs the rate has to fall without waiting for one that
brings nothing: it is halved before each epoch of the second half. (On the shipped headlines, with
four epochs, this lowered the validation loss from 1.365 to 1.352.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from rnn_edu.language_model.arguments import check_count

#: An epoch counts as better if the loss fell by this share.
BETTER_BY = 0.001
PATIENCE = 3


@dataclass(frozen=True)
class Plan:
    """How a language model is built and trained.

    Args:
        state_size: numbers in its state.
        batch_size: sentences for each step of Adam.
        learning_rate: of the first epochs.
        dropout: share of the state that is hidden while training.
        epochs: at most.
        seed: of the first weights and of all draws.
        halved: before so many epochs at the end the rate is halved; never more than half of all.

    Raises:
        UsageError: the size of a batch or the number of epochs is no whole number of at least 1.
    """

    state_size: int
    batch_size: int
    learning_rate: float
    dropout: float
    epochs: int = 30
    seed: int = 1
    halved: int = 0

    def __post_init__(self) -> None:
        for name in ("batch_size", "epochs"):
            check_count(name, getattr(self, name))

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    def rate(self, losses: Sequence[float]) -> float:
        """The learning rate of the next epoch, from the validation losses so far.

        Example:
            >>> Plan(8, 8, 0.004, 0.0).rate([3.0, 2.0, 2.1, 1.9])
            0.002
            >>> Plan(8, 8, 0.004, 0.0, epochs=4, halved=2).rate([3.0, 2.0, 1.9])
            0.001
        """
        first_halved = self.epochs - min(self.halved, self.epochs // 2)
        late = max(0, len(losses) - first_halved + 1)
        return float(self.learning_rate * 0.5 ** (late + sum(np.logical_not(improved(losses)))))

    def is_done(self, losses: Sequence[float]) -> bool:
        """Whether training ends here."""
        better = improved(losses)
        return len(losses) >= self.epochs or (
            len(better) >= PATIENCE and not any(better[-PATIENCE:])
        )


#: Running words of the training part, up to which a plan holds.
PLANS = (
    (5_000, Plan(48, 8, 0.003, 0.4, epochs=60)),
    (30_000, Plan(64, 16, 0.004, 0.3)),
    (300_000, Plan(128, 32, 0.002, 0.2)),
    (1_000_000, Plan(256, 32, 0.0015, 0.3)),
)
LARGEST = Plan(256, 64, 0.0015, 0.2)
#: Words that a training reads at most, over all its epochs, unless the text is read twice.
WORDS_READ, FEWEST_EPOCHS = 6_000_000, 2


def improved(losses: Sequence[float]) -> list[bool]:
    """For each epoch, whether its loss is better than all before.

    Example:
        >>> improved([3.0, 2.0, 2.5, 1.9])
        [True, True, False, True]
    """
    best = np.minimum.accumulate([np.inf, *losses])[:-1]
    return [bool(loss < (1 - BETTER_BY) * least) for loss, least in zip(losses, best, strict=True)]


def plan_for(running_words: int, **asked: Any) -> Plan:
    """The plan for a training part of so many words; what was asked for stands.

    Example:
        >>> plan_for(2_000, epochs=5, seed=None).epochs
        5
        >>> plan_for(1_500_000).epochs, plan_for(1_500_000).halved
        (4, 2)
    """
    usual = next((plan for limit, plan in PLANS if running_words <= limit), LARGEST)
    epochs = max(FEWEST_EPOCHS, WORDS_READ // running_words)
    if epochs < usual.epochs:
        usual = replace(usual, epochs=epochs, halved=epochs // 2)
    return replace(usual, **{name: value for name, value in asked.items() if value is not None})
