"""The command line: ``python -m rnn_edu``.

Exit codes: 0, all is well; 1, a check has failed; 2, the command was wrong or its input cannot
be read or written; 130, interrupted from the keyboard. What is wrong is said in one sentence
on the standard error stream.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from rnn_edu import __version__
from rnn_edu.command_line.classifiers import add_classify
from rnn_edu.command_line.explaining import add_explain
from rnn_edu.command_line.language_models import add_language_model
from rnn_edu.errors import ComparisonError, RnnEduError

FINE, FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is a single sentence."""

    def error(self, message: str) -> NoReturn:
        """Ends the program with exit code 2."""
        self.exit(UNUSABLE, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code.

    Args:
        arguments: what stands after the program's name; by default that of this process.
    """
    options = parser().parse_args(arguments)
    try:
        code = run(options)
        sys.stdout.flush()
    except ComparisonError as error:
        return complain(error, FAILED)
    except RnnEduError as error:
        return complain(error, UNUSABLE)
    except BrokenPipeError:
        # The reader of our output, such as head, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        return complain(f"cannot use{where}: {error.strerror or error}.", UNUSABLE)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def complain(message: object, code: int) -> int:
    """Prints one sentence on the standard error stream; gives back the exit code."""
    print(f"rnn_edu: {message}", file=sys.stderr)
    return code


def parser() -> Parser:
    """The commands and their arguments."""
    top = Parser(
        prog="python -m rnn_edu",
        description="Workbooks, checks and a look at this computer, for the book.",
    )
    top.add_argument("--version", action="version", version=f"rnn_edu {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    workbooks = commands.add_parser(
        "workbooks",
        help="write the Excel workbook of every calculation",
        description="Writes one workbook for each worked example, with Keras's own numbers "
        "on its Check sheet.",
    )
    workbooks.add_argument("folder", metavar="DIR", type=Path, help="made if it is not there")
    workbooks.add_argument("--worksheets", action="store_true", help="the worksheets as well")
    workbooks.add_argument(
        "--ask-keras",
        action="store_true",
        help="ask Keras now, which takes 650 MB, instead of taking the answers that were kept",
    )
    worksheets = commands.add_parser(
        "worksheets",
        help="write a worksheet with blanks for every calculation",
        description="Writes one worksheet for each worked example: blanks to fill in, which say "
        "at once whether a number is right. With the names of a class: one for each student, "
        "with weights of their own.",
    )
    worksheets.add_argument("folder", metavar="DIR", type=Path, help="made if it is not there")
    _add_class(worksheets)
    _add_check(commands)
    add_explain(commands)
    add_language_model(commands)
    add_classify(commands)
    commands.add_parser(
        "doctor",
        help="say what is installed that the book can use",
        description="Looks for everything that the book can use, and says what to do about "
        "what is missing.",
    )
    _add_data(commands)
    _add_experiment(commands)
    return top


def _add_class(worksheets: Any) -> None:
    """For whom worksheets are written, and of what."""
    worksheets.add_argument(
        "--class",
        dest="names",
        metavar="NAMES.csv",
        type=Path,
        help="one for each student of the list, with numbers of their own",
    )
    worksheets.add_argument(
        "--of",
        metavar="NAME",
        nargs="+",
        default=[],
        help="of these calculations only, or of a calculation.json that explain wrote",
    )
    worksheets.add_argument(
        "--decimals", type=int, choices=(3, 4, 6), help="how many are to be written (6)"
    )
    worksheets.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the class: another one, other numbers"
    )


def _add_check(commands: Any) -> None:
    """The command that reads files back."""
    check = commands.add_parser(
        "check",
        help="check workbooks, mark returned worksheets",
        description="Workbooks: rebuilds each calculation with the weights found in the file and "
        "compares every cell. Worksheets: marks every number, and says what went wrong first.",
    )
    check.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="a .xlsx file, or a folder of them"
    )
    check.add_argument(
        "--csv", metavar="FILE.csv", type=Path, help="write the marks of all worksheets there"
    )
    check.add_argument(
        "--marks",
        metavar="FILE.xlsx",
        type=Path,
        help="write them as a new workbook, with a sheet on the questions and one on what is left",
    )
    check.add_argument(
        "--semicolons", action="store_true", help="; between the columns of the table, not commas"
    )
    check.add_argument(
        "--seconds", type=float, default=30.0, metavar="N", help="time that a file may take (30)"
    )
    check.add_argument(
        "--memory", type=float, default=1.0, metavar="GB", help="memory that a file may take (1)"
    )


def _add_data(commands: Any) -> None:
    """The command for data sets: list them, fetch some, check those that are here."""
    data = commands.add_parser("data", help="list, fetch and check the data sets")
    actions = data.add_subparsers(dest="action", metavar="ACTION")
    fetch = actions.add_parser("fetch", help="fetch data sets into the cache")
    fetch.add_argument("names", nargs="*", metavar="NAME", help="of a data set")
    fetch.add_argument("--all", action="store_true", help="fetch every one")
    actions.add_parser("verify", help="check the size and SHA-256 of what is here")


def _add_experiment(commands: Any) -> None:
    """The command for the full-size runs."""
    experiment = commands.add_parser(
        "experiment",
        help="run one of the documents' models at full size",
        description="Trains for minutes to an hour and writes a record of what came out. "
        "Without NAME: lists the runs.",
    )
    experiment.add_argument("name", nargs="?", metavar="NAME", help="of a run")
    experiment.add_argument(
        "--epochs",
        type=int,
        metavar="N",
        help="train so long instead; the record is kept in your cache, not with the book's",
    )
    experiment.add_argument(
        "--resume", action="store_true", help="go on from where an earlier run was interrupted"
    )


def run(options: argparse.Namespace) -> int:
    """Runs the command that was chosen; what it needs is imported only now."""
    if options.command == "workbooks":
        from rnn_edu.command_line.class_sheets import write_worksheets
        from rnn_edu.command_line.workbooks import write_workbooks

        code = write_workbooks(options.folder, options.ask_keras)
        return write_worksheets(options.folder) if options.worksheets else code
    if options.command == "worksheets":
        from rnn_edu.command_line.class_sheets import for_class, write_worksheets

        whom = for_class(options.names, options.of, options.decimals, options.seed)
        return write_worksheets(options.folder, whom)
    if options.command == "check":
        from rnn_edu.command_line.checking import check_files
        from rnn_edu.command_line.outcomes import Limits

        limits = Limits(options.seconds, options.memory)
        separator = ";" if options.semicolons else ","
        return check_files(
            options.files, options.csv, options.marks, separator=separator, limits=limits
        )
    if options.command == "explain":
        from rnn_edu.command_line.explaining import run_explain

        return run_explain(options)
    if options.command == "language-model":
        from rnn_edu.command_line.language_models import run_language_model

        return run_language_model(options)
    if options.command == "classify":
        from rnn_edu.command_line.classifiers import run_classify

        return run_classify(options)
    if options.command == "data":
        from rnn_edu.datasets.commands import run_data

        return run_data(options)
    if options.command == "experiment":
        from rnn_edu.experiments.commands import run_experiment

        return run_experiment(options.name, options.epochs, options.resume)
    from rnn_edu.command_line.doctor import report

    return report()


if __name__ == "__main__":
    sys.exit(main())
