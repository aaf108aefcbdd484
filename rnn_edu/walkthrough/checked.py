"""Data from a stranger, asked for by type: what is not as it must be is refused in a sentence."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

from rnn_edu.errors import DataError

#: Characters of a text, axes of an array, and numbers in it.
LONGEST_NOTE = 32_000
MOST_AXES = 4
MOST_NUMBERS = 20_000_000


class Checked:
    """A JSON object whose entries are asked for by type.

    Args:
        where: its place, for messages.
        data: what is there.
    """

    def __init__(self, where: str, data: object) -> None:
        self.where = where
        if not isinstance(data, dict):
            raise self.refusal(f"{kind_of(data)} stands where an object belongs")
        self.data = data

    def refusal(self, reason: str) -> DataError:
        """The sentence about what is wrong, and where."""
        where = f"{self.where}: " if self.where else ""
        return DataError(f"the stored calculation cannot be read: {where}{reason}.")

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def text(self, name: str, longest: int = LONGEST_NOTE) -> str:
        """A text, without characters that control a terminal."""
        return self.text_in(name, self._entry(name), longest)

    def text_in(self, name: str, value: object, longest: int = LONGEST_NOTE) -> str:
        """A value that must be a text."""
        if not isinstance(value, str):
            raise self.refusal(f"{name} is {kind_of(value)} and must be a text")
        if len(value) > longest:
            raise self.refusal(f"{name} has {len(value):,} characters, more than {longest:,}")
        if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in value if sign not in "\n\t"):
            raise self.refusal(f"{name} holds characters that are not text")
        return value

    def integer(self, name: str, least: int, most: int) -> int:
        """A whole number within bounds."""
        return self.integer_in(name, self._entry(name), least, most)

    def integer_in(self, name: str, value: object, least: int, most: int) -> int:
        """A value that must be a whole number within bounds."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refusal(f"{name} is {kind_of(value)} and must be a whole number")
        if not least <= value <= most:
            raise self.refusal(f"{name} lies outside {least} to {most}")
        return value

    def items(self, name: str, most: int) -> list[Any]:
        """A list of not too many entries."""
        return self.items_in(name, self._entry(name), most)

    def items_in(self, name: str, value: object, most: int) -> list[Any]:
        """A value that must be a list of not too many entries."""
        if not isinstance(value, list):
            raise self.refusal(f"{name} is {kind_of(value)} and must be a list")
        if len(value) > most:
            raise self.refusal(f"{name} has {len(value):,} entries, more than {most:,}")
        return value

    def shape_in(self, name: str, value: object) -> tuple[int, ...]:
        """A value that must be the shape of an array."""
        sizes = self.items_in(name, value, MOST_AXES)
        shape = tuple(self.integer_in(f"a size in {name}", n, 1, MOST_NUMBERS) for n in sizes)
        if math.prod(shape) > MOST_NUMBERS:
            raise self.refusal(f"{name} stands for {math.prod(shape):,} numbers, which is too many")
        return shape

    def numbers(self, name: str, count: int) -> list[float]:
        """Finite numbers, as many as a shape has."""
        values = self.items(name, count)
        if len(values) != count:
            raise self.refusal(f"{name} has {len(values)} numbers where the shape has {count}")
        return [self.number_in(name, value) for value in values]

    def number_in(self, name: str, value: object) -> float:
        """A value that must be a finite number."""
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise self.refusal(f"{name} holds {kind_of(value)} where a number belongs")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self.refusal(f"{name} holds a number that is not finite")
        return number

    def _entry(self, name: str) -> object:
        if name not in self.data:
            raise self.refusal(f"{name} is missing")
        return self.data[name]


def kind_of(value: object) -> str:
    """What stands there, in JSON's words."""
    if value is None:
        return "nothing"
    kinds = {bool: "a truth value", str: "a text", list: "a list", dict: "an object"}
    return kinds.get(type(value), "a number")
