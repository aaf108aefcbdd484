"""The language model trained by several processes that stay in step.

Importing this package does not import TensorFlow; the processes that it starts do.
"""

from rnn_edu.workers.launch import train_with_workers

__all__ = ["train_with_workers"]
