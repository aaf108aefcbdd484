"""Every formula of the book as MathML, and the symbols as the page's script writes them."""

from __future__ import annotations

import re
from html import escape
from xml.etree.ElementTree import fromstring

import pytest

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.page.mathml import mathml

#: How many parts an element of MathML must have.
PARTS = {"msub": 2, "msup": 2, "mfrac": 2, "mover": 2, "msubsup": 3}
KNOWN = {"math", "mrow", "mi", "mo", "mn", "mspace", "mtable", "mtr", "mtd", "msqrt", *PARTS}


def formulas(walkthrough):
    for quantity in walkthrough.quantities:
        yield quantity.latex_symbol
        if quantity.definition is not None:
            yield quantity.definition.latex()
            yield quantity.definition.latex_with_numbers(3)


@pytest.mark.parametrize("key", sorted(CALCULATIONS))
def test_every_formula_is_well_formed_and_whole(key):
    for latex in dict.fromkeys(formulas(CALCULATIONS[key].build())):
        whole = fromstring(mathml(latex))
        for element in whole.iter():
            assert element.tag in KNOWN, latex
            assert len(element) == PARTS.get(element.tag, len(element)), latex
        text = "".join(whole.itertext())
        assert "\\" not in text, latex
        numbers = [element.text for element in whole.iter("mn")]
        outside_words = re.sub(r"\\text\{[^{}]*\}", "", latex)
        assert sorted(numbers) == sorted(re.findall(r"\d+(?:\.\d+)?", outside_words)), latex


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\operatorname{softmax}\left(z\right)", "softmax(z)"),
        (r"\operatorname{hard\_sigmoid}_{0.2}\left(a_{1}\right)", "hard_sigmoid0.2(a1)"),
        (r"\mathrm{bag}", "bag"),
        (r"x_{1} \odot \overrightarrow{h}_{2}", "x1⊙h→2"),
        (r"\begin{bmatrix}1 & -0.5\\ 2 & 3\end{bmatrix}", "[1−0.523]"),
        (r"\left.\frac{\partial L}{\partial h_{1}}\right|_{a_{2}}", "∂L∂h1|a2"),
        (r"W[:, 0:3]^{\top}", "W[:,0:3]⊤"),
        (r"\alpha < 1", "α<1"),
        (r"\begin{bmatrix}1\\ 2\end{bmatrix}^{\top}", "[12]⊤"),
        (r"W^{(2)}_{x}^{\top}", "Wx(2)⊤"),
        (r"{W^{(2)}_{x}}^{\top}", "Wx(2)⊤"),
    ],
)
def test_what_a_formula_reads_like(latex, text):
    assert "".join(fromstring(mathml(latex)).itertext()) == text


def test_words_are_one_element():
    assert "<mi>hard_sigmoid</mi>" in mathml(r"\operatorname{hard\_sigmoid}(x)")
    assert "<mi>loss</mi>" in mathml(r"\mathrm{loss}_{2}")


@pytest.mark.parametrize(
    "latex",
    ["{", "x_", r"\left(x", "}", r"\frac", r"\frac{1}", "x^", r"\begin{x}", r"\mathrm{a", "_",
     r"\begin{bmatrix}1 & 2", r"\unheard{x}", "a & b", "\\"],
)  # fmt: skip
def test_what_is_no_formula_is_shown_as_it_is(latex):
    assert mathml(latex) == f"<code>{escape(latex)}</code>"
