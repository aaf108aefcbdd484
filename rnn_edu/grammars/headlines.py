"""Headlines of a made-up newspaper. Their last words depend on their first ones.

A town belongs to a region, and a headline that names the region later on names the right one; a
club plays one game, and wins by goals, runs or lengths accordingly. A model that sees one word
back cannot know; a model with a memory can.
"""

from __future__ import annotations

from rnn_edu.grammars.grammar import Grammar

TOWNS = {
    "northern": [
        "ashford",
        "brindle",
        "corran",
        "dunmore",
        "eskdale",
        "fairlie",
        "gorton",
        "hexley",
    ],
    "southern": ["inchley", "jarrow", "kelso", "lorne", "marlow", "netherby", "oakham", "penrose"],
    "coastal": ["quorn", "redcliff", "sandon", "torbay", "ulver", "varley", "westport", "yarrow"],
}
CLUBS = {
    "goals": ["rovers", "united", "athletic"],
    "runs": ["bats", "colts", "larks"],
    "lengths": ["oars", "swans", "herons"],
}


def zipf(phrases: list[str]) -> list[tuple[float, str]]:
    """Phrases with the weights 1, 1/2, 1/3 and so on: a few common ones, many rare ones."""
    return [(1 / rank, phrase) for rank, phrase in enumerate(phrases, start=1)]


def headline_grammar() -> Grammar:
    """The grammar of the headlines."""
    rules: dict[str, list[tuple[float, str]]] = {
        "S": [(4, "COUNCIL"), (3, "POLICE"), (3, "SPORT"), (2, "FARM"), (2, "HEALTH")],
        "BACKS": zipf(
            ["backs", "rejects", "delays", "defends", "considers", "abandons", "revives"]
        ),
        "NEW": zipf(["new", "cheaper", "bigger", "temporary"]),
        "PLAN": zipf(
            ["bridge", "library", "market", "pool", "museum", "tramway", "orchard", "car park"]
        ),
        "FINDS": zipf(["find", "search for", "appeal for", "recover"]),
        "MISSING": zipf(["boat", "piano", "hiker", "tractor", "painting", "statue", "trombone"]),
        "LOST": zipf(["missing", "stolen", "forgotten"]),
        "MAN": zipf(["man", "woman", "teenager", "driver", "baker", "student"]),
        "CHARGED": zipf(["fined over", "charged over", "cleared of", "jailed for"]),
        "OFFENCE": zipf(
            ["car theft", "arson", "fish theft", "fraud", "false alarm", "noisy parade"]
        ),
        "BEAT": zipf(["beat", "stun", "edge out", "thrash"]),
        "MARGIN": zipf(["two", "three", "four", "six", "nine"]),
        "STAGE": zipf(["final", "replay", "opening round", "friendly"]),
        "ONE": zipf(["grower", "beekeeper", "shepherd", "miller"]),
        "MANY": zipf(["growers", "beekeepers", "shepherds", "millers"]),
        "TROUBLE": zipf(["drought", "frost", "low prices", "locusts", "flood", "fruit fly"]),
        "WARD": zipf(["hospital", "clinic", "surgery", "hospice"]),
        "NEED": zipf(["more beds", "longer hours", "better pay", "own scanner", "night shift"]),
    }
    rules |= _regions() | _clubs() | _farms()
    rules["HEALTH"] = [(1, f"HEALTH_{r.upper()}") for r in TOWNS]
    return Grammar(rules)


def _regions() -> dict[str, list[tuple[float, str]]]:
    rules: dict[str, list[tuple[float, str]]] = {
        "COUNCIL": [(1, f"COUNCIL_{r.upper()}") for r in TOWNS],
        "POLICE": [
            (1, "MAN CHARGED OFFENCE"),
            *((1, f"POLICE_{r.upper()}") for r in TOWNS),
        ],
    }
    for region, towns in TOWNS.items():
        R = region.upper()
        rules[f"TOWN_{R}"] = zipf(towns)
        rules[f"COUNCIL_{R}"] = [
            (3, f"TOWN_{R} council BACKS NEW PLAN"),
            (2, f"TOWN_{R} council BACKS PLAN after {region} vote"),
            (1, f"TOWN_{R} mayor BACKS PLAN"),
        ]
        rules[f"POLICE_{R}"] = [
            (2, f"police FINDS LOST MISSING near TOWN_{R}"),
            (2, f"TOWN_{R} MAN CHARGED OFFENCE say {region} police"),
        ]
        rules[f"HEALTH_{R}"] = [
            (2, f"TOWN_{R} WARD to get NEED"),
            (1, f"TOWN_{R} WARD to get NEED from {region} fund"),
        ]
    return rules


def _clubs() -> dict[str, list[tuple[float, str]]]:
    rules: dict[str, list[tuple[float, str]]] = {
        "SPORT": [(1, f"SPORT_{unit.upper()}") for unit in CLUBS]
    }
    for unit, clubs in CLUBS.items():
        U = unit.upper()
        rules[f"CLUB_{U}"] = zipf(clubs)
        rules[f"SPORT_{U}"] = [
            (2, f"TOWN CLUB_{U} BEAT TOWN by MARGIN {unit}"),
            (1, f"TOWN CLUB_{U} BEAT TOWN in STAGE"),
        ]
    return rules


def _farms() -> dict[str, list[tuple[float, str]]]:
    return {
        "FARM": [
            (2, "ONE warns of TROUBLE"),
            (2, "MANY warn of TROUBLE"),
            (1, "ONE near TOWN warns of TROUBLE"),
            (1, "MANY near TOWN warn of TROUBLE"),
        ],
        "TOWN": zipf([town for towns in zip(*TOWNS.values(), strict=True) for town in towns]),
    }
