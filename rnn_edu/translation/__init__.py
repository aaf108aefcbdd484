"""From one sequence to another: dates in words are read, and written in figures."""

from __future__ import annotations
