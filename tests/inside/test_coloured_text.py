"""The text with bars: readable without colour, and by a screen reader."""

import re
from html.parser import HTMLParser

import pytest

from rnn_edu.errors import NumberError, ShapeError
from rnn_edu.inside import ColouredText
from rnn_edu.inside.coloured_text import STRONGEST_TINT, TINTS


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parsed(html):
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    return tags.seen


def test_size_and_sign_are_bars_and_not_colour_alone():
    html = ColouredText("abc", [0.5, -1.0, 0.0], "cell 7")._repr_html_()
    assert re.findall(r"height: (\d+)%", html) == ["25", "50", "0"]
    assert re.findall(r'class="piece (\w+)"', html) == ["up", "down", "down"]
    assert "Bars up (orange) are positive, bars down (blue) negative; a full bar is 1.00" in html


def test_words_carry_their_numbers():
    values = [2.346, -0.5, -0.002]
    html = ColouredText(["not", "bad", "at"], values, "push", numbers=True)._repr_html_()
    assert re.findall(r'class="number">([^<]+)<', html) == ["2.35", "-0.50", "0.00"]


def test_a_screen_reader_hears_text_and_extremes():
    seen = parsed(ColouredText('a"\n<', [0.1, 0.9, -0.4, 0.2], "cell 7")._repr_html_())
    (image,) = [attributes for _, attributes in seen if attributes.get("role") == "img"]
    assert image["aria-label"].startswith('a" <')
    assert "highest 0.90 at '\"', lowest -0.40 at" in image["aria-label"]


def test_the_text_is_escaped_and_lines_stay_lines():
    html = ColouredText("<\n&", [1, 2, 3], "a < b")._repr_html_()
    assert "&lt;" in html
    assert "&amp;" in html
    assert "a &lt; b" in html
    assert html.count("<br>") == 1
    assert "⏎" in html
    parsed(html)


def test_all_zero_and_a_given_limit():
    assert "height: 0%" in ColouredText("a", [0.0], "nothing")._repr_html_()
    html = ColouredText("ab", [0.5, 4.0], "cell", limit=1.0)._repr_html_()
    assert re.findall(r"height: (\d+)%", html) == ["25", "50"]


def luminance(colour):
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize(
    ("ink", "page"),
    [((0x22, 0x29, 0x2C), (0xFD, 0xFD, 0xFC)), ((0xD6, 0xDD, 0xDD), (0x12, 0x18, 0x1A))],
    ids=["light", "dark"],
)
def test_the_ink_of_either_mode_stands_out_on_the_strongest_tint(way, ink, page):
    tint = [int(c) for c in TINTS[way].split(",")]
    behind = [
        STRONGEST_TINT * t + (1 - STRONGEST_TINT) * p for t, p in zip(tint, page, strict=True)
    ]
    lighter, darker = sorted([luminance(ink), luminance(behind)], reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_values_must_fit_the_pieces():
    with pytest.raises(ShapeError, match=r"2 pieces of text need as many values.*\(3,\)"):
        ColouredText("ab", [1, 2, 3], "cell")
    with pytest.raises(ShapeError, match="0 pieces"):
        ColouredText("", [], "cell")


def test_a_value_that_is_no_number_is_named():
    with pytest.raises(NumberError, match="The value of 'b' is nan; it has no colour"):
        ColouredText("ab", [1, float("nan")], "cell")
