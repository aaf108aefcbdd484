"""The command ``language-model``: a text of your own in; a model that writes and scores out."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnn_edu.own_texts.corpus import Corpus, Reading
    from rnn_edu.own_texts.language import Report
    from rnn_edu.own_texts.sizes import Plan

#: Where more words are unknown, the figures say little about the language.
MUCH_UNKNOWN = 0.2


def add_language_model(commands: Any) -> None:
    """The command, its three actions and their arguments."""
    model = commands.add_parser(
        "language-model",
        help="train a language model on a text of your own; let it write and score",
        description="train: learns from a text file. write: goes on with a beginning. score: says "
        "how surprising the sentences of a file are.",
    )
    actions = model.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_train(actions)
    write = actions.add_parser("write", help="write sentences")
    write.add_argument("folder", metavar="DIR", type=Path, help="of the model")
    write.add_argument("--start", metavar="TEXT", default="", help="how the sentences begin")
    write.add_argument("--number", metavar="N", type=int, default=5, help="of sentences (5)")
    write.add_argument(
        "--temperature",
        metavar="T",
        type=float,
        default=1.0,
        help="below 1 likely words become likelier, above 1 all come closer (1)",
    )
    write.add_argument("--top-k", metavar="K", type=int, help="draw among the K likeliest words")
    write.add_argument("--seed", metavar="N", type=int, help="the same number, the same sentences")
    score = actions.add_parser("score", help="say how surprising the sentences of a file are")
    score.add_argument("folder", metavar="DIR", type=Path, help="of the model")
    score.add_argument("file", metavar="FILE", type=Path, help="a text file")
    score.add_argument("--each", action="store_true", help="a line for each sentence")
    _add_reading(score)


def _add_train(actions: Any) -> None:
    train = actions.add_parser(
        "train",
        help="learn from a text file",
        description="Size and rate go by the length of the text; nothing has to be set.",
    )
    train.add_argument("file", metavar="FILE", type=Path, help="a text file")
    train.add_argument("--out", metavar="DIR", type=Path, required=True, help="for the model")
    train.add_argument("--resume", action="store_true", help="go on with a broken-off training")
    train.add_argument("--replace", action="store_true", help="throw away the model in DIR")
    _add_reading(train)
    train.add_argument("--keep-case", action="store_true", help="keep capital letters")
    train.add_argument("--characters", action="store_true", help="every character is a word")
    train.add_argument(
        "--shuffled", action="store_true", help="hold sentences out at random, not the last ones"
    )
    train.add_argument("--words", metavar="N", type=int, default=None, help="most words (10,000)")
    train.add_argument("--size", metavar="N", type=int, help="numbers in the state")
    train.add_argument("--rate", metavar="R", type=float, help="learning rate of Adam")
    train.add_argument("--dropout", metavar="SHARE", type=float, help="hidden while training")
    train.add_argument("--epochs", metavar="N", type=int, help="passes through the text, at most")
    train.add_argument("--seed", metavar="N", type=int, default=1, help="of all draws (1)")


def _add_reading(parser: Any) -> None:
    parser.add_argument("--encoding", metavar="NAME", help="of the file, if it is not UTF-8")
    parser.add_argument(
        "--read-as", choices=("lines", "prose"), help="a sentence on each line, or running text"
    )


def run_language_model(options: argparse.Namespace) -> int:
    """Runs one of the three actions.

    Raises:
        RnnEduError: something cannot be read, used or written; one sentence.
        KeyboardInterrupt: from the keyboard; a sentence says how to go on.
    """
    from rnn_edu.quiet import start_tensorflow

    start_tensorflow()
    return {"train": _train, "write": _write, "score": _score}[options.action](options)


def _train(options: argparse.Namespace) -> int:
    from rnn_edu.language_model.arguments import check_count
    from rnn_edu.own_texts.corpus import read_corpus
    from rnn_edu.own_texts.folders import UNFINISHED
    from rnn_edu.own_texts.language import train
    from rnn_edu.own_texts.sizes import plan_for

    reading = _reading(options)
    for name in ("size", "epochs"):
        if getattr(options, name) is not None:
            check_count(f"--{name}", getattr(options, name))
    corpus = read_corpus(options.file, reading)
    running = corpus.running_words()
    plan = plan_for(
        running,
        state_size=options.size,
        learning_rate=options.rate,
        dropout=options.dropout,
        epochs=options.epochs,
        seed=options.seed,
    )
    _say_what_comes(corpus, plan, running)
    try:
        _, report = train(
            corpus,
            plan,
            reading.cutting,
            options.out,
            resume=options.resume,
            replace=options.replace,
        )
    except KeyboardInterrupt:
        if (options.out / UNFINISHED).is_dir():
            print(
                "rnn_edu: interrupted; the same command with --resume goes on after the last "
                "finished epoch.",
                file=sys.stderr,
            )
        raise
    _say_report(report, corpus)
    folder = shlex.quote(str(options.out))
    print(f'Written to {options.out}. Try: language-model write {folder} --start "..."')
    return 0


def _reading(options: argparse.Namespace) -> Reading:
    from rnn_edu.language_model.arguments import check_count, check_seed
    from rnn_edu.own_texts.corpus import MOST_WORDS, Reading
    from rnn_edu.own_texts.cutting import Cutting

    words = MOST_WORDS if options.words is None else options.words
    check_count("--words", words)
    check_seed(options.seed)
    cutting = Cutting(lower=not options.keep_case, characters=options.characters)
    return Reading(
        cutting, options.read_as, options.encoding, options.shuffled, words, options.seed
    )


def _say_what_comes(corpus: Corpus, plan: Plan, running: int) -> None:
    from rnn_edu.own_texts.cutting import vocabulary_line

    for note in corpus.notes:
        print(note)
    train, validation, held_out = map(len, (corpus.train, corpus.validation, corpus.held_out))
    print(
        f"Parts: {train:,} sentences to learn from ({running:,} words with their ends), "
        f"{validation:,} to see when to stop, {held_out:,} held out."
    )
    unknown = corpus.vocabulary.unknown_share(corpus.held_out)
    print(vocabulary_line(len(corpus.vocabulary) - 2, unknown))
    if unknown > MUCH_UNKNOWN:
        print(
            "  That is much: the figures will say mostly how often an unknown word comes. A "
            "longer text helps, or --characters."
        )
    print(
        f"Network: a state of {plan.state_size}, batches of {plan.batch_size}, rate "
        f"{plan.learning_rate:g}, dropout {plan.dropout:g}, at most "
        f"{plan.epochs} epoch{'s' * (plan.epochs > 1)}.",
        flush=True,
    )


def _say_report(report: Report, corpus: Corpus) -> None:
    import math

    print(f"\nOn the {len(corpus.held_out):,} held-out sentences, {report.words:,} words:")
    print(f"  every word alike       {math.log(len(corpus.vocabulary)):.3f} nats a word")
    for name, figure in (
        (f"counts of {report.order} words", report.counts),
        ("the network", report.network),
    ):
        print(f"  {name:22} {figure} (perplexity {math.exp(figure.value):.1f})")
    if report.new:
        figure, sentences = report.new
        print(f"  {f'... on {sentences:,} new ones':22} {figure}, those not in the training part")
    gain = report.gain
    outside = abs(gain.value) > gain.margin
    verdict = "zero lies outside this interval" if outside else "zero lies within: it may be chance"
    better = "lower" if gain.value > 0 else "higher"
    print(
        f"The network's loss is {better} than that of the counts by "
        f"{abs(gain.value):.3f} ± {gain.margin:.3f} nats;\n{verdict}."
    )


def _write(options: argparse.Namespace) -> int:
    from rnn_edu.language_model.arguments import check_count
    from rnn_edu.own_texts.language import load

    check_count("--number", options.number)
    model, cutting = load(options.folder)
    start = cutting.words(options.start)
    unknown = [word for word in start if word not in model.vocabulary]
    for i in range(options.number):
        draw = {
            "seed": None if options.seed is None else options.seed + i,
            "temperature": options.temperature,
            "top_k": options.top_k,
        }
        more = model.predict_next(" ".join(start), **draw) if start else model.sample(**draw)
        print(cutting.text([*start, *more.split()]))
    if unknown:
        print(f"(The model does not know: {', '.join(unknown)}.)", file=sys.stderr)
    return 0


def _score(options: argparse.Namespace) -> int:
    import math

    from rnn_edu.own_texts.corpus import Reading, read_sentences
    from rnn_edu.own_texts.language import load, scored

    model, cutting = load(options.folder)
    reading = Reading(cutting, options.read_as, options.encoding)
    sentences, notes = read_sentences(options.file, reading)
    mean, each = scored(model, sentences)
    if options.each:
        for (nats, words), sentence in zip(each, sentences, strict=True):
            print(f"{nats / words:.3f}\t{cutting.text(sentence)}")
        return 0
    for note in notes:
        print(note)
    print(f"{mean} nats a word, a perplexity of {math.exp(mean.value):.1f}.")
    print(f"{model.vocabulary.unknown_share(sentences):.1%} of the words are unknown.")
    return 0
