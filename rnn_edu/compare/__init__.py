"""Keras as the judge of a hand calculation.

Keras runs its own code on its own layers; what it has computed on the way is set beside the
steps of a walkthrough, name by name. This package, unlike the calculations that it judges,
imports TensorFlow.
"""

from rnn_edu.compare.comparing import compare, judge
from rnn_edu.compare.embedded import compare_embedded
from rnn_edu.compare.report import Comparison, Row
from rnn_edu.compare.trained import trained_by_keras
from rnn_edu.compare.twin import keras_twin

__all__ = [
    "Comparison",
    "Row",
    "compare",
    "compare_embedded",
    "judge",
    "keras_twin",
    "trained_by_keras",
]
