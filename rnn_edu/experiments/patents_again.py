"""The LSTM on patent abstracts with whole abstracts apart, from two more seeds.

The first seed of the same setting, on the same split, stands in the record of ``patents_lstm``.
"""

from __future__ import annotations

from rnn_edu.experiments.patents_lstm import APART
from rnn_edu.experiments.patents_seeds import SeedsRun

NAME = "patents_again"
SEEDS = (1, 2)
_RUN = SeedsRun(NAME, "abstracts", APART, SEEDS)
run, first_batch_loss = _RUN.run, _RUN.first_batch_loss
