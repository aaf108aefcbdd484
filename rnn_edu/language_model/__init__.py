"""The documents' language model from scratch: variables, a gradient tape, and no Keras layer.

This package imports TensorFlow; call :func:`rnn_edu.notebook.set_up` or
``rnn_edu.quiet.start_tensorflow`` first to keep its messages away.
"""

from __future__ import annotations

from rnn_edu.language_model.model import RNNLanguageModel

__all__ = ["RNNLanguageModel"]
