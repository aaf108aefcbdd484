"""Grammars that write the small data sets of this book, and say exactly how hard they are."""

from __future__ import annotations

from rnn_edu.grammars.grammar import Grammar

__all__ = ["Grammar"]
