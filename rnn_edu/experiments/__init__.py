"""Full-size runs of the documents' models, each with a record of what came out.

``python -m rnn_edu experiment NAME`` runs for minutes to an hour and writes
``results/NAME.json``; the chapters show these records beside their own short runs.
"""

from __future__ import annotations

from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import NAMES, read_record
from rnn_edu.experiments.results_table import results_table

__all__ = ["NAMES", "RunOptions", "read_record", "results_table"]
