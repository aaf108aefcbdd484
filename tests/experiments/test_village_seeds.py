"""The record of the village's network from several seeds: complete, and true to its questions."""

import numpy as np
import pytest

from rnn_edu.experiments import RunOptions, read_record, records, village_seeds
from rnn_edu.experiments.records import FIELDS
from rnn_edu.experiments.village_seeds import (
    ALPHABET,
    NAME,
    SEARCHED,
    SEEDS,
    STARTS,
    UNITS,
    answers_of,
    first_batch_loss,
    lost_marks,
    marks,
    states,
)


@pytest.fixture
def weights():
    random = np.random.default_rng(1)
    size = len(ALPHABET)
    lstm = [random.normal(0, 0.5, s) for s in ((size, 4 * UNITS), (UNITS, 4 * UNITS), 4 * UNITS)]
    return lstm, [random.normal(0, 0.5, (UNITS, size)), np.zeros(size)]


def test_every_seed_was_trained_with_the_charge_and_without():
    record = read_record(NAME)
    assert tuple(record) == FIELDS
    assert record["seed"] == list(SEEDS)
    for found in record["metrics"].values():
        assert list(found) == [str(seed) for seed in SEEDS]
        for answers in found.values():
            assert tuple(answers["mark_after"]) == STARTS


def test_the_command_still_starts_from_the_same_loss():
    assert first_batch_loss() == pytest.approx(read_record(NAME)["first_batch_loss"], abs=2e-5)


def test_a_network_that_expects_marks_after_all_is_seen_to(weights):
    lstm, (kernel, bias) = weights
    bias[ALPHABET.index('"')] = 50.0
    assert marks(lstm, [kernel, bias]) == dict.fromkeys(STARTS, pytest.approx(1.0))


def test_a_cell_that_no_answer_reads_costs_nothing_and_the_one_for_marks_costs_most(weights):
    lstm, (kernel, bias) = weights
    lstm[1][:] = 0.0
    kernel[:] = 0.0
    kernel[3, ALPHABET.index('"')] = 20.0
    lost = np.abs(lost_marks(lstm, [kernel, bias]))
    assert lost.argmax() == 3
    assert np.delete(lost, 3).max() < 1e-12 < lost[3]


def test_only_marks_that_close_a_quote_count_and_each_cell_is_held_at_its_mean(
    weights, monkeypatch
):
    held_at = []

    def places(lstm, dense, text, held):
        held_at.append(held)
        return np.arange(len(text)) * (0.5 if held else 1.0)

    means = states(weights[0], SEARCHED).mean(axis=0)
    monkeypatch.setattr(village_seeds, "LATER", ['"ab". "c'])
    monkeypatch.setattr(village_seeds, "_mark", places)
    # The mark that closes is read after the place 2, the one that opens again after the place 5.
    assert lost_marks(*weights) == pytest.approx(np.full(UNITS, 2.0 - 1.0))
    assert held_at == [{}, *({cell: mean} for cell, mean in enumerate(means))]


def test_the_answers_are_rounded_numbers_of_cells_counted_from_1(weights):
    answers = answers_of(*weights)
    assert 1 <= answers["line_cell"] <= UNITS
    assert 0 <= answers["active_units"] <= UNITS
    assert round(answers["ends_r"], 3) == answers["ends_r"]


def test_a_short_run_writes_its_own_record(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    asked = []

    def trained(seed, charge, steps):
        asked.append((seed, charge, steps))
        return [], []

    monkeypatch.setattr(village_seeds, "trained", trained)
    monkeypatch.setattr(village_seeds, "answers_of", lambda lstm, dense: {"line_r": 0.5})
    village_seeds.run(RunOptions(epochs=1))
    assert asked == [(seed, charge, 100) for seed in SEEDS for charge in (0.0002, 0.0)]
