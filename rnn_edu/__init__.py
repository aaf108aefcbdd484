"""Code behind the book: recurrent neural networks in numbers that any reader can check."""

from __future__ import annotations

import os

# The same files are written with and without lxml, which openpyxl takes where it is installed.
os.environ.setdefault("OPENPYXL_LXML", "False")

__version__ = "0.1.0"
