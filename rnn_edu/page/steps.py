"""All steps as tables in groups: symbol, what it is, formula, the numbers put in, value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from rnn_edu.page.groups import Group, groups
from rnn_edu.page.mathml import mathml
from rnn_edu.page.values import count_of, value_html
from rnn_edu.walkthrough.expressions import Expression, Quantity
from rnn_edu.walkthrough.walkthrough import Walkthrough

#: With more steps than this, the groups are closed at first.
MOST_OPEN = 120
#: A formula with more numbers is not written out with them; among many steps there is room for
#: few.
MOST_NUMBERS, MOST_AMONG_MANY = 40, 9
#: A longer formula with numbers is behind a click.
FOLDED_OVER = 150
#: The digits of the numbers put in.
DIGITS = 3
#: What stays of the times where a page would be too large: so many first ones, and the last.
FIRST_TIMES = 2


#: The heads of the columns; what is given has no formula, and more room for its numbers.
STEP_HEADS = (("What it is", ""), ("Formula, and the numbers put in", ""), ("Value", ""))
GIVEN_HEADS = (("What it is", ""), ("Value", ' colspan="2"'))


@dataclass(frozen=True)
class Extent:
    """How much of the steps a page shows.

    Attributes:
        most_numbers: a formula with more is not written out with its numbers.
        whole_values: whether long arrays can be opened.
        all_times: whether every time step is there, or the first ones and the last.
    """

    most_numbers: int = MOST_NUMBERS
    whole_values: bool = True
    all_times: bool = True


#: Everything.
WHOLE = Extent()


def steps_html(walkthrough: Walkthrough, extent: Extent) -> tuple[str, set[str]]:
    """The tables, and the LaTeX of all formulas that scripts can find in them."""
    found: set[str] = set()
    opened = len(walkthrough.quantities) <= MOST_OPEN
    if not opened:
        extent = replace(extent, most_numbers=MOST_AMONG_MANY)
    parts = [_group(group, extent, opened, found) for group in groups(walkthrough.quantities)]
    return "\n".join(parts), found


def _group(group: Group, extent: Extent, opened: bool, found: set[str]) -> str:
    if not group.by_time:
        return _details(group, _table(group, extent, found), "group", opened)
    shown = group.by_time if extent.all_times else _ends(group.by_time)
    inner = "\n".join(_details(part, _table(part, extent, found), "time", opened) for part in shown)
    left_out = len(group.by_time) - len(shown)
    if left_out:
        inner += f'<p class="left-out">{left_out:,} more time steps go the same way.</p>'
    return _details(group, inner, "group", opened)


def _ends(parts: Sequence[Group]) -> list[Group]:
    return [*parts[:FIRST_TIMES], *parts[FIRST_TIMES:][-1:]]


def _details(group: Group, inner: str, kind: str, opened: bool) -> str:
    count = len(group.quantities)
    size = f"{count:,} {'entry' if count == 1 else 'entries'}, {count_of(group.numbers)}"
    return (
        f'<details class="{kind}"{" open" if opened else ""}>'
        f"<summary><b>{escape(group.title)}</b> <small>{size}</small></summary>\n"
        f"{inner}</details>"
    )


def _table(group: Group, extent: Extent, found: set[str]) -> str:
    rows = "\n".join(_row(quantity, extent, found) for quantity in group.quantities)
    given = all(quantity.definition is None for quantity in group.quantities)
    heads = "".join(
        f'<th role="columnheader" scope="col"{span}>{head}</th>'
        for head, span in (GIVEN_HEADS if given else STEP_HEADS)
    )
    # The roles say what the table is where a narrow screen shows each row as a card.
    return (
        f'<table class="steps" role="table"><caption class="visually-hidden">{escape(group.title)}'
        f'</caption><thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{rows}\n</tbody></table>'
    )


def _row(quantity: Quantity, extent: Extent, found: set[str]) -> str:
    note = escape(quantity.note or quantity.role)
    symbol = f"{_findable(quantity.latex_symbol, found)}<small>{note}</small>"
    value = value_html(quantity, whole=extent.whole_values)
    if quantity.definition is None:
        cells = f'<td role="cell" colspan="2" class="value">{value}</td>'
    else:
        formula = _formula(quantity.definition, quantity.title, extent, found)
        cells = (
            f'<td role="cell" class="formula">{formula}</td>'
            f'<td role="cell" class="value">{value}</td>'
        )
    return (
        f'<tr role="row" class="role-{quantity.role.replace(" ", "-")}">'
        f'<th role="rowheader" scope="row">{symbol}</th>{cells}</tr>'
    )


def _findable(latex: str, found: set[str]) -> str:
    """A formula; the first time, with what scripts find it by."""
    new = latex not in found
    found.add(latex)
    return mathml(latex, findable=new)


def _formula(definition: Expression, title: str, extent: Extent, found: set[str]) -> str:
    label = escape(title)
    formula = _findable(definition.latex(), found)
    return (
        f'<div class="scroll" data-label="The formula of {label}">{formula}</div>'
        f"{_numbers_put_in(definition, label, extent.most_numbers)}"
    )


def _numbers_put_in(definition: Expression, label: str, most_numbers: int) -> str:
    used = [quantity.value for quantity in definition.quantities()]
    if sum(value.size for value in used) > most_numbers or any(value.ndim > 2 for value in used):
        return ""
    latex = definition.latex_with_numbers(DIGITS)
    line = (
        f'<div class="scroll put-in" data-label="{label} with the numbers put in">'
        f"{mathml(f'= {latex}')}</div>"
    )
    if len(latex) <= FOLDED_OVER:
        return line
    return f"<details><summary>with the numbers</summary>{line}</details>"
