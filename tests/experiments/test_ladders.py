"""What the ladders share: two sets of seeds, paired answers, and who comes out again."""

import json

import numpy as np
import pytest

from rnn_edu.experiments import RunOptions, read_record
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.commands import module
from rnn_edu.experiments.ladders import SETS, climb, comes_out_again, one_of_two
from rnn_edu.experiments.records import FIELDS, NAMES, has_record
from rnn_edu.experiments.stopwatch import Stopwatch

LADDERS = tuple(name for name in NAMES if name.startswith("ladder_") and has_record(name))


@pytest.fixture
def checkpoints(tmp_path, monkeypatch):
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path))
    return Checkpoints("ladder_news_parts", RunOptions(), Stopwatch())


def test_every_rung_is_climbed_with_both_sets(checkpoints):
    ladder = climb(lambda seed: {"low": {"seed": seed}, "high": {"seed": seed + 0.5}}, checkpoints)
    assert list(ladder) == ["low", "high"]
    assert ladder["low"] == {name: {"seed": list(seeds)} for name, seeds in SETS.items()}
    assert ladder["high"]["second"]["seed"][0] == 100.5


def test_a_finished_seed_is_not_run_again_unless_its_facts_differ(checkpoints):
    asked = []

    def run(seed):
        asked.append(seed)
        return {"low": {"accuracy": 0.5}}

    for facts in ({"units": 1}, {"units": 1}, {"units": 2}):
        climb(run, checkpoints, {"first": (3,)}, **facts)
    assert asked == [3, 3]


def test_the_seeds_of_the_sets_are_different():
    assert not set(SETS["first"]) & set(SETS["second"])


@pytest.mark.parametrize(("second", "again"), [([0.6, 0.8], True), ([0.9, 0.71], False)])
def test_a_mean_outside_the_first_spread_is_noticed(second, again):
    rung = {"first": {"accuracy": [0.6, 0.8, 0.7]}, "second": {"accuracy": second}}
    assert comes_out_again({"low": rung}, "accuracy") == {"low": again}


def test_answers_that_both_get_right_do_not_count():
    right = np.array([1, 1, 1, 0, 0], bool)
    assert one_of_two(right, right) == (0, 0, 0.0)
    assert one_of_two(right, np.array([1, 1, 0, 0, 0], bool)) == (1, 0, -1.0)


@pytest.mark.parametrize("name", LADDERS)
def test_the_record_has_every_seed_of_both_sets(name):
    record = read_record(name)
    assert tuple(record) == FIELDS
    assert record["command"] == f"python -m rnn_edu experiment {name}"
    sets = getattr(module(name), "SETS", SETS)
    assert record["seed"] == [seed for seeds in sets.values() for seed in seeds]
    assert "NaN" not in json.dumps(record)
    for ladder in ladders(record["metrics"]):
        for rung in ladder.values():
            assert set(rung) == set(sets)
            for which, figures in rung.items():
                assert {len(values) for values in figures.values()} == {len(sets[which])}


def ladders(metrics):
    """The ladders of a record: one, or several by name."""
    if all("first" in rung for rung in metrics.values()):
        return [metrics]
    return list(metrics.values())
