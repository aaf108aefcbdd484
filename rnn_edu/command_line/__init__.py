"""The commands of ``python -m rnn_edu``, and what it says of this computer."""
