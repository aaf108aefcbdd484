"""The LSTM on random windows of patent abstracts, the document's split, from two more seeds.

The first seed of the same setting, on the same split, is the main result of ``patents_lstm``.
"""

from __future__ import annotations

from rnn_edu.experiments.patents_again import SEEDS
from rnn_edu.experiments.patents_lstm import SETTING
from rnn_edu.experiments.patents_seeds import SeedsRun

NAME = "patents_windows"
_RUN = SeedsRun(NAME, "windows", SETTING, SEEDS)
run, first_batch_loss = _RUN.run, _RUN.first_batch_loss
