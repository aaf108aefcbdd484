"""Dates in words, from one date to several, and the same dates in figures.

A date can be said in many ways: "the third of may twenty twenty six", "may the third two thousand
and twenty six". :data:`DATE_GRAMMAR` has the ways with their weights; a sentence names several
dates, one after the other. What is to be written is the date in figures by ISO 8601,
"2026-05-03", in pairs of digits: 20 26 05 03.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from rnn_edu.errors import UsageError
from rnn_edu.grammars.grammar import Grammar

FIRST_YEAR, LAST_YEAR = 1900, 2099
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
UNITS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
#: Twenty stands at 2, and so on.
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", *(f"{unit}th" for unit in UNITS[12:])),
)
#: Pairs of digits in one date.
FIGURES = 4
#: Between two dates of a sentence.
THEN = "then"


#: The ways to say a date, with their weights; the words in corners are those of the date.
DATE_GRAMMAR = Grammar(
    {
        "S": [(1, "DATE YEAR")],
        "DATE": [(2, "the <day> of <month>"), (2, "<month> the <day>"), (1, "<month> <day>")],
        "YEAR": [(2, "<short>"), (1, "<long>")],
    }
)


def parts_of(day: date) -> dict[str, str]:
    """The words of a date for the places in :data:`DATE_GRAMMAR`.

    Raises:
        UsageError: the year is not between 1900 and 2099.

    Example:
        >>> parts_of(date(1906, 5, 31))["<day>"]
        'thirty first'
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UsageError(
            f"The year of a date is between {FIRST_YEAR} and {LAST_YEAR} here, not {day.year}."
        )
    short, long = years(day.year)
    names = {"<day>": ordinal(day.day), "<month>": MONTHS[day.month - 1]}
    return names | {"<short>": short, "<long>": long}


def ordinal(number: int) -> str:
    """The number of a day, from 1 to 31.

    Example:
        >>> ordinal(3), ordinal(20), ordinal(31)
        ('third', 'twentieth', 'thirty first')
    """
    if number < 20:
        return ORDINALS[number - 1]
    tens, unit = divmod(number, 10)
    return f"{TENS[tens]} {ORDINALS[unit - 1]}" if unit else TENS[tens].replace("y", "ieth")


def cardinal(number: int) -> str:
    """A number from 1 to 99.

    Example:
        >>> cardinal(7), cardinal(40), cardinal(99)
        ('seven', 'forty', 'ninety nine')
    """
    if number < 20:
        return UNITS[number - 1]
    tens, unit = divmod(number, 10)
    return f"{TENS[tens]} {UNITS[unit - 1]}" if unit else TENS[tens]


def years(year: int) -> tuple[str, str]:
    """The short way to say a year and the long one; for a round one they are the same.

    Example:
        >>> years(1906)
        ('nineteen oh six', 'nineteen hundred and six')
        >>> years(2026)
        ('twenty twenty six', 'two thousand and twenty six')
        >>> years(2000)
        ('two thousand', 'two thousand')
    """
    century, rest = divmod(year, 100)
    long = "two thousand" if century == 20 else f"{cardinal(century)} hundred"
    if rest == 0:
        return long, long
    short = f"oh {cardinal(rest)}" if rest < 10 else cardinal(rest)
    return f"{cardinal(century)} {short}", f"{long} and {cardinal(rest)}"


def said(days: Sequence[date], random: Random) -> list[str]:
    """A sentence that names some dates, each in a way drawn by its weight.

    Example:
        >>> " ".join(said([date(2026, 5, 3), date(1999, 12, 31)], Random(3)))
        'may the third twenty twenty six then december the thirty first nineteen ninety nine'
    """
    words: list[str] = []
    for day in days:
        parts = parts_of(day)
        words += [THEN] if words else []
        for word in DATE_GRAMMAR.sample(random):
            words += parts.get(word, word).split()
    return words


def words() -> set[str]:
    """Every word that a sentence can have.

    Example:
        >>> len(words()), "hundred" in words(), "<day>" in words()
        (67, True, False)
    """
    found = {THEN, *MONTHS}
    for number in range(1, 32):
        found.update(ordinal(number).split())
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        found.update(" ".join(years(year)).split())
    return found | {word for word in DATE_GRAMMAR.words() if not word.startswith("<")}


def pairs(days: Sequence[date]) -> list[str]:
    """The dates in figures, in pairs of digits.

    Example:
        >>> pairs([date(2026, 5, 3)])
        ['20', '26', '05', '03']
    """
    digits = "".join(f"{day:%Y%m%d}" for day in days)
    return [digits[k : k + 2] for k in range(0, len(digits), 2)]


def iso(figures: Sequence[str]) -> str:
    """Pairs of digits as they are printed.

    Example:
        >>> iso(["20", "26", "05", "03", "19", "99", "12", "31"])
        '2026-05-03 1999-12-31'
    """
    whole = [figures[k : k + 4] for k in range(0, len(figures), 4)]
    return " ".join("-".join(["".join(four[:2]), *four[2:]]) for four in whole)
