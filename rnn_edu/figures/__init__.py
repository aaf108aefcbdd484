"""Everything that draws: one style, and the drawings of the chapters.

Figures are SVG with text as outlines and no date, so the same code gives the same file.
"""

from __future__ import annotations

from rnn_edu.figures.backward import Matrix, one_unit_backward, shapes_of
from rnn_edu.figures.batches import padded_batch, stateful_batches
from rnn_edu.figures.cells import lstm_cell, one_unit
from rnn_edu.figures.diagrams import Canvas, both_directions, gru_cell
from rnn_edu.figures.explaining import from_file_to_page
from rnn_edu.figures.functions import (
    sigmoid_curve,
    softmax_bars,
    surprise_curve,
    tanh_curve,
    tanh_slopes,
)
from rnn_edu.figures.ladders import ladder
from rnn_edu.figures.order import box_for_each_word, loop_and_unrolled, task_shapes
from rnn_edu.figures.own_texts import three_parts, with_margins
from rnn_edu.figures.point_labels import label_points
from rnn_edu.figures.reading import shared_batch, three_ways_to_read
from rnn_edu.figures.scans import scan_rounds
from rnn_edu.figures.sound import ctc_paths
from rnn_edu.figures.style import (
    COLOURS,
    DASHES,
    FILLS,
    INK,
    MUTED,
    WIDTH,
    heat_map,
    new_axes,
    training_loss,
    unrolled_network,
    use_house_style,
)
from rnn_edu.figures.translation import read_then_write, tree_of_choices
from rnn_edu.figures.words import beginnings_tree, word_map

__all__ = [
    "COLOURS",
    "DASHES",
    "FILLS",
    "INK",
    "MUTED",
    "WIDTH",
    "Canvas",
    "Matrix",
    "beginnings_tree",
    "both_directions",
    "box_for_each_word",
    "ctc_paths",
    "from_file_to_page",
    "gru_cell",
    "heat_map",
    "label_points",
    "ladder",
    "loop_and_unrolled",
    "lstm_cell",
    "new_axes",
    "one_unit",
    "one_unit_backward",
    "padded_batch",
    "read_then_write",
    "scan_rounds",
    "shapes_of",
    "shared_batch",
    "sigmoid_curve",
    "softmax_bars",
    "stateful_batches",
    "surprise_curve",
    "tanh_curve",
    "tanh_slopes",
    "task_shapes",
    "three_parts",
    "three_ways_to_read",
    "training_loss",
    "tree_of_choices",
    "unrolled_network",
    "use_house_style",
    "with_margins",
    "word_map",
]
