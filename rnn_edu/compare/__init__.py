"""Keras as the judge of a hand calculation.

Keras runs its own code on its own layers; what it has computed on the way is set beside the steps
of a walkthrough, each asked for by the layer and value that it is. This package, unlike the
calculations that it judges, imports TensorFlow.

Further judges, where they are installed: PyTorch, and ONNX Runtime for ONNX files and for what
Keras exports.
"""

from __future__ import annotations

from rnn_edu.compare.comparing import compare, judge, rows_at_once
from rnn_edu.compare.onnx_runtime import compare_onnx, judge_with_onnx_runtime
from rnn_edu.compare.pytorch import compare_pytorch
from rnn_edu.compare.report import Comparison, NotJudged, Row
from rnn_edu.compare.trained import trained_by_keras
from rnn_edu.compare.twin import keras_twin

__all__ = [
    "Comparison",
    "NotJudged",
    "Row",
    "compare",
    "compare_onnx",
    "compare_pytorch",
    "judge",
    "judge_with_onnx_runtime",
    "keras_twin",
    "rows_at_once",
    "trained_by_keras",
]
