"""From a model and an example to the walkthrough, and to what the judges say of it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from rnn_edu.explanation.opening import Opened, open_model
from rnn_edu.walkthrough import Walkthrough

if TYPE_CHECKING:
    from rnn_edu.compare import Comparison


def explain(
    model: Any,
    inputs: Any,
    target: Any = None,
    loss: str | None = None,
    *,
    gradients: bool = True,
    reduction: str = "mean",
    words: Sequence[str] = (),
    answers: Sequence[str] = (),
    title: str = "",
) -> Walkthrough:
    """Every step of a network for one example, as a hand calculation.

    Args:
        model: what :func:`open_model` takes: a Keras model, a file, a module of PyTorch, …
        inputs: one example without a batch axis: an array of shape (steps, features), the numbers
            of words, or :class:`~rnn_edu.networks.Words`; several inputs by their names.
        target: what the network should answer; None for the forward pass alone.
        loss: Keras's name of the loss; by default the one that the model was compiled with.
        gradients: whether the gradients of the loss by all weights are added.
        reduction: ``"mean"`` or ``"sum"`` of the losses of several steps.
        words: the words of an embedding, in the order of their numbers.
        answers: names of the classes.
        title: the heading; by default the kinds of the layers.

    Returns:
        The walkthrough; each of its quantities knows which value of which layer it is.

    Raises:
        DataError: a file that is missing or damaged.
        UsageError: a layer or a setting that cannot be written by hand, or a target without a loss.
        ShapeError: an input or a target of another shape than the network takes.
        NumberError: a number that is not finite.

    Example:
        >>> from rnn_edu.networks import Dense, Input, Network
        >>> network = Network.sequential(Input((2,)), Dense(1, "tanh"))
        >>> w = explain((network, [[[0.5], [0.25]], [0.0]]), [1.0, 2.0])
        >>> w["y_hat"].value.round(4).tolist()
        [0.7616]
    """
    opened = open_model(model, loss=loss, reduction=reduction)
    return opened.network.walkthrough(
        opened.weights,
        inputs,
        target,
        title=title,
        gradients=gradients,
        words=words,
        answers=answers,
        starts=opened.starts,
    )


def explain_and_judge(
    model: Any, inputs: Any, target: Any = None, loss: str | None = None, **settings: Any
) -> tuple[Walkthrough, list[Comparison]]:
    """The walkthrough, and the verdict of every judge at hand.

    Args:
        model: as for :func:`explain`.
        inputs: as for :func:`explain`.
        target: as for :func:`explain`.
        loss: as for :func:`explain`.
        settings: the others of :func:`explain`.

    Returns:
        The walkthrough, and one comparison for each judge, which are Keras in float64 built from
        the description, the model itself where it is Keras's and not stateful for several rows,
        ONNX Runtime for an ONNX file, PyTorch for what came from PyTorch.
    """
    opened = open_model(model, loss=loss, reduction=settings.get("reduction", "mean"))
    walkthrough = explain(opened, inputs, target, **settings)
    return walkthrough, judged(walkthrough, opened)


def judged(walkthrough: Walkthrough, opened: Opened) -> list[Comparison]:
    """What each judge at hand says of a walkthrough."""
    from rnn_edu.compare import compare, keras_twin, rows_at_once

    loss = opened.network.objective.loss
    reduction = opened.network.objective.reduction
    verdicts = []
    if not _only_keras_2(opened):
        twin = keras_twin(opened.network, opened.weights)
        found = compare(walkthrough, twin, loss=loss, reduction=reduction, strict=False)
        verdicts.append(found)
        if opened.model is not None and rows_at_once(opened.model) == 1:
            verdicts.append(
                compare(
                    walkthrough,
                    opened.model,
                    loss=loss,
                    reduction=reduction,
                    strict=False,
                    judge=f"{opened.source}, as it is",
                )
            )
    if opened.onnx is not None and find_spec("onnxruntime"):
        from rnn_edu.compare.onnx_runtime import compare_onnx

        verdicts.append(compare_onnx(walkthrough, opened.onnx, strict=False))
    if opened.torch and find_spec("torch"):
        from rnn_edu.compare.pytorch import compare_pytorch

        verdicts.append(compare_pytorch(walkthrough, opened.network, strict=False))
    return verdicts


def _only_keras_2(opened: Opened) -> bool:
    """Whether today's Keras has no function that the network has."""
    return any(
        "keras2" in str(value) for layer in opened.network.layers for value in vars(layer).values()
    )
