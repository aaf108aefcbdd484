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


@pytest.mark.parametrize("key", NETWORKS)
def test_the_units_that_count_are_those_of_the_weights(key):
    setting = next(setting for setting in page_networks.SETTINGS if setting.key == key)
    network, texts = stored(key), page_networks.prepare(setting.kind)
    held_out = texts.held_out["abstracts"]
    model = page_networks.build(setting, len(texts.tokens))
    model.set_weights(list(network.weights))
    whole = page_networks.Texts(texts.train, dict.fromkeys(texts.held_out, held_out), [])
    found = page_networks.counters(model, whole)["abstracts"]
    for (name, unit, r), (found_name, found_unit, found_r) in zip(
        network.counters["abstracts"], found, strict=True
    ):
        assert (found_name, found_unit) == (name, unit)
        assert found_r == pytest.approx(r, abs=0.002)
    steps = np.concatenate([np.arange(1, len(text) - 1) for text in held_out])
    states = np.concatenate([_read(network, text[:-1])[1:] for text in held_out])
    r = np.corrcoef(states.T, steps)[-1, :-1]
    assert np.abs(r).argmax() + 1 == found[0][1]
    assert r[found[0][1] - 1] == pytest.approx(found[0][2], abs=0.002)


def _read(network, numbers):
    """The state that lasts after each token, by plain arithmetic."""
    W_e, W_xh, W_hh, b, _, _ = (weight.astype(float) for weight in network.weights)
    h, c, found = np.zeros(network.units), np.zeros(network.units), []
    for number in numbers:
        x = W_e[number]
        if network.cell == "LSTM":
            i, f, g, o = np.split(x @ W_xh + h @ W_hh + b, 4)
            c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
            h = np.tanh(c) / (1 + np.exp(-o))
        else:
            (z, r, g), (hz, hr, hg) = np.split(x @ W_xh + b[0], 3), np.split(h @ W_hh + b[1], 3)
            z, r = 1 / (1 + np.exp(-z - hz)), 1 / (1 + np.exp(-r - hr))
            h = c = z * h + (1 - z) * np.tanh(g + r * hg)
        found.append(c)
    return np.array(found)


def test_words_are_cut_at_spaces_and_characters_are_all_kept():
    assert stored("words_lstm").cut("Inchley  colts") == ["inchley", "colts"]
    assert stored("words_lstm").cut("a belt, moved.") == ["a", "belt", ",", "moved", "."]
    assert stored("characters_gru").cut("A b") == ["a", " ", "b"]
    assert len(WEIGHTS) == len(stored("words_lstm").weights)


def test_a_network_that_is_not_there_is_named():
    with pytest.raises(NamingError, match="There is no network 'vision'; the names are words_lstm"):
        stored("vision")
