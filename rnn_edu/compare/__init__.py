"""Keras as the judge of a hand calculation.

Keras runs its own code on its own layers; what it has computed on the way is set beside the steps
of a walkthrough, each asked for by the layer and value that it is. This package, unlike the
calculations that it judges, imports TensorFlow.
"""

from __future__ import annotations

from rnn_edu.compare.comparing import compare, judge
from rnn_edu.compare.report import Comparison, NotJudged, Row
from rnn_edu.compare.trained import trained_by_keras
from rnn_edu.compare.twin import keras_twin

__all__ = [
    "Comparison",
    "NotJudged",
    "Row",
    "compare",
    "judge",
    "keras_twin",
    "trained_by_keras",
]
