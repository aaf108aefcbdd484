"""How a walkthrough lies on the sheets of a workbook, and how it looks there."""
