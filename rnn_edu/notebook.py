"""What every chapter does first."""

from __future__ import annotations

import warnings

import numpy as np


def set_up(seed: int = 0) -> None:
    """Makes a chapter repeatable, quiet, and of one look; called once at its top.

    Seeds Python's, NumPy's and Keras's random numbers, asks TensorFlow for operations that
    give the same result each time, starts TensorFlow without its messages, prints arrays with
    six digits (the digits that are the same on every processor), and sets the style of figures.

    Args:
        seed: where all random numbers start.
    """
    from threadpoolctl import threadpool_limits

    from rnn_edu import figures
    from rnn_edu.quiet import native_messages_held_back, start_tensorflow

    start_tensorflow()
    with native_messages_held_back():
        import keras
        import tensorflow as tf

        # The arrays of the book are so small that a second thread only gets in the way.
        threadpool_limits(1)
        # Its advice on retracing would stand in the outputs, with addresses in it.
        tf.get_logger().setLevel("ERROR")
        keras.utils.set_random_seed(seed)
        tf.config.experimental.enable_op_determinism()
    # tqdm's advice to install widgets, which no stored output can show anyway.
    warnings.filterwarnings("ignore", message="IProgress not found")
    np.set_printoptions(precision=6, suppress=True)
    figures.use_house_style()
