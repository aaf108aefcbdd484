"""The stored networks: what the record says they are, and read as they were written."""

import numpy as np
import pytest

from rnn_edu.errors import NamingError
from rnn_edu.experiments import page_networks, read_record
from rnn_edu.page.trained import NETWORKS, WEIGHTS, store, stored, stored_text


@pytest.mark.parametrize("key", NETWORKS)
def test_a_network_is_written_as_it_was_read(key, tmp_path):
    network = stored(key)
    assert store(network, tmp_path).read_text("utf-8") == stored_text(key)
    assert network.weights[0].shape[0] == len(network.tokens) == network.weights[5].size
    assert all(weight.dtype == np.float32 for weight in network.weights)


@pytest.mark.parametrize("key", NETWORKS)
def test_it_is_the_network_of_the_record(key):
    record, network = read_record("page_networks"), stored(key)
    setting, found = record["setting"][key], record["metrics"][key]
    assert (network.cell, network.units, network.kind) == tuple(
        setting[name] for name in ("cell", "units", "kind")
    )
    assert network.trained == {
        "seed": record["seed"][0],
        "rate": setting["learning_rate"],
        "epochs": setting["epochs"],
        "steps": found["steps"],
        "held_out_nats": found["held_out_nats"],
    }
    assert f"{sum(weight.size for weight in network.weights):,} weights" in network.about


def test_the_stored_weights_guess_as_well_as_recorded():
    [setting, _] = page_networks.SETTINGS
    network, texts = stored(setting.key), page_networks.prepare(setting.kind)
    assert list(network.tokens) == texts.tokens
    model = page_networks.build(setting, len(texts.tokens))
    model.set_weights(list(network.weights))
    found = page_networks.held_out_nats(model, texts.held_out["abstracts"])
    assert found == pytest.approx(network.trained["held_out_nats"]["abstracts"], abs=2e-4)


@pytest.mark.parametrize("key", NETWORKS)
def test_each_unit_has_what_raises_and_what_lowers_it(key):
    network = stored(key)
    assert len(network.drivers) == network.units
    for raises, lowers in network.drivers:
        changes = [change for _, change in (*raises, *reversed(lowers))]
        assert changes == sorted(changes, reverse=True)
        assert {token for token, _ in (*raises, *lowers)} <= set(network.tokens)


def test_words_are_cut_at_spaces_and_characters_are_all_kept():
    assert stored("words_lstm").cut("Inchley  colts") == ["inchley", "colts"]
    assert stored("words_lstm").cut("a belt, moved.") == ["a", "belt", ",", "moved", "."]
    assert stored("characters_gru").cut("A b") == ["a", " ", "b"]
    assert len(WEIGHTS) == len(stored("words_lstm").weights)


def test_a_network_that_is_not_there_is_named():
    with pytest.raises(NamingError, match="There is no network 'vision'; the names are words_lstm"):
        stored("vision")
