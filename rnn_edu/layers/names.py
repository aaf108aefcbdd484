"""Finding a thing by its name, with help when the name is misspelt."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

from rnn_edu.errors import NamingError

Thing = TypeVar("Thing")


def look_up(kind: str, name: object, table: Mapping[str, Thing]) -> Thing:
    """Returns ``table[name]``, or says which names there are.

    Args:
        kind: what is looked for, for the message: ``"activation"``, ``"optimizer"``.
        name: the name asked for.
        table: the things by their names.

    Returns:
        The thing of that name.

    Raises:
        NamingError: the table has no such name.

    Example:
        >>> look_up("number", "one", {"one": 1, "two": 2})
        1
    """
    if isinstance(name, str) and name in table:
        return table[name]
    close = get_close_matches(str(name), table, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    raise NamingError(f"Unknown {kind} {name!r}; {hint}Known: {', '.join(sorted(table))}.")
