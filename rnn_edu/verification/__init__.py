"""The checks behind the book, as a table: each calculation, each view of it, how far they differ.

Like :mod:`rnn_edu.compare`, and unlike the calculations, this package starts Keras when asked.
"""

from __future__ import annotations

from rnn_edu.verification.table import VerificationTable, verification_table
from rnn_edu.verification.views import Result, verify

__all__ = [
    "Result",
    "VerificationTable",
    "verification_table",
    "verify",
]
