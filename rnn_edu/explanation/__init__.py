"""Any small network by hand: from a model, or a file of one, to every number on the way.

>>> from rnn_edu.explanation import explain
>>> from rnn_edu.networks import Dense, Input, Network, SimpleRNN
>>> network = Network.sequential(Input((None, 1)), SimpleRNN(1), Dense(1))
>>> w = explain((network, [[[0.5]], [[-0.3]], [0.1], [[2.0]], [0.2]]), [[1.0], [0.4]])
>>> w["y_hat"].value.round(6).tolist()
[0.475998]
"""

from __future__ import annotations

from rnn_edu.explanation.explaining import explain, explain_and_judge
from rnn_edu.explanation.folder import Explanation, write_explanation
from rnn_edu.explanation.opening import Opened, open_model

__all__ = [
    "Explanation",
    "Opened",
    "explain",
    "explain_and_judge",
    "open_model",
    "write_explanation",
]
