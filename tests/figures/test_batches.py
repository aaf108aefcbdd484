"""The drawings of batches: what stands in which box."""

from rnn_edu import figures


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_padding_stands_behind_and_then_in_front():
    drawn = texts(figures.padded_batch([["not", "good"], ["bad"]]))
    words = [text for text in drawn if text not in ("state", "")]
    behind, front = words[:5], words[5:]
    assert behind == ["padding behind", "not", "good", "bad", "·"]
    assert front == ["padding in front", "not", "good", "·", "bad"]


def test_each_row_of_a_batch_goes_on_in_the_next_batch():
    drawn = texts(figures.stateful_batches("to be or not to be", rows=2, steps=4))
    strip, boxes = drawn[:18], [text for text in drawn[18:] if len(text) == 1]
    assert "".join(strip) == "to␣be␣or␣not␣to␣be"
    assert "".join(boxes) == "to␣b" + "␣not" + "e␣or" + "␣to␣"
    assert drawn[-4:] == ["row 1", "row 2", "batch 1", "batch 2"]


def test_what_fills_no_window_is_drawn_in_grey():
    figure = figures.stateful_batches("abcdefg", rows=2, steps=2)
    fills = [patch.get_facecolor() for patch in figure.axes[0].patches[:7]]
    assert fills[2] == fills[5] == fills[6]
    assert len({fills[0], fills[2], fills[3]}) == 3
