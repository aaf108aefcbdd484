"""A model in a folder: it comes back whole, and what is not one is refused in a sentence."""

import json
import os

import numpy as np
import pytest

from rnn_edu.errors import DataError
from rnn_edu.language_model import RNNLanguageModel, storage
from rnn_edu.text import Vocabulary


@pytest.fixture
def saved(make, batches, tmp_path):
    """A trained model and its folder."""
    model = make(dropout=0.3, dtype="float32")
    model.train_on_batch(batches[0])
    model.finished_epochs = 2
    return model, model.save(tmp_path / "model")


def change(folder, **facts):
    path = folder / "model.json"
    description = json.loads(path.read_text("utf-8")) | facts
    path.write_text(json.dumps(description), encoding="utf-8")


def test_a_saved_model_goes_on_as_if_nothing_had_happened(saved, batches):
    model, folder = saved
    loaded = RNNLanguageModel.load(folder)
    assert loaded.vocabulary.words == model.vocabulary.words
    assert loaded.finished_epochs == 2
    assert (loaded.seed, loaded.dropout, loaded.dtype) == (3, 0.3, "float32")
    assert loaded.learning_rate == model.learning_rate
    assert loaded.sample(seed=1) == model.sample(seed=1)
    for batch in batches:
        assert loaded.train_on_batch(batch) == model.train_on_batch(batch)
    for one, other in zip(loaded.get_weights(), model.get_weights(), strict=True):
        assert np.array_equal(one, other)


def test_a_vocabulary_with_other_special_words_comes_back(tmp_path):
    vocabulary = Vocabulary.build([["regen", "wörter"]], unknown="<x>", end="<ende>")
    model = RNNLanguageModel(vocabulary, 2, seed=1)
    loaded = RNNLanguageModel.load(model.save(tmp_path))
    assert loaded.vocabulary.words == ("", "<x>", "<ende>", "regen", "wörter")
    assert loaded.perplexity([["regen", "x"]]) == model.perplexity([["regen", "x"]])


def test_the_folder_is_what_is_documented(saved):
    _, folder = saved
    description = json.loads((folder / "model.json").read_text("utf-8"))
    assert (description["format"], description["version"]) == ("rnn_edu language model", 1)
    assert sorted(p.name for p in folder.iterdir()) == ["model.json", description["weights"]]
    with np.load(folder / description["weights"]) as arrays:
        assert arrays["W_a"].shape == (48, 6)
        assert arrays["adam_0"] == 1
        assert len(arrays.files) == 4 + 11


def test_a_failure_leaves_the_old_model(saved, batches, monkeypatch):
    model, folder = saved
    before = RNNLanguageModel.load(folder).get_weights()
    model.train_on_batch(batches[1])

    def full(*paths):
        raise OSError(28, "No space left on device")

    replace = os.replace
    moves = []

    def second_fails(*paths):
        moves.append(paths)
        return full() if len(moves) == 2 else replace(*paths)

    for failing in (full, second_fails):
        monkeypatch.setattr(os, "replace", failing)
        with pytest.raises(DataError, match="No space left on device"):
            model.save(folder)
        assert np.array_equal(RNNLanguageModel.load(folder).get_weights()[0], before[0])
    monkeypatch.setattr(os, "replace", replace)
    model.save(folder)
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda f: (f / "model.json").unlink(), "not a language model: it has no model.json"),
        (lambda f: (f / "model.json").write_text("{"), "does not describe a language model"),
        (lambda f: (f / "model.json").write_text("[1]"), "does not describe a language model"),
        (lambda f: change(f, format="cake"), "describes a 'cake', not a 'rnn_edu language model'"),
        (lambda f: change(f, version=2), "has the version 2 .* this program reads version 1"),
        (lambda f: change(f, weights="no.npz"), "There is no weights file"),
        (lambda f: next(f.glob("*.npz")).write_bytes(b"PK"), "is damaged and cannot be read"),
        (lambda f: change(f, sha256="0"), "not those that were saved"),
        (lambda f: change(f, state_size=7), "do not fit the model that model.json describes"),
        (lambda f: change(f, words=["a", "a"]), "'a' is in the vocabulary twice"),
        (lambda f: change(f, dtype="int8"), "model.json cannot be used: dtype is 'float32' or"),
    ],
)
def test_what_is_not_a_model_is_refused(saved, damage, sentence):
    _, folder = saved
    damage(folder)
    with pytest.raises(DataError, match=sentence):
        RNNLanguageModel.load(folder)


def test_a_description_that_lacks_something(saved):
    _, folder = saved
    path = folder / "model.json"
    description = json.loads(path.read_text("utf-8"))
    del description["words"], description["seed"]
    path.write_text(json.dumps(description), encoding="utf-8")
    with pytest.raises(DataError, match="lacks seed, words; save the model again"):
        RNNLanguageModel.load(folder)


def test_a_place_that_cannot_be_written(make, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="file is a file; a model is saved to a folder"):
        make().save(tmp_path / "file")
    with pytest.raises(DataError, match="is not a language model"):
        RNNLanguageModel.load(tmp_path / "nothing")
    assert storage.VERSION == 1
