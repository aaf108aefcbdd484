"""Abstracts of inventions that nobody made. Each names its device again and again.

The device of the first sentence, its part and its use come back in the sentences after it, so
the chance of a word depends on words far before it.
"""

from __future__ import annotations

from rnn_edu.grammars.grammar import Grammar
from rnn_edu.grammars.headlines import zipf

DEVICES = [
    ("letter sorter", "conveyor belt", "letters"),
    ("bean counter", "glass funnel", "beans"),
    ("cloud camera", "tilted mirror", "clouds"),
    ("sock matcher", "woollen drum", "socks"),
    ("tide clock", "brass float", "tides"),
    ("bread slicer", "spring blade", "loaves"),
    ("bird feeder", "seed hopper", "sparrows"),
    ("chess player", "jointed arm", "pieces"),
    ("stamp press", "rubber roller", "stamps"),
    ("plant waterer", "clay pipe", "seedlings"),
    ("book shelver", "sliding rail", "volumes"),
    ("star finder", "ring of lenses", "stars"),
    ("egg timer", "copper coil", "eggs"),
    ("kite winder", "geared reel", "kites"),
    ("coin scale", "balanced tray", "coins"),
    ("rain gauge", "tipping cup", "drops"),
    ("moth trap", "linen screen", "moths"),
    ("piano tuner", "steel fork", "strings"),
]


def abstract_grammar() -> Grammar:
    """The grammar of the abstracts."""
    rules: dict[str, list[tuple[float, str]]] = {
        "S": zipf([f"ABSTRACT_{i}" for i in range(len(DEVICES))]),
        "QUALITY": zipf(
            ["portable", "silent", "low cost", "modular", "compact", "self correcting"]
        ),
        "MOTOR": zipf(["small motor", "hand crank", "solar cell", "falling weight", "water wheel"]),
        "NETWORK": zipf(
            [
                "neural network",
                "recurrent network",
                "table of rules",
                "trained model",
                "filter bank",
            ]
        ),
        "SENSOR": zipf(["light sensor", "scale", "microphone", "row of switches", "thermometer"]),
        "SIGNAL": zipf(["output", "error signal", "weighted sum", "hidden state", "average"]),
        "SENT": zipf(["sent to", "fed back into", "compared with", "added to", "stored in"]),
        "STORE": zipf(["memory", "display", "second layer", "remote computer", "counter"]),
        "GAIN": zipf(
            [
                "less energy is used",
                "fewer errors are made",
                "no operator is needed",
                "the cost is halved",
                "repairs become rare",
            ]
        ),
        "RATE": zipf(
            ["at a steady rate", "one at a time", "in any order", "without a pause", "overnight"]
        ),
        "TRAINED": zipf(
            ["by hand", "on stored examples", "during normal use", "once a day", "in advance"]
        ),
        "STEP": zipf(["filtered", "scaled", "rounded", "delayed", "digitised"]),
    }
    for i, device in enumerate(DEVICES):
        rules |= _abstract(i, *device)
    return Grammar(rules)


def _abstract(i: int, device: str, part: str, things: str) -> dict[str, list[tuple[float, str]]]:
    return {
        f"ABSTRACT_{i}": [
            (1, f"OPEN_{i} BUILD_{i} SENSE_{i} LEARN_{i} CLOSE_{i}"),
            (1, f"OPEN_{i} BUILD_{i} SENSE_{i} SIGNAL_{i} LEARN_{i} CLOSE_{i}"),
        ],
        f"OPEN_{i}": [
            (2, f"a QUALITY {device} is disclosed that handles {things} RATE ."),
            (1, f"this invention relates to a QUALITY {device} for {things} ."),
            (1, f"disclosed is a QUALITY and QUALITY {device} ."),
        ],
        f"BUILD_{i}": [
            (2, f"the {device} comprises a {part} and a MOTOR that moves the {part} RATE ."),
            (1, f"the {part} of the {device} is driven by a MOTOR ."),
            (1, f"a MOTOR turns the {part} , which moves the {things} RATE ."),
        ],
        f"SENSE_{i}": [
            (2, f"a SENSOR observes the {things} and passes what it finds to a NETWORK ."),
            (1, f"a NETWORK receives the readings of a SENSOR near the {part} ."),
        ],
        f"SIGNAL_{i}": [
            (1, f"the readings are STEP and STEP before the {device} uses them ."),
            (1, "the SIGNAL is STEP and SENT a STORE ."),
        ],
        f"LEARN_{i}": [
            (1, f"the SIGNAL is SENT a STORE so that the {device} can tell {things} apart ."),
            (1, f"training is done TRAINED and the SIGNAL is SENT a STORE of the {device} ."),
        ],
        f"CLOSE_{i}": [
            (1, f"as the {part} slows down for unusual {things} , GAIN ."),
            (1, f"with the {device} GAIN and the {things} are kept safe ."),
            (1, f"GAIN when the {part} and the SENSOR agree ."),
        ],
    }
