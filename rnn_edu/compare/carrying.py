"""The weights of a walkthrough, carried over to another library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from rnn_edu.compare.question import Origins
from rnn_edu.networks import Embedding, Network
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.expressions import Array

#: Arrays by layer and name, in Keras's layout; the halves of a Bidirectional apart.
Weights: TypeAlias = Mapping[tuple[str, str], Array]


def weights_by_layer(walkthrough: Walkthrough, network: Network, origins: Origins) -> Weights:
    """The weights by layer and name; tables of which some rows are written, with zeros elsewhere.

    Example:
        >>> from rnn_edu.networks import Dense, Input, Network
        >>> network = Network.sequential(Input((2,)), Dense(1, use_bias=False))
        >>> w = network.walkthrough([[[3.0], [4.0]]], [1.0, 1.0])
        >>> found = weights_by_layer(w, network, {q: q.origin for q in w.quantities})
        >>> found["dense", "kernel"].tolist()
        [[3.0], [4.0]]
    """
    found: dict[tuple[str, str], Array] = {}
    tables = {layer.name: layer for layer in network.layers if isinstance(layer, Embedding)}
    for quantity in walkthrough.weights:
        if quantity not in origins:
            continue
        origin, array = origins[quantity], quantity.value
        if origin.rows:
            table = tables[origin.layer]
            array = np.zeros((table.input_dim, table.output_dim))
            array[list(origin.rows)] = quantity.value
        found[origin.layer, origin.value] = array
    return found
