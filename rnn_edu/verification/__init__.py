"""The checks behind the book, as a table: each calculation, each view of it, how far they differ.

Like :mod:`rnn_edu.compare`, and unlike the calculations, this package starts Keras when asked.
"""

from rnn_edu.verification.table import ClaimTable, VerificationTable, claims, verification_table
from rnn_edu.verification.views import Result, verify

__all__ = [
    "ClaimTable",
    "Result",
    "VerificationTable",
    "claims",
    "verification_table",
    "verify",
]
