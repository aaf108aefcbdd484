"""Ten kinds of mistake and more, planted by an independent learner, and all named rightly."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.errors import NamingError, NumberError, ShapeError
from rnn_edu.marking import BLANK, FOLLOWS, RIGHT, UNREADABLE, WRONG, blanks_of, kinds, mark
from rnn_edu.marking.exercises import check
from rnn_edu.marking.kinds import Mistake
from rnn_edu.marking.scene import tolerance_for
from rnn_edu.worksheets.asked import asked_steps
from tests.marking import learners

WORDS, SIMPLE, LSTM, GRU, BACK = (
    "this_is_an_example",
    "simple_rnn_two_documents",
    "lstm_two_documents",
    "gru_two_documents",
    "backpropagation_through_time",
)
LEARNERS = {
    WORDS: learners.four_words,
    SIMPLE: learners.simple_rnn,
    LSTM: learners.lstm,
    GRU: learners.gru,
    BACK: learners.backwards,
}
#: Calculation, what the learner does, where it first shows, what it must be called.
PLANTED = [
    (WORDS, "activation forgotten", "h at t=1", kinds.ACTIVATION_FORGOTTEN),
    (SIMPLE, "activation forgotten", "h at t=1", kinds.ACTIVATION_FORGOTTEN),
    (LSTM, "activation forgotten", "h at t=1", kinds.ACTIVATION_FORGOTTEN),
    (GRU, "activation forgotten", "h_tilde at t=1", kinds.ACTIVATION_FORGOTTEN),
    (WORDS, "transposed", "a at t=2", kinds.WEIGHTS_TRANSPOSED),
    (GRU, "transposed", "a_z at t=2", kinds.WEIGHTS_TRANSPOSED),
    (BACK, "transposed", "d_h_via_a at t=3", kinds.WEIGHTS_TRANSPOSED),
    (LSTM, "gates swapped", "a_i at t=1", kinds.GATES_SWAPPED),
    (LSTM, "gates exchanged", "c at t=1", kinds.GATES_SWAPPED),
    (GRU, "reversed", "h at t=1", kinds.GATE_REVERSED),
    (SIMPLE, "bias missing", "a at t=1", kinds.BIAS_MISSING),
    (LSTM, "bias missing", "a_i at t=1", kinds.BIAS_MISSING),
    (GRU, "bias missing", "a_z at t=1", kinds.BIAS_MISSING),
    (WORDS, "fed back", "a at t=2", kinds.FED_BACK),
    (SIMPLE, "fed back", "a at t=2", kinds.FED_BACK),
    (LSTM, "cell state fed back", "a_i at t=2", kinds.STATES_EXCHANGED),
    (WORDS, "sign", "l at t=1", kinds.SIGN),
    (SIMPLE, "sign", "a at t=1", kinds.SIGN),
    (SIMPLE, "minus forgotten", "L", kinds.SIGN),
    (BACK, "sign", "d_z at t=4", kinds.SIGN),
    (WORDS, "state forgotten", "a at t=2", kinds.STATE_FORGOTTEN),
    (SIMPLE, "state forgotten", "a at t=2", kinds.STATE_FORGOTTEN),
    (LSTM, "state forgotten", "a_i at t=2", kinds.STATE_FORGOTTEN),
    (WORDS, "not normalised", "p at t=1", kinds.NOT_NORMALISED),
    (WORDS, "base 10", "l at t=1", kinds.OTHER_LOGARITHM),
    (WORDS, "mean not taken", "L", kinds.MEAN_NOT_TAKEN),
    (WORDS, "sigmoid for tanh", "h at t=1", kinds.OTHER_ACTIVATION),
    (LSTM, "sigmoid for tanh", "c_tilde at t=1", kinds.OTHER_ACTIVATION),
    (SIMPLE, "weights exchanged", "a at t=1", kinds.WEIGHTS_EXCHANGED),
    (GRU, "reset before", "a_h at t=1", kinds.RESET_MISPLACED),
    (BACK, "slope forgotten", "d_a at t=4", kinds.SLOPE_FORGOTTEN),
    (BACK, "square forgotten", "d_a at t=4", kinds.SLOPE_FORGOTTEN),
    (BACK, "part missing", "d_h at t=3", kinds.TERM_MISSING),
]


@pytest.fixture(scope="module")
def walkthroughs():
    return {key: CALCULATIONS[key].build() for key in LEARNERS}


def answers_of(blanks, numbers, decimals):
    return {
        b.number: round(float(numbers[b.quantity.name, b.quantity.t][b.index]), decimals)
        for b in blanks
    }


@pytest.mark.parametrize("key", LEARNERS)
def test_a_learner_without_a_mistake_is_right_everywhere(walkthroughs, key):
    w = walkthroughs[key]
    blanks = blanks_of(asked_steps(w))
    decimals = tolerance_for(asked_steps(w)).decimals
    marks = mark(w, blanks, answers_of(blanks, LEARNERS[key](), decimals))
    assert marks.count(RIGHT) == len(blanks)
    assert marks.first_wrong is marks.mistake is None
    assert str(marks) == "All numbers are right."


def test_many_kinds_are_planted_on_several_calculations():
    kinds = {kind for *_, kind in PLANTED}
    assert len(kinds) >= 10
    assert all(len({k for k, *_, found in PLANTED if found == kind}) >= 1 for kind in kinds)
    several = [kind for kind in kinds if len({k for k, *_, f in PLANTED if f == kind}) > 1]
    assert len(several) >= 7


@pytest.mark.parametrize(("key", "mistake", "where", "kind"), PLANTED)
def test_a_planted_mistake_is_found_where_it_starts_and_named(
    walkthroughs, key, mistake, where, kind
):
    w = walkthroughs[key]
    blanks = blanks_of(asked_steps(w))
    decimals = tolerance_for(asked_steps(w)).decimals
    marks = mark(w, blanks, answers_of(blanks, LEARNERS[key](mistake), decimals))
    assert marks.first_wrong is not None
    assert marks.first_wrong.blank.quantity.title == where
    assert marks.mistake is not None
    assert marks.mistake.kind == kind


#: With three or four decimals these numbers are those of other mistakes, or right ones, as well.
TOO_FEW_DIGITS = {
    (WORDS, "activation forgotten", 3),
    (SIMPLE, "activation forgotten", 3),
    *((WORDS, "fed back", decimals) for decimals in (3, 4)),
    (SIMPLE, "fed back", 3),
}


@pytest.mark.parametrize(
    ("key", "mistake", "where", "kind", "decimals"),
    [
        (*planted, decimals)
        for planted in PLANTED
        for decimals in (3, 4)
        if planted[0] != BACK and (*planted[:2], decimals) not in TOO_FEW_DIGITS
    ],
)
def test_a_planted_mistake_is_named_also_in_rounded_numbers(
    walkthroughs, key, mistake, where, kind, decimals
):
    w = walkthroughs[key]
    blanks = blanks_of(asked_steps(w))
    marks = mark(w, blanks, answers_of(blanks, LEARNERS[key](mistake), decimals))
    assert marks.first_wrong.blank.quantity.title == where
    assert marks.mistake.kind == kind


def test_what_follows_from_a_mistake_is_not_counted_as_wrong(walkthroughs):
    w = walkthroughs[SIMPLE]
    blanks = blanks_of(asked_steps(w))
    numbers = answers_of(blanks, learners.simple_rnn("state forgotten"), 6)
    marks = mark(w, blanks, numbers)
    assert [m.verdict for m in marks.marked] == [RIGHT] * 2 + [WRONG] + [FOLLOWS] * 4
    assert marks.credit == 6
    assert str(marks) == (
        "2 of 7 are right, 4 follow from an earlier mistake, 1 is wrong.\n"
        "The first wrong number is no. 3, a at t=2: 0.993161 is not what belongs there.\n"
        "It looks as if h_1, the state before, was left out."
    )


def test_blanks_and_texts(walkthroughs):
    w = walkthroughs[SIMPLE]
    blanks = blanks_of(asked_steps(w))
    marks = mark(w, blanks, {1: None, 2: "about a half"})
    assert [m.verdict for m in marks.marked[:2]] == [BLANK, UNREADABLE]
    assert "no. 2, h at t=1: 'about a half' is not a number." in str(marks)
    assert marks.mistake is None


@pytest.mark.parametrize("key", CALCULATIONS)
def test_a_pencil_that_stops_two_decimals_earlier_is_right_and_zeros_earn_nothing(key):
    w = CALCULATIONS[key].build()
    blanks = blanks_of(asked_steps(w))
    decimals = tolerance_for(asked_steps(w)).decimals
    for fewer in (1, 2):
        rounded = {b.number: round(b.value, decimals - fewer) for b in blanks}
        assert mark(w, blanks, rounded).credit == len(blanks)
    for everywhere in (0.0, 1.0, 0.5):
        marks = mark(w, blanks, {b.number: everywhere for b in blanks})
        assert marks.credit < 0.1 * len(blanks)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (-0.13, kinds.ROUNDED),
        (-0.1, kinds.ROUNDED),
        (-134305.0, kinds.DECIMAL_SIGN),
        (-0.143305, kinds.DIGITS_EXCHANGED),
        (0.134305, kinds.SIGN),
        (0.531993, kinds.OTHER_PLACE),
    ],
)
def test_mistakes_of_writing_down(walkthroughs, answer, kind):
    w = walkthroughs[SIMPLE]
    marks = mark(w, blanks_of(asked_steps(w)), {1: answer})
    assert marks.mistake is not None
    assert marks.mistake.kind == kind


def test_a_number_from_nowhere_is_not_explained(walkthroughs):
    w = walkthroughs[LSTM]
    marks = mark(w, blanks_of(asked_steps(w)), {1: 17.29})
    assert marks.mistake is None
    assert "none of the mistakes that are known" in str(marks).replace("\n", " ")


def test_every_mistake_of_the_package_names_itself_when_made_exactly():
    """What a rule makes of a step is called by the rule's name, or by one that gives the same."""
    from rnn_edu.marking.mistakes import variants
    from rnn_edu.marking.scene import Scene

    named, total = 0, 0
    for calculation in CALCULATIONS.values():
        w = calculation.build()
        steps = [step for step in w.steps if step.role != "gradient"][:8]
        blanks, scene = blanks_of(steps), Scene(w, {}, steps)
        for step in steps:
            first: dict[str, np.ndarray] = {}
            for mistake, formula in variants(scene, step):
                if not np.allclose(formula.value, step.value, rtol=0, atol=1e-4):
                    first.setdefault(mistake.kind, formula.value)
            for kind, value in first.items():
                numbers = {b.number: b.value for b in blanks}
                numbers |= {b.number: float(value[b.index]) for b in blanks if b.quantity is step}
                found = mark(w, blanks, numbers).mistake
                total += 1
                named += found is not None and found.kind == kind
    assert total > 300
    assert named / total > 0.95


# -- in a notebook ---------------------------------------------------------------------------


def test_check_says_which_intermediate_went_wrong_first(walkthroughs):
    numbers = learners.four_words("fed back")
    answers = {("h", t): numbers["h", t] for t in range(1, 5)}
    marks = check(answers, walkthroughs[WORDS])
    assert marks.first_wrong.blank.quantity.title == "h at t=2"
    # Nobody asked for a_2, yet the mistake that was made on the way to h_2 is found.
    assert marks.mistake == Mistake(
        kinds.FED_BACK,
        "a_1 was used where h_1 belongs: the number before its activation was handed on",
    )


def test_check_takes_names_without_a_time_and_single_numbers(walkthroughs):
    marks = check({"z": 0.5274, "y_hat": 0.628869}, walkthroughs[SIMPLE])
    assert [m.verdict for m in marks.marked] == [WRONG, FOLLOWS]


def test_a_notebook_shows_sentences(walkthroughs):
    html = check({"z": 0.5274}, walkthroughs[SIMPLE])._repr_html_()
    assert html.startswith("<p>0 of 1 are right, 1 is wrong.</p><p>The first wrong number is z: ")
    assert html.endswith(".</p>")
    right = check({"z": walkthroughs[SIMPLE]["z"].value}, walkthroughs[SIMPLE])
    assert right._repr_html_() == "<p>The number is right.</p>"


def test_check_leaves_nan_blank(walkthroughs):
    marks = check({("h", 1): [0.032988, np.nan, np.nan]}, walkthroughs[WORDS])
    assert str(marks) == "1 of 3 is right, 2 are blank."


@pytest.mark.parametrize(
    ("answers", "error", "sentence"),
    [
        ({"q": 1.0}, NamingError, '"This is an example" has no q; it has W_xh'),
        ({"W_xh": 1.0}, NamingError, "W_xh is given; check a step that is calculated."),
        ({("h", 9): 1.0}, NamingError, "has no h at t=9"),
        (
            {("h", 1): [1.0, 2.0]},
            ShapeError,
            r"h at t=1 has 3 numbers, shape \(3,\), but you gave 2, shape \(2,\)\.",
        ),
        ({("h", 1): "half"}, NumberError, "h at t=1 must be numbers, but is 'half'."),
        ({"L": np.inf}, NumberError, "L is inf, which is not a finite number."),
    ],
)
def test_check_refuses_with_a_sentence(walkthroughs, answers, error, sentence):
    with pytest.raises(error, match=sentence):
        check(answers, walkthroughs[WORDS])
