"""Spoken digits as sequences: sounds made of tones, their frames, and CTC."""

from __future__ import annotations
