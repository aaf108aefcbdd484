"""When a recurrent network, and when something else: the same tasks for five kinds of reader."""

from __future__ import annotations

from rnn_edu.uses.costs import multiplications, steps_in_a_row
from rnn_edu.uses.readers import KINDS, kinds_for, reader
from rnn_edu.uses.tasks import TASKS, Task, digits_task, recall_task, reviews_task, waves_task

__all__ = [
    "KINDS",
    "TASKS",
    "Task",
    "digits_task",
    "kinds_for",
    "multiplications",
    "reader",
    "recall_task",
    "reviews_task",
    "steps_in_a_row",
    "waves_task",
]
