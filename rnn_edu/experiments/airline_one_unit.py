"""Both one-unit networks on the airline tweets beside the bag of words, in pairs, from ten seeds.

The settings are those of the records of ``airline_simple_rnn`` and ``airline_lstm``, which have
three of these seeds and no pairs: the tweets that only one of the two answers rightly. Then the
words of every test tweet are shuffled, to see what a network does with their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.experiments import airline_lstm, airline_simple_rnn
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.ladder_sentiment import Tweets, beside, judged, load_real
from rnn_edu.experiments.ladders import SETS, climb, rounded
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import read_record
from rnn_edu.experiments.sentiment import IntArray, SentimentSetting

NAME = "airline_one_unit"


RECORDS = {"SimpleRNN(1)": airline_simple_rnn.NAME, "LSTM(1)": airline_lstm.NAME}
SHUFFLES = 5


def setting(network: str) -> SentimentSetting:
    """That of the network's record, with the number of epochs that was chosen there."""
    return SentimentSetting(**read_record(RECORDS[network])["setting"])


def measured(seed: int, tweets: Mapping[str, Tweets], bag: Any) -> dict[str, dict[str, float]]:
    """One training of each network on all training tweets, beside the bag of words."""
    found = {}
    for name, of_network in tweets.items():
        split, truth = of_network.split, of_network.labels[of_network.split.test]
        answers = of_network.network(seed, split.train)
        judged_by = beside(answers(split.test), 0.5, bag, 0.5, truth)
        found[name] = rounded(judged_by | {"shuffled": shuffled_accuracy(of_network, answers)})
    return found


def shuffled_accuracy(tweets: Tweets, answers: Any) -> float:
    """The accuracy on the test tweets with their words shuffled, the mean of some shuffles."""
    test, truth, straight = tweets.split.test, tweets.labels[tweets.split.test], tweets.x
    shares = []
    for number in range(SHUFFLES):
        tweets.x = straight.copy()
        tweets.x[test] = shuffled(straight[test], number)
        shares.append(np.mean((answers(test) >= 0.5) == truth))
    tweets.x = straight
    return float(np.mean(shares))


def shuffled(rows: IntArray, seed: int) -> IntArray:
    """Each row with its words in another order, the padding left where it is.

    Example:
        >>> shuffled(np.array([[0, 0, 1, 2, 3]]), seed=0).tolist()
        [[0, 0, 3, 1, 2]]
    """
    random = np.random.default_rng(seed)
    anew = rows.copy()
    for row in anew:
        row[row > 0] = random.permutation(row[row > 0])
    return anew


def run(options: RunOptions) -> Path:
    """Trains from both sets of seeds and writes the record; DataError without the real tweets."""
    full = FullRun(NAME, options)
    data = load_real()
    tweets = {name: Tweets(data, setting(name).asked(options)) for name in RECORDS}
    of_lstm, facts = tweets["LSTM(1)"], {name: of.setting.facts() for name, of in tweets.items()}
    test, truth = of_lstm.split.test, of_lstm.labels[of_lstm.split.test]
    bag: Any = np.asarray(of_lstm.bag_of_words(of_lstm.split.train)(test))
    return full.record(
        data,
        [seed for seeds in SETS.values() for seed in seeds],
        setting=facts | {"shuffles": SHUFFLES},
        metrics=climb(partial(measured, tweets=tweets, bag=bag), full.checkpoints, **facts),
        baselines=judged(bag, 0.5, truth),
        first_batch_loss=first_batch_loss(),
    )


def first_batch_loss() -> float:
    """The loss of the LSTM's first batch before training; the record holds what it was."""
    from rnn_edu.experiments import airline

    return airline.first_batch_loss(setting("LSTM(1)"))
