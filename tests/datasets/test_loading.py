import os

import numpy as np
import pytest

from rnn_edu.datasets import (
    SOURCES,
    Dataset,
    keras_imdb,
    load,
    load_glove,
    load_imdb_from_keras,
    load_sample,
    load_word_index,
    loading,
    sample_truth,
    samples,
)
from rnn_edu.datasets.dataset import numbered
from rnn_edu.errors import DataError, NamingError, UsageError
from rnn_edu.grammars.headlines import TOWNS

TEXT_SETS = [name for name in SOURCES if name != "glove_50d"]


def test_every_entry_of_the_registry_is_whole():
    for entry in SOURCES.values():
        assert len(entry.sha256) == 64
        assert entry.size > 0
        assert entry.url.startswith("https://raw.githubusercontent.com/")
        assert all([entry.what, entry.licence, entry.citation])
        assert entry.sample in samples.SAMPLE_FILES


@pytest.mark.parametrize("name", TEXT_SETS)
def test_every_set_has_a_sample_that_stands_in_for_it(name, offline):
    stand_in = load(name)
    assert stand_in.name == name
    assert not stand_in.is_real
    assert len(stand_in) > 0
    assert "written for this book" in repr(stand_in)


def test_the_sample_of_the_film_reviews_is_coded_as_keras_does_it(offline):
    reviews, ranks = load("imdb"), load_word_index()
    words = {rank + 3: word for word, rank in ranks.items()}
    first = reviews.sequences[0].tolist()
    assert first[0] == 1
    assert " ".join(words[n] for n in first[1:]) == load_sample("reviews").texts[0]
    assert max(int(s.max()) for s in reviews.sequences) < 500
    assert 0 < reviews.train_count < len(reviews)
    assert set(reviews.labels[: reviews.train_count]) == {0, 1}


def test_rare_words_of_the_film_reviews_are_unknown_as_keras_numbers_them(offline, monkeypatch):
    whole = load("imdb").sequences
    monkeypatch.setattr(loading, "IMDB_WORDS", 20)
    few = load("imdb").sequences
    assert {int(n) for s in few for n in s} == {1, 2, *range(4, 20)}
    for all_words, cut in zip(whole, few, strict=True):
        assert cut.tolist() == [n if n < 20 else 2 for n in all_words.tolist()]


def test_the_sample_vectors(offline):
    vectors = load_glove()
    assert not vectors.is_real
    towns = {word for word, _ in vectors.neighbours("kelso", 5)}
    assert towns <= {town for region in TOWNS.values() for town in region}


def test_vectors_are_no_texts():
    with pytest.raises(UsageError, match=r"'glove_50d' are word vectors; use load_glove\(\)"):
        load("glove_50d")


def test_unknown_samples():
    with pytest.raises(NamingError, match="There is no sample 'poems' of texts"):
        load_sample("poems")
    with pytest.raises(NamingError, match="Nothing is known of 'poems'"):
        sample_truth("poems")
    with pytest.raises(NamingError, match="There is no shipped sample 'poems'"):
        samples.sample_path("poems")


def test_samples_are_made_anew_where_the_folder_is_missing(monkeypatch, tmp_path):
    shipped = load_sample("reviews")
    samples.sample_path.cache_clear()
    monkeypatch.setattr(samples, "FOLDER", tmp_path / "nowhere")
    assert load_sample("reviews").texts == shipped.texts
    assert sample_truth("reviews")["best_order_blind_accuracy"] == 0.7
    assert os.listdir(tmp_path / "cache" / "samples") == ["reviews.csv"]
    samples.sample_path.cache_clear()


def test_a_dataset_checks_itself():
    labels = np.array([0, 2])
    with pytest.raises(DataError, match="'x' uses the label numbers 0 to 2, but only 2 labels"):
        Dataset("x", texts=("a", "b"), labels=labels, label_names=("no", "yes"))
    with pytest.raises(DataError, match="'x' has 2 labels for 1 texts"):
        Dataset("x", texts=("a",), labels=labels, label_names=("no", "yes"))
    with pytest.raises(DataError, match="'x' has no texts"):
        Dataset("x")
    with pytest.raises(DataError, match="The column 'date' of 'x' has 2 entries for 1 texts"):
        Dataset("x", texts=("a",), columns={"date": ("1", "2")})
    with pytest.raises(NamingError, match="'x' has no column 'date'; it has none"):
        Dataset("x", texts=("a",)).column("date")


def test_labels_by_name():
    numbers, names = numbered(["b", "a", "b"])
    assert numbers.tolist() == [1, 0, 1]
    assert names == ("a", "b")
    with pytest.raises(DataError, match="The label '2' is not one of 0, 1"):
        numbered(["0", "2"], ("0", "1"))


def test_the_whole_film_reviews_are_not_fetched(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(DataError, match=r"Keras has no .*imdb\.npz yet"):
        load_imdb_from_keras()
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "imdb.npz").write_bytes(b"PK")
    with pytest.raises(DataError, match="is not the file that Keras publishes"):
        load_imdb_from_keras()


def test_the_whole_film_reviews_by_keras_own_loader(monkeypatch, tmp_path):
    import keras
    import pooch

    path = tmp_path / "datasets" / "imdb.npz"
    path.parent.mkdir()
    reviews = np.empty(2, dtype=object)
    reviews[:] = [[5, 9], [700, 6, 7]]
    np.savez(path, x_train=reviews, y_train=[1, 0], x_test=reviews[:1], y_test=[1])
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(keras_imdb, "SHA256", pooch.file_hash(str(path)))
    loader = keras.datasets.imdb.load_data.__globals__
    monkeypatch.setitem(loader, "get_file", lambda *args, **kwargs: str(path))
    found = load_imdb_from_keras(num_words=100)
    assert found.train_count == 2
    assert sorted(map(len, found.sequences)) == [3, 3, 4]
    assert found.sequences[2].tolist() == [1, 8, 12]
