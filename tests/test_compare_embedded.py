"""Keras as the judge of a network that begins with an embedding layer."""

import numpy as np
import pytest

from rnn_edu.calculations.next_word import WEIGHTS, next_word_hello
from rnn_edu.calculations.this_is_an_example import this_is_an_example
from rnn_edu.compare.embedded import compare_embedded
from rnn_edu.errors import ComparisonError, UsageError
from rnn_edu.walkthrough import Walkthrough, relu

keras = pytest.importorskip("keras")


def twin(weights=WEIGHTS, *, activation="relu", mask_zero=False, dtype="float64"):
    model = keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            keras.layers.Embedding(11, 2, mask_zero=mask_zero, dtype=dtype),
            keras.layers.SimpleRNN(3, activation=activation, dtype=dtype),
            keras.layers.Dense(11, activation="softmax", dtype=dtype),
        ]
    )
    model.set_weights([np.array(array) for array in weights])
    return model


@pytest.mark.parametrize("words", [("hello how is", "your"), ("hello", "what")])
def test_every_step_is_compared_the_look_up_among_them(words):
    comparison = compare_embedded(next_word_hello(*words), twin())
    names = {row.name for row in comparison.rows}
    assert names >= {"x", "a", "h", "z", "p", "L", "d_x", "d_E", "d_W_xh", "d_b_y"}
    assert comparison.not_asked == ("d_L", "d_p")
    assert comparison.largest < 1e-14
    assert {row.name for row in comparison.rows} == {name for name, _ in comparison.values}


def test_the_rows_are_in_the_order_of_calculation():
    w = next_word_hello()
    order = [(step.name, step.t) for step in w.steps]
    rows = [(row.name, row.t) for row in compare_embedded(w, twin()).rows]
    assert rows == [key for key in order if key in rows]


def test_float32_is_within_its_tolerance_for_small_states():
    comparison = compare_embedded(next_word_hello("hello", "what"), twin(dtype="float32"))
    assert comparison.tolerance == 1e-6
    assert 1e-12 < comparison.largest < 1e-6


def with_mistake(walkthrough, name, t=None):
    """The same calculation, with one step a little too large."""
    wrong, copies = Walkthrough(walkthrough.title), {}
    for q in walkthrough.quantities:
        if q.choice is not None:
            picked, options = q.choice.picked, q.choice.options
            copies[q] = wrong.one_hot(q.name, picked, options, t=q.t, role=q.role)
        elif q.role == "weight":
            copies[q] = wrong.weight(q.name, q.value)
        elif q.definition is None:
            copies[q] = wrong.constant(q.name, q.value, t=q.t)
        else:
            expression = q.definition.replaced(copies)
            expression = expression * 1.01 if (q.name, q.t) == (name, t) else expression
            copies[q] = wrong.step(q.name, expression, t=q.t, role=q.role)
    return wrong


def test_tanh_instead_of_relu_is_found():
    with pytest.raises(ComparisonError, match="activation='tanh'; the walkthrough needs"):
        compare_embedded(next_word_hello(), twin(activation="tanh"))


def test_another_table_is_found():
    moved = [np.array(array) for array in WEIGHTS]
    moved[0][3, 1] += 0.25
    with pytest.raises(ComparisonError, match=r"has 1.842 at \[3, 1\], where E of the"):
        compare_embedded(next_word_hello(), twin(moved))


def test_a_table_of_another_size_is_found():
    w = next_word_hello()
    layers = twin().layers
    other = keras.layers.Embedding(12, 2, dtype="float64")
    other.build((None, 4))
    with pytest.raises(
        ComparisonError, match=r"has the shape \(12, 2\); E of the walkthrough has \(11, 2\)"
    ):
        compare_embedded(w, [other, *layers[1:]])


def test_masking_is_refused():
    with pytest.raises(ComparisonError, match="mask_zero=True and skips padding"):
        compare_embedded(next_word_hello(), twin(mask_zero=True))


@pytest.mark.parametrize(("name", "t"), [("d_E", None), ("a", 3), ("d_x", 2), ("z", None)])
def test_a_wrong_step_is_found(name, t):
    where = name if t is None else f"{name} at t={t}"
    with pytest.raises(ComparisonError, match=f"first step that differs: {where} "):
        compare_embedded(with_mistake(next_word_hello(), name, t), twin())


def test_an_input_that_is_changed_on_its_way_to_the_table_is_refused():
    with pytest.raises(UsageError, match="does not begin with a look-up"):
        compare_embedded(with_mistake(next_word_hello(), "x", 2), twin())


def test_a_model_without_an_embedding_is_refused():
    with pytest.raises(UsageError, match="this one begins with SimpleRNN"):
        compare_embedded(next_word_hello(), twin().layers[1:])
    with pytest.raises(UsageError, match="this one begins with no layer"):
        compare_embedded(next_word_hello(), [])


def test_an_embedding_without_weights_is_refused():
    with pytest.raises(UsageError, match="'table' has no weights yet"):
        compare_embedded(next_word_hello(), [keras.layers.Embedding(11, 2, name="table")])


def test_a_walkthrough_without_a_look_up_is_refused():
    with pytest.raises(UsageError, match='"This is an example" does not begin with a look-up'):
        compare_embedded(this_is_an_example(), twin())


def test_states_alone_are_compared_where_there_is_no_answer():
    w = Walkthrough("Two words")
    table, W_xh, W_hh, b_h = (
        w.weight(name, value)
        for name, value in zip(("E", "W_xh", "W_hh", "b_h"), WEIGHTS[:4], strict=True)
    )
    h = w.constant("h", np.zeros(3), t=0)
    for t, number in enumerate((3, 6), start=1):
        word = w.input("word", np.eye(11)[number], t=t)
        x = w.step("x", word @ table, t=t)
        a = w.step("a", x @ W_xh + h @ W_hh + b_h, t=t)
        h = w.step("h", relu(a), t=t, role="state")
    comparison = compare_embedded(w, twin().layers[:2])
    assert {row.name for row in comparison.rows} == {"x", "a", "h"}
