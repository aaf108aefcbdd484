"""The drawings of the closing chapter: as many arrows and boxes as the text speaks of."""

import matplotlib as mpl
from matplotlib.patches import FancyBboxPatch

mpl.use("Agg")

from rnn_edu.figures.reading import shared_batch, three_ways_to_read


def boxes(figure):
    return [p for p in figure.axes[0].patches if isinstance(p, FancyBboxPatch)]


def test_each_way_of_reading_has_its_arrows():
    figure = three_ways_to_read()
    arrows = [text for text in figure.axes[0].texts if getattr(text, "arrow_patch", None)]
    recurrent, convolution, attention = 4 + 3, 4 * 3 - 2, 4 * 4
    assert len(arrows) == recurrent + convolution + attention
    assert len(boxes(figure)) == 3 * 2 * 4


def test_a_shared_batch_has_a_box_for_each_word_and_its_worker_in_it():
    figure = shared_batch([[4, 2], [3]])
    assert len(boxes(figure)) == 9
    numbers = [t.get_text() for t in figure.axes[0].texts if t.get_text() in {"0", "1"}]
    assert numbers == ["0"] * 4 + ["1"] * 3 + ["0"] * 2
