"""An LSTM with 256 units and more dropout on the patent abstracts, whole abstracts apart.

Three seeds, on the split of ``patents_lstm`` and ``patents_again``, where 64 units stay behind
counting. Dropout, rate and the number of epochs are fixed before the run and were not tuned. (Two
trials of two epochs, with a tenth of the training abstracts held back, told no difference between
0.1 and 0.3 for the dropout while reading.) The test abstracts had no part in it.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments import patents_again
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.patents_again import counted, means
from rnn_edu.experiments.patents_lstm import SEED, Run, first_loss, read
from rnn_edu.experiments.patents_setting import Setting

NAME = "patents_large"
SEEDS = (0, 1, 2)
SETTING = Setting(epochs=10, units=256, learning_rate=0.003, dropout=0.5, reading_dropout=0.3)


def run(options: RunOptions) -> Path:
    """Trains from the three seeds and writes the record; DataError without the real abstracts."""
    full = FullRun(NAME, options)
    data, abstracts = read()
    apart, setting = abstracts.split_by_abstract(SEED), SETTING.asked(options)
    runs = Run(abstracts, full.checkpoints)
    found = [runs.result("abstracts", apart, setting, seed) for seed in SEEDS]
    return full.record(
        data,
        SEEDS,
        setting=setting.facts() | {"split_seed": SEED},
        metrics={"curves": [result["curves"] for result in found], **means(found)},
        baselines=counted(abstracts, apart),
        first_batch_loss=first_loss(abstracts, apart, SETTING, SEEDS[0]),
    )


def first_batch_loss() -> float:
    """The loss of the first windows before training, from the first of these seeds."""
    return patents_again.first_batch_loss(SETTING, SEEDS[0])
