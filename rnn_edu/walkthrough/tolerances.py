"""How far numbers may be apart and still count as the same, for workbooks and what reads them."""

from __future__ import annotations

#: How far a spreadsheet engine may be from NumPy, relative for numbers above 1.
ENGINE_TOLERANCE = 1e-12
#: The same for a whole training run, in which every epoch adds its rounding.
RUN_TOLERANCE = 1e-9
#: How far NumPy may be from a judge in float64, relative for numbers above 1.
JUDGE_TOLERANCE = 1e-12
