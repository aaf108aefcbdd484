"""How long a full-size run takes."""

from __future__ import annotations

import time
from collections.abc import Mapping


class Stopwatch:
    """Seconds since it was made, by the wall and by the processor."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def wind(self, earlier: Mapping[str, float]) -> None:
        """Adds what the interrupted run had used, as :meth:`read` gave it."""
        self._wall -= earlier["seconds"]
        self._cpu -= earlier["cpu_seconds"]

    def read(self) -> dict[str, float]:
        """The two numbers as they stand in a record."""
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        return {"seconds": round(wall, 1), "cpu_seconds": round(cpu, 1)}
