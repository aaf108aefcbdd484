"""The book's worked examples: short functions, each of which returns a walkthrough."""

from __future__ import annotations

from rnn_edu.calculations import this_is_an_example as example
from rnn_edu.calculations import two_documents as documents
from rnn_edu.calculations.network import Calculation, Network
from rnn_edu.calculations.this_is_an_example import this_is_an_example
from rnn_edu.calculations.two_documents import lstm_two_documents, simple_rnn_two_documents

#: Every worked example of the book, by its key.
CALCULATIONS: dict[str, Calculation] = {
    calculation.key: calculation
    for calculation in (
        Calculation(
            "this_is_an_example",
            "This is an example",
            "02_rnn_by_hand",
            this_is_an_example,
            example.NETWORK,
        ),
        Calculation(
            "simple_rnn_two_documents",
            "SimpleRNN with one unit",
            "03_simple_rnn_in_keras",
            simple_rnn_two_documents,
            documents.SIMPLE_RNN_NETWORK,
        ),
        Calculation(
            "lstm_two_documents",
            "LSTM with one unit",
            "06_lstm_by_hand",
            lstm_two_documents,
            documents.LSTM_NETWORK,
        ),
    )
}

__all__ = [
    "CALCULATIONS",
    "Calculation",
    "Network",
    "lstm_two_documents",
    "simple_rnn_two_documents",
    "this_is_an_example",
]
