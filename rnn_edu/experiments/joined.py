"""Records of the same comparison, made at different times, as one table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnn_edu.experiments.records import read_record

#: For each task and network and rate what was found, a value for every seed.
Table = dict[str, dict[str, dict[str, dict[str, list[Any]]]]]


def joined(names: Sequence[str]) -> Table:
    """The metrics of several records at three learning rates, their seeds behind one another.

    Args:
        names: of the records, such as ``"which_network_rates"``.

    Returns:
        For each task, network and rate the lists ``"per_seed"`` and ``"curves"``.

    Example:
        >>> table = joined(["which_network_rates", "which_network_again"])
        >>> len(table["digits"]["LSTM"]["0.01"]["per_seed"])
        5
    """
    table: Table = {}
    for name in names:
        for task, kinds in read_record(name)["metrics"].items():
            for kind, rates in kinds.items():
                row = table.setdefault(task, {}).setdefault(kind, {})
                for rate, found in rates.items():
                    at_rate = row.setdefault(rate, {})
                    for what, values in found.items():
                        at_rate.setdefault(what, []).extend(values)
    return table
