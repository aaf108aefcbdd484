"""What network a walkthrough is, read off its weights and its formulas."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_edu.calculations.network import Network
from rnn_edu.errors import UsageError
from rnn_edu.walkthrough import Expression, Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Divide, Relu, Sigmoid, Softmax, Tanh

CELLS_BY_BLOCKS = {1: "SimpleRNN", 3: "GRU", 4: "LSTM"}
ACTIVATIONS: dict[type[Expression], str] = {Tanh: "tanh", Relu: "relu", Sigmoid: "sigmoid"}
ANSWERS: dict[type[Expression], str] = {
    Sigmoid: "sigmoid",
    Softmax: "softmax",
    Divide: "softmax",
}
LOSSES = {"softmax": "categorical_crossentropy", "sigmoid": "binary_crossentropy"}


@dataclass(frozen=True)
class Reading:
    """A walkthrough in Keras's terms.

    Attributes:
        network: the layers, as far as a plain description goes.
        activation: the activation of the recurrent layer.
        recurrent: the weights of the recurrent layer.
        dense: the weights of the dense layer; empty where there is none.
    """

    network: Network
    activation: str
    recurrent: tuple[Quantity, ...]
    dense: tuple[Quantity, ...]


def read_network(walkthrough: Walkthrough) -> Reading:
    """The network that a walkthrough calculates.

    The number of blocks in the recurrent kernel tells the cell: 1 for SimpleRNN, 3 for GRU,
    4 for LSTM. What follows in the list of weights tells which biases there are.

    Raises:
        UsageError: the weights are not those of a recurrent layer with a dense layer.
    """
    recurrent, dense = _split(walkthrough)
    kernel, recurrent_kernel = recurrent[0].shape, recurrent[1].shape
    blocks = kernel[1] // recurrent_kernel[0]
    answers = walkthrough.of_role("output")
    answer = _answer_activation(answers)
    network = Network(
        cell=CELLS_BY_BLOCKS[blocks],
        units=recurrent_kernel[0],
        features=kernel[0],
        outputs=dense[0].shape[1] if dense else 0,
        output_activation=answer,
        loss=LOSSES.get(answer, ""),
        use_bias=len(recurrent) == 3,
        output_bias=len(dense) == 2,
        every_step=any(q.t is not None for q in answers),
        reset_after=blocks != 3 or len(recurrent) < 3 or len(recurrent[2].shape) == 2,
    )
    return Reading(network, _activation(walkthrough), recurrent, dense)


def _split(walkthrough: Walkthrough) -> tuple[tuple[Quantity, ...], tuple[Quantity, ...]]:
    """The weights of the recurrent layer, and those of the dense layer."""
    weights = walkthrough.weights
    shapes = [q.shape for q in weights]
    if len(weights) < 2 or not _is_recurrent(shapes[0], shapes[1]):
        raise _not_a_network(walkthrough)
    width = shapes[1][1]
    count = 3 if shapes[2:] and shapes[2] in ((width,), (2, width)) else 2
    dense = shapes[count:]
    fits = not dense or (
        len(dense[0]) == 2 and dense[0][0] == shapes[1][0] and dense[1:] in ([], [dense[0][1:]])
    )
    if not fits:
        raise _not_a_network(walkthrough)
    return tuple(weights[:count]), tuple(weights[count:])


def _is_recurrent(kernel: tuple[int, ...], recurrent: tuple[int, ...]) -> bool:
    if len(kernel) != 2 or len(recurrent) != 2 or kernel[1] != recurrent[1]:
        return False
    blocks, rest = divmod(recurrent[1], recurrent[0])
    return rest == 0 and blocks in CELLS_BY_BLOCKS


def _not_a_network(walkthrough: Walkthrough) -> UsageError:
    found = ", ".join(q.describe() for q in walkthrough.weights) or "none"
    return UsageError(
        f'"{walkthrough.title}" cannot be compared with Keras: its weights must be those of '
        "a SimpleRNN, LSTM or GRU, then those of a Dense layer, in the order of "
        f"get_weights(); they are {found}."
    )


def _activation(walkthrough: Walkthrough) -> str:
    """The function on the outside of the state's formula; an LSTM's and a GRU's is tanh."""
    for state in walkthrough.of_role("state"):
        for kind, name in ACTIVATIONS.items():
            if isinstance(state.definition, kind):
                return name
    return "tanh"


def _answer_activation(answers: list[Quantity]) -> str:
    """The function on the outside of the answer's formula; softmax may be written as a ratio."""
    for answer in answers:
        for kind, name in ANSWERS.items():
            if isinstance(answer.definition, kind):
                return name
    return "linear"
