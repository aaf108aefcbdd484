"""The truth about the shipped sets, found a second time in another way."""

import math
from collections import Counter, defaultdict
from pathlib import Path
from random import Random

import numpy as np
import pytest

from rnn_edu.datasets import load_sample, sample_truth
from rnn_edu.errors import NamingError, UsageError
from rnn_edu.grammars import Grammar, categories, reviews
from rnn_edu.grammars.shipped import shipped_files, shipped_grammars, truth_file

DATA = Path(__file__).parents[2] / "data"
ENUMERABLE = ["headlines", "reviews negative", "reviews positive", "categories SPORTS"]


@pytest.fixture(scope="module")
def listed():
    """Every sentence of a grammar with its probability."""
    known = {}

    def sentences(name):
        if name not in known:
            known[name] = list(shipped_grammars()[name].sentences())
        return known[name]

    return sentences


@pytest.mark.parametrize("name", shipped_files())
def test_the_generator_writes_the_files_byte_for_byte(name):
    assert (DATA / name).read_bytes() == shipped_files()[name].encode()


def test_the_truth_is_written_byte_for_byte():
    assert (DATA / "truth.json").read_bytes() == truth_file().encode()


def test_the_folder_is_small():
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 1_500_000


@pytest.mark.parametrize("name", ENUMERABLE)
def test_no_sentence_can_be_made_in_two_ways(name, listed):
    sentences = listed(name)
    assert len({words for words, _ in sentences}) == len(sentences)
    assert math.isclose(sum(p for _, p in sentences), 1, rel_tol=1e-9)


@pytest.mark.parametrize("name", ENUMERABLE)
def test_entropy_length_and_bigrams_by_listing_all_sentences(name, listed):
    grammar, sentences = shipped_grammars()[name], listed(name)
    entropy = -sum(p * math.log(p) for _, p in sentences)
    assert math.isclose(grammar.entropy(), entropy, rel_tol=1e-9)
    length = sum(p * len(words) for words, p in sentences)
    assert math.isclose(grammar.expected_length(), length, rel_tol=1e-9)
    pairs = defaultdict(float)
    for words, p in sentences:
        for pair in zip(("<EOS>", *words), (*words, "<EOS>"), strict=True):
            pairs[pair] += p
    assert grammar.bigrams() == pytest.approx(dict(pairs), rel=1e-9)


def test_the_published_entropies_fall_with_each_word_seen():
    facts = sample_truth("headlines")
    seen = [facts[f"entropy_seeing_{n}"] for n in ("0_words", "1_word", "2_words", "3_words")]
    assert seen == sorted(seen, reverse=True)
    assert facts["entropy_per_word"] < seen[-1]
    grammar = shipped_grammars()["headlines"]
    assert facts["entropy_per_word"] == pytest.approx(grammar.entropy_per_word(), abs=1e-11)
    assert facts["entropy_seeing_1_word"] == pytest.approx(grammar.bigram_entropy(), abs=1e-11)


@pytest.mark.parametrize("name", ["headlines", "abstracts"])
def test_entropy_by_drawing_and_parsing(name):
    """The mean of -ln p, with p from a parser that adds up all the ways to make a text."""
    grammar, random = shipped_grammars()[name], Random(7)
    count = 3000 if name == "headlines" else 400
    surprise = [-math.log(grammar.probability(grammar.sample(random))) for _ in range(count)]
    error = np.std(surprise) / math.sqrt(count)
    assert abs(np.mean(surprise) - grammar.entropy()) < 4 * error
    assert error < 0.01 * grammar.entropy()


def test_the_shipped_texts_are_as_surprising_as_the_truth_says():
    grammar = shipped_grammars()["headlines"]
    texts = load_sample("headlines").texts[:3000]
    surprise = [-math.log(grammar.probability(text.split())) for text in texts]
    error = np.std(surprise) / math.sqrt(len(surprise))
    assert abs(np.mean(surprise) - sample_truth("headlines")["entropy_of_a_text"]) < 4 * error


def test_accuracy_of_the_best_bigram_model_by_hand(listed):
    following = defaultdict(Counter)
    for words, p in listed("headlines"):
        for first, second in zip(("<EOS>", *words), (*words, "<EOS>"), strict=True):
            following[first][second] += p
    best = sum(max(f.values()) for f in following.values())
    total = sum(f.total() for f in following.values())
    found = sample_truth("headlines")["best_accuracy_seeing_1_word"]
    assert math.isclose(found, best / total, rel_tol=1e-9)


def test_no_order_blind_model_of_the_reviews_is_better_than_it_is_said(listed):
    """Two ways: by the argument in the grammar's text, and by all bags of words."""
    bags = defaultdict(lambda: [0.0, 0.0])
    for number, label in enumerate(reviews.LABELS):
        for words, p in listed(f"reviews {label}"):
            bags[frozenset(Counter(words).items())][number] += p / 2
    counted = sum(map(max, bags.values()))
    assert math.isclose(counted, reviews.order_blind_accuracy(), rel_tol=1e-9)
    assert sample_truth("reviews")["best_order_blind_accuracy"] == pytest.approx(counted)
    undecided = sum(sum(pair) for pair in bags.values() if math.isclose(*pair, rel_tol=1e-9))
    assert math.isclose(undecided, 1 - reviews.SHARES["plain"], rel_tol=1e-9)


def test_no_review_has_both_labels(listed):
    negative, positive = ({w for w, _ in listed(f"reviews {x}")} for x in reviews.LABELS)
    assert not negative & positive


def test_the_order_decides():
    texts = load_sample("reviews")
    label_of = dict(zip(texts.texts, texts.labels, strict=True))
    bags = defaultdict(set)
    for text, label in label_of.items():
        bags[frozenset(Counter(text.split()).items())].add(int(label))
    assert sum(len(labels) == 2 for labels in bags.values()) > 100


def test_the_best_accuracy_of_the_categories_by_all_texts():
    parts = {}
    for symbol in ("HEADLINE", "DESCRIPTION"):
        chances = defaultdict(dict)
        for category in categories.SHARES:
            for words, p in shipped_grammars()[f"categories {category}"].sentences(symbol):
                chances[words][category] = p
        parts[symbol] = np.array(
            [[of.get(c, 0.0) for c in categories.SHARES] for of in chances.values()]
        )
    prior = np.array(list(categories.SHARES.values()))
    best = top_3 = 0.0
    for row in parts["HEADLINE"]:
        joint = np.sort(prior * row * parts["DESCRIPTION"], axis=1)
        best += joint[:, -1].sum()
        top_3 += joint[:, -3:].sum()
    facts = sample_truth("categories")
    assert facts["best_accuracy"] == pytest.approx(best, abs=1e-9)
    assert facts["best_top_3_accuracy"] == pytest.approx(top_3, abs=1e-9)


def test_probability_agrees_with_the_list():
    grammar = Grammar({"S": [(1, "A A"), (3, "A")], "A": [(1, "x"), (2, "x y")]})
    by_words = defaultdict(float)
    for words, p in grammar.sentences():
        by_words[words] += p
    for words, p in by_words.items():
        assert math.isclose(grammar.probability(words), p)
    assert grammar.probability(["y"]) == 0


def test_draws_follow_the_weights():
    grammar = Grammar({"S": [(3, "a"), (1, "b")]})
    random = Random(0)
    share = sum(grammar.sample(random) == ["a"] for _ in range(4000)) / 4000
    assert abs(share - 0.75) < 4 * math.sqrt(0.75 * 0.25 / 4000)


@pytest.mark.parametrize(
    ("rules", "error", "sentence"),
    [
        ({"S": [(1, "A")]}, NamingError, "The symbol A has no rule"),
        ({"S": [(1, "A")], "A": [(1, "x S")]}, UsageError, "leads back to itself"),
        ({"S": [(0, "x")]}, UsageError, "needs a phrase of at least one word and a positive"),
        ({"S": [(1, "")]}, UsageError, "needs a phrase of at least one word"),
    ],
)
def test_rules_that_make_no_grammar(rules, error, sentence):
    with pytest.raises(error, match=sentence):
        Grammar(rules)
