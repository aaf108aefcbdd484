"""Every function of the table: against Keras, in the sheet's form, and in a workbook."""

from __future__ import annotations

import math
from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnn_edu.errors import NumberError, UsageError
from rnn_edu.walkthrough import FUNCTIONS, Walkthrough, activation, largest, total
from rnn_edu.walkthrough.functions import clip, named
from rnn_edu.walkthrough.recalculate import recalculate
from rnn_edu.walkthrough.sheets.cells import evaluate
from rnn_edu.walkthrough.workbook import verify_workbook, write_workbook

from .all_sorts import sorts
from .scalar_evaluator import by_scalars

GRID = np.concatenate(
    [np.linspace(-12, 12, 97), [-700.0, -40.0, -1e-9, 1e-9, 2.5e-5, 0.1234, 40.0, 700.0]]
)
# Where functions have corners, so that the choice of the slope there is Keras's.
CORNERS = np.array([-3.0, -2.5, -1.0, 0.0, 1.0, 2.5, 3.0, 6.0])

OTHERS = {
    "exp": tf.exp,
    "ln": tf.math.log,
    "sqrt": tf.sqrt,
    "abs": tf.abs,
    "sign": tf.sign,
    "negate": tf.negative,
    "positive": lambda u: tf.cast(u > 0, u.dtype),
    "square": tf.square,
    "expm1": tf.math.expm1,
    "log1p": tf.math.log1p,
    "erf": tf.math.erf,
    "erfc": tf.math.erfc,
    "clip": lambda u: tf.clip_by_value(u, 0.0, 1.0),
    "leaky_relu": lambda u: tf.where(u > 0, u, 0.2 * u),
    "gelu": lambda u: 0.5 * u * tf.math.erfc(-u * 0.5**0.5),
    "gelu_tanh": lambda u: 0.5 * u * (1 + tf.tanh((2 / np.pi) ** 0.5 * (u + 0.044715 * u**3))),
    "huber": lambda u: tf.where(tf.abs(u) <= 1, u * u / 2, tf.abs(u) - 0.5),
    "log_cosh": lambda u: u + tf.math.softplus(-2 * u) - tf.math.log(tf.constant(2.0, u.dtype)),
    "hard_sigmoid_keras2": lambda u: tf.clip_by_value(0.2 * u + 0.5, 0.0, 1.0),
}
WITH_PARAMETERS = {
    ("leaky_relu", 0.25): lambda u: keras.activations.leaky_relu(u, negative_slope=0.25),
    ("elu", 0.5): lambda u: keras.activations.elu(u, alpha=0.5),
    ("celu", 0.5): lambda u: keras.activations.celu(u, alpha=0.5),
    ("squareplus", 2.0): lambda u: keras.activations.squareplus(u, b=2.0),
}
CASES = {name: (FUNCTIONS[name], None) for name in FUNCTIONS} | {
    f"{name}_{value!r}": (named(f"{name}_{value!r}"), other)
    for (name, value), other in WITH_PARAMETERS.items()
}


def in_keras(name):
    function, other = CASES[name]
    if other is None:
        other = OTHERS.get(name) or getattr(keras.activations, function.keras[0])
    return other


def grid(name, numbers=GRID):
    """The numbers at which the function is defined and finite."""
    domain = CASES[name][0].domain
    kept = numbers if domain is None else numbers[domain.holds(numbers)]
    return kept[np.abs(kept) < 100] if name in ("exp", "expm1") else kept


def rest(name):
    """What may be left of numbers near 0: 1 + tanh cancels there, in Keras's formula too."""
    return 1e-13 if name == "gelu_tanh" else 1e-15


@pytest.mark.parametrize("name", CASES)
def test_numbers_are_those_of_keras(name):
    u = grid(name)
    want = in_keras(name)(tf.constant(u)).numpy()
    np.testing.assert_allclose(CASES[name][0].compute(u), want, rtol=1e-12, atol=rest(name))


@pytest.mark.parametrize("name", [n for n in CASES if CASES[n][0].chain is not None])
def test_slopes_are_those_of_keras_at_corners_too(name):
    numbers = GRID[np.abs(GRID) < 50]
    numbers = np.concatenate([numbers, CORNERS]) if name not in ("sqrt", "ln") else numbers
    u = grid(name, numbers)
    u = u[u > 0] if name == "sqrt" else u
    x = tf.constant(u)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = in_keras(name)(x)
    want = tape.gradient(y, x).numpy()
    w = Walkthrough("t")
    a = w.weight("a", u)
    w.gradients(w.step("L", total(CASES[name][0](a))))
    np.testing.assert_allclose(w["d_a"].value, want, rtol=1e-12, atol=rest(name))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("leaky_relu", keras.activations.leaky_relu),
        ("gelu", keras.activations.gelu),
        ("gelu_tanh", partial(keras.activations.gelu, approximate=True)),
    ],
)
def test_constants_that_tensorflow_keeps_in_float32(name, other):
    u = GRID[np.abs(GRID) < 50]
    np.testing.assert_allclose(FUNCTIONS[name].compute(u), other(tf.constant(u)), atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_a_sheet_calculates_the_same(name):
    function = CASES[name][0]
    u = grid(name)
    u = u[np.abs(u) < 500]
    w = Walkthrough("t")
    step = w.step("h", function(w.input("a", u)))
    found = [
        evaluate(step.definition.scalar((k,)), lambda c: float(c.quantity.value[c.index]))
        for k in range(len(u))
    ]
    np.testing.assert_allclose(found, step.value, rtol=1e-9, atol=1e-12)


def test_a_workbook_with_every_function_recalculates(tmp_path):
    w = sorts()
    file = write_workbook(w, tmp_path / "functions.xlsx")
    verification = verify_workbook(w, recalculate([file])[0])
    assert verification.ok, verification
    assert verification.largest <= 1e-12


def test_every_function_has_its_scalar_form_in_gradients_too():
    for step in sorts().steps:
        np.testing.assert_allclose(
            by_scalars(step.definition), step.value, rtol=1e-12, atol=1e-13, err_msg=step.title
        )


@pytest.mark.parametrize("name", CASES)
def test_the_scalar_form_gives_the_value(name):
    w = Walkthrough("t")
    step = w.step("h", CASES[name][0](w.input("a", [0.25, 0.75, 2.0])))
    np.testing.assert_allclose(by_scalars(step.definition), step.value, rtol=1e-13)


def test_names_and_parameters():
    w = Walkthrough("t")
    a = w.input("a", [-2.0, 3.0])
    assert activation("linear")(a) is a
    assert activation("swish")(a).function is FUNCTIONS["silu"]
    assert activation("exponential")(a).function is FUNCTIONS["exp"]
    assert activation("elu")(a).function.name == "elu"
    half = activation("elu", alpha=0.5)(a)
    assert half.function.name == "elu_0.5"
    assert half.function == named("elu_0.5")
    assert half.latex() == r"\operatorname{elu}_{0.5}\left(a\right)"
    assert named("clip_0.0_1.0").name == "clip"
    assert clip(a, -1, 1e-7).function == named("clip_-1.0_1e-07")
    np.testing.assert_array_equal(clip(a, -1, 0.5).value, [-1.0, 0.5])


def test_what_is_not_there_is_said():
    with pytest.raises(UsageError, match="there is no activation 'tanhh'; there are abs, "):
        activation("tanhh")
    with pytest.raises(UsageError, match=r"^tanh has no parameter 'alpha'; it has none\.$"):
        activation("tanh", alpha=1.0)
    with pytest.raises(UsageError, match=r"elu has no parameter 'beta'; it has alpha\."):
        activation("elu", beta=1.0)
    with pytest.raises(UsageError, match="there is no function 'elu_x'"):
        named("elu_x")
    with pytest.raises(NumberError, match="log1p of -1 was asked for in a \\(1,\\)"):
        FUNCTIONS["log1p"](Walkthrough("t").input("a", [-1.0]))


def test_every_function_has_another_name_than_all_others():
    names = [name for function in FUNCTIONS.values() for name in function.keras]
    assert len(set(names)) == len(names)


# -- the largest of several --------------------------------------------------------------------


@pytest.mark.parametrize("shared", [False, True])
def test_the_largest_and_whose_gradient_it_is(shared):
    values = np.array([[1.0, 2.0, 0.5], [1.0, 3.0, 0.5], [0.25, 3.0, 0.5]])
    w = Walkthrough("t")
    rows = [w.weight(f"r_{k}", row) for k, row in enumerate(values)]
    top = w.step("m", largest(*rows, shared=shared))
    mix = w.constant("mix", [2.0, 3.0, 5.0])
    w.gradients(w.step("L", total(top * mix)))
    x = tf.constant(values[None])
    pool = keras.layers.GlobalMaxPooling1D if shared else keras.layers.MaxPooling1D
    layer = pool(dtype="float64") if shared else pool(3, dtype="float64")
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(tf.reshape(layer(x), (3,)) * mix.value)
    want = tape.gradient(loss, x).numpy()[0]
    np.testing.assert_array_equal(top.value, [1.0, 3.0, 0.5])
    np.testing.assert_allclose([w[f"d_r_{k}"].value for k in range(3)], want, rtol=1e-15)
    assert math.isclose(float(by_scalars(top.definition)[1]), 3.0)
    assert top.definition.latex() == (r"\max\left(r_{0}, r_{1}, r_{2}\right)")
