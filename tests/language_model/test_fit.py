"""Training: it learns, it resumes, and it loses nothing when it is broken off."""

from itertools import chain

import numpy as np
import pytest

from rnn_edu.errors import DataError, NumberError, UsageError
from rnn_edu.training.callbacks import Callback, EarlyStopping

SENTENCES = [["w1", "w2", "w3"], ["w2", "w3"], ["w4", "w1"], ["w5", "w1", "w2", "w9"]] * 6


class StopsAt(Callback):
    """Ctrl-C at a batch of an epoch."""

    def __init__(self, epoch, batch):
        self.at, self.epoch = (epoch, batch), -1

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.epoch, batch) == self.at:
            raise KeyboardInterrupt


class Watching(Callback):
    """Keeps the weights after each epoch."""

    def on_train_begin(self, logs=None):
        self.weights, self.logs = [], []

    def on_epoch_end(self, epoch, logs=None):
        self.weights.append(self.model.get_weights())
        self.logs.append(logs)


def equal(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_it_learns_and_says_how(make, capsys):
    model = make(learning_rate=0.02)
    history = model.fit(SENTENCES, 8, 6, validation=SENTENCES[:4])
    assert history.epoch == list(range(6))
    losses = history.history["val_loss"]
    assert losses[-1] < losses[0] - 0.5
    assert history.history["val_perplexity"][-1] == pytest.approx(np.exp(losses[-1]))
    assert losses[-1] == pytest.approx(model.loss(SENTENCES[:4]))
    assert model.finished_epochs == 6
    shown = capsys.readouterr().out
    assert "epoch 6 of 6: loss " in shown
    assert ", val_perplexity " in shown


def test_it_can_be_silent(make, capsys):
    make().fit(SENTENCES, 8, 1, progress=False)
    assert capsys.readouterr().out == ""


def test_the_document_s_order_is_kept_without_shuffling(make):
    by_hand, fitted = make(), make()
    losses = [by_hand.train_on_batch(SENTENCES[i : i + 10]) for i in (0, 10, 20)]
    history = fitted.fit(SENTENCES, 10, 1, progress=False, shuffle=False)
    assert history.history["loss"] == [pytest.approx(np.mean(losses), abs=1e-14)]
    assert equal(by_hand.get_weights(), fitted.get_weights())


def test_batches_by_length_hold_sentences_of_one_length(make, monkeypatch):
    model, lengths = make(), []
    trained = type(model).train_on_numbers

    def watched(self, numbers):
        lengths.append([len(sentence) for sentence in numbers])
        return trained(self, numbers)

    monkeypatch.setattr(type(model), "train_on_numbers", watched)
    model.fit(SENTENCES, 6, 2, progress=False, by_length=True)
    assert all(max(batch) - min(batch) <= 1 for batch in lengths)
    first, second = lengths[:4], lengths[4:]
    for epoch in (first, second):
        assert sorted(chain.from_iterable(epoch)) == sorted(len(s) + 1 for s in SENTENCES)
    assert first != second


def test_ctrl_c_leaves_the_last_finished_epoch_and_fit_goes_on_from_there(make):
    whole, broken = make(dropout=0.2), make(dropout=0.2)
    watching = Watching()
    whole.fit(SENTENCES, 8, 4, callbacks=[watching], progress=False)
    with pytest.raises(KeyboardInterrupt):
        broken.fit(SENTENCES, 8, 4, callbacks=[StopsAt(2, 1)], progress=False)
    assert broken.finished_epochs == 2
    assert equal(broken.get_weights(), watching.weights[1])
    history = broken.fit(SENTENCES, 8, 4, progress=False, resume=True)
    assert history.epoch == [2, 3]
    assert equal(broken.get_weights(), whole.get_weights())


def test_a_folder_resumes_in_another_process(make, tmp_path):
    whole = make()
    whole.fit(SENTENCES, 8, 3, progress=False)
    folder = tmp_path / "model"
    with pytest.raises(KeyboardInterrupt):
        make().fit(SENTENCES, 8, 3, callbacks=[StopsAt(1, 0)], progress=False, folder=folder)
    fresh = make()
    history = fresh.fit(SENTENCES, 8, 3, progress=False, folder=folder, resume=True)
    assert history.epoch == [1, 2]
    assert equal(fresh.get_weights(), whole.get_weights())
    assert equal(type(fresh).load(folder).get_weights(), whole.get_weights())


def test_another_model_is_not_trained_on(make, tmp_path):
    make().fit(SENTENCES, 8, 1, progress=False, folder=tmp_path)
    with pytest.raises(
        DataError, match=r"cannot be trained on: its state_size is 6.* here it is 7"
    ):
        make(state_size=7).fit(SENTENCES, 8, 2, progress=False, folder=tmp_path, resume=True)


def test_fewer_epochs_than_are_finished_are_refused(make):
    model = make()
    model.fit(SENTENCES, 8, 3, progress=False)
    with pytest.raises(UsageError, match=r"epochs is 2, but .* has finished 3; give more than 3"):
        model.fit(SENTENCES, 8, 2, progress=False, resume=True)


def test_a_finished_training_says_that_nothing_is_left(make, capsys):
    model = make()
    model.fit(SENTENCES, 8, 2, progress=False)
    before = model.get_weights()
    assert model.fit(SENTENCES, 8, 2, resume=True).epoch == []
    assert capsys.readouterr().out == (
        "All 2 epochs are finished; there is nothing left to train.\n"
    )
    assert equal(before, model.get_weights())


def test_without_resume_a_second_fit_adds_epochs(make):
    model = make()
    model.fit(SENTENCES, 8, 2, progress=False)
    assert model.fit(SENTENCES, 8, 2, progress=False).epoch == [0, 1]
    assert model.finished_epochs == 4


def test_a_loss_that_is_not_finite_stops_and_names_the_batch(make):
    model = make(learning_rate=0.01)
    good = []

    class Breaks(Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 1:
                good.append(model.get_weights())
                # From here on a word that only the third batch has gives no number.
                weights = model.get_weights()
                weights[0][6 + model.vocabulary.number("w30")] = np.nan
                model.set_weights(weights)

    sentences = [["w1", "w2"]] * 16 + [["w30", "w2"]] * 8
    wanted = r"stopped at batch 3 of 3 in epoch 1\. The loss is nan .* smaller learning rate"
    with pytest.raises(NumberError, match=wanted):
        model.fit(sentences, 8, 5, callbacks=[Breaks()], progress=False, shuffle=False)
    assert len(good) == 1
    assert all(np.isfinite(weight).all() for weight in model.get_weights())


def test_after_a_loss_that_is_not_finite_the_last_good_weights_are_there(make, monkeypatch):
    model = make()
    trained, good = type(model).train_on_numbers, []

    def third_fails(self, numbers):
        if len(good) == 2:
            weights = self.get_weights()
            self.set_weights([np.full_like(weights[0], np.nan), *weights[1:]])
            try:
                return trained(self, numbers)
            finally:
                self.set_weights(weights)
        loss = trained(self, numbers)
        good.append(self.get_weights())
        return loss

    monkeypatch.setattr(type(model), "train_on_numbers", third_fails)
    with pytest.raises(NumberError, match="batch 3 of 3 in epoch 1"):
        model.fit(SENTENCES, 8, 1, progress=False)
    assert equal(model.get_weights(), good[1])


def test_callbacks_of_the_numpy_engine_work_here(make):
    model = make(learning_rate=1e-9)
    stopping = EarlyStopping("val_loss", min_delta=0.1, patience=1, restore_best_weights=True)
    history = model.fit(SENTENCES, 8, 9, SENTENCES[:4], [stopping], progress=False)
    assert len(history.epoch) == 2


@pytest.mark.parametrize("name", ["batch_size", "epochs"])
def test_numbers_below_one_are_refused(make, name):
    with pytest.raises(UsageError, match=f"{name} is 0; it must be a whole number of at least 1"):
        make().fit(SENTENCES, **{name: 0})
