"""Runs the benchmarks: ``python -m benchmarks [--quick] [--repeats N] ...``.

NumPy's matrix products run on one core by default, Keras on all of them. More threads are faster
for the largest size on a machine that does nothing else, and many times slower on a busy one,
because the threads wait for each other.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator, Sequence

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Off elsewhere in the book, for equal last digits; here Keras shall be as fast as it can.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

PARTS = ("layers", "training", "growth", "language_model")


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the report, line by line as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it runs")
    parser.add_argument("--repeats", type=int, default=25, help="timings of each way")
    parser.add_argument("--threads", type=int, default=1, help="threads of NumPy's products")
    parser.add_argument("--only", choices=PARTS, help="one part of the report")
    chosen = parser.parse_args(arguments)
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):  # read when NumPy is first imported
        os.environ[name] = str(chosen.threads)
    for text in lines(chosen.quick, chosen.repeats, chosen.only):
        print(text, flush=True)


def lines(quick: bool, repeats: int, only: str | None) -> Iterator[str]:
    """Yields the lines of the report."""
    from rnn_edu.quiet import start_tensorflow

    start_tensorflow()  # late: it must see the settings above
    import keras
    import numpy as np
    import tensorflow as tf

    from benchmarks import language_model, layers, two_documents

    tf.get_logger().setLevel("ERROR")  # it complains of the many graphs that are made here
    yield (
        f"Python {platform.python_version()}, NumPy {np.__version__}, Keras {keras.__version__}, "
        f"{os.cpu_count()} cores; a ratio below 1 means that NumPy is faster"
    )
    if only in (None, "layers"):
        yield from layers.report(layers.TINY if quick else layers.SIZES, repeats)
    if only in (None, "training"):
        yield from two_documents.report(5 if quick else two_documents.EPOCHS)
    if only in (None, "growth"):
        yield from layers.growth("LSTM", repeats, quick)
    if only in (None, "language_model"):
        size = language_model.TINY if quick else language_model.SIZE
        yield from language_model.report(size, min(repeats, 6))


if __name__ == "__main__":
    main()
