"""An LSTM with 256 units and more dropout on the patent abstracts, whole abstracts apart.

Three seeds, on the split of ``patents_lstm`` and ``patents_again``, where 64 units stay behind
counting. Dropout, rate and the number of epochs are fixed before the run and were not tuned. (Two
trials of two epochs, with a tenth of the training abstracts held back, told no difference between
0.1 and 0.3 for the dropout while reading.) The test abstracts had no part in it.
"""

from __future__ import annotations

from rnn_edu.experiments.patents_seeds import SeedsRun
from rnn_edu.experiments.patents_setting import Setting

NAME = "patents_large"
SEEDS = (0, 1, 2)
SETTING = Setting(epochs=10, units=256, learning_rate=0.003, dropout=0.5, reading_dropout=0.3)
_RUN = SeedsRun(NAME, "abstracts", SETTING, SEEDS, curve="")
run, first_batch_loss = _RUN.run, _RUN.first_batch_loss
