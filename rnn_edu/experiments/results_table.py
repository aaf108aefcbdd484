"""Claimed, measured, baseline, and why they differ: all full-size runs in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from rnn_edu.experiments.records import has_record, read_record


@dataclass(frozen=True)
class Claim:
    """What a document says about a model, and how the run's record answers.

    Args:
        name: of the run.
        model: in words.
        claimed: the document's figure; None where it gives none.
        value: the figure of the record, ``"accuracy"`` or ``"perplexity"``.
        baseline: the figure of a model that only counts, by its name in the record.
        counting: that model in words.
        why: what explains the difference, in one sentence.
    """

    name: str
    model: str
    claimed: float | None
    value: str
    baseline: str
    counting: str
    why: str


CLAIMS = (
    Claim(
        "airline_simple_rnn",
        "SimpleRNN(1), airline tweets",
        0.87,
        "accuracy",
        "bag_of_words",
        "bag of words",
        "Holds with a recurrent weight that starts at +1; with Keras's own start a coin decides.",
    ),
    Claim(
        "airline_lstm",
        "LSTM(1), airline tweets",
        0.91,
        "accuracy",
        "bag_of_words",
        "bag of words",
        "Holds to within a point. Most tweets are negative, so much of it is had for nothing.",
    ),
    Claim(
        "imdb_lstm",
        "LSTM(32), film reviews",
        0.79,
        "accuracy",
        "bag_of_words",
        "bag of words",
        "The same kind of model, with other reviews and another last layer: the document's reviews "
        "no longer come out of Keras. As good, if training stops in time.",
    ),
    Claim(
        "news_category_birnn",
        "two bidirectional SimpleRNN, news",
        None,
        "accuracy",
        "bag_of_words",
        "bag of words",
        "The document prints no figure.",
    ),
    Claim(
        "alice_simple_rnn",
        "SimpleRNN(128), Alice",
        None,
        "perplexity",
        "bigrams",
        "pairs of words counted",
        "The document shows its training loss only; here the last tenth of the story is held out.",
    ),
    Claim(
        "patents_lstm",
        "LSTM(64), patent abstracts",
        0.239,
        "accuracy",
        "trigram",
        "triples of words counted",
        "Holds, on windows that overlap from the training into the test part; with whole abstracts "
        "apart both figures fall.",
    ),
    Claim(
        "headlines_language_model",
        "RNN from scratch, headlines",
        None,
        "perplexity",
        "trigram",
        "smoothed trigrams",
        "The document trained a larger one on more headlines and measured nothing.",
    ),
)
HEADS = ("Model", "Claimed", "Measured", "Counting", "Why they differ")


@dataclass(frozen=True, repr=False)
class ResultsTable:
    """The claims whose runs have left a record.

    Attributes:
        rows: for each of them the cells of the table.
    """

    rows: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        return f"<ResultsTable: {len(self.rows)} full-size runs>"

    def __str__(self) -> str:
        return "\n".join(" | ".join(row) for row in (HEADS, *self.rows))

    def _repr_html_(self) -> str:
        *heads, why = HEADS
        head = "".join(f'<th scope="col">{title}</th>' for title in heads)
        body = "\n".join(_html_rows(row, why) for row in self.rows)
        return f'<table class="results"><thead><tr>{head}</tr></thead>\n{body}</table>'


def results_table(claims: Sequence[Claim] = CLAIMS) -> ResultsTable:
    """The book's table of claims; a run without a record is left out.

    Example:
        >>> results_table().rows[1][:2]
        ('LSTM(1), airline tweets', '91 %')
    """
    return ResultsTable(tuple(_row(claim) for claim in claims if has_record(claim.name)))


def _row(claim: Claim) -> tuple[str, ...]:
    record: dict[str, Any] = read_record(claim.name)
    claimed = "no figure" if claim.claimed is None else _text(claim.value, claim.claimed)
    measured = _text(claim.value, record["metrics"][claim.value])
    counted = f"{_text(claim.value, record['baselines'][claim.baseline])} ({claim.counting})"
    return claim.model, claimed, measured, counted, claim.why


def _text(value: str, number: float) -> str:
    if value == "perplexity":
        return f"perplexity {number:.0f}"
    return f"{100 * number:.1f}".removesuffix(".0") + " %"


def _html_rows(cells: Sequence[str], why_head: str) -> str:
    first, *others, why = map(escape, cells)
    figures = f'<th scope="row">{first}</th>' + "".join(f"<td>{c}</td>" for c in others)
    # The sentence has a row of its own: beside the figures a phone would make it one word wide.
    sentence = f'<td colspan="{len(others) + 1}"><em>{why_head}:</em> {why}</td>'
    return f"<tbody><tr>{figures}</tr><tr>{sentence}</tr></tbody>"
