"""The list of named steps: what it holds, what it refuses, what it can be rebuilt into."""

import numpy as np
import pytest

from rnn_edu.calculations import CALCULATIONS, lstm_two_documents, this_is_an_example
from rnn_edu.errors import NamingError, NumberError, ShapeError, UsageError
from rnn_edu.walkthrough import ROLES, Table, Walkthrough, exp, explain, softmax, tanh, total

WORDS = ("very", "bad", "good")


def small():
    w = Walkthrough("Small")
    x = w.input("x", [1.0, -2.0], t=1)
    W = w.weight("W", [[0.5, -0.25], [0.125, 0.75]], note="from x to h")
    h = w.step("h", tanh(x @ W), t=1, role="state", note="the state")
    w.step("L", total(h * h), role="loss")
    return w


# -- what it holds -----------------------------------------------------------------------------


def test_quantities_are_found_by_name_and_time():
    w = small()
    assert w["W"].shape == (2, 2)
    assert w["h", 1].role == "state"
    assert ("h", 1) in w
    assert "W" in w
    assert "h" not in w
    assert [q.name for q in w.quantities] == ["x", "W", "h", "L"]
    assert [q.name for q in w.steps] == ["h", "L"]
    assert [q.name for q in w.weights] == ["W"]
    assert w.times == [1]
    assert w["h", 1].title == "h at t=1"
    assert repr(w) == "<Walkthrough 'Small': 2 steps>"
    assert repr(w["W"]) == "<W: weight, shape (2, 2)>"


def test_values_are_float64_copies():
    given = np.array([1, 2], dtype=np.int32)
    x = Walkthrough("t").input("x", given)
    given[0] = 7
    assert x.value.dtype == np.float64
    assert x.value.tolist() == [1.0, 2.0]


def test_over_time_leaves_out_where_the_state_starts():
    w = Walkthrough("t")
    h = w.constant("h", [0.5], t=0)
    for t in (1, 2):
        h = w.step("h", tanh(h), t=t)
    back = w.constant("g", [0.5], t=3)
    for t in (2, 1):
        back = w.step("g", tanh(back), t=t)
    np.testing.assert_allclose(w.over_time("h")[:, 0], [np.tanh(0.5), np.tanh(np.tanh(0.5))])
    np.testing.assert_allclose(w.over_time("g")[:, 0], [np.tanh(np.tanh(0.5)), np.tanh(0.5)])
    assert [q.t for q in w.series("h")] == [0, 1, 2]


def test_words_are_picked_as_a_vector_or_as_a_number():
    w = Walkthrough("t")
    assert w.one_hot("x", "bad", WORDS, t=1).value.tolist() == [0, 1, 0]
    assert w.code("k", "good", WORDS, t=1).value.tolist() == [3]
    assert w.one_hot("y", "", WORDS, role="target").value.tolist() == [0, 0, 0]
    assert w.code("k", "", WORDS, t=2).value.tolist() == [0]
    assert w["x", 1].labels == (WORDS,)
    assert w["y"].role == "target"


def test_every_role_has_its_words_for_the_legend():
    assert all(len(words) > 10 for words in ROLES.values())
    roles = {q.role for c in CALCULATIONS.values() for q in c.build().quantities}
    assert roles <= set(ROLES)


# -- what it refuses ---------------------------------------------------------------------------


def refused(error, action):
    with pytest.raises(error) as raised:
        action()
    return str(raised.value)


def test_a_quantity_of_another_walkthrough_is_refused():
    stranger = Walkthrough("Other").input("x", [1.0], t=1)
    w = Walkthrough("This one")
    w.input("x", [1.0], t=1)
    assert refused(NamingError, lambda: w.step("a", stranger * 2, t=1)) == (
        'step a at t=1 uses x at t=1, which is not a quantity of "This one"; '
        "add it to this walkthrough first."
    )
    assert [q.name for q in w.quantities] == ["x"]


def test_a_name_used_twice_is_refused():
    w = small()
    sentence = "h at t=1 exists already; choose another name or time."
    assert refused(NamingError, lambda: w.step("h", w["L"] * 2, t=1)) == sentence
    assert refused(NamingError, lambda: w.weight("W", 1.0)) == (
        "W exists already; choose another name or time."
    )
    w.step("h", w["L"] * 2, t=2)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "'' cannot be a name; use letters, digits and underscores, a letter first."),
        ("1st", "'1st' cannot be a name; use letters, digits and underscores, a letter first."),
        ("W xh", "'W xh' cannot be a name; use letters, digits and underscores, a letter first."),
        ("c̃", "'c̃' cannot be a name; use letters, digits and underscores, a letter first."),
        ("h1", "'h1' looks like the address of a cell; write it with an underscore."),
    ],
)
def test_a_bad_name_is_refused(name, sentence):
    assert refused(NamingError, lambda: Walkthrough("t").weight(name, 1.0)) == sentence


def test_an_unknown_role_is_refused():
    w = small()
    assert refused(NamingError, lambda: w.step("k", w["L"] * 2, role="hidden")) == (
        f"k has the role 'hidden'; use one of {', '.join(ROLES)}."
    )


def test_a_word_outside_the_list_is_refused():
    w = Walkthrough("t")
    for choose in (w.one_hot, w.code):
        assert refused(NamingError, lambda choose=choose: choose("x", "fine", WORDS, t=2)) == (
            "x at t=2: the word 'fine' is not in the list very, bad, good."
        )


def test_numbers_that_are_not_finite_are_refused_where_they_arise():
    w = Walkthrough("t")
    assert refused(NumberError, lambda: w.weight("W", [[1.0, np.nan]])) == (
        "element [0, 1] of W is nan, not a finite number."
    )
    assert refused(NumberError, lambda: w.input("x", np.inf, t=1)) == (
        "x at t=1 is inf, not a finite number."
    )
    big = w.input("big", [1.0, 1000.0])
    assert refused(NumberError, lambda: w.step("e", exp(big), t=3)) == (
        "element [1] of e at t=3 is inf, not a finite number."
    )
    assert "e" not in {q.name for q in w.quantities}


def test_what_is_no_number_is_refused():
    w = Walkthrough("t")
    assert refused(NumberError, lambda: w.weight("b", ["a"])) == "b must be numbers, but is ['a']."
    assert refused(NumberError, lambda: w.weight("b", [[1.0], [1.0, 2.0]])) == (
        "b must be numbers, but is [[1.0], [1.0, 2.0]]."
    )


def test_labels_must_fit():
    w = Walkthrough("t")
    assert refused(ShapeError, lambda: w.weight("W", np.ones((2, 3)), labels=(WORDS, WORDS))) == (
        "W has the shape (2, 3), but labels for (3, 3)."
    )
    assert refused(ShapeError, lambda: w.weight("W", np.ones((2, 3)), labels=(WORDS,))) == (
        "W has the shape (2, 3), but labels for (3,)."
    )


def test_what_is_not_there_is_named_with_what_is():
    w = small()
    assert refused(NamingError, lambda: w["h", 2]) == '"Small" has no h at t=2; it has x, W, h, L.'
    assert refused(NamingError, lambda: w.series("q")) == '"Small" has no q; it has x, W, h, L.'
    assert refused(NamingError, lambda: Walkthrough("New")["x"]) == (
        '"New" has no x; it has nothing yet.'
    )


# -- the same calculation with other numbers ---------------------------------------------------


def test_with_values_calculates_everything_again():
    w = this_is_an_example()
    W_hh = w["W_hh"].value.T.copy()
    changed = w.with_values({"W_hh": W_hh, ("x", 2): "example"})
    assert changed["x", 2].value.tolist() == [0, 0, 0, 1]
    h = np.zeros(3)
    for t in (1, 2, 3, 4):
        h = np.tanh(changed["x", t].value @ w["W_xh"].value + h @ W_hh)
        np.testing.assert_allclose(changed["h", t].value, h, rtol=1e-14)
    assert [q.title for q in changed.quantities] == [q.title for q in w.quantities]
    assert [q.latex_symbol for q in changed.quantities] == [q.latex_symbol for q in w.quantities]
    assert (changed.title, changed.note, changed.key) == (w.title, w.note, w.key)


@pytest.mark.parametrize("key", list(CALCULATIONS))
def test_with_no_values_it_is_the_same_calculation(key):
    w = CALCULATIONS[key].build()
    twin = w.with_values({})
    for mine, copied in zip(w.quantities, twin.quantities, strict=True):
        assert copied is not mine
        np.testing.assert_array_equal(copied.value, mine.value)
        for name in ("name", "t", "role", "note", "labels", "choice", "latex_symbol"):
            assert getattr(copied, name) == getattr(mine, name)


def test_a_code_can_be_changed_by_its_word():
    w = lstm_two_documents().with_values({("x", 2): "good"})
    assert w["x", 2].value.tolist() == [3]
    assert w["x", 2].choice.picked == "good"


def test_with_values_refuses_what_it_cannot_do():
    w = this_is_an_example()
    assert refused(NamingError, lambda: w.with_values({("h", 2): [0, 0, 0]})) == (
        "h at t=2 is calculated; change what it depends on."
    )
    assert refused(NamingError, lambda: w.with_values({"W_yh": [[1.0]]})).startswith(
        '"This is an example" has no W_yh; it has W_xh, W_hh, W_hy, h,'
    )
    assert refused(ShapeError, lambda: w.with_values({"W_hh": np.ones((2, 2))})) == (
        "W_hh has the shape (3, 3); the new value has (2, 2)."
    )
    assert refused(NumberError, lambda: w.with_values({"W_hh": [[1.0], [2.0, 3.0]]})) == (
        "W_hh must be numbers, but is [[1.0], [2.0, 3.0]]."
    )
    assert refused(NamingError, lambda: w.with_values({("x", 1): "That"})) == (
        "x at t=1: the word 'That' is not in the list This, is, an, example."
    )
    assert refused(NumberError, lambda: w.with_values({"W_hh": np.full((3, 3), np.inf)})) == (
        "element [0, 0] of W_hh is inf, not a finite number."
    )


# -- gradients ---------------------------------------------------------------------------------


def test_gradients_of_a_network_through_time_agree_with_centred_differences():
    for w in (this_is_an_example(), lstm_two_documents()):
        for weight in w.weights:
            for index in np.ndindex(weight.shape):
                ends = []
                for nudge in (1e-5, -1e-5):
                    moved = weight.value.copy()
                    moved[index] += nudge
                    ends.append(float(w.with_values({weight.name: moved})["L"].value.reshape(())))
                slope = (ends[0] - ends[1]) / 2e-5
                assert w[f"d_{weight.name}"].value[index] == pytest.approx(slope, abs=1e-9)
            if weight.value.size > 12:
                break


def test_parts_that_arrive_by_different_ways_add_up():
    w = Walkthrough("t")
    u = w.weight("u", [0.5, -0.25])
    a = w.step("a", tanh(u))
    b = w.step("b", u * a)
    w.gradients(w.step("L", total(a + b)), separate=True)
    assert {"d_a_via_b", "d_a_via_L", "d_u_via_a", "d_u_via_b"} <= {q.name for q in w.quantities}
    for name, ways in (("d_a", ("b", "L")), ("d_u", ("a", "b"))):
        parts = sum(w[f"{name}_via_{way}"].value for way in ways)
        np.testing.assert_allclose(w[name].value, parts, rtol=1e-15)
    slope = 1 - np.tanh(u.value) ** 2
    np.testing.assert_allclose(w["d_u"].value, slope * (1 + u.value) + np.tanh(u.value))


def test_gradients_are_of_a_single_number_that_depends_on_what_is_asked():
    w = small()
    assert refused(UsageError, lambda: w.gradients(w["h", 1])) == (
        "gradients are of a single number, but h at t=1 has the shape (2,); sum it first."
    )
    lonely = w.weight("b", [1.0])
    assert refused(UsageError, lambda: w.gradients(w["L"], [lonely])) == (
        "L does not depend on b, so it has no gradient."
    )


def test_gradients_have_symbols_and_notes():
    w = small()
    gradient = w.gradients(w["L"])["W"]
    assert gradient.latex_symbol == r"\frac{\partial L}{\partial W}"
    assert gradient.note == "how L changes with W"
    assert gradient.role == "gradient"
    assert w["d_h", 1].latex_symbol == r"\frac{\partial L}{\partial h_{1}}"


# -- views -------------------------------------------------------------------------------------


def test_a_result_that_no_longer_fits_on_the_line_stands_below_it():
    w = Walkthrough("A sum of products")
    x = w.input("x", [-0.00377681, 0.000291077, -0.0163008])
    v = w.weight("v", [-0.027, 0.043, 0.032])
    assert r"\\ &= -0.000407135" in str(explain(w.step("y", x @ v)))


def test_explain_puts_the_numbers_in_for_one_element():
    w = small()
    assert str(explain(w["h", 1], 0)) == (
        r"h_{1}[0] = \tanh\left(1 \cdot 0.5 + (-2) \cdot 0.125\right) = 0.244919"
    )
    assert str(explain(w["W"], 1, 0)) == "W[1,0] = 0.125"


def test_the_table_has_a_row_for_each_quantity_and_folds_long_ones():
    w = this_is_an_example()
    html = w._repr_html_()
    assert html.startswith('<table class="walkthrough')
    assert html.count("<tr") == 1 + len(w.quantities)
    assert html.count("<details>") > 0
    assert "<script" not in html
    one_step = Table(w, ["h"], t=2)._repr_html_()
    assert one_step.count("<tr") == 2
    assert r"\(h_{2}\)" in one_step


def test_the_table_escapes_what_html_would_misread():
    w = Walkthrough("a < b & c")
    w.one_hot("y", "<EOS>", ("<EOS>", "is"), note='the "end" <EOS>')
    html = w._repr_html_()
    assert "a &lt; b &amp; c" in html
    assert "the &quot;end&quot; &lt;EOS&gt;" in html


def test_softmax_of_a_batch_has_one_row_for_each_example():
    w = Walkthrough("t")
    p = w.step("p", softmax(w.input("z", [[1.0, 2.0], [3.0, -1.0]])))
    np.testing.assert_allclose(p.value.sum(axis=1), [1, 1])
