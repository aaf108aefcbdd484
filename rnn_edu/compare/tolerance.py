"""How far a number may be off.

Keras in float64 and a hand calculation in float64 differ by the order of their additions only:
1e-12, relative for numbers above 1. In float32 every addition and every step rounds again, so the
bound grows with the work: the unit roundoff of float32, 2⁻²⁴, times the number of steps times the
square root of the longest sum, but not below 1e-6. For LSTM(16) over 60 steps that is 2.1e-5.
Where scaled numbers are put back into their unit at the end, what was rounded is stretched, too.
A layer normalisation takes the mean away: where the spread is small beside it, the leading digits
cancel and what was rounded away is left in front. The bound grows by mean over spread then, in
float64, too, but not beyond 1e-3: a verdict with a wider bound would say nothing.

Three of Keras's functions calculate with a constant that is rounded to float32, also in float64:
the √2 of gelu, the slope 0.2 of leaky_relu and the ln 2 of the loss log_cosh. By hand they are
written as they are defined, so that a network with one of them has float32's bound.
"""

from __future__ import annotations

import math
from collections.abc import Collection

from rnn_edu.errors import UsageError

FLOAT64 = 1e-12
#: Activations and losses with a constant that is rounded to float32.
ROUNDED = frozenset({"gelu", "leaky_relu", "log_cosh"})
#: The unit roundoff of float64.
UNIT = 2.0**-53
#: The unit roundoff of each other type, and the smallest bound.
ROUNDING = {"float32": (2.0**-24, 1e-6), "float16": (2.0**-11, 1e-2), "bfloat16": (2.0**-8, 5e-2)}
#: To what the cancelling of digits may raise a bound.
WIDEST = 1e-3


def tolerance_of(
    dtype: str,
    steps: int,
    longest_sum: int,
    functions: Collection[str] = (),
    stretch: float = 1.0,
    lost: float = 1.0,
) -> float:
    """The bound for a calculation in a type.

    Args:
        dtype: ``"float64"``, ``"float32"``, ``"float16"`` or ``"bfloat16"``.
        steps: how many steps follow on each other, layers counted as well.
        longest_sum: how many products the longest sum has.
        functions: the names of all activations and of the loss.
        stretch: by how much numbers grow on their way back into their unit.
        lost: by how much a mean exceeds the spread that is left when it has been taken away.

    Raises:
        UsageError: another type.

    Example:
        >>> tolerance_of("float64", 60, 32), round(tolerance_of("float32", 60, 32), 7)
        (1e-12, 2.02e-05)
        >>> tolerance_of("float64", 10, 32, lost=1e6)
        1.1102230246251565e-09
    """
    if dtype == "float64" and ROUNDED.isdisjoint(functions):
        return max(FLOAT64, min(WIDEST, UNIT * steps * lost))
    dtype = "float32" if dtype == "float64" else dtype
    if dtype not in ROUNDING:
        raise UsageError(
            f"Keras computes in {dtype}, for which there is no tolerance here; give one with "
            f"tolerance=…, or use one of float64, {', '.join(ROUNDING)}."
        )
    unit, least = ROUNDING[dtype]
    usual = max(least, unit * steps * math.sqrt(longest_sum)) * max(1.0, stretch)
    return max(usual, min(WIDEST, usual * lost))
