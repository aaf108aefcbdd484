"""Listening to Keras while it computes.

Keras's layers return their last result only. For the time of one call a listener stands in the
place of a function that the layer uses: it passes everything on, and keeps what went in and what
came out. The numbers so heard are Keras's own, computed by Keras's code.

What is heard is cut into time steps and put together again before it is passed on, so that a
gradient tape that is running gives the gradient by the number of each single step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np

Tensor: TypeAlias = Any


def cut(tensor: Tensor) -> list[Tensor]:
    """The time steps of a tensor of shape (examples, steps, ...)."""
    import tensorflow as tf

    return list(tf.unstack(tensor, axis=1))


def joined(steps: list[Tensor]) -> Tensor:
    """The steps as one tensor again."""
    import tensorflow as tf

    return tf.stack(steps, axis=1)


class Listener:
    """Stands in for a function and keeps what goes in and what comes out.

    Args:
        function: the function that it stands in for.
        over_time: whether its argument has a time axis that is to be cut.
    """

    def __init__(self, function: Callable[..., Any], *, over_time: bool = False) -> None:
        self.function, self.over_time = function, over_time
        #: For each call what went in, and the list of what came out.
        self.heard: list[tuple[Any, list[Any]]] = []

    def __call__(self, u: Tensor, *others: Any, **settings: Any) -> Any:
        """The function's result; argument and result are kept."""
        # What goes in may have other readers as well: it is kept itself, not a copy of it.
        before, u = self._kept(u) if self.over_time else (u, u)
        result = self.function(u, *others, **settings)
        pairs = [self._kept(one) for one in (result if isinstance(result, tuple) else [result])]
        self.heard.append((before, [kept for kept, _ in pairs]))
        return tuple(whole for _, whole in pairs) if isinstance(result, tuple) else pairs[0][1]

    def _kept(self, tensor: Tensor) -> tuple[Any, Tensor]:
        """What is kept of a tensor, and the tensor that goes on."""
        import tensorflow as tf

        if self.over_time:
            steps = cut(tensor)
            return steps, joined(steps)
        # Keras hangs the logits on the result of softmax and sigmoid, and its losses then skip
        # the result. A copy without them keeps the loss a function of the probabilities.
        copy = tf.identity(tensor)
        return copy, copy


@contextmanager
def listening(holder: Any, attribute: str, *, over_time: bool = False) -> Iterator[Listener]:
    """Puts a listener in the place of a function, and the function back."""
    function = getattr(holder, attribute)
    listener = Listener(function, over_time=over_time)
    setattr(holder, attribute, listener)
    try:
        yield listener
    finally:
        setattr(holder, attribute, function)


@contextmanager
def copied(layer: Any, names: Iterable[str]) -> Iterator[dict[str, Tensor]]:
    """Copies of a layer's weights in their places, and the weights back afterwards.

    The gradient by such a copy is what this one use of the weight has to do with the loss. Names of
    weights that the layer does not have are left out.
    """
    import tensorflow as tf

    kept = {name: layer.__dict__[name] for name in names if layer.__dict__.get(name) is not None}
    # A layer may compute in another type than the one that it keeps its weights in.
    copies = {name: tf.cast(tf.identity(v), layer.compute_dtype) for name, v in kept.items()}
    # Keras forbids to set a weight anew; here it is for the time of one call only.
    for name, copy in copies.items():
        object.__setattr__(layer, name, copy)
    try:
        yield copies
    finally:
        for name, variable in kept.items():
            object.__setattr__(layer, name, variable)


@contextmanager
def states_kept(layers: Iterable[Any]) -> Iterator[None]:
    """Puts the states of stateful layers back, which end where their last batch ended."""
    halves = ("forward_layer", "backward_layer")
    inside = [getattr(layer, half, None) for layer in layers for half in halves]
    kept = [
        (state, np.array(state))
        for layer in [*layers, *inside]
        if getattr(layer, "stateful", False)
        for state in getattr(layer, "states", None) or ()
    ]
    try:
        yield
    finally:
        for state, value in kept:
            state.assign(value)


@contextmanager
def started(layer: Any, states: Sequence[Tensor]) -> Iterator[None]:
    """Lets a recurrent layer start from these states; afterwards it is as it was."""
    if layer.stateful:
        with states_kept([layer]):
            for variable, state in zip(layer.states, states, strict=True):
                variable.assign(state)
            yield
        return
    object.__setattr__(layer, "get_initial_state", lambda batch_size: list(states))
    try:
        yield
    finally:
        object.__delattr__(layer, "get_initial_state")
