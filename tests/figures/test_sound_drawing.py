"""The drawing of CTC's paths: a box for each sum above 0, an arrow for each way on."""

import matplotlib as mpl
import numpy as np
from matplotlib.patches import FancyBboxPatch

mpl.use("Agg")

from rnn_edu.calculations import ctc_forward
from rnn_edu.calculations.ctc import FOLLOWS, PLACES
from rnn_edu.figures import ctc_paths


def test_boxes_arrows_and_the_path_that_is_marked():
    sums = ctc_forward().over_time("alpha")
    figure = ctc_paths(PLACES, np.array(FOLLOWS), sums, marked=(1, 1, 3, 3))
    axes = figure.axes[0]
    boxes = [patch for patch in axes.patches if isinstance(patch, FancyBboxPatch)]
    arrows = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
    assert len(boxes) == np.count_nonzero(sums)
    ways = sum(np.count_nonzero(np.outer(sums[t - 1], sums[t]) * FOLLOWS) for t in (1, 2, 3))
    assert len(arrows) == ways
    fills = [box.get_facecolor() for box in boxes]
    assert sorted(fills.count(fill) for fill in set(fills)) == [4, len(boxes) - 4]
    assert f"{sums[1, 1]:.4f}" in [text.get_text() for text in axes.texts]
