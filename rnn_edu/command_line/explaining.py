"""The command ``explain``: a model file and an example in, a folder with every number out."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnn_edu.errors import UsageError

if TYPE_CHECKING:
    from rnn_edu.networks import Network

#: From so many numbers on, the command says what is coming before it begins.
LARGE = 5_000
HELP = (
    "Reads a trained network and one example, and writes a page, a workbook with live formulas, a "
    "worksheet, the calculation as JSON and a report of what was judged. A model file is data: "
    "code in it is never run."
)


def add_explain(commands: Any) -> None:
    """The command and its arguments."""
    explain = commands.add_parser(
        "explain", help="write every number of a network of your own", description=HELP
    )
    explain.add_argument(
        "model", metavar="MODEL", type=Path, help="a .keras, .h5, .onnx or .pt file"
    )
    explain.add_argument(
        "--input",
        metavar="FILE",
        type=Path,
        required=True,
        help="the example: .npy, .npz, .csv, or .txt with --words",
    )
    explain.add_argument("--target", metavar="FILE", type=Path, help="what it should answer")
    explain.add_argument("--loss", metavar="NAME", help="Keras's name of the loss")
    explain.add_argument(
        "--sum", action="store_true", help="add the losses of several steps up; else their mean"
    )
    explain.add_argument(
        "--example", metavar="N", type=int, default=0, help="which example of the file, from 0"
    )
    explain.add_argument(
        "--words", metavar="FILE", type=Path, help="the network's words, one a line or JSON"
    )
    explain.add_argument(
        "--gradients", action="store_true", help="the gradients of the loss by all weights, too"
    )
    explain.add_argument(
        "--forward-only", action="store_true", help="no loss and no gradients, also with a target"
    )
    explain.add_argument(
        "--steps", metavar="N", type=int, help="read only the first N steps of the example"
    )
    explain.add_argument(
        "--units",
        metavar="N",
        type=int,
        help="formulas for the first N units of each layer only; the others stand as numbers",
    )
    explain.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("explanation"), help="default: explanation"
    )


def run_explain(options: argparse.Namespace) -> int:
    """Writes the folder; returns 1 where a judge disagrees.

    Raises:
        RnnEduError: something cannot be read, is not known or does not fit; one sentence.
    """
    from tqdm import tqdm

    from rnn_edu.explanation.explaining import judged
    from rnn_edu.explanation.folder import Explanation, make_folder, write_explanation
    from rnn_edu.explanation.opening import open_model
    from rnn_edu.explanation.verdicts import mark
    from rnn_edu.quiet import start_tensorflow
    from rnn_edu.walkthrough.first_units import first_units

    make_folder(options.out)
    start_tensorflow(arrays_only=True)
    opened = open_model(
        options.model, loss=options.loss, reduction="sum" if options.sum else "mean"
    )
    walkthrough = _walkthrough(options, opened)
    written = walkthrough
    if options.units is not None:
        written = first_units(walkthrough, options.units)
    _announce(written)
    verdicts = judged(walkthrough, opened)
    with tqdm(total=5, unit="file", disable=None, leave=False) as bar:

        def progress(name: str) -> None:
            bar.set_description(name)
            bar.update()

        files = write_explanation(Explanation(written, opened, verdicts), options.out, progress)
    for remark in opened.remarks:
        print(remark)
    for verdict in verdicts:
        print(f"{mark(verdict)} {verdict.verdict}")
    print(f"Written to {options.out}: {', '.join(path.name for path in files)}.")
    return 0 if all(verdict.ok for verdict in verdicts) else 1


def _walkthrough(options: argparse.Namespace, opened: Any) -> Any:
    from rnn_edu.explanation.files import read_examples, read_target, read_words

    words = read_words(options.words) if options.words else ()
    example = read_examples(options.input, opened.network, options.example, words)
    settings: dict[str, Any] = {"words": words, "starts": opened.starts}
    settings["title"] = f"{opened.network.title()} ({opened.source})"
    if options.steps is not None:
        example = _first_steps(opened.network, example, options.steps)
    target = None
    if options.target is not None and not options.forward_only:
        forward = opened.network.walkthrough(opened.weights, example, **settings)
        target = read_target(options.target, _answer_shape(forward), options.example)
    elif options.gradients:
        raise UsageError("gradients are of a loss; give the target with --target.")
    return opened.network.walkthrough(
        opened.weights, example, target, gradients=options.gradients, **settings
    )


def _answer_shape(walkthrough: Any) -> tuple[int, ...]:
    answers = walkthrough.of_role("output") or walkthrough.of_role("state")[-1:]
    features = answers[-1].shape[-1]
    return (features,) if answers[-1].t is None else (len(answers), features)


def _first_steps(network: Network, example: Any, steps: int) -> Any:
    """The beginning of a sequence."""
    import numpy as np

    from rnn_edu.networks import Words

    if steps < 1 or len(network.entrances) != 1:
        raise UsageError(
            f"--steps {steps}: give 1 or more, for a network with one input; this one has "
            f"{len(network.entrances)}."
        )
    if isinstance(example, Words):
        return replace(example, picked=example.picked[:steps])
    return np.asarray(example)[:steps]


def _announce(walkthrough: Any) -> None:
    """Says how much is coming, where it is much."""
    from rnn_edu.walkthrough.sheets.size import expected_size

    size = expected_size(walkthrough)
    numbers = sum(q.value.size for q in walkthrough.quantities)
    if numbers >= LARGE:
        print(
            f"{numbers:,} numbers: the workbook will have about {size.cells:,} cells and "
            f"{size.bytes / 1e6:.1f} MB and take about {max(1, round(size.seconds))} s. "
            "--steps N, --units N and --forward-only take a part."
        )
