"""What a reader may get wrong, and the sentence that comes back."""

from pathlib import Path

import numpy as np
import pytest

from rnn_edu.errors import NamingError, UsageError
from rnn_edu.language_model import RNNLanguageModel
from rnn_edu.text import Vocabulary


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"state_size": 0}, "state_size is 0; it must be a whole number of at least 1"),
        ({"state_size": "32"}, "state_size is '32', of the type str; give a number, without"),
        ({"state_size": True}, "state_size is True, of the type bool"),
        ({"dropout": "0.3"}, "dropout is '0.3', of the type str"),
        ({"learning_rate": None}, "learning_rate is None, of the type NoneType"),
        ({"state_size": 2.5}, "state_size is 2.5"),
        ({"state_size": 10**9}, "state_size is 1,000,000,000; at most 16,384 are possible"),
        ({"seed": "one"}, "seed is 'one', of the type str"),
        ({"seed": -1}, "seed is -1; it must be a whole number from 0 on, or None"),
        ({"seed": 2**63}, "seed is 9,223,372,036,854,775,808; it may be 9,223,372,036,854,775,807"),
        ({"dtype": "float16"}, "dtype is 'float32' or 'float64', not 'float16'"),
        ({"dropout": 1.0}, "dropout is a share from 0 up to, but not, 1; it is 1.0"),
        ({"learning_rate": 0.0}, "learning rate is 0.0; it must be finite and above 0"),
    ],
)
def test_arguments_outside_what_is_allowed(make, arguments, sentence):
    with pytest.raises(UsageError, match=sentence):
        make(**arguments)


@pytest.mark.parametrize(
    ("words", "error", "sentence"),
    [
        (["rain", "<UNK>"], UsageError, "vocabulary of 2 words has no <EOS> for the end"),
        (["<EOS>"], UsageError, "no word but <EOS>"),
        (None, UsageError, "The vocabulary is None, of the type NoneType; give a Vocabulary"),
        ("rain", UsageError, "The vocabulary is 'rain', of the type str"),
        (["rain", "<EOS>", "rain"], NamingError, "'rain' is in the vocabulary twice"),
    ],
)
def test_vocabularies_that_cannot_be_used(words, error, sentence):
    with pytest.raises(error, match=sentence):
        RNNLanguageModel(words, 3)


@pytest.mark.parametrize(
    ("sentences", "sentence"),
    [
        ([], "There is no sentence"),
        ([["w1"], []], r"Sentence 1 \(counted from 0\) is empty"),
        ([["<EOS>"]], r"Sentence 0 \(counted from 0\) is empty"),
        (["w1 w2"], "'w1 w2' is one text; cut it into words first"),
        (None, "The sentences are None; give a list of sentences, each a list of words"),
        ("w1 w2", "The sentences are 'w1 w2'; give a list of sentences, each a list of words"),
        ([None], r"Sentence 0 \(counted from 0\) is None; a sentence is a list of words"),
        ([["w1"], [2, 3]], r"Sentence 1 \(counted from 0\) holds 2, of the type int"),
    ],
)
def test_sentences_that_cannot_be_read(make, sentences, sentence):
    model = make()
    before = model.get_weights()
    for use in (model.train_on_batch, model.fit, model.perplexity):
        with pytest.raises(UsageError, match=sentence):
            use(sentences)
    assert np.array_equal(before[0], model.get_weights()[0])


def test_an_unknown_word_is_read_as_unknown(make, tmp_path):
    model = RNNLanguageModel.load(make().save(tmp_path))
    known = model.perplexity([["w1", "<UNK>", "w2"]])
    assert model.perplexity([["w1", "zebra", "w2"]]) == known
    assert model.predict_next("w1 zebra", seed=4) == model.predict_next("w1 <UNK>", seed=4)


def test_an_unknown_word_without_a_word_for_it_is_named():
    model = RNNLanguageModel(["<EOS>", "rain", "again"], 3)
    with pytest.raises(NamingError, match="'snow' is not among the 3 of the vocabulary"):
        model.train_on_batch([["rain", "snow"]])
    with pytest.raises(NamingError, match="'snow' is not among the 3"):
        model.predict_next("rain snow")


def test_a_start_of_unknown_words_only(make):
    with pytest.raises(UsageError, match=r"none of the words of 'zebra quagga'.*42 words.*'w0'"):
        make().predict_next(" zebra quagga ")


def test_a_start_without_a_word(make):
    with pytest.raises(UsageError, match=r"no word to go on from; sample\(\) begins"):
        make().predict_next("  ")


def test_a_start_that_is_a_list_of_words(make):
    with pytest.raises(UsageError, match=r"one text.* is of the type list.*' '\.join\(words\)"):
        make().predict_next(["w1", "w2"])


def test_a_capital_word_that_is_known_in_small_letters_is_warned_of(make):
    model = make()
    with pytest.warns(UserWarning, match=r"does not know 'W1' and reads it as <UNK>.* knows 'w1'"):
        written = model.predict_next("w2 W1", seed=4)
    assert written == model.predict_next("w2 zebra", seed=4)


def test_settings_of_the_draw(make):
    model = make()
    with pytest.raises(UsageError, match=r"temperature is 0; it must be above 0.*take top_k=1"):
        model.sample(temperature=0)
    with pytest.raises(UsageError, match="top_k is 0; at least 1 word"):
        model.sample(top_k=0)
    for name, values in {
        "max_words": (0, None, "5", 2.5),
        "temperature": ("1", None, float("nan")),
        "top_k": ("3", 2.5),
        "seed": ("x", -2),
    }.items():
        for value in values:
            with pytest.raises(UsageError, match=f"{name} is {value!r}"):
                model.predict_next("w1", **{name: value})


def test_settings_of_the_training(make, batches, tmp_path):
    model = make()
    for name, values in {
        "batch_size": (0, "8", 1.5),
        "epochs": (0, "8"),
        "callbacks": (3,),
    }.items():
        for value in values:
            with pytest.raises(UsageError, match=f"{name} is {value!r}"):
                model.fit(batches[0], **{name: value}, progress=False)
    for use in (model.loss, model.log_chances, model.perplexity):
        with pytest.raises(UsageError, match="batch_size is 0"):
            use(batches[0], 0)
    with pytest.raises(UsageError, match="There is no sentence"):
        model.fit(batches[0], validation=[], progress=False)


def test_folders_words_and_weights_that_are_none(make):
    model = make()
    for use in (model.save, RNNLanguageModel.load):
        with pytest.raises(UsageError, match="The folder is 5; give its name"):
            use(5)
    for words in ("w1 w2", None):
        with pytest.raises(UsageError, match=f"The words are {words!r}.*give a list of words"):
            model.next_word_chances(words)
    with pytest.raises(UsageError, match="The weights are None; give a list of arrays"):
        model.set_weights(None)


def test_a_start_in_capitals_only(make):
    with pytest.raises(UsageError, match=r"none of the words of 'W1'.*and these in small letters"):
        make().predict_next("W1")


def test_the_defaults_learn_from_200_sentences():
    text = (Path(__file__).parents[2] / "data" / "headlines.txt").read_text("utf-8")
    sentences = [line.split() for line in text.splitlines()[:200]]
    train, held_out = sentences[:160], sentences[160:]
    model = RNNLanguageModel(Vocabulary.build(train, padding=False), seed=1)
    history = model.fit(train, progress=False)
    assert len(history.epoch) == 30
    assert model.perplexity(held_out) < 0.15 * len(model.vocabulary)


def test_sentences_are_written_without_the_special_words(make):
    model = make(dtype="float32")
    written = [model.sample(seed=seed, max_words=12).split() for seed in range(60)]
    assert written[0] == model.sample(seed=0, max_words=12).split()
    assert len({tuple(words) for words in written}) > 50
    assert not {"<UNK>", "<EOS>"} & {word for words in written for word in words}
    assert max(map(len, written)) <= 12


def test_a_low_temperature_takes_the_likeliest_word(make):
    model = make()
    chances = model.next_word_chances(["w3"])
    chances[0] = 0
    likeliest = model.vocabulary.words[int(chances.argmax())]
    assert model.predict_next("w3", temperature=1e-3, max_words=1) in (likeliest, "")
    assert model.predict_next("w3", top_k=1, max_words=1) in (likeliest, "")


def test_a_vocabulary_with_padding_never_writes_it():
    vocabulary = Vocabulary.build([["rain", "again"]])
    model = RNNLanguageModel(vocabulary, 3, seed=1)
    assert model.get_weights()[0].shape == (3 + 5, 3)
    written = " ".join(model.sample(seed=seed, max_words=5) for seed in range(30)).split()
    assert set(written) == {"rain", "again"}
