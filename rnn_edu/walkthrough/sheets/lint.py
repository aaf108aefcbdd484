"""Which formulas Excel takes as they are.

LibreOffice and IronCalc accept almost anything, so a recalculation by them does not prove
that Excel opens the file without a repair, an ``@`` or an array in braces. This is the
narrower language to which all formulas of the book keep.
"""

from __future__ import annotations

from collections.abc import Collection

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

AGGREGATES = frozenset(
    {"SUM", "SUMPRODUCT", "MIN", "MAX", "COUNT", "COUNTIF", "MATCH", "MEDIAN", "SUMIF"}
    | {"VLOOKUP", "INDEX"}
)
ELEMENTARY = frozenset(
    {"EXP", "LN", "TANH", "SQRT", "ABS", "INT", "IF", "ISERROR", "ISNUMBER", "REPT", "ROUND"}
)
ALLOWED = AGGREGATES | ELEMENTARY | {"_xlfn.FORMULATEXT"}
OPERATORS = frozenset({"+", "-", "*", "/", "=", "<", ">", "<=", ">=", "&"})


def faults(formula: str, ranges: Collection[str] = ()) -> list[str]:
    """What Excel might not take in a formula; an empty list where nothing.

    Args:
        formula: the formula with its ``=``.
        ranges: the defined names that stand for more than one cell.

    Example:
        >>> faults("=SUMPRODUCT(E$9:E$12,W_xh_1)", ["W_xh_1"])
        []
        >>> faults("=TRANSPOSE(A1:A3)^2")
        ['the function TRANSPOSE', 'the range A1:A3 outside an aggregate', 'the operator ^']
    """
    found: list[str] = []
    open_functions: list[str] = []
    for token in Tokenizer(formula).items:
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            name = token.value.rstrip("(")
            open_functions.append(name)
            if name not in ALLOWED:
                found.append(f"the function {name}")
        elif token.type == Token.FUNC:
            open_functions.pop()
        elif token.type == Token.OPERAND and token.subtype == Token.RANGE:
            several = ":" in token.value or token.value in ranges
            if several and AGGREGATES.isdisjoint(open_functions):
                found.append(f"the range {token.value} outside an aggregate")
        elif token.type == Token.OP_IN and token.value not in OPERATORS:
            found.append(f"the operator {token.value}")
        elif token.type == Token.ARRAY:
            found.append("an array in braces")
    return found
