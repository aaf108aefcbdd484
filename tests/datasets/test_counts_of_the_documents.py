"""Every count that the documents and the data's own list publish, on the real files."""

import time

import numpy as np
import pytest

from rnn_edu.datasets import SOURCES, load, load_glove, load_word_index
from rnn_edu.text import (
    Vocabulary,
    alphanumeric_words,
    coverage,
    keras_words,
    split_texts,
    split_words,
    windows,
)
from rnn_edu.text.cleaning import space_punctuation, without_gutenberg_tail
from rnn_edu.text.tokenizers import KERAS_FILTERS

pytestmark = pytest.mark.usefixtures("real_data")


def plain_vocabulary(sentences):
    return Vocabulary.build(sentences, padding=False, unknown=None, end=None)


@pytest.mark.parametrize(
    ("part", "n_words", "n_windows", "n_unique", "n_the"),
    [
        (lambda text: text, 30_417, 30_407, 3_028, 1_813),
        (without_gutenberg_tail, 27_324, 27_314, 2_567, 1_642),
    ],
    ids=["whole file", "story only"],
)
def test_alice(part, n_words, n_windows, n_unique, n_the):
    words = alphanumeric_words(part(load("alice").texts[0]))
    vocabulary = plain_vocabulary([words])
    x, y = windows(vocabulary.encode_all([words]), length=10)
    assert len(words) == n_words
    assert x.shape == (n_windows, 10)
    assert y.shape == (n_windows,)
    assert len(vocabulary) == n_unique
    assert vocabulary.words[0] == "the"
    assert vocabulary.counts["the"] == n_the


def test_airline_tweets():
    tweets = load("airline_sentiment")
    words = [alphanumeric_words(text) for text in tweets.texts]
    lengths = np.array([len(w) for w in words])
    assert len(tweets) == 11_541
    assert np.bincount(tweets.labels).tolist() == [9_178, 2_363]
    assert len(plain_vocabulary(words)) == 12_679
    assert round(float(lengths.mean()), 2) == 19.19
    assert lengths.max() == 35
    assert len(tweets) - len(set(tweets.texts)) == 160
    both = [set() for _ in range(2)]
    for text, label in zip(tweets.texts, tweets.labels, strict=True):
        both[label].add(text)
    assert len(both[0] & both[1]) == 4


def test_the_embedding_of_the_airline_model_needs_one_row_more_than_the_document_gives_it():
    words = [alphanumeric_words(text) for text in load("airline_sentiment").texts]
    with_padding = Vocabulary.build(words, unknown=None, end=None)
    assert max(int(s.max()) for s in with_padding.encode_all(words) if len(s)) == 12_679
    assert len(with_padding) == 12_680


def test_tweets_that_are_equal_stay_together():
    tweets = load("airline_sentiment")
    split = split_texts(tweets.texts, 0.3, seed=10)
    train = {tweets.texts[i] for i in split.train}
    assert not train & {tweets.texts[i] for i in split.test}
    assert len(split.train) + len(split.test) == len(tweets)


def test_patents():
    patents = load("patents")
    words = [keras_words(text) for text in patents.texts]
    vocabulary = plain_vocabulary(words)
    x, y = windows(vocabulary.encode_all(words), length=50)
    assert (len(patents), len(set(patents.texts))) == (3_522, 3_181)
    assert sum(map(len, words)) == 471_893
    assert len(vocabulary) == 11_754
    assert x.shape == (296_866, 50)
    assert vocabulary.words[np.bincount(y).argmax()] == "the"
    assert round(np.bincount(y).max() / len(y), 3) == 0.092
    long = [w for w in words if len(w) > 70]
    assert sum(len(w) - 50 for w in long) == 294_130


@pytest.mark.parametrize(
    ("lower", "keep", "n_words", "n_windows"),
    [(True, "-.,;?", 13_677, 320_881), (False, "#$&()*+,-./:<=>?@'", 16_192, 318_563)],
    ids=["lower", "cased"],
)
def test_patents_with_punctuation_kept(lower, keep, n_words, n_windows):
    filters = "".join(c for c in KERAS_FILTERS if c not in keep)
    texts = [space_punctuation(text) for text in load("patents").texts]
    words = [keras_words(text, lower=lower, filters=filters) for text in texts]
    assert len(plain_vocabulary(words)) + 1 == n_words
    assert sum(len(w) - 50 for w in words if len(w) > 70) == n_windows


def test_headlines():
    headlines = load("headlines")
    words = [split_words(text) for text in headlines.texts]
    assert len(headlines) == 74_399
    assert headlines.notes == ("The last row of abcnews-date-text.csv breaks off and was dropped.",)
    assert max(map(len, words)) == 12
    # The published counts include the last row, which breaks off after "to cut ho".
    cut_row = ["carr", "repledges", "30m", "injection", "to", "cut", "ho"]
    words.append(cut_row)
    assert len(set(map(tuple, words))) == 74_152
    vocabulary = plain_vocabulary(words)
    assert sum(map(len, words)) == 472_085
    assert len(vocabulary) == 24_829
    assert sum(n == 1 for n in vocabulary.counts.values()) == 9_171
    _, y = windows(vocabulary.encode_all(words), length=1)
    assert len(y) == 397_685
    assert vocabulary.words[np.bincount(y).argmax()] == "to"
    assert (headlines.column("publish_date")[0], headlines.column("publish_date")[-1]) == (
        "20030219",
        "20040224",
    )


def test_headlines_sample():
    sample = load("headlines_sample")
    assert len(sample) == 6_220
    dates = sorted(sample.column("publish_date"))
    assert (dates[0], dates[-1]) == ("20030219", "20211230")


def test_film_reviews():
    reviews = load("imdb")
    train, test = reviews.sequences[:5_000], reviews.sequences[5_000:]
    y_train, y_test = reviews.labels[:5_000], reviews.labels[5_000:]
    assert reviews.train_count == len(train) == 5_000
    assert (len(test), y_train.sum(), y_test.sum()) == (1_000, 2_546, 474)
    assert max(int(s.max()) for s in reviews.sequences) == 499
    assert sum(len(s) < 100 for s in train) == 517
    assert sum(len(s) < 100 for s in test) == 125
    words = np.concatenate(train)
    assert round(float(np.mean(words == 2)), 2) == 0.31


def test_word_index():
    ranks = load_word_index()
    assert len(ranks) == 88_584
    assert ranks["the"] == 1
    assert sorted(ranks.values()) == list(range(1, 88_585))


@pytest.mark.parametrize(
    ("name", "rows", "categories", "share"),
    [("news_category_v3", 9_999, 29, 0.3361), ("news_category_v2", 19_999, 27, 0.3503)],
)
def test_news(name, rows, categories, share):
    news = load(name)
    counts = np.bincount(news.labels)
    assert len(news) == rows
    assert len(news.label_names) == categories
    assert news.label_names[counts.argmax()] == "POLITICS"
    assert round(counts.max() / rows, 4) == share


@pytest.mark.parametrize(
    ("name", "share"), [("alice", 0.902), ("airline_sentiment", 0.842), ("headlines", 0.816)]
)
def test_vectors(name, share):
    vectors = load_glove()
    assert vectors.matrix.shape == (9_163, 50)
    cut = split_words if name == "headlines" else alphanumeric_words
    words = [word for text in load(name).texts for word in cut(text)]
    assert coverage(vectors, words) == pytest.approx(share, abs=0.002)


def test_every_file_has_its_published_size(real_data):
    for entry in SOURCES.values():
        assert (real_data / entry.file).stat().st_size == entry.size


def test_vocabulary_codes_and_windows_of_the_headlines_in_two_seconds(record_property):
    """And how many times longer the document's look-up in a list takes, on a sample."""
    # Seconds of this process alone: other tests may be running beside it.
    texts = load("headlines").texts
    start = time.process_time()
    sentences = [split_words(text) for text in texts]
    vocabulary = Vocabulary.build(sentences, most_frequent=10_000)
    before_looking_up = time.process_time()
    codes = vocabulary.encode_all(sentences, end=True)
    looking_up = time.process_time() - before_looking_up
    x, _ = windows(codes, length=3)
    ours = time.process_time() - start
    assert len(x) > 250_000

    listed = list(vocabulary.words)
    sample = sentences[::1000]
    start = time.process_time()
    slow = [[listed.index(w if w in listed else "<UNK>") for w in s] for s in sample]
    per_headline = (time.process_time() - start) / len(sample)
    assert slow == [codes[i][:-1].tolist() for i in range(0, len(texts), 1000)]

    ratio = per_headline * len(texts) / looking_up
    record_property("seconds", round(ours, 3))
    record_property("ratio", round(ratio))
    print(f"{ours:.2f} s for everything; looking up in a list takes {ratio:.0f} times as long")
    assert ours < 2
    assert ratio > 10
