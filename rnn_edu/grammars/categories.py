"""Made-up news in eight categories: a headline and a short description.

Two headlines in five, and two descriptions in five, could stand in any category. Where
both are of that kind nobody can do better than to name the most common category, so the accuracy
of the best possible model is known and is below 1.
"""

from __future__ import annotations

from rnn_edu.grammars.grammar import Grammar
from rnn_edu.grammars.headlines import zipf

SHARES = {
    "POLITICS": 0.32,
    "ENTERTAINMENT": 0.18,
    "WORLD NEWS": 0.14,
    "SPORTS": 0.1,
    "WELLNESS": 0.09,
    "BUSINESS": 0.07,
    "SCIENCE": 0.06,
    "TRAVEL": 0.04,
}
GENERIC = 0.4
SUBJECTS = {
    "POLITICS": ["senator", "minister", "party leader", "lobbyist", "governor", "judge"],
    "ENTERTAINMENT": ["singer", "film director", "comedian", "band", "actress", "novelist"],
    "WORLD NEWS": [
        "embassy",
        "border guard",
        "peace envoy",
        "foreign press",
        "exiled king",
        "consul",
    ],
    "SPORTS": ["goalkeeper", "coach", "sprinter", "referee", "cyclist", "club captain"],
    "WELLNESS": ["sleep expert", "yoga teacher", "dietician", "doctor", "therapist", "nurse"],
    "BUSINESS": ["bank", "start-up", "shareholder", "car maker", "grocer", "auditor"],
    "SCIENCE": [
        "astronomer",
        "biologist",
        "space probe",
        "laboratory",
        "geologist",
        "research ship",
    ],
    "TRAVEL": ["airline", "hotel", "tour guide", "night train", "ferry company", "travel writer"],
}
OBJECTS = {
    "POLITICS": ["the tax bill", "election rules", "a vote", "the budget", "a coalition"],
    "ENTERTAINMENT": ["the award", "a sequel", "the concert", "a new album", "the script"],
    "WORLD NEWS": ["a ceasefire", "refugee talks", "the summit", "a treaty", "sanctions"],
    "SPORTS": ["the cup", "a penalty", "the season", "a transfer", "the league table"],
    "WELLNESS": ["a nap", "morning habits", "stress advice", "slow meals", "the diet"],
    "BUSINESS": ["a merger", "the profit forecast", "new shares", "a factory", "the loan"],
    "SCIENCE": ["a fossil", "moon data", "the gene study", "a comet", "the experiment"],
    "TRAVEL": ["a cruise", "island routes", "cheap fares", "the timetable", "a beach"],
}


def category_grammar(category: str) -> Grammar:
    """The grammar of one category: a headline, a full stop, a description, a full stop."""
    rules: dict[str, list[tuple[float, str]]] = {
        "S": [(1, "HEADLINE . DESCRIPTION .")],
        "HEADLINE": [
            (1 - GENERIC, "SUBJECT ACTS OBJECT"),
            (GENERIC, "PERSON ACTS THING"),
        ],
        "DESCRIPTION": [
            (1 - GENERIC, "the SUBJECT said OBJECT WILL"),
            (GENERIC, "the PERSON said THING WILL"),
        ],
        "SUBJECT": zipf(SUBJECTS[category]),
        "OBJECT": zipf(OBJECTS[category]),
        "PERSON": zipf(["neighbour", "spokesman", "critic", "young woman", "rival"]),
        "THING": zipf(["a letter", "the plan", "a rumour", "the answer"]),
        "ACTS": zipf(["defends", "questions", "praises", "drops", "explains"]),
        "WILL": zipf(["can wait", "came too late", "was a surprise", "matters to everyone"]),
    }
    return Grammar(rules)


def best_accuracy() -> float:
    """Accuracy of the best possible model, which sees the whole text.

    Only a text without any word of its category leaves a doubt.
    """
    doubtful = GENERIC**2
    return 1 - doubtful * (1 - max(SHARES.values()))
