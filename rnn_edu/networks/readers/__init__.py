"""Ways in: networks and weights read from models of other libraries and from their files.

Each reader turns what it finds into a :class:`~rnn_edu.networks.Network` and its arrays, and
refuses what it does not know with a sentence that names the layer and the setting.
"""
