"""The language model of the document, from variables and a gradient tape, without a Keras layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from rnn_edu.errors import DataError, NumberError, RnnEduError, ShapeError, UsageError
from rnn_edu.language_model import storage, training
from rnn_edu.language_model.adam import DenseAdam
from rnn_edu.language_model.arguments import (
    check_count,
    check_number,
    check_seed,
    check_weights,
    check_words,
)
from rnn_edu.language_model.batches import ShrinkingBatch, shrinking_batch
from rnn_edu.language_model.mathematics import (
    Weights,
    one_for_each_target,
    states,
    surprise,
)
from rnn_edu.language_model.words import as_vocabulary, numbers_of
from rnn_edu.language_model.writing import Reader, known_start, write
from rnn_edu.text import Vocabulary
from rnn_edu.training.callbacks import Callback, History

Array = npt.NDArray[Any]
Sentences = Sequence[Sequence[str]]
DTYPES = ("float32", "float64")
WEIGHT_NAMES = ("W_a", "b_a", "W_y", "b_y")
LONGEST = 40
#: Its square is the number of weights from state to state: a gigabyte in single precision.
LARGEST_STATE = 16_384


class RNNLanguageModel:
    r"""Predicts the next word of a sentence from all words before it.

    .. math::
        a_t = \tanh([a_{t-1}; x_t] W_a + b_a), \qquad p_t = \mathrm{softmax}(a_t W_y + b_y)

    The state before the first step is all zeros, and so is the first input: the model is asked
    for the first word before it has read one. A sentence is a list of words. ``<EOS>`` is added
    at its end where it is missing, and a word that is not in the vocabulary is read as ``<UNK>``.

    Args:
        vocabulary: n words, a :class:`rnn_edu.text.Vocabulary` or a list; ``<EOS>`` is among them.
        state_size: m, how many numbers the state has.
        dtype: ``"float32"`` or ``"float64"``.
        seed: of the first weights, of the order of the sentences and of the dropout; None draws
            one.
        dropout: share of the state's numbers that are hidden from the prediction while training.
        learning_rate: of Adam; ``model.learning_rate`` can be changed between batches.

    Attributes:
        vocabulary: the words and their numbers.
        state_size: the size of the state.
        finished_epochs: epochs of ``fit`` that were finished since the first weights.
        stop_training: set by a callback that wants ``fit`` to end after this epoch.

    Raises:
        UsageError: an argument outside what is allowed.

    Example:
        >>> model = RNNLanguageModel(["<UNK>", "<EOS>", "rain", "again"], state_size=3, seed=1)
        >>> [weight.shape for weight in model.get_weights()]
        [(7, 3), (1, 3), (3, 4), (1, 4)]
    """

    #: Nothing but the loss is computed while training; callbacks look here for more.
    metrics: tuple[Any, ...] = ()

    def __init__(
        self,
        vocabulary: Vocabulary | Sequence[str],
        state_size: int = 64,
        dtype: str = "float32",
        seed: int | None = None,
        *,
        dropout: float = 0.0,
        learning_rate: float = 0.001,
    ) -> None:
        _check(state_size, dtype, dropout, learning_rate)
        check_seed(seed)
        self.vocabulary = as_vocabulary(vocabulary)
        self.state_size, self.dtype, self.dropout = int(state_size), dtype, float(dropout)
        self.seed = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
        self.finished_epochs = 0
        self.stop_training = False
        self._weights = self._first_weights()
        self._adam = DenseAdam(self._weights.all(), learning_rate)
        self._compiled: dict[tuple[str, int], Any] = {}

    @property
    def learning_rate(self) -> float:
        """How far Adam moves the weights."""
        return float(self._adam.learning_rate.numpy())

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        _check(self.state_size, self.dtype, self.dropout, value)
        self._adam.learning_rate.assign(value)

    def get_weights(self) -> list[Array]:
        """W_a (m+n, m), b_a (1, m), W_y (m, n), b_y (1, n): copies."""
        W_aa, W_ax, b_a, W_y, b_y = (np.array(weight.numpy()) for weight in self._weights.all())
        return [np.concatenate([W_aa, W_ax]), b_a, W_y, b_y]

    def set_weights(self, weights: Sequence[npt.ArrayLike]) -> None:
        """Takes these weights, in the order and the shapes of :meth:`get_weights`.

        Raises:
            ShapeError: there are not four, or one has another shape; none is taken then.
        """
        check_weights(weights)
        arrays = [np.asarray(weight, dtype=self.dtype) for weight in weights]
        m, n = self.state_size, len(self.vocabulary)
        wanted = [(m + n, m), (1, m), (m, n), (1, n)]
        if len(arrays) != len(wanted):
            raise ShapeError(
                f"The model has 4 weights, {', '.join(WEIGHT_NAMES)}, but {len(arrays)} were given."
            )
        for name, array, shape in zip(WEIGHT_NAMES, arrays, wanted, strict=True):
            if array.shape != shape:
                raise ShapeError(
                    f"{name} has the shape {array.shape}, but a model with a state of {m} and "
                    f"{n} words needs {shape}."
                )
        W_a, b_a, W_y, b_y = arrays
        parts = [W_a[:m], W_a[m:], b_a, W_y, b_y]
        for variable, part in zip(self._weights.all(), parts, strict=True):
            variable.assign(part)

    def get_optimizer_state(self) -> list[Array]:
        """What Adam remembers: the number of updates, then its m and its v of W_aa, W_ax, ..."""
        return self._adam.get_state()

    def set_optimizer_state(self, state: Sequence[Array]) -> None:
        """Puts back what :meth:`get_optimizer_state` gave."""
        self._adam.set_state(state)

    def train_on_batch(self, sentences: Sentences) -> float:
        """One step of Adam.

        Args:
            sentences: lists of words; all of them are one batch.

        Returns:
            The loss before this step of Adam, which is the mean over the steps in time of the
            mean of -ln p over the sentences still running.

        Raises:
            UsageError: there is no sentence, one is empty, or one was not cut into words.
            NumberError: the loss or its gradient is not a finite number; the weights stay as
                they are.
        """
        return self.train_on_numbers(numbers_of(self.vocabulary, sentences))

    def train_on_numbers(self, sentences: Sequence[Array]) -> float:
        """As :meth:`train_on_batch`, for the numbers of the words, ``<EOS>`` included."""
        batch = shrinking_batch(sentences)
        loss, finite = self._run("train", batch, batch.weights().astype(self.dtype))
        if not finite:
            raise NumberError(
                f"The loss is {float(loss):.6g} and its gradient is not finite: the weights have "
                "grown out of all bounds; they stay as they are. Train with a smaller learning "
                f"rate than {self.learning_rate:g}, or from new first weights."
            )
        return float(loss)

    def fit(
        self,
        sentences: Sentences,
        batch_size: int | None = None,
        epochs: int | None = None,
        validation: Sentences | None = None,
        callbacks: Sequence[Callback] = (),
        progress: bool = True,
        *,
        shuffle: bool = True,
        by_length: bool = False,
        folder: storage.PathName | None = None,
        resume: bool = False,
    ) -> History:
        """Trains for several passes through the sentences.

        If training is broken off by Ctrl-C, the model has the weights of the last finished epoch,
        and ``fit`` with ``resume=True`` goes on from there.

        Args:
            sentences: lists of words.
            batch_size: sentences for each step of Adam; None takes 128, the document's number,
                and fewer where there are less than 6,400 sentences.
            epochs: passes through the sentences; None takes 10, and more where these would be
                less than 600 steps.
            validation: sentences whose loss per word is computed after each epoch.
            callbacks: as in :mod:`rnn_edu.training`, called with ``loss``, ``val_loss`` and
                ``val_perplexity``.
            progress: show a bar and a line for each epoch.
            shuffle: draw a new order for each epoch; the document keeps one order.
            by_length: put sentences of the same length together. Then all words of a batch count
                the same in its loss, as they do in the perplexity; in a mixed batch the words of
                the longest sentences count most.
            folder: the model is saved here after each epoch.
            resume: the epochs that were finished before count among ``epochs``, which must not
                be fewer. If ``folder`` holds a model, it is loaded first.

        Returns:
            The losses of the epochs. ``loss`` is the mean of the batches' losses while training,
            ``val_loss`` the mean of -ln p over all words, ends of sentences included.

        Raises:
            UsageError: an argument outside what is allowed, or an empty sentence.
            NumberError: the loss is not finite; the sentence says at which batch.
            DataError: the folder cannot be written, or holds another model.
        """
        numbers = numbers_of(self.vocabulary, sentences)
        held_out = None if validation is None else numbers_of(self.vocabulary, validation)
        size = training.usual_batch(len(numbers)) if batch_size is None else batch_size
        plan = training.Schedule(size, epochs, progress, shuffle, by_length, folder, resume)
        return training.fit(self, plan, numbers, held_out, callbacks)

    def loss_and_gradients(self, inputs: Any, targets: Any, counts: Any, shares: Any) -> Any:
        """The loss of a ``ShrinkingBatch`` and its gradients, as a graph; nothing is moved.

        Args:
            inputs: the words that are read.
            targets: the words to be predicted.
            counts: sentences running at each step.
            shares: what each target counts in the loss, shape ``(words,)``.

        Returns:
            The loss, and the gradients of W_aa (m, m), W_ax (n, m), b_a, W_y and b_y, where W_aa
            and W_ax are the upper and the lower part of W_a.
        """
        with tf.GradientTape() as tape:
            state, alike = states(self._weights, inputs, counts), counts[0]
            if self.dropout:
                draw = tf.stack([tf.constant(self.seed, tf.int64), self._adam.step])
                state, alike = one_for_each_target(state, alike), 1
                state = tf.nn.experimental.stateless_dropout(state, self.dropout, seed=draw)
            loss = surprise(self._weights, state, targets, shares, alike)
        gradients = tape.gradient(loss, self._weights.all())
        return loss, [tf.convert_to_tensor(gradient) for gradient in gradients]

    def apply_gradients(self, gradients: Sequence[Any]) -> Any:
        """One step of Adam along the gradients of :meth:`loss_and_gradients`.

        Returns:
            In a graph, the operation that is done when the step is; else None.
        """
        return self._adam.apply(gradients)

    def loss(self, sentences: Sentences, batch_size: int = 128) -> float:
        """Mean of -ln p over all words, the ends of sentences included, in nats.

        Raises:
            UsageError: there is no sentence, or one is empty.
        """
        return self.loss_of_numbers(numbers_of(self.vocabulary, sentences), batch_size)

    def loss_of_numbers(self, sentences: Sequence[Array], batch_size: int = 128) -> float:
        """As :meth:`loss`, for the numbers of the words, ``<EOS>`` included."""
        check_count("batch_size", batch_size)
        # Sentences of one length together: the sum is the same and there are fewer steps.
        by_length = sorted(sentences, key=len)
        nats = 0.0
        for start in range(0, len(by_length), batch_size):
            nats += float(self._run("nats", shrinking_batch(by_length[start : start + batch_size])))
        return nats / sum(map(len, by_length))

    def log_chances(self, sentences: Sentences, batch_size: int = 128) -> Array:
        """Ln p of every word of the sentences, one after the other, their ends included.

        Args:
            sentences: lists of words.
            batch_size: sentences that are read at once.

        Returns:
            Array of shape ``(words,)``, in the order of the sentences; minus its mean is
            :meth:`loss`.

        Raises:
            UsageError: there is no sentence, or one is empty.
        """
        check_count("batch_size", batch_size)
        numbers = numbers_of(self.vocabulary, sentences)
        stops = np.cumsum([len(sentence) for sentence in numbers])
        places = np.split(np.arange(stops[-1]), stops[:-1])
        by_length = sorted(range(len(numbers)), key=lambda i: len(numbers[i]))
        logs = np.empty(stops[-1])
        for start in range(0, len(by_length), batch_size):
            some = by_length[start : start + batch_size]
            # The places are laid out as the words are, so each result finds its way back.
            where = shrinking_batch([places[i] for i in some]).targets
            logs[where] = self._run("logs", shrinking_batch([numbers[i] for i in some]))
        return logs

    def perplexity(self, sentences: Sentences, batch_size: int = 128) -> float:
        """The exponential of :meth:`loss`: among how many equally likely words the model wavers."""
        return float(np.exp(self.loss(sentences, batch_size)))

    def next_word_chances(self, words: Sequence[str] = ()) -> Array:
        """The probability of each word to come next, shape ``(n,)``.

        Args:
            words: of the sentence so far; unknown ones are read as ``<UNK>``.
        """
        check_words(words)
        reader = self._reader()
        for number in self.vocabulary.encode(list(words)):
            reader.read(int(number))
        return reader.chances()

    def sample(
        self,
        seed: int | None = None,
        temperature: float = 1.0,
        top_k: int | None = None,
        max_words: int = LONGEST,
    ) -> str:
        """A new sentence, drawn word by word until ``<EOS>`` is drawn; ``<UNK>`` never is.

        Args:
            seed: of the draw; None gives another sentence each time.
            temperature: below 1 likely words become likelier, above 1 all come closer.
            top_k: draw among the k likeliest words only.
            max_words: where a sentence that does not end is cut.

        Raises:
            UsageError: an argument outside what is allowed.
        """
        return write(self._reader(), self.vocabulary, seed, temperature, top_k, max_words)

    def predict_next(
        self,
        text: str,
        seed: int | None = None,
        temperature: float = 1.0,
        top_k: int | None = None,
        max_words: int = LONGEST,
    ) -> str:
        """The end of a sentence whose beginning is given; only the new words are returned.

        Args:
            text: the beginning. A word that the model does not know is read as ``<UNK>``; a
                warning says so of one that it knows in small letters.
            seed: as for :meth:`sample`.
            temperature: as for :meth:`sample`.
            top_k: as for :meth:`sample`.
            max_words: at most so many new words.

        Raises:
            UsageError: the text has no word, or none that the model knows; or another argument
                is outside what is allowed.
        """
        reader = self._reader()
        for number in known_start(self.vocabulary, text):
            reader.read(number)
        return write(reader, self.vocabulary, seed, temperature, top_k, max_words)

    def save(self, folder: storage.PathName) -> Path:
        """Writes the model to a folder, whole or not at all.

        The format is described at :mod:`rnn_edu.language_model.storage`.

        Raises:
            DataError: the folder cannot be written.
        """
        return storage.save(self, folder)

    @classmethod
    def load(cls, folder: storage.PathName) -> RNNLanguageModel:
        """The model that :meth:`save` wrote to a folder, with what Adam remembers.

        Raises:
            DataError: the folder is no such model, is damaged, or is of another version.
        """
        description, arrays = storage.read(folder)
        try:
            model = cls(
                storage.vocabulary_of(description),
                **{name: description[name] for name in storage.ARGUMENTS},
            )
        except (RnnEduError, TypeError, ValueError) as error:
            raise DataError(f"{folder}: its {storage.FILE} cannot be used: {error}") from error
        storage.fill(model, description, arrays, folder)
        return model

    def _reader(self) -> Reader:
        return Reader(*(np.array(weight.numpy()) for weight in self._weights.all()))

    def _first_weights(self) -> Weights:
        """Normal numbers whose spread depends on the size of the matrix, as in the document."""
        random = np.random.default_rng(self.seed)
        m, n = self.state_size, len(self.vocabulary)
        W_a, b_a, W_y, b_y = (
            random.normal(0, np.sqrt(2 / (rows + columns)), (rows, columns))
            for rows, columns in ((m + n, m), (1, m), (m, n), (1, n))
        )
        parts = (W_a[:m], W_a[m:], b_a, W_y, b_y)
        return Weights(*(tf.Variable(part.astype(self.dtype)) for part in parts))

    def _run(self, what: str, batch: ShrinkingBatch, *more: Array) -> Any:
        """Runs a compiled function; one is made for each number of steps that is met."""
        key = (what, len(batch.counts))
        if key not in self._compiled:
            numbers = tf.TensorSpec([None], tf.int64)
            signature = [numbers, numbers, tf.TensorSpec([key[1]], tf.int64)]
            signature += [tf.TensorSpec([None], self.dtype)] * len(more)
            function = partial(FUNCTIONS[what], self)
            self._compiled[key] = tf.function(function, signature, autograph=False)
        arrays = (batch.inputs, batch.targets, batch.counts, *more)
        return self._compiled[key](*map(tf.constant, arrays))


def _train(model: RNNLanguageModel, inputs: Any, targets: Any, counts: Any, shares: Any) -> Any:
    """One update. Returns the loss before it, and whether loss and gradients were finite."""
    loss, gradients = model.loss_and_gradients(inputs, targets, counts, shares)
    # A number that is not finite in any step reaches the sums that are the biases' gradients.
    total = tf.reduce_sum(gradients[2]) + tf.reduce_sum(gradients[4])
    finite = tf.math.is_finite(loss + total)
    tf.cond(finite, partial(model.apply_gradients, gradients), tf.no_op)
    return loss, finite


def _nats(model: RNNLanguageModel, inputs: Any, targets: Any, counts: Any) -> Any:
    """The sum of -ln p over all words."""
    state = states(model._weights, inputs, counts)
    shares = tf.ones_like(targets, model.dtype)
    return surprise(model._weights, state, targets, shares, counts[0])


def _logs(model: RNNLanguageModel, inputs: Any, targets: Any, counts: Any) -> Any:
    """Ln p of each word."""
    state = one_for_each_target(states(model._weights, inputs, counts), counts[0])
    scores = state @ model._weights.W_y + model._weights.b_y
    return -tf.nn.sparse_softmax_cross_entropy_with_logits(targets, scores)


FUNCTIONS: dict[str, Callable[..., Any]] = {"train": _train, "nats": _nats, "logs": _logs}


def _check(state_size: int, dtype: str, dropout: float, learning_rate: float) -> None:
    for name, value in (("dropout", dropout), ("learning_rate", learning_rate)):
        check_number(name, value)
    check_count("state_size", state_size)
    if state_size > LARGEST_STATE:
        raise UsageError(f"state_size is {state_size:,}; at most {LARGEST_STATE:,} are possible.")
    if dtype not in DTYPES:
        raise UsageError(f"dtype is 'float32' or 'float64', not {dtype!r}.")
    if not 0 <= dropout < 1:
        raise UsageError(f"dropout is a share from 0 up to, but not, 1; it is {dropout}.")
    if not 0 < learning_rate < np.inf:
        raise UsageError(f"The learning rate is {learning_rate}; it must be finite and above 0.")
