"""The notebook's view: a table of symbol, formula, numbers put in, and value."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.latex import array_latex, number_text
from rnn_edu.walkthrough.pencil import scalar_terms
from rnn_edu.walkthrough.walkthrough import Walkthrough

FOLD_OVER = 170
LONGEST_LINE = 90


class Formula:
    """A line of mathematics that a notebook typesets; ``str`` gives its LaTeX."""

    def __init__(self, latex: str) -> None:
        self.latex = latex

    def __repr__(self) -> str:
        return self.latex

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex}$"


def explain(quantity: Quantity, *index: int) -> Formula:
    r"""One element of a step, as you would write it with a pencil: the numbers put in, the result.

    Args:
        quantity: a step.
        index: the place of the element, counted from 0; left out for a single number.

    Example:
        >>> w = Walkthrough("A sum of products")
        >>> x, v = w.input("x", [1.0, 2.0]), w.weight("v", [3.0, 0.5])
        >>> print(explain(w.step("y", x @ v)))
        y = 1 \cdot 3 + 2 \cdot 0.5 = 4
    """
    place = index or (0,) * len(quantity.shape)
    symbol = quantity.latex_symbol
    if quantity.value.size > 1:
        symbol += "[" + ",".join(str(k) for k in place) + "]"
    result = array_latex(quantity.value[place])
    if quantity.definition is None:
        return Formula(f"{symbol} = {result}")
    terms = scalar_terms(quantity.definition.scalar(place))
    return Formula(_over_lines(symbol, terms, result))


def _over_lines(symbol: str, terms: list[str], result: str) -> str:
    """A sum on one line where it fits with its result, else some terms to a line and it below."""
    if sum(len(term) for term in terms) + len(result) <= LONGEST_LINE:
        return f"{symbol} = {''.join(terms)} = {result}"
    lines, room = [""], LONGEST_LINE
    for term in terms:
        if len(term) > room and lines[-1]:
            lines.append("")
            room = LONGEST_LINE
        lines[-1] += term
        room -= len(term)
    body = r" \\ & \quad ".join(lines)
    return rf"\begin{{aligned}} {symbol} &= {body} \\ &= {result} \end{{aligned}}"


def select(
    walkthrough: Walkthrough,
    names: Iterable[str] | None = None,
    t: int | None = None,
    roles: Iterable[str] | None = None,
) -> list[Quantity]:
    """The quantities with these names, this time step and these roles; None means all."""
    wanted_names = None if names is None else set(names)
    wanted_roles = None if roles is None else set(roles)
    return [
        q
        for q in walkthrough.quantities
        if (wanted_names is None or q.name in wanted_names)
        and (t is None or q.t == t)
        and (wanted_roles is None or q.role in wanted_roles)
    ]


class Table:
    """A part of a walkthrough as a table: some names, one time step, some roles."""

    def __init__(
        self,
        walkthrough: Walkthrough,
        names: Iterable[str] | None = None,
        t: int | None = None,
        roles: Iterable[str] | None = None,
    ) -> None:
        self.walkthrough = walkthrough
        self.quantities = select(walkthrough, names, t, roles)

    def __repr__(self) -> str:
        return f"<Table of {len(self.quantities)} steps of {self.walkthrough.title!r}>"

    def _repr_html_(self) -> str:
        return _html(self.walkthrough.title, self.quantities)


def table_html(walkthrough: Walkthrough) -> str:
    """The whole walkthrough as an HTML table; long rows are folded."""
    return _html(walkthrough.title, walkthrough.quantities)


Walkthrough._repr_html_ = table_html


def _html(title: str, quantities: list[Quantity]) -> str:
    head = "".join(
        f'<th scope="col">{text}</th>' for text in ("Symbol", "Formula", "Numbers put in", "Value")
    )
    rows = "\n".join(_row(quantity) for quantity in quantities)
    return (
        f'<table class="walkthrough mathjax_process"><caption>{escape(title)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
    )


def _row(quantity: Quantity) -> str:
    role = quantity.role.replace(" ", "-")
    meaning = f'<div class="meaning">{escape(quantity.note or quantity.role)}</div>'
    symbol = f'<th scope="row">{_math(quantity.latex_symbol)}{meaning}</th>'
    value = f'<td class="value">{_value(quantity)}</td>'
    if quantity.definition is None:
        return (
            f'<tr class="role-{role}">{symbol}<td colspan="2" class="given">given</td>{value}</tr>'
        )
    formula = f"<td>{_math(quantity.definition.latex())}</td>"
    numbers = f"<td>{_folded(quantity.definition.latex_with_numbers(3))}</td>"
    return f'<tr class="role-{role}">{symbol}{formula}{numbers}{value}</tr>'


def _value(quantity: Quantity) -> str:
    """A number; a vector as lines of label and number; a matrix as mathematics."""
    if quantity.value.ndim != 1 or quantity.value.size == 1:
        return _folded(array_latex(quantity.value))
    numbers = [number_text(float(value)) for value in quantity.value]
    labels = quantity.labels[0] if quantity.labels else [f"[{k}]" for k in range(len(numbers))]
    return "".join(
        f'<div class="element"><span class="label">{escape(label)}</span> {number}</div>'
        for label, number in zip(labels, numbers, strict=True)
    )


def _math(latex: str) -> str:
    return rf"\({escape(latex)}\)"


def _folded(latex: str) -> str:
    """Mathematics, behind a click where it is long."""
    if len(latex) <= FOLD_OVER:
        return _math(latex)
    return f"<details><summary>show</summary>{_math(latex)}</details>"
