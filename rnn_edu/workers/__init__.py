"""The language model trained by several processes that stay in step.

This package imports TensorFlow, as the language model does.
"""

from __future__ import annotations

from rnn_edu.workers.launch import train_with_workers

__all__ = ["train_with_workers"]
