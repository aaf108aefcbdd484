"""The book's worked examples: short functions, each of which returns a walkthrough."""

from __future__ import annotations

from rnn_edu.calculations import this_is_an_example as example
from rnn_edu.calculations import two_documents as documents
from rnn_edu.calculations.after_training import after_training
from rnn_edu.calculations.backpropagation import (
    BACKPROPAGATION_NETWORK,
    backpropagation_through_time,
)
from rnn_edu.calculations.both_directions import STACK, bidirectional_and_stacked
from rnn_edu.calculations.calculation import Calculation, Training
from rnn_edu.calculations.ctc import ctc_forward
from rnn_edu.calculations.gated import (
    GRU_NETWORK,
    GRU_NETWORK_RESET_BEFORE,
    gru_reset_before,
    gru_two_documents,
)
from rnn_edu.calculations.language_model import LANGUAGE_MODEL_NETWORK, language_model_sentence
from rnn_edu.calculations.layer_normalised import layer_normalised
from rnn_edu.calculations.linear_recurrence import LINEAR_NETWORK, linear_recurrence
from rnn_edu.calculations.lstm_published import PUBLISHED_LSTM_NETWORK, lstm_published
from rnn_edu.calculations.minimal import (
    MIN_GRU_NETWORK,
    MIN_LSTM_NETWORK,
    SSM_NETWORK,
    diagonal_state_space,
    min_gru_two_documents,
    min_lstm_two_documents,
)
from rnn_edu.calculations.next_word import NEXT_WORD_NETWORK, next_word_hello
from rnn_edu.calculations.order import ORDER_NETWORK, two_words_in_order
from rnn_edu.calculations.padding import PADDED_NETWORK, padded_sentence
from rnn_edu.calculations.scans import scan_blelloch, scan_hillis_steele, scan_one_by_one
from rnn_edu.calculations.self_attention import HEAD_NETWORK, self_attention_head
from rnn_edu.calculations.stream import STREAM_NETWORK, second_window, whole_stream
from rnn_edu.calculations.sunspots import SUNSPOT_NETWORK, sunspots_one_step
from rnn_edu.calculations.this_is_an_example import this_is_an_example
from rnn_edu.calculations.three_words import (
    ADDITIVE_NETWORK,
    DOT_NETWORK,
    PLAIN_NETWORK,
    additive_attention,
    dot_attention,
    encoder_decoder,
)
from rnn_edu.calculations.training import lstm_training
from rnn_edu.calculations.two_documents import lstm_two_documents, simple_rnn_two_documents

#: Every worked example of the book, by its key.
CALCULATIONS: dict[str, Calculation] = {
    calculation.key: calculation
    for calculation in (
        Calculation(
            "two_words_in_order",
            "Two words in order",
            "01_why_order_matters",
            two_words_in_order,
            ORDER_NETWORK,
        ),
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
        Calculation(
            "backpropagation_through_time",
            "Backpropagation through time",
            "04_backpropagation_through_time",
            backpropagation_through_time,
            BACKPROPAGATION_NETWORK,
        ),
        Calculation(
            "linear_recurrence",
            "A recurrence without tanh",
            "05_vanishing_and_exploding_gradients",
            linear_recurrence,
            LINEAR_NETWORK,
        ),
        Calculation(
            "gru_two_documents",
            "GRU, reset after the product",
            "07_gru_by_hand",
            gru_two_documents,
            GRU_NETWORK,
        ),
        Calculation(
            "gru_reset_before",
            "GRU, reset before the product",
            "07_gru_by_hand",
            gru_reset_before,
            GRU_NETWORK_RESET_BEFORE,
        ),
        Calculation(
            "bidirectional_and_stacked",
            "Both directions, two layers",
            "08_bidirectional_and_stacked",
            bidirectional_and_stacked,
            STACK,
        ),
        Calculation(
            "lstm_published",
            "A published LSTM",
            "09_your_own_network",
            lstm_published,
            PUBLISHED_LSTM_NETWORK,
        ),
        Calculation(
            "next_word_hello",
            "The next word after a beginning",
            "10_next_word_prediction",
            next_word_hello,
            NEXT_WORD_NETWORK,
        ),
        Calculation(
            "language_model_sentence",
            "One sentence through a language model",
            "15_language_model_from_scratch",
            language_model_sentence,
            LANGUAGE_MODEL_NETWORK,
        ),
        Calculation(
            "encoder_decoder",
            "Encoder and decoder",
            "19_read_then_write",
            encoder_decoder,
            PLAIN_NETWORK,
        ),
        Calculation(
            "dot_attention",
            "Attention by dot products",
            "19_read_then_write",
            dot_attention,
            DOT_NETWORK,
        ),
        Calculation(
            "additive_attention",
            "Attention with a sum inside a tanh",
            "19_read_then_write",
            additive_attention,
            ADDITIVE_NETWORK,
        ),
        Calculation(
            "self_attention_head",
            "One head of self-attention",
            "19_read_then_write",
            self_attention_head,
            HEAD_NETWORK,
        ),
        Calculation(
            "padded_sentence",
            "A padded sentence",
            "22_long_streams",
            padded_sentence,
            PADDED_NETWORK,
        ),
        Calculation(
            "whole_stream",
            "A stream in one go",
            "22_long_streams",
            whole_stream,
            STREAM_NETWORK,
        ),
        Calculation(
            "second_window",
            "The second window of a stream",
            "22_long_streams",
            second_window,
            STREAM_NETWORK,
        ),
        Calculation(
            "layer_normalised",
            "Layer normalisation in a cell",
            "22_long_streams",
            layer_normalised,
        ),
        Calculation(
            "scan_one_by_one",
            "A linear recurrence, one step by one",
            "20_recurrence_in_parallel",
            scan_one_by_one,
        ),
        Calculation(
            "scan_hillis_steele",
            "A scan in four rounds",
            "20_recurrence_in_parallel",
            scan_hillis_steele,
        ),
        Calculation(
            "scan_blelloch",
            "A scan up and down a tree",
            "20_recurrence_in_parallel",
            scan_blelloch,
        ),
        Calculation(
            "min_gru_two_documents",
            "minGRU",
            "20_recurrence_in_parallel",
            min_gru_two_documents,
            MIN_GRU_NETWORK,
        ),
        Calculation(
            "min_lstm_two_documents",
            "minLSTM",
            "20_recurrence_in_parallel",
            min_lstm_two_documents,
            MIN_LSTM_NETWORK,
        ),
        Calculation(
            "diagonal_state_space",
            "A diagonal state space",
            "20_recurrence_in_parallel",
            diagonal_state_space,
            SSM_NETWORK,
        ),
        Calculation(
            "sunspots_one_step",
            "Sunspots, one year ahead",
            "21_numbers_over_time",
            sunspots_one_step,
            SUNSPOT_NETWORK,
        ),
        Calculation(
            "ctc_forward",
            "CTC's forward sums",
            "24_sound_and_ctc",
            ctc_forward,
        ),
    )
}

#: Every training run of the book, by its key.
TRAININGS: dict[str, Training] = {
    training.key: training
    for training in (
        Training(
            "lstm_training",
            "Training an LSTM with Adam",
            "04_backpropagation_through_time",
            lstm_training,
            500,
            documents.LSTM_NETWORK,
        ),
    )
}

__all__ = [
    "CALCULATIONS",
    "TRAININGS",
    "Calculation",
    "Training",
    "additive_attention",
    "after_training",
    "backpropagation_through_time",
    "bidirectional_and_stacked",
    "ctc_forward",
    "diagonal_state_space",
    "dot_attention",
    "encoder_decoder",
    "gru_reset_before",
    "gru_two_documents",
    "language_model_sentence",
    "layer_normalised",
    "linear_recurrence",
    "lstm_published",
    "lstm_two_documents",
    "min_gru_two_documents",
    "min_lstm_two_documents",
    "next_word_hello",
    "padded_sentence",
    "scan_blelloch",
    "scan_hillis_steele",
    "scan_one_by_one",
    "second_window",
    "self_attention_head",
    "simple_rnn_two_documents",
    "sunspots_one_step",
    "this_is_an_example",
    "two_words_in_order",
    "whole_stream",
]
