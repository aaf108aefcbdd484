"""A larger LSTM on patent abstracts, four times as wide, beside models that count.

``patents_lstm`` has 64 units. Here are 256, with more dropout, on the split that keeps whole
abstracts apart, trained and asked in the same way.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.patents import always_most_common, n_gram
from rnn_edu.experiments.patents_lstm import SEED, Run, first_batch_loss, read
from rnn_edu.experiments.patents_setting import Setting

__all__ = ["first_batch_loss", "run"]

NAME = "patents_larger"
SETTING = Setting(epochs=14, learning_rate=0.003, units=256, dropout=0.4)


def run(options: RunOptions) -> Path:
    """Trains once and writes the record."""
    full = FullRun(NAME, options)
    data, abstracts = read()
    apart, setting = abstracts.split_by_abstract(SEED), SETTING.asked(options)
    result = Run(abstracts, full.checkpoints).result("abstracts", apart, setting)
    seeds = {f"{name}_per_seed": [result[name]] for name in ("accuracy", "loss")}
    return full.record(
        data,
        [SEED],
        setting=setting.facts(),
        metrics={**result, **seeds},
        baselines={
            "always_the": always_most_common(abstracts, apart),
            "trigram": n_gram(abstracts, apart, 3),
            "five_gram": n_gram(abstracts, apart, 5),
        },
        first_batch_loss=first_batch_loss(),
    )
