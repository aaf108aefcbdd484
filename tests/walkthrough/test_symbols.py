"""Symbols: from names, from LaTeX, and as text with raised and lowered parts."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.walkthrough import Quantity, Walkthrough, tanh, total
from rnn_edu.walkthrough.expressions import part
from rnn_edu.walkthrough.sheets.symbols import runs
from rnn_edu.walkthrough.symbols import Derivative, Symbol, parsed, symbol_of

CASES = [
    ("h", r"h", "h"),
    ("W_{xh}", "W_{xh}", "W_xh"),
    (r"\hat{y}", r"\hat{y}", "ŷ"),
    (r"\tilde{c}_{1}", r"\tilde{c}_{1}", "c̃_1"),
    (r"\overrightarrow{h}_{3}", r"\overrightarrow{h}_{3}", "h^→_3"),
    (r"\overleftarrow{h}^{(2)}_{3}", r"\overleftarrow{h}^{(2)}_{3}", "h^←^(2)_3"),
    ("W^{(2)}_{xi}", "W^{(2)}_{xi}", "W^(2)_xi"),
    ("W_{hh}^{4}", "W_{hh}^{4}", "W_hh^4"),
    ("a^{(2)}_{i,4}", "a^{(2)}_{i,4}", "a^(2)_i,4"),
    (r"\mathrm{loss}_{2}", r"\mathrm{loss}_{2}", "loss_2"),
    (r"\mathrm{\bar{xy}}", r"\mathrm{\bar{xy}}", "xȳ"),
    (r"\mathbf{x}_{1}", r"\mathbf{x}_{1}", "x_1"),
    (r"\alpha", r"\alpha", "α"),
    ("W^{4}", "W^{4}", "W^4"),
    ("W_{xh}[:, 0:3]", "W_{xh}[:, 0:3]", "W_xh[:, 0:3]"),
    (r"h_{1}[\text{units 1–3}]", r"h_{1}[\text{units 1–3}]", "h_1[units 1–3]"),
    (r"\frac{\partial L}{\partial h^{(2)}_{3}}", None, "∂L/∂h^(2)_3"),
    (r"\left.\frac{\partial L}{\partial h_{3}}\right|_{a_{i,4}}", None, "∂L/∂h_3 via a_i,4"),
]


@pytest.mark.parametrize(("latex", "again", "text"), CASES)
def test_latex_is_read_and_written(latex, again, text):
    symbol = parsed(latex)
    assert symbol.latex() == (again or latex)
    assert symbol.text() == text


@pytest.mark.parametrize("key", CALCULATIONS)
def test_no_symbol_of_the_book_is_lost(key):
    for quantity in CALCULATIONS[key].build().quantities:
        assert parsed(quantity.latex_symbol).latex() == quantity.latex_symbol
        assert parsed(quantity.latex_symbol) == quantity.symbol


def test_the_time_step_is_written_as_t():
    assert Symbol("h", "overrightarrow", "(2)", ("i", "3")).runs(t=3) == [
        ("h", None),
        ("→", "superscript"),
        ("(2)", "superscript"),
        ("i,t", "subscript"),
    ]
    through = Derivative(
        Symbol("L"), Symbol("h", subscripts=("3",)), Symbol("a", "", "", ("i", "4"))
    )
    assert through.runs(t=3)[-2:] == [("t", "subscript"), ("|ai", "subscript")]


def test_a_quantity_takes_a_symbol_or_latex():
    second = Symbol("W", superscript="(2)", subscripts=("xi",))
    w = Walkthrough("t")
    W = w.weight("W_xi_second", [[0.5]], latex_symbol=second)
    assert (W.latex_symbol, W.symbol) == ("W^{(2)}_{xi}", second)
    again = w.weight("W_xi_third", [[0.5]], latex_symbol="W^{(3)}_{xi}")
    assert again.symbol == Symbol("W", superscript="(3)", subscripts=("xi",))
    x = w.input("x", [1.0], t=1)
    L = w.step("L", total(tanh(x @ W)))
    gradient = w.gradients(L, [W])[W.name]
    assert gradient.symbol == Derivative(Symbol("L"), second)
    assert gradient.latex_symbol == r"\frac{\partial L}{\partial W^{(2)}_{xi}}"
    assert w.with_values({("x", 1): [0.5]})[W.name].symbol == second


def test_the_symbol_of_a_name():
    assert symbol_of("a_i", 2).latex() == "a_{i,2}"
    assert runs(Quantity("loss", np.ones(()), t=4, role="loss")) == [
        ("loss", None),
        ("t", "subscript"),
    ]


def test_a_transposed_symbol_has_one_exponent_and_a_part_the_dress_of_its_array():
    """Two exponents beside each other are no LaTeX; an arrow says what a subscript need not."""
    w = Walkthrough("Two layers")
    kernel = w.weight("W_x_back", np.ones((2, 4)), latex_symbol=r"\overleftarrow{W}^{(2)}_{x}")
    first = part(kernel, (slice(None), slice(0, 2)), "W_xi_back")
    assert first.latex() == r"\overleftarrow{W}^{(2)}_{xi}"
    assert first.T.latex() == r"{\overleftarrow{W}^{(2)}_{xi}}^{\top}"
    assert part(w.weight("b_f", np.ones(4)), slice(0, 2), "b_z_f").latex() == "b_{z,f}"
