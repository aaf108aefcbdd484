"""The command ``classify``: labelled texts in; a classifier that answers new ones out."""

from __future__ import annotations

import argparse
import csv
import io
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnn_edu.errors import UsageError

if TYPE_CHECKING:
    from rnn_edu.own_texts.classifying import Loaded, Trained
    from rnn_edu.own_texts.labelled import Labelled
    from rnn_edu.own_texts.tables import Table

#: From this share of one label on, the share of right answers says little.
MUCH_OF_ONE = 0.7


def add_classify(commands: Any) -> None:
    """The command, its two actions and their arguments."""
    classify = commands.add_parser(
        "classify",
        help="train a classifier on labelled texts of your own; let it answer new ones",
        description="train: compares a bag of words with three networks and keeps the best. "
        "predict: answers the texts of another table.",
    )
    actions = classify.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_train(actions)
    predict = actions.add_parser("predict", help="answer new texts")
    predict.add_argument("folder", metavar="DIR", type=Path, help="of the classifier")
    predict.add_argument("file", metavar="FILE.csv", type=Path, nargs="?", help="a table of texts")
    predict.add_argument("--sentence", metavar="TEXT", help="one text, in place of a file")
    predict.add_argument("--text", metavar="COLUMN", help="of the texts, if not as in training")
    predict.add_argument("--out", metavar="FILE", type=Path, help="the table with the answers")
    _add_reading(predict)


def _add_train(actions: Any) -> None:
    train = actions.add_parser(
        "train",
        help="learn from a table of labelled texts",
        description="The columns are named as in the first row; without a header, by their "
        "numbers from 1.",
    )
    train.add_argument("file", metavar="FILE.csv", type=Path, help="a table")
    train.add_argument("--text", metavar="COLUMN", required=True, help="of the texts")
    train.add_argument("--label", metavar="COLUMN", required=True, help="of the labels")
    train.add_argument("--out", metavar="DIR", type=Path, required=True, help="for the classifier")
    train.add_argument("--group", metavar="COLUMN", help="rows with the same entry stay together")
    train.add_argument("--time", metavar="COLUMN", help="the latest rows are held out")
    train.add_argument(
        "--balanced", action="store_true", help="rare labels count as much as frequent ones"
    )
    train.add_argument("--seeds", metavar="N", type=int, default=1, help="trainings each (1)")
    train.add_argument("--epochs", metavar="N", type=int, help="of a network, at most")
    train.add_argument("--keep-case", action="store_true", help="keep capital letters")
    train.add_argument("--characters", action="store_true", help="every character is a word")
    train.add_argument("--resume", action="store_true", help="go on with a broken-off training")
    train.add_argument("--replace", action="store_true", help="throw away the classifier in DIR")
    _add_reading(train)


def _add_reading(parser: Any) -> None:
    parser.add_argument("--encoding", metavar="NAME", help="of the file, if it is not UTF-8")
    parser.add_argument("--separator", metavar="CHARACTER", help="between the columns")


def run_classify(options: argparse.Namespace) -> int:
    """Runs one of the two actions.

    Raises:
        RnnEduError: something cannot be read, used or written; one sentence.
    """
    from rnn_edu.quiet import start_tensorflow

    start_tensorflow()
    return _train(options) if options.action == "train" else _predict(options)


def _train(options: argparse.Namespace) -> int:
    from rnn_edu.language_model.arguments import check_count
    from rnn_edu.own_texts.classifying import Way, train
    from rnn_edu.own_texts.cutting import Cutting
    from rnn_edu.own_texts.folders import UNFINISHED
    from rnn_edu.own_texts.labelled import Columns, read_labelled

    check_count("--seeds", options.seeds)
    if options.epochs is not None:
        check_count("--epochs", options.epochs)
    columns = Columns(options.text, options.label, options.group, options.time)
    data = read_labelled(options.file, columns, 1, options.encoding, options.separator)
    _say_what_was_read(data)
    _say_epochs(data, options.epochs)
    way = Way(
        tuple(range(1, options.seeds + 1)),
        options.balanced,
        Cutting(lower=not options.keep_case, characters=options.characters),
        options.epochs,
    )
    try:
        trained = train(
            data, columns, way, options.out, _say, resume=options.resume, replace=options.replace
        )
    except KeyboardInterrupt:
        if (options.out / UNFINISHED).is_dir():
            print(
                "rnn_edu: interrupted; the same command with --resume goes on after the last "
                "finished network.",
                file=sys.stderr,
            )
        raise
    _say_best(trained, options.out)
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


def _say_what_was_read(data: Labelled) -> None:
    for note in data.notes:
        print(note)
    train, validation, held_out = map(len, data.parts.all())
    counts = [int((data.labels == number).sum()) for number in range(len(data.names))]
    labels = ", ".join(f"{n!r} {c:,}" for n, c in zip(data.names[:8], counts, strict=False))
    more = f" and {len(counts) - 8} more" if len(counts) > 8 else ""
    print(f"{len(data.texts):,} texts: {labels}{more}.")
    print(f"Parts: {train:,} to learn from, {validation:,} to choose by, {held_out:,} held out.")
    if counts[0] > MUCH_OF_ONE * len(data.texts):
        print(
            f"{counts[0] / len(data.texts):.0%} are {data.names[0]!r}: compare every figure with "
            "that; --balanced lets the rare labels count as much."
        )


def _say_epochs(data: Labelled, asked: int | None) -> None:
    from rnn_edu.own_texts.classifiers import epochs_for

    epochs = epochs_for(len(data.parts.train)) if asked is None else asked
    print(
        f"Networks: at most {epochs} epoch{'s' * (epochs > 1)} each, fewer if the second part gets "
        "no better."
    )


def _say_best(trained: Trained, folder: Path) -> None:
    from rnn_edu.own_texts.classifying import name_of

    best = trained.results[trained.best]
    print(f"\nKept: {name_of(best)}, which answers the validation part best.")
    if len(trained.names) == 2:
        print(f"{trained.names[1]!r} is answered from a chance of {best.threshold:.2f} on.")
    for row in trained.details[:20]:
        found, said = (
            "-" if row[key] is None else f"{row[key]:.1%}" for key in ("found", "right_when_said")
        )
        print(
            f"  {row['label'][:30]!r}: {row['rows']:,} held out, {found} found; "
            f"right in {said} of the answers"
        )
    quoted = shlex.quote(str(folder))
    print(f"Written to {folder}. Try: classify predict {quoted} --sentence TEXT")


def _predict(options: argparse.Namespace) -> int:
    from rnn_edu.own_texts.classifying import load

    if (options.file is None) == (options.sentence is None):
        raise UsageError("give a file or --sentence, one of the two.")
    loaded = load(options.folder)
    if options.sentence is not None:
        [(label, chance)] = loaded.answer([options.sentence])
        if not label:
            raise UsageError("the sentence has no word.")
        print(f"{label}\t{chance:.3f}")
        if loaded.classifier.encoder.unknown_share([options.sentence]) == 1:
            print("(The classifier knows none of the words.)", file=sys.stderr)
        return 0
    table, texts = _texts_of(options, loaded)
    found = loaded.answer(texts)
    written = _with_answers(table, found)
    if options.out is None:
        print(written, end="")
    else:
        from rnn_edu.whole_files import write_text

        write_text(options.out, written)
    _say_how_it_went(table, texts, found, loaded)
    return 0


def _texts_of(options: argparse.Namespace, loaded: Loaded) -> tuple[Table, list[str]]:
    """The table and the column of texts; a table of one column is the texts."""
    from rnn_edu.own_texts.tables import read_table

    column = options.text or loaded.columns.text
    how = options.encoding, options.separator
    first = [cell.strip() for cell in read_table(options.file, (), *how).rows[0]]
    if options.text is None and len(first) == 1 and first != [column]:
        column = "1"
    table = read_table(options.file, (column,), *how)
    return table, table.column(column)


def _with_answers(table: Table, found: list[tuple[str, float]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=table.separator, lineterminator="\n")
    if table.header is not None:
        writer.writerow([*table.header, "predicted", "chance"])
    for row, (label, chance) in zip(table.rows, found, strict=True):
        writer.writerow([*row, label, f"{chance:.3f}" if label else ""])
    return out.getvalue()


def _say_how_it_went(
    table: Table, texts: list[str], found: list[tuple[str, float]], loaded: Loaded
) -> None:
    """On the standard error stream, since the table may be on the other."""
    said = [f"{len(texts):,} texts answered."]
    said += table.notes
    empty = sum(not label for label, _ in found)
    if empty:
        said.append(f"{empty:,} of them have no word, and no answer.")
    worded = [text for text, (label, _) in zip(texts, found, strict=True) if label]
    if worded:
        share = loaded.classifier.encoder.unknown_share(worded)
        said.append(f"{share:.1%} of their words are unknown.")
    if table.has(loaded.columns.label):
        labels = table.column(loaded.columns.label)
        pairs = [(a, b) for a, (b, _) in zip(labels, found, strict=True) if a and b]
        right = sum(a == b for a, b in pairs)
        if pairs:
            said.append(f"{right:,} of {len(pairs):,} with a label are right.")
    print(" ".join(said), file=sys.stderr)
