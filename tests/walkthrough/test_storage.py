"""A walkthrough kept as text: read again to the last bit, and refused in a sentence if hostile."""

from __future__ import annotations

import contextlib
import copy
import json
import math
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnn_edu.calculations import CALCULATIONS, TRAININGS
from rnn_edu.errors import DataError, UsageError
from rnn_edu.walkthrough import (
    FUNCTIONS,
    Origin,
    Walkthrough,
    activation,
    concatenate,
    largest,
    part,
    relu,
    sigmoid,
    softmax,
    sqrt,
    tanh,
    total,
)
from rnn_edu.walkthrough.expressions import Slice
from rnn_edu.walkthrough.storage import from_data, from_json, to_data, to_json
from rnn_edu.walkthrough.widget import FORMAT, part_data
from rnn_edu.walkthrough.workbook import write_workbook

from .all_sorts import sorts

EVERY = {**CALCULATIONS, **TRAININGS}


def built(key):
    made = EVERY[key].build()
    return getattr(made, "walkthrough", made)


def assert_same(one, other):
    assert (one.key, one.title, one.note) == (other.key, other.title, other.note)
    for a, b in zip(one.quantities, other.quantities, strict=True):
        assert (a.name, a.t, a.role, a.note, a.labels) == (b.name, b.t, b.role, b.note, b.labels)
        assert (a.shape, a.value.tobytes()) == (b.shape, b.value.tobytes()), a.title
        assert (a.choice, a.origin, a.latex_symbol) == (b.choice, b.origin, b.latex_symbol)
        assert title(a.gradient_of) == title(b.gradient_of)
        assert [title(q) for q in a.gradient_part or ()] == [
            title(q) for q in b.gradient_part or ()
        ]
        assert (a.definition is None) == (b.definition is None)
        if a.definition is not None:
            assert a.definition.latex() == b.definition.latex()
            assert a.definition.latex_with_numbers(17) == b.definition.latex_with_numbers(17)
            for place in np.ndindex(a.shape):
                assert str(a.definition.scalar(place)) == str(b.definition.scalar(place))


def title(quantity):
    return None if quantity is None else quantity.title


# -- nothing is lost ----------------------------------------------------------------------


@pytest.mark.parametrize("key", EVERY)
def test_every_calculation_comes_back_to_the_last_bit(key):
    walkthrough = built(key)
    again = from_json(to_json(walkthrough))
    assert_same(walkthrough, again)
    assert to_json(again) == to_json(walkthrough)


@pytest.mark.parametrize("key", CALCULATIONS)
def test_its_workbook_has_the_same_bytes(key, workbooks, tmp_path):
    again = from_json(to_json(built(key)))
    assert write_workbook(again, tmp_path / "again.xlsx").read_bytes() == (
        workbooks[key].read_bytes()
    )


def test_gradients_of_what_was_read_are_those_of_the_original():
    w = Walkthrough("Gradients")
    x, weight = w.input("x", [0.3, -0.7], t=1), w.weight("W", [[0.2, 0.4, -0.1], [1.5, -2.0, 0.7]])
    h = w.step("h", tanh(x @ part(weight, (..., slice(0, 2)), "W_a")) * x, t=1)
    w.step("L", total(h * h), role="loss")
    again = from_json(to_json(w))
    for each in (w, again):
        each.gradients(each["L"])
    assert_same(w, again)


finite = st.floats(allow_nan=False, allow_infinity=False, width=64)
small = st.floats(-3, 3)
texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20)


@st.composite
def walkthroughs(draw):
    """Calculations of all sorts, from given numbers of every size."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))

    def numbers(*shape, of=small):
        count = math.prod(shape)
        return np.array(draw(st.lists(of, min_size=count, max_size=count))).reshape(shape)

    w = Walkthrough(draw(texts), note=draw(texts), key=draw(texts))
    w.constant("odd", numbers(rows, of=finite), t=draw(st.none() | st.integers(-5, 5)))
    labels = ([draw(texts) for _ in range(rows)], [draw(texts) for _ in range(columns)])
    weight = w.weight("W", numbers(rows, columns), note=draw(texts), labels=labels)
    words = draw(st.lists(texts, min_size=1, max_size=rows, unique=True))
    word = w.one_hot("x", draw(st.sampled_from(words)), words, t=1)
    w.code("k", words[0], words, t=2, role="target", origin=Origin("layer", "k", (2, 0)))
    u = w.input("u", numbers(rows), t=1, latex_symbol=r"\vec{u}", origin=Origin("a.b", "u"))
    steps = [
        u @ weight,
        u[:] * draw(small) + 1,
        weight.T @ weight - draw(small),
        softmax(u) + relu(weight[:, 0]) / 2,
        concatenate(sigmoid(u), -word),
        part(weight, (draw(st.integers(-rows, rows - 1)), slice(None)), "W_1"),
        sqrt(weight * weight + 1)[..., draw(st.integers(0, columns - 1)) :],
        weight[::-1],
        weight[[0, rows - 1, 0]],
        activation("elu", alpha=draw(st.floats(0.1, 3)))(u),
        largest(u, u * -0.5),
        *(function(u) for function in FUNCTIONS.values() if function.keras),
    ]
    made = [w.step(f"s_{k}", step, t=draw(st.none() | st.just(1))) for k, step in enumerate(steps)]
    loss = w.step("L", sum((total(step * step) for step in made), start=total(u)), role="loss")
    w.gradients(loss, [u, weight], separate=draw(st.booleans()))
    return w


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(walkthroughs())
def test_calculations_of_all_sorts_come_back(walkthrough):
    text = to_json(walkthrough)
    again = from_json(text)
    assert_same(walkthrough, again)
    assert to_json(again) == text


def test_every_function_and_operation_comes_back():
    w = sorts()
    again = from_json(to_json(w))
    assert_same(w, again)
    for one, other in zip(w.steps, again.steps, strict=True):
        assert type(one.definition) is type(other.definition)


def test_a_long_sum_comes_back():
    w = Walkthrough("A long sum")
    x = w.input("x", 0.1)
    w.step("y", sum((x for _ in range(400)), start=x), role="loss")
    assert from_json(to_json(w))["y"].value == w["y"].value


def test_a_part_takes_no_more_room_when_it_is_larger():
    w = Walkthrough("Parts")
    weight = w.weight("W", np.ones((50, 200)))
    w.step("block", part(weight, (slice(None), slice(50, 100)), "W_xf"))
    w.gradients(w.step("L", total(w["block"]), role="loss"))
    steps = to_data(w)["quantities"][1:]
    assert steps[0]["formula"] == ["slice", 0, [[None, None], [50, 100]], "W_xf"]
    assert len(json.dumps(steps)) < 3000


@pytest.mark.parametrize("key", [np.array([True, False]), None, ([0], [1]), (0, [1])])
def test_parts_that_cannot_be_stored_are_refused(key):
    with pytest.raises(UsageError, match="cannot be stored; use numbers and ranges"):
        part_data(key)


@pytest.mark.parametrize(
    "key", [0, -1, slice(1, None), (slice(None), 2), (..., -2), slice(None, None, 2), [1, 0, 1]]
)
def test_parts_are_read_as_they_were_written(key):
    w = Walkthrough("Part")
    x = w.input("x", np.arange(12.0).reshape(3, 4))
    w.step("y", Slice(x, key))
    again = from_json(to_json(w))
    assert again["y"].value.tolist() == np.arange(12.0).reshape(3, 4)[key].tolist()
    assert again["y"].definition.latex() == w["y"].definition.latex()


# -- what is refused ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def good():
    w = Walkthrough("Good")
    x = w.input("x", [1.0, 2.0], t=1, labels=[["a", "b"]])
    w.weight("W", [[0.5, 1.5], [2.5, 3.5]])
    w.one_hot("word", "yes", ["yes", "no"], t=1)
    w.step("h", tanh(x @ w["W"]), t=1)
    w.gradients(w.step("L", total(w["h", 1]), role="loss"))
    return to_data(w)


X, W, WORD, H = range(4)
BIG = 10**400
#: A change to the data, and what the sentence must say.
HOSTILE = {
    "no object": (lambda d: [], "a list stands where an object belongs"),
    "no format": (lambda d: d.pop("format"), "format is missing"),
    "later": (lambda d: d.update(format=FORMAT + 1), "of a later edition of rnn_edu"),
    "earlier": (lambda d: d.update(format=1), "format 1, which is no longer read"),
    "format true": (lambda d: d.update(format=True), "a truth value and must be a whole number"),
    "title": (lambda d: d.update(title=7), "title is a number and must be a text"),
    "long note": (lambda d: d.update(note="x" * 40_000), "note has 40,000 characters"),
    "escapes": (lambda d: d.update(title="\x1b[2J"), "title holds characters that are not text"),
    "quantities": (lambda d: d.update(quantities={}), "quantities is an object and must be a list"),
    "quantity": (lambda d: d["quantities"].append(3), r"quantities\[8\]: a number stands where"),
    "many": (lambda d: d.update(quantities=[0] * 50_001), "50,001 entries, more than 50,000"),
    "name": (lambda d: change(d, X, name="A1"), "looks like the address of a cell"),
    "name list": (lambda d: change(d, X, name=[]), "name is a list and must be a text"),
    "twice": (lambda d: d["quantities"].append(d["quantities"][X]), "exists already"),
    "role": (lambda d: change(d, X, role="gate"), "what is given cannot have the role 'gate'"),
    "step role": (lambda d: change(d, H, role="boss"), "has the role 'boss'"),
    "word role": (lambda d: change(d, WORD, role="boss"), "has the role 'boss'"),
    "no kind": (lambda d: d["quantities"][X].pop("value"), "one of value, choice and formula"),
    "two kinds": (lambda d: change(d, H, value=[1, 2]), "one of value, choice and formula"),
    "weight in time": (lambda d: change(d, W, t=1), "a weight has no time step"),
    "t": (lambda d: change(d, X, t=1.5), "t is a number and must be a whole number"),
    "huge t": (lambda d: change(d, X, t=BIG), "t lies outside"),
    "few": (lambda d: change(d, X, value=[1.0]), "value has 1 numbers where the shape has 2"),
    "text number": (lambda d: change(d, X, value=["1", 2]), "value holds a text where a number"),
    "infinite": (lambda d: change(d, X, value=[1e999, 2]), "a number that is not finite"),
    "too large": (lambda d: change(d, X, value=[BIG, 2]), "a number that is not finite"),
    "shape": (lambda d: change(d, H, shape=[3]), r"its shape is \(2,\) and not what is stored"),
    "huge shape": (lambda d: change(d, X, shape=[10**6] * 4), "which is too many"),
    "negative": (lambda d: change(d, X, shape=[-1, -2]), "a size in shape lies outside"),
    "axes": (lambda d: change(d, X, shape=[1] * 9), "shape has 9 entries, more than 4"),
    "labels": (lambda d: change(d, X, labels=[["a"]]), "but labels for"),
    "label": (lambda d: change(d, X, labels=[["a", 3]]), "a label is a number"),
    "picked": (lambda d: picked(d, picked="maybe"), "the word 'maybe' is not in the list"),
    "form": (lambda d: picked(d, form="two-hot"), "form is 'two-hot' and must be one of"),
    "options": (lambda d: picked(d, options="yes"), "options is a text and must be a list"),
    "origin": (lambda d: change(d, X, origin={"layer": "a"}), "origin: value is missing"),
    "rows": (lambda d: change(d, X, origin={"layer": "a", "value": "b", "rows": [0.5]}), "rows is"),
    "gradient": (lambda d: change(d, H, gradient_of=99), "uses the quantity 99, which is not"),
    "pair": (lambda d: change(d, H, gradient_part=[0]), "gradient_part must have two places"),
    "forward": (lambda d: formula(d, ["tanh", 4]), "uses the quantity 4, which is not before it"),
    "itself": (lambda d: formula(d, H), "uses the quantity 3, which is not before it"),
    "backward": (lambda d: formula(d, -1), "a place lies outside"),
    "unknown": (lambda d: formula(d, ["__import__", 0]), "operation '__import__' is not known"),
    "parameter": (lambda d: formula(d, ["elu_1e999", 0]), "'elu_1e999' is not known"),
    "no name": (lambda d: formula(d, [["tanh"], 0]), "the name of an operation is a list"),
    "nothing": (lambda d: formula(d, []), "the name of an operation is nothing"),
    "text": (lambda d: formula(d, "0"), "a formula is a text and must be a list"),
    "truth": (lambda d: formula(d, True), "a place is a truth value"),
    "operands": (lambda d: formula(d, ["tanh", 0, 0]), r"tanh takes 1 operand\(s\), but has 2"),
    "none": (lambda d: formula(d, ["add"]), r"add takes 2 operand\(s\), but has 0"),
    "no sum": (lambda d: formula(d, ["sum"]), r"sum takes 1 operand\(s\), but has 0"),
    "no slice": (lambda d: formula(d, ["slice", 0]), "slice takes one setting, but has 0"),
    "no place": (lambda d: formula(d, ["place", 0]), "the shape of place is nothing"),
    "misfit": (lambda d: formula(d, ["matmul", 1, 4]), "uses the quantity 4"),
    "shapes": (lambda d: formula(d, ["add", ["slice", 0, [[0, 1]]], 0]), "the shapes differ"),
    "added": (lambda d: formula(d, ["add_all", 0, 1]), "operands of different shapes"),
    "columns": (lambda d: formula(d, ["column_sums", 0]), "has no rows and columns to add up"),
    "nan": (lambda d: formula(d, ["number", None]), "number holds nothing where a number"),
    "overflow": (lambda d: formula(d, ["exp", ["number", 1e6]]), "not a finite number"),
    "logarithm": (lambda d: formula(d, ["ln", ["negate", 0]]), "the logarithm of -2"),
    "division": (lambda d: formula(d, ["divide", 0, ["number", 0]]), "is divided by zero"),
    "spread": (lambda d: formula(d, ["spread", ["number", 1], [9999, 9999]]), "too many"),
    "bad spread": (lambda d: formula(d, ["spread", 0, [3]]), "broadcast"),
    "outer": (lambda d: formula(d, square(5000)), "would have to be calculated"),
    "part": (lambda d: formula(d, ["slice", 0, [7]]), "has no part"),
    "empty part": (lambda d: formula(d, ["slice", 0, [[2, 2]]]), "is empty"),
    "part of what": (lambda d: formula(d, ["slice", 0, [{"rm": 1}]]), "an object and must be a"),
    "step 0": (lambda d: formula(d, ["slice", 0, [[0, 2, 0]]]), "slice step cannot be zero"),
    "places": (lambda d: formula(d, square_of_places()), "would have to be calculated"),
    "lists": (lambda d: formula(d, ["slice", 1, [0, {"at": [0]}]]), "stands beside a number"),
    "many places": (lambda d: formula(d, ["slice", 0, [{"at": [0] * 50_001}]]), "50,001 entries"),
    "deep": (lambda d: formula(d, nested(451)), "more than 450 operations stand inside"),
}  # fmt: skip


def change(data, place, **entries):
    data["quantities"][place].update(entries)


def picked(data, **entries):
    data["quantities"][WORD]["choice"].update(entries)


def formula(data, new):
    change(data, H, formula=new)


def square(size):
    """The outer product of two long vectors."""
    long = ["spread", ["number", 1], [size]]
    return ["outer", long, long]


def square_of_places():
    """A long vector taken again and again."""
    return ["slice", ["spread", ["number", 1], [1000]], [{"at": [0] * 50_000}]]


def nested(depth):
    inner = 0
    for _ in range(depth):
        inner = ["tanh", inner]
    return inner


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_data_are_refused_with_one_sentence(what, good):
    edit, sentence = HOSTILE[what]
    data = copy.deepcopy(good)
    made = edit(data)
    started = time.monotonic()
    with pytest.raises(DataError, match=sentence) as refused:
        from_data(made if made == [] else data)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not in JSON: Expecting value"),
        ("{", "is not in JSON"),
        ("[" * 100_000, "lists stand inside lists too deep"),
        ('{"a":' * 100_000, "lists stand inside lists too deep"),
        ('{"format": NaN}', "NaN is not a finite number"),
        ('{"format": -Infinity}', "-Infinity is not a finite number"),
        ('{"format": 2, "format": 2}', "the name 'format' is there twice in one object"),
        ('{"format": ' + "9" * 5000 + "}", "is not in JSON: Exceeds the limit"),
        ("null", "nothing stands where an object belongs"),
    ],
)
def test_hostile_texts_are_refused_with_one_sentence(text, sentence):
    with pytest.raises(DataError, match=sentence) as refused:
        from_json(text)
    assert "\n" not in str(refused.value)


def test_a_text_that_is_too_long_is_not_looked_at(monkeypatch):
    monkeypatch.setattr("rnn_edu.walkthrough.storage.LONGEST_TEXT", 10)
    with pytest.raises(DataError, match="has 11 characters; more than 10 are not read"):
        from_json("x" * 11)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_put_into_the_data_it_is_read_or_refused(data, good):
    """A random place of good data gets a random JSON value."""
    junk = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=6,
    )
    damaged = copy.deepcopy(good)
    holder, key = None, None
    node = damaged
    while isinstance(node, (list, dict)) and node and (holder is None or data.draw(st.booleans())):
        keys = sorted(node) if isinstance(node, dict) else range(len(node))
        holder, key = node, data.draw(st.sampled_from(keys))
        node = holder[key]
    holder[key] = data.draw(junk)
    with contextlib.suppress(DataError):
        from_data(damaged)
