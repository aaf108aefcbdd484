"""The run of both commands with nothing set: its record, and what the record claims."""

import pytest

from rnn_edu.datasets.samples import sample_truth
from rnn_edu.experiments import own_texts, read_record
from rnn_edu.experiments.own_texts import NAME
from rnn_edu.experiments.records import FIELDS


def test_the_record_is_complete():
    record = read_record(NAME)
    assert tuple(record) == FIELDS
    assert record["command"] == "python -m rnn_edu experiment own_texts"
    assert record["setting"]["headlines"] == own_texts.headlines()[1].facts()


def test_the_headlines_come_near_what_is_possible():
    found = read_record(NAME)["metrics"]["headlines"]
    entropy = sample_truth("headlines")["entropy_per_word"]
    assert entropy < found["network"] < 1.05 * entropy < found["counts"]
    assert found["cpu_seconds"] < 180


def test_the_tweets_are_answered_as_the_document_claims():
    found = read_record(NAME)["metrics"]["tweets"]
    assert found["right"][found["kept"]] >= 0.91
    assert found["right"]["most frequent label"] < 0.85


def test_the_command_still_starts_from_the_same_loss():
    record = read_record(NAME)
    assert own_texts.first_batch_loss() == pytest.approx(record["first_batch_loss"], abs=2e-5)
