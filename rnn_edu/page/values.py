"""Numbers as the page shows them: all of them where they are few, else the ends and a count."""

from __future__ import annotations

from html import escape
from itertools import product

from rnn_edu.walkthrough.counting import axis_labels
from rnn_edu.walkthrough.expressions import Array, Quantity
from rnn_edu.walkthrough.latex import number_text

#: A vector, or a matrix, with more numbers is shortened.
MOST_IN_VECTOR, MOST_IN_MATRIX = 8, 24
#: How many numbers of a long array stand before and after the dots.
FIRST, LAST = 3, 1


def number(value: float) -> str:
    """A number with at most six digits, a power of ten raised.

    Example:
        >>> number(-0.25), number(1.5e-9)
        ('−0.25', '1.5 · 10<sup>−9</sup>')
    """
    mantissa, _, exponent = number_text(value).replace("-", "−").partition("e")
    power = exponent.replace("+", "").replace("−0", "−").lstrip("0")
    return f"{mantissa} · 10<sup>{power}</sup>" if exponent else mantissa


def count_of(numbers: int) -> str:
    """How many numbers, in words.

    Example:
        >>> count_of(1), count_of(2500)
        ('1 number', '2,500 numbers')
    """
    return f"{numbers:,} number" + ("" if numbers == 1 else "s")


def value_html(quantity: Quantity, *, whole: bool = True) -> str:
    """The value of a quantity.

    Args:
        quantity: whose value.
        whole: whether a long array can be opened; else only its ends and its count are there.
    """
    if quantity.choice is not None:
        return _word(quantity)
    value = quantity.value
    if value.size == 1:
        return number(float(value.reshape(())))
    if value.size <= (MOST_IN_MATRIX if value.ndim > 1 else MOST_IN_VECTOR):
        return _all(quantity)
    ends = f"{_ends(value)} <small>{_size(value)}</small>"
    if not whole:
        return ends
    return f"<details><summary>{ends}</summary>{_all(quantity)}</details>"


def _word(quantity: Quantity) -> str:
    choice = quantity.choice
    assert choice is not None
    picked = f"“{escape(choice.picked)}”" if choice.picked else "nothing"
    place = int(choice.value()[0]) if choice.form == "code" else 0
    kind = f"number {place}" if choice.form == "code" else "one-hot"
    return f"{picked} <small>{kind}, one of {len(choice.options):,} words</small>"


def _ends(value: Array) -> str:
    shown = [number(float(v)) for v in (*value.flat[:FIRST], *value.flat[-LAST:])]
    return ", ".join([*shown[:FIRST], "…", *shown[FIRST:]])


def _size(value: Array) -> str:
    shape = " × ".join(str(size) for size in value.shape)
    return f"{shape} = {count_of(value.size)}" if value.ndim > 1 else count_of(value.size)


def _all(quantity: Quantity) -> str:
    return _list(quantity) if quantity.value.ndim == 1 else _table(quantity)


def _list(quantity: Quantity) -> str:
    labels = _labels(quantity, 0)
    items = (
        f"<li><span>{label}</span>{number(float(v))}"
        for label, v in zip(labels, quantity.value, strict=True)
    )
    return f'<ul class="numbers">{"".join(items)}</ul>'


def _table(quantity: Quantity) -> str:
    """Rows and columns with their names; the tags that HTML lets one leave out are left out."""
    *outer, columns = quantity.shape
    rows = quantity.value.reshape(-1, columns)
    names = [
        ", ".join(labels) for labels in product(*(_labels(quantity, k) for k in range(len(outer))))
    ]
    head = "".join(f'<th scope="col">{label}' for label in _labels(quantity, len(outer)))
    body = "".join(
        f'<tr><th scope="row">{label}' + "".join(f"<td>{number(float(v))}" for v in row)
        for label, row in zip(names, rows, strict=True)
    )
    title = escape(f"The numbers of {quantity.title}")
    return (
        f'<div class="scroll" data-label="{title}"><table class="numbers">'
        f"<thead><tr><td>{head}<tbody>{body}</table></div>"
    )


def _labels(quantity: Quantity, axis: int) -> list[str]:
    return [escape(label) for label in axis_labels(quantity, axis)]
