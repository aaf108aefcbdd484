"""The model against the document's loop, against NumPy, and against Keras's Adam."""

from types import SimpleNamespace

import numpy as np
import pytest

from rnn_edu.errors import NumberError, ShapeError
from rnn_edu.language_model.batches import shrinking_batch
from rnn_edu.language_model.plain_loop import PlainLoop


def with_end(sentences):
    return [[*words, "<EOS>"] for words in sentences]


def numpy_loss(weights, numbers):
    """The loss of one batch, sentence by sentence and step by step."""
    W_a, b_a, W_y, b_y = weights
    m = W_y.shape[0]
    of_step = {}
    for sentence in numbers:
        a, x = np.zeros(m), np.zeros(W_y.shape[1])
        for t, target in enumerate(sentence):
            a = np.tanh(np.concatenate([a, x]) @ W_a + b_a[0])
            e = np.exp(a @ W_y + b_y[0])
            of_step.setdefault(t, []).append(-np.log(e[target] / e.sum()))
            x = np.eye(W_y.shape[1])[target]
    return np.mean([np.mean(surprises) for surprises in of_step.values()])


def test_four_updates_are_those_of_the_documents_loop(make, words, batches):
    model = make(state_size=24)
    loop = PlainLoop(words, model.get_weights())
    for batch in batches:
        assert abs(model.train_on_batch(batch) - loop.train_on_batch(with_end(batch))) < 1e-9
    for ours, theirs in zip(model.get_weights(), loop.weights, strict=True):
        assert np.allclose(ours, theirs.numpy(), rtol=0, atol=1e-12)


def test_single_precision_stays_close_to_the_documents_loop(make, words, batches):
    model = make(state_size=24, dtype="float32")
    loop = PlainLoop(words, model.get_weights(), "float32")
    for batch in batches:
        assert abs(model.train_on_batch(batch) - loop.train_on_batch(with_end(batch))) < 1e-5


def test_the_loss_is_the_mean_of_the_steps_of_the_mean_of_the_sentences(make, batches):
    model = make()
    numbers = model.vocabulary.encode_all(batches[0], end=True)
    expected = numpy_loss(model.get_weights(), numbers)
    assert model.train_on_batch(batches[0]) == pytest.approx(expected, abs=1e-12)
    everything = [s for sentence in numbers for s in sentence]
    assert len({len(sentence) for sentence in numbers}) > 3
    assert abs(model.loss(batches[0]) - expected) > 1e-3  # the mean over the words is another
    assert len(everything) == sum(map(len, numbers))


def test_the_loss_per_word_is_that_of_each_sentence_alone(make, batches):
    model = make()
    sentences = batches[1]
    alone = [(len(s) + 1) * model.loss([s]) for s in sentences]
    total = sum(len(s) + 1 for s in sentences)
    assert model.loss(sentences, batch_size=5) == pytest.approx(sum(alone) / total, abs=1e-12)
    assert model.perplexity(sentences) == pytest.approx(np.exp(model.loss(sentences)))


def test_the_chance_of_each_word_stands_at_its_place(make, words, batches):
    model = make()
    sentences = batches[2]
    logs = model.log_chances(sentences, batch_size=5)
    one_by_one = [
        np.log(model.next_word_chances(sentence[:t])[words.index(word)])
        for sentence in sentences
        for t, word in enumerate([*sentence, "<EOS>"])
    ]
    assert np.allclose(logs, one_by_one, rtol=0, atol=1e-12)
    assert -logs.mean() == pytest.approx(model.loss(sentences), abs=1e-12)
    assert len(set(map(len, sentences))) > 3


def test_chances_for_one_sentence_are_those_of_the_batch(make, words, batches):
    model = make()
    sentence = max(batches[0], key=len)
    nats = -np.log(model.next_word_chances()[words.index(sentence[0])])
    for i, word in enumerate([*sentence[1:], "<EOS>"], start=1):
        chances = model.next_word_chances(sentence[:i])
        assert chances.sum() == pytest.approx(1, abs=1e-12)
        nats -= np.log(chances[words.index(word)])
    assert nats == pytest.approx((len(sentence) + 1) * model.loss([sentence]), abs=1e-10)


def test_a_word_that_does_not_occur_is_moved_all_the_same(make):
    """Adam's memory goes on pulling; a sparse Adam would leave the row where it is."""
    model = make()
    model.train_on_batch([["w3", "w4", "w5"]])
    before = model.get_weights()[0]
    model.train_on_batch([["w7", "w8", "w9"]])
    row = 6 + model.vocabulary.number("w3")
    assert np.all(model.get_weights()[0][row] != before[row])


def test_an_end_that_is_there_already_is_not_doubled(make):
    one, two = make(), make()
    assert one.train_on_batch([["w1", "w2"]]) == two.train_on_batch([["w1", "w2", "<EOS>"]])


def test_the_order_in_a_batch_does_not_matter(make, batches):
    one, two = make(), make()
    loss = one.train_on_batch(batches[0])
    assert two.train_on_batch(batches[0][::-1]) == pytest.approx(loss, abs=1e-13)


def test_the_batch_shrinks():
    batch = shrinking_batch([np.arange(n) for n in (2, 5, 3, 5, 1)])
    assert batch.counts.tolist() == [5, 4, 3, 2, 2, 0, 0, 0]
    assert batch.sentences == 5
    assert len(batch.targets) == 16
    assert len(batch.inputs) == 11
    assert batch.weights().sum() == pytest.approx(1)
    assert batch.weights()[0] == 1 / (5 * 5)
    assert batch.weights()[-1] == 1 / (5 * 2)


def test_few_graphs_are_made(make):
    model = make()
    for length in (*range(1, 31), *range(30, 0, -1)):
        model.train_on_batch([["w1"] * length, ["w2"]])
    assert len(model._compiled) == 4  # 4, 8, 16 and 32 steps


def test_weights_come_back_as_they_were_given(make):
    model = make()
    random = np.random.default_rng(0)
    given = [random.normal(size=shape) for shape in ((48, 6), (1, 6), (6, 42), (1, 42))]
    model.set_weights(given)
    for one, other in zip(given, model.get_weights(), strict=True):
        assert np.array_equal(one, other)


def test_wrong_weights_are_refused_and_none_is_taken(make):
    model = make()
    before = model.get_weights()
    with pytest.raises(ShapeError, match="4 weights, W_a, b_a, W_y, b_y, but 3 were given"):
        model.set_weights(before[:3])
    changed = [before[0] + 1, before[1], before[2].T, before[3]]
    with pytest.raises(ShapeError, match=r"W_y has the shape \(42, 6\), .* needs \(6, 42\)"):
        model.set_weights(changed)
    assert np.array_equal(model.get_weights()[0], before[0])


def test_a_seed_repeats_everything(make, batches):
    one, two, other = (make(seed=seed, dropout=0.4) for seed in (1, 1, 2))
    assert one.train_on_batch(batches[0]) == two.train_on_batch(batches[0])
    assert one.train_on_batch(batches[0]) != other.train_on_batch(batches[0])


def test_dropout_is_for_training_only(make, batches):
    plain, dropping = make(), make(dropout=0.5)
    assert plain.loss(batches[0]) == dropping.loss(batches[0])
    assert plain.train_on_batch(batches[0]) != dropping.train_on_batch(batches[0])


def test_a_loss_that_is_not_finite_leaves_the_weights(make, batches):
    model = make()
    weights = model.get_weights()
    weights[2][0, 0] = np.inf
    model.set_weights(weights)
    state = model.get_optimizer_state()
    with pytest.raises(NumberError, match="its gradient is not finite"):
        model.train_on_batch(batches[0])
    for one, other in zip(weights, model.get_weights(), strict=True):
        assert np.array_equal(one, other)
    for one, other in zip(state, model.get_optimizer_state(), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("broken", ["loss", "b_a", "b_y"])
def test_an_update_needs_a_finite_loss_and_finite_gradients_of_both_biases(broken):
    """The biases' gradients are sums over all steps and words; either can be the one that is not.

    No sentence is known that breaks just one of them, so the model is a stand-in.
    """
    import tensorflow as tf

    from rnn_edu.language_model.model import FUNCTIONS

    applied = []
    finite = {"loss": 0.5, "W_aa": 1.0, "W_ax": 1.0, "b_a": 1.0, "W_y": 1.0, "b_y": 1.0}
    loss, *gradients = (tf.constant(v) for v in (finite | {broken: np.nan}).values())
    model = SimpleNamespace(
        loss_and_gradients=lambda *_: (loss, gradients), apply_gradients=applied.append
    )
    assert not FUNCTIONS["train"](model, None, None, None, None)[1]
    assert applied == []
