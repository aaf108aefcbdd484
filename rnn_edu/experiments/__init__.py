"""Full-size runs of the documents' models, each with a record of what came out.

``python -m rnn_edu.experiments.airline_simple_rnn`` and its like run for minutes and write
``results/NAME.json``; the chapters show these records beside their own short runs.
"""

from rnn_edu.experiments.records import read_record

__all__ = ["read_record"]
