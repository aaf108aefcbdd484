"""Which names a quantity may have.

A name becomes a defined name of a spreadsheet, so it must be one that Excel accepts: letters,
digits and underscores, not the address of a cell (``wxh1``) and not ``r`` or ``c`` alone,
which Excel reserves. A single letter such as ``c`` is allowed here, because names of cells
always carry a prefix or an index.
"""

from __future__ import annotations

import re

from rnn_edu.errors import NamingError

_ALLOWED = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_A1_ADDRESS = re.compile(r"[A-Za-z]{1,3}[0-9]{1,7}\Z")
_R1C1_ADDRESS = re.compile(r"[Rr][0-9]*([Cc][0-9]*)?\Z|[Cc][0-9]*\Z")


def validate_name(name: str) -> None:
    """Raises NamingError unless ``name`` can be the name of a quantity.

    Example:
        >>> validate_name("W_xh")
        >>> validate_name("wxh1")
        Traceback (most recent call last):
        ...
        rnn_edu.errors.NamingError: 'wxh1' looks like the address of a cell; write it with an ...
    """
    if not _ALLOWED.match(name):
        raise NamingError(
            f"{name!r} cannot be a name; use letters, digits and underscores, a letter first."
        )
    if _A1_ADDRESS.match(name):
        raise NamingError(
            f"{name!r} looks like the address of a cell; write it with an underscore."
        )


def is_spreadsheet_name(name: str) -> bool:
    """Whether Excel accepts ``name`` as a defined name.

    Example:
        >>> is_spreadsheet_name("W_xh"), is_spreadsheet_name("wxh1"), is_spreadsheet_name("R1C1")
        (True, False, False)
    """
    return (
        bool(_ALLOWED.match(name))
        and len(name) <= 255
        and not _A1_ADDRESS.match(name)
        and not _R1C1_ADDRESS.match(name)
    )
