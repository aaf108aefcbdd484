"""The drawing of a ladder: a dot for each seed, where it belongs."""

import numpy as np
import pytest

from rnn_edu.errors import ShapeError
from rnn_edu.figures import ladder

RUNGS = {"ten words": [377.0, 414.0], "one word": [226.0, 225.0]}
OTHERS = {"ten words": [387.0], "one word": [228.0]}


def dots(axes):
    return [collection.get_offsets().data.tolist() for collection in axes.collections]


def test_the_first_rung_is_on_top_and_every_seed_is_drawn():
    axes = ladder(RUNGS, {"bigrams": 289.0}, "perplexity")
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["ten words", "one word"]
    drawn = [rung for rung in dots(axes) if rung]
    assert drawn == [[[377.0, 2.0], [414.0, 2.0]], [[226.0, 1.0], [225.0, 1.0]]]
    assert axes.texts[0].get_text() == "bigrams"
    assert axes.texts[0].get_position()[0] == 289.0


def test_other_seeds_are_hollow_and_below_the_first():
    axes = ladder(RUNGS, {}, "perplexity", second=OTHERS)
    first, second = axes.collections[:2]
    assert len(first.get_facecolors()) == 1
    assert len(second.get_facecolors()) == 0
    assert np.all(second.get_offsets()[:, 1] < first.get_offsets()[:, 1].min())


def test_seeds_of_other_rungs_are_refused():
    with pytest.raises(ShapeError, match=r"The second seeds are of \['x'\], and not of"):
        ladder(RUNGS, {}, "perplexity", second={"x": [1.0]})
