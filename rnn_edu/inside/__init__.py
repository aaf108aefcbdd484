"""Looking inside a trained network: gates, cells and what they follow, vectors, saliency."""

from __future__ import annotations

from rnn_edu.inside.characters import alphabet_of, character_numbers, one_hot_text
from rnn_edu.inside.coloured_text import ColouredText
from rnn_edu.inside.correlation import Best, Correlations, correlate, strongest_by_chance
from rnn_edu.inside.features import text_features
from rnn_edu.inside.gates import Reading, read_lstm
from rnn_edu.inside.pictures import cell_map, text_map
from rnn_edu.inside.projector import write_projector
from rnn_edu.inside.saliency import Saliency, saliency, score_of
from rnn_edu.inside.village import village_news

__all__ = [
    "Best",
    "ColouredText",
    "Correlations",
    "Reading",
    "Saliency",
    "alphabet_of",
    "cell_map",
    "character_numbers",
    "correlate",
    "one_hot_text",
    "read_lstm",
    "saliency",
    "score_of",
    "strongest_by_chance",
    "text_features",
    "text_map",
    "village_news",
    "write_projector",
]
