"""The records of dates and of sums: complete, and their first loss comes out again."""

import pytest

from rnn_edu.experiments import RunOptions, dates, read_record, read_then_write, records, sums
from rnn_edu.experiments.read_then_write import KINDS, SEEDS, by_length
from rnn_edu.experiments.records import FIELDS
from rnn_edu.grammars.sums import best_guess, best_guess_from_last

LENGTHS = {"dates": (1, 2, 3, 4), "sums": (2, 3, 4, 5, 8, 12)}


@pytest.mark.parametrize("name", LENGTHS)
def test_every_seed_was_tested_at_every_length(name):
    record = read_record(name)
    assert tuple(record) == FIELDS
    assert record["command"] == f"python -m rnn_edu experiment {name}"
    for kind in KINDS:
        exact = by_length(record, kind, "exact")
        assert {length: len(exact[length]) for length in exact} == dict.fromkeys(LENGTHS[name], 5)
        assert list(record["seed"]) == list(SEEDS)


def test_with_attention_unseen_dates_are_exact_at_the_lengths_of_the_training():
    record = read_record("dates")
    for length in (1, 2, 3):
        shares = by_length(record, "with attention", "exact")[length]
        assert sum(shares) / len(shares) >= 0.99
        assert max(by_length(record, "without", "exact")[length]) < min(shares)


def test_the_record_of_sums_has_the_exact_chances_of_guesses():
    baselines = read_record("sums")["baselines"]
    for length in LENGTHS["sums"]:
        read = {"nothing read": best_guess, "the last one read": best_guess_from_last}
        for name, guess in read.items():
            recorded = baselines[f"{length} terms, {name}"]
            assert recorded == pytest.approx(guess(length), abs=1e-6)


@pytest.mark.parametrize("run", [dates, sums], ids=lambda run: run.NAME)
def test_the_command_still_starts_from_the_same_loss(run):
    recorded = read_record(run.NAME)["first_batch_loss"]
    assert run.first_batch_loss() == pytest.approx(recorded, abs=2e-5)


@pytest.mark.parametrize("run", [dates, sums], ids=lambda run: run.NAME)
def test_a_short_run_trains_both_networks_from_every_seed(run, tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    asked = []

    def trained(trainer, seed, _):
        asked.append((trainer.attention, seed, trainer.passes))
        return {"losses": [1.0], "tests": {"1": {"exact": 0.5}}}

    monkeypatch.setattr(read_then_write, "trained", trained)
    monkeypatch.setattr(read_then_write, "first_batch_loss", lambda _: 4.6)
    run.run(RunOptions(epochs=2))
    assert asked == [(attention, seed, 2) for attention in KINDS.values() for seed in SEEDS]
