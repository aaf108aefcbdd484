"""What every layer of a network has: a name, settings in Keras's words, and one way to write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from numpy.typing import ArrayLike

from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.networks.flow import Flow
from rnn_edu.networks.pen import Pen


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Base of all layers. The fields of each are arguments of the Keras layer of the same name.

    Attributes:
        name: of this layer in its network; a network names the layers that have none.
    """

    name: str = ""
    #: Layers of one family use the same names for their values, so that several need a suffix.
    family: ClassVar[str] = "other"
    #: The name of its output among the quantities of a walkthrough.
    base: ClassVar[str] = "v"

    @property
    def kind(self) -> str:
        """Keras's name of the class."""
        return type(self).__name__

    @property
    def default_name(self) -> str:
        """The class in small letters, as Keras names a layer."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.kind).lower()

    def arrays(self) -> tuple[str, ...]:
        """Keras's names of its arrays, in the order of ``get_weights()``."""
        return ()

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """Adds the steps of this layer to a walkthrough.

        Args:
            pen: writes the steps.
            inputs: what the layer reads.
            arrays: its weights, one for each of :meth:`arrays`.

        Returns:
            One output, or more where it returns its state as well.

        Raises:
            ShapeError: an array or an input has a shape that does not fit.
        """
        raise NotImplementedError

    def settings(self) -> dict[str, Any]:
        """The arguments for a layer of the same name in Keras or in :mod:`rnn_edu.layers`."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != ""}

    def unusual(self) -> dict[str, Any]:
        """Those of the settings that are not the default, which all libraries share.

        Example:
            >>> from rnn_edu.networks import LSTM
            >>> LSTM(2, return_sequences=True, name="first").unusual()
            {'name': 'first', 'units': 2, 'return_sequences': True}
        """
        usual = {f.name: f.default for f in fields(self)}
        return {key: value for key, value in self.settings().items() if value != usual[key]}

    def build(self, library: Any, **more: Any) -> Any:
        """The layer of the same name in a library of layers, with the same settings.

        Args:
            library: ``keras.layers`` or :mod:`rnn_edu.layers`, which lacks some settings.
            more: further arguments, such as ``dtype``.
        """
        return getattr(library, self.kind)(**self.unusual(), **more)

    def title(self) -> str:
        """The layer as messages call it."""
        return f"the {self.kind} layer {self.name!r}" if self.name else f"the {self.kind} layer"

    def one_input(self, inputs: Sequence[Flow]) -> Flow:
        """The only input.

        Raises:
            UsageError: there are several.
        """
        if len(inputs) != 1:
            raise UsageError(f"{self.title()} takes one input, but {len(inputs)} lead to it.")
        return inputs[0]

    def sequence(self, inputs: Sequence[Flow]) -> Flow:
        """The first input, which must be a sequence.

        Raises:
            ShapeError: it is one vector without time.
        """
        if not inputs or not inputs[0].over_time:
            shape = inputs[0].describe() if inputs else "nothing"
            raise ShapeError(
                f"{self.title()} reads a sequence of shape (steps, features), but it is given "
                f"{shape}; the layer below must return sequences."
            )
        return inputs[0]
