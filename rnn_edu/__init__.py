"""Code behind the book: recurrent neural networks in numbers that any reader can check."""

from __future__ import annotations

__version__ = "0.1.0"
