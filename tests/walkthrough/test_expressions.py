"""Every operation: its value, its scalar form, its LaTeX and its gradient."""

import time
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.errors import NumberError, ShapeError, UsageError
from rnn_edu.walkthrough import (
    Walkthrough,
    binary_cross_entropy,
    concatenate,
    cross_entropy,
    exp,
    flatten,
    largest,
    log,
    log_softmax,
    mean,
    part,
    relu,
    reshape,
    sigmoid,
    softmax,
    sqrt,
    stack,
    tanh,
    total,
)
from rnn_edu.walkthrough.expressions import Add, Outer, Place, Spread, SumOf
from rnn_edu.walkthrough.functions import positive
from rnn_edu.walkthrough.pencil import scalar_terms
from rnn_edu.walkthrough.storage import from_json, to_json
from tests.walkthrough.scalar_evaluator import by_scalars


def softmaxed(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@dataclass(frozen=True)
class Case:
    """An operation on quantities u, v, ...: ``build`` in expressions, ``numpy`` in arrays."""

    name: str
    shapes: tuple
    build: object
    numpy: object
    latex: str = ""
    positive: bool = False

    def __repr__(self):
        return self.name


N, M = 2, 3
CASES = [
    Case("tanh", ((N,),), tanh, np.tanh, r"\tanh\left(u\right)"),
    Case("sigmoid", ((N,),), sigmoid, lambda u: 1 / (1 + np.exp(-u)), r"\sigma\left(u\right)"),
    Case(
        "relu", ((M,),), relu, lambda u: np.where(u > 0, u, 0), r"\operatorname{relu}\left(u\right)"
    ),
    Case("exp", ((M,),), exp, np.exp, r"\exp\left(u\right)"),
    Case("log", ((M,),), log, np.log, r"\ln\left(u\right)", positive=True),
    Case("sqrt", ((M,),), sqrt, np.sqrt, r"\operatorname{sqrt}\left(u\right)", positive=True),
    Case("negate", ((M,),), lambda u: -u, np.negative, "-u"),
    Case("add", ((M,), (M,)), lambda u, v: u + v, np.add, "u + v"),
    Case("add a bias", ((N, M), (M,)), lambda u, v: u + v, np.add, "u + v"),
    Case("add a number", ((N, M),), lambda u: u + 2, lambda u: u + 2, "u + 2"),
    Case("number plus", ((M,),), lambda u: 2 + u, lambda u: 2 + u, "2 + u"),
    Case("add a scalar", ((N, M), ()), lambda u, v: u + v, np.add, "u + v"),
    Case("subtract", ((M,), (M,)), lambda u, v: u - v, np.subtract, "u - v"),
    Case("subtract a bias", ((N, M), (M,)), lambda u, v: u - v, np.subtract, "u - v"),
    Case("number minus", ((M,),), lambda u: 1 - u, lambda u: 1 - u, "1 - u"),
    Case(
        "minus a sum",
        ((M,), (M,)),
        lambda u, v: u - (v + u),
        lambda u, v: -v,
        "u - (v + u)",
    ),
    Case("multiply", ((M,), (M,)), lambda u, v: u * v, np.multiply, r"u \odot v"),
    Case("multiply a bias", ((N, M), (M,)), lambda u, v: u * v, np.multiply, r"u \odot v"),
    Case("scalar times", ((), (M,)), lambda u, v: u * v, np.multiply, r"u \cdot v"),
    Case("minus times", ((M,),), lambda u: u * -2, lambda u: u * -2, r"u \cdot (-2)"),
    Case(
        "sum times", ((M,), (M,)), lambda u, v: (u + v) * v, lambda u, v: (u + v) * v,
        r"(u + v) \odot v",
    ),
    Case("divide", ((M,), (M,)), lambda u, v: u / v, np.divide, r"\frac{u}{v}", positive=True),
    Case("divide rows", ((N, M), (M,)), lambda u, v: u / v, np.divide, positive=True),
    Case("number over", ((M,),), lambda u: 1 / u, lambda u: 1 / u, r"\frac{1}{u}", positive=True),
    Case("over a scalar", ((M,), ()), lambda u, v: u / v, np.divide, positive=True),
    Case("row times matrix", ((N,), (N, M)), lambda u, v: u @ v, np.matmul, r"u \, v"),
    Case("matrix times matrix", ((N, M), (M, 2)), lambda u, v: u @ v, np.matmul, r"u \, v"),
    Case("one by one", ((1,), (1, 1)), lambda u, v: u @ v, np.matmul, r"u \cdot v"),
    Case("dot product", ((M,), (M,)), lambda u, v: u @ v, np.dot, r"u \, v"),
    Case("matrix times column", ((N, M), (M,)), lambda u, v: u @ v, np.dot, r"u \, v"),
    Case("outer product", ((N,), (M,)), Outer, np.outer, r"u^{\top} \, v"),
    Case(
        "sum of each row", ((N, M),), lambda u: total(u, 1), lambda u: u.sum(axis=1),
        r"\operatorname{sum}_{\text{rows}}\left(u\right)",
    ),
    Case("sum of each column", ((N, M),), lambda u: total(u, 0), lambda u: u.sum(axis=0)),
    Case(
        "mean", ((N, M),), mean, np.mean, r"\frac{\operatorname{sum}\left(u\right)}{6}"
    ),
    Case("mean of each row", ((N, M),), lambda u: mean(u, 1), lambda u: u.mean(axis=1)),
    Case(
        "flat", ((N, M),), flatten, np.ravel, r"\operatorname{flat}\left(u\right)"
    ),
    Case(
        "another shape", ((4, 3),), lambda u: reshape(u, (2, 6)), lambda u: u.reshape(2, 6),
        r"\operatorname{shape}_{2 \times 6}\left(u\right)",
    ),
    Case(
        "stack", ((M,), (M,)), stack, lambda *a: np.stack(a), r"\begin{bmatrix}u \\ v\end{bmatrix}"
    ),
    Case("stack of numbers", ((), ()), stack, lambda *a: np.stack(a)),
    Case(
        "largest", ((M,), (M,)), largest, np.maximum, r"\max\left(u, v\right)"
    ),
    Case(
        "largest with a number", ((N, M),), lambda u: largest(u, 0.25),
        lambda u: np.maximum(u, 0.25),
    ),
    Case(
        "spread down", ((N,),), lambda u: Spread(u, (N, M), down=True),
        lambda u: np.repeat(u[:, None], M, axis=1),
    ),
    Case("spread", ((M,),), lambda u: Spread(u, (N, M)), lambda u: np.tile(u, (N, 1))),
    Case("sum of several", ((M,), (M,)), SumOf, np.add, "u + v"),
    Case(
        "log_softmax", ((M,),), log_softmax, lambda u: np.log(softmaxed(u)),
        r"\operatorname{log\_softmax}\left(u\right)",
    ),
    Case("log_softmax rows", ((N, M),), log_softmax, lambda u: np.log(softmaxed(u))),
    Case(
        "softmax of a function", ((M,),), lambda u: softmax(relu(u)),
        lambda u: softmaxed(np.maximum(u, 0)),
    ),
    Case(
        "transpose", ((N,), (M, N)), lambda u, v: u @ v.T, lambda u, v: u @ v.T, r"u \, v^{\top}"
    ),
    Case("sum", ((N, M),), total, np.sum, r"\operatorname{sum}\left(u\right)"),
    Case("softmax", ((M,),), softmax, softmaxed, r"\operatorname{softmax}\left(u\right)"),
    Case("softmax rows", ((N, M),), softmax, softmaxed),
    Case(
        "concatenate",
        ((N,), (M,)),
        concatenate,
        lambda *a: np.concatenate(a),
        r"\left[u \,;\, v\right]",
    ),
    Case(
        "concatenate rows",
        ((N, M), (N, 1), (N, 2)),
        concatenate,
        lambda *a: np.concatenate(a, axis=-1),
    ),
    Case("slice", ((N, 4),), lambda u: u[:, 1:3], lambda u: u[:, 1:3], "u[:, 1:3]"),
    Case("slice with a step", ((5,),), lambda u: u[0:5:2], lambda u: u[0:5:2], "u[0:5:2]"),
    Case("one element", ((M,),), lambda u: u[1], lambda u: u[1], "u[1]"),
    Case("one row", ((N, M),), lambda u: u[1], lambda u: u[1], "u[1]"),
    Case("last column", ((N, M),), lambda u: u[..., -1], lambda u: u[..., -1], "u[..., -1]"),
    Case(
        "rows, one of them twice", ((N, M),), lambda u: u[[1, 0, 1]], lambda u: u[[1, 0, 1]],
        "u[[1, 0, 1]]",
    ),
    Case(
        "slice of a sum", ((M,), (M,)), lambda u, v: (u + v)[0:2], lambda u, v: (u + v)[0:2],
        r"\left(u + v\right)[0:2]",
    ),
    Case(
        "named part", ((N, 4),), lambda u: part(u, (slice(None), slice(0, 2)), "W_xi"),
        lambda u: u[:, 0:2], "W_{xi}",
    ),
    Case(
        "cross entropy", ((M,), (M,)), cross_entropy, lambda y, p: -np.sum(y * np.log(p)),
        r"-\operatorname{sum}\left(u \odot \ln\left(v\right)\right)", positive=True,
    ),
    Case(
        "a used twice", ((M,),), lambda u: tanh(u) * u + u, lambda u: np.tanh(u) * u + u,
        r"\tanh\left(u\right) \odot u + u",
    ),
    Case(
        "shared part", ((M,),), lambda u: (lambda s: s * (1 - s))(sigmoid(u)),
        lambda u: 1 / (1 + np.exp(-u)) * (1 - 1 / (1 + np.exp(-u))),
    ),
]  # fmt: skip


def quantities(w, shapes, *, positive=False, seed=0):
    """Weights u, v, w: distinct numbers away from zero."""
    rng = np.random.default_rng(seed)
    made = []
    for name, shape in zip("uvk", shapes, strict=False):
        size = rng.uniform(0.2, 0.9, shape)
        sign = 1 if positive else rng.choice([-1, 1], shape)
        made.append(w.weight(name, size * sign))
    return made


def slope_check(w, loss, wanted):
    """Asserts that the reverse pass agrees with centred differences to 1e-7."""
    gradients = w.gradients(loss, wanted)
    for quantity in wanted:
        numeric = np.zeros(quantity.shape)
        for index in np.ndindex(quantity.shape):
            ends = []
            for nudge in (1e-5, -1e-5):
                moved = quantity.value.copy()
                moved[index] += nudge
                ends.append(float(w.with_values({quantity.name: moved})[loss.name].value))
            numeric[index] = (ends[0] - ends[1]) / 2e-5
        found = gradients[quantity.name].value
        assert found.shape == quantity.shape
        assert np.abs(found - numeric).max() <= 1e-7 * max(1.0, np.abs(numeric).max())


def weighted_sum(w, expression, seed=9):
    """A loss in which every element of the expression has its own weight."""
    weights = np.random.default_rng(seed).uniform(0.5, 1.5, expression.shape)
    return w.step("L", total(expression * w.constant("mix", weights)))


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_value_is_that_of_numpy(case):
    given_ = quantities(Walkthrough("t"), case.shapes, positive=case.positive)
    expression = case.build(*given_)
    expected = case.numpy(*(q.value for q in given_))
    assert expression.value.dtype == np.float64
    assert expression.shape == np.shape(expected)
    np.testing.assert_allclose(expression.value, expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_scalar_form_gives_the_value_of_every_element(case):
    expression = case.build(*quantities(Walkthrough("t"), case.shapes, positive=case.positive))
    np.testing.assert_allclose(by_scalars(expression), expression.value, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("case", [c for c in CASES if c.latex], ids=repr)
def test_latex(case):
    expression = case.build(*quantities(Walkthrough("t"), case.shapes, positive=case.positive))
    assert expression.latex() == case.latex


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_gradient_agrees_with_centred_differences(case):
    w = Walkthrough("t")
    wanted = quantities(w, case.shapes, positive=case.positive)
    slope_check(w, weighted_sum(w, case.build(*wanted)), wanted)


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_the_steps_of_the_gradient_have_a_right_scalar_form(case):
    w = Walkthrough("t")
    wanted = quantities(w, case.shapes, positive=case.positive)
    w.gradients(weighted_sum(w, case.build(*wanted)))
    for step in w.of_role("gradient"):
        np.testing.assert_allclose(
            by_scalars(step.definition), step.value, rtol=1e-13, atol=1e-15, err_msg=step.title
        )


@pytest.mark.parametrize("key", list(CALCULATIONS))
def test_every_step_of_every_calculation_has_a_right_scalar_form(key):
    for step in CALCULATIONS[key].build().steps:
        np.testing.assert_allclose(
            by_scalars(step.definition), step.value, rtol=1e-12, atol=1e-15, err_msg=step.title
        )


def test_binary_cross_entropy():
    w = Walkthrough("t")
    (u,) = quantities(w, [(M,)], positive=True)
    y = w.target("y", [1.0, 0.0, 1.0])
    loss = w.step("L", binary_cross_entropy(y, u))
    expected = -np.sum(y.value * np.log(u.value) + (1 - y.value) * np.log(1 - u.value))
    assert float(loss.value) == pytest.approx(expected, abs=1e-15)
    slope_check(w, loss, [u])


def test_a_target_of_zeros_has_no_surprise_and_no_gradient():
    w = Walkthrough("t")
    z = w.weight("z", [0.3, -0.2, 0.7])
    loss = w.step("L", cross_entropy(w.target("y", np.zeros(3)), softmax(z)))
    assert float(loss.value) == 0.0
    assert not w.gradients(loss)["z"].value.any()


def test_sigmoid_and_softmax_hold_at_any_size():
    w = Walkthrough("t")
    u = w.input("u", [-1e4, -50.0, 0.0, 50.0, 1e4])
    np.testing.assert_allclose(
        sigmoid(u).value, [0, 1.928749847963918e-22, 0.5, 1, 1], rtol=1e-15, atol=0
    )
    np.testing.assert_array_equal(softmax(u).value, [0, 0, 0, 0, 1])


def test_operations_of_the_reverse_pass():
    w = Walkthrough("t")
    u, v = quantities(w, [(2,), (3,)])
    matrix = w.weight("k", np.arange(6.0).reshape(2, 3) + 1)
    for expression, expected in [
        (Outer(u, v), np.outer(u.value, v.value)),
        (Spread(v, (2, 3)), np.tile(v.value, (2, 1))),
        (SumOf(u, u, u), 3 * u.value),
        (positive(v), v.value > 0),
        (Place(u, ([0, 1], [1, 1]), (2, 3)), [[0, u.value[0], 0], [0, u.value[1], 0]]),
        (matrix.T, matrix.value.T),
    ]:
        np.testing.assert_allclose(expression.value, expected, rtol=1e-15)
        np.testing.assert_allclose(by_scalars(expression), expected, rtol=1e-15)
    assert Outer(u, v).latex() == r"u^{\top} \, v"
    assert SumOf(u, v[0:2]).latex() == "u + v[0:2]"


@pytest.mark.parametrize(
    ("key", "shape", "where"),
    [
        (slice(3, 6), (6,), "numbers 4–6"),
        ((slice(None), slice(0, 3)), (3, 6), "columns 1–3"),
        ((slice(None), 4), (3, 6), "column 5"),
        (1, (4, 3), "row 2"),
        ([0, 2], (4, 3), "rows 1–3"),
    ],
)
def test_where_a_part_is_put_is_counted_from_one(key, shape, where):
    whole = np.zeros(shape)
    u = Walkthrough("w").input("u", np.ones(whole[key].shape))
    assert Place(u, key, shape).latex() == rf"\left[u\right]_{{\text{{{where}}}}}"


def test_numbers_are_put_in_with_brackets_where_they_are_negative():
    w = Walkthrough("t")
    u, v = w.input("u", [-0.5]), w.weight("v", [2.0])
    assert (u * v - u).latex_with_numbers() == r"(-0.5) \cdot 2 - (-0.5)"
    assert (1e-9 * v).latex_with_numbers() == r"1 \cdot 10^{-9} \cdot 2"
    row = w.input("x", [1.0, 0.25])
    assert (
        tanh(row).latex_with_numbers() == r"\tanh\left(\begin{bmatrix}1 & 0.25\end{bmatrix}\right)"
    )


sizes = st.integers(1, 4)
seeds = st.integers(0, 10_000)


@settings(max_examples=25, deadline=None)
@given(rows=sizes, inner=sizes, columns=sizes, seed=seeds, batch=st.booleans())
def test_a_layer_of_any_size(rows, inner, columns, seed, batch):
    w = Walkthrough("t")
    shape = (rows, inner) if batch else (inner,)
    u, v, k = quantities(w, [shape, (inner, columns), (columns,)], seed=seed)
    expression = tanh(u @ v + k)
    np.testing.assert_allclose(expression.value, np.tanh(u.value @ v.value + k.value), rtol=1e-13)
    np.testing.assert_allclose(by_scalars(expression), expression.value, rtol=1e-12, atol=1e-15)
    slope_check(w, weighted_sum(w, expression), [u, v, k])


@settings(max_examples=25, deadline=None)
@given(left=sizes, right=sizes, seed=seeds, cut=st.integers(0, 3))
def test_joining_and_cutting_of_any_size(left, right, seed, cut):
    w = Walkthrough("t")
    u, v = quantities(w, [(left,), (right,)], seed=seed)
    start = min(cut, left + right - 1)
    expression = sigmoid(concatenate(u, v)[start:]) * 2 - 1
    joined = np.concatenate([u.value, v.value])[start:]
    np.testing.assert_allclose(expression.value, np.tanh(joined / 2), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(by_scalars(expression), expression.value, rtol=1e-12, atol=1e-15)
    used = [q for q, cut_off in ((u, start >= left), (v, False)) if not cut_off]
    slope_check(w, weighted_sum(w, expression), used)


@settings(max_examples=25, deadline=None)
@given(size=st.integers(2, 5), seed=seeds, answer=st.integers(0, 4))
def test_softmax_and_its_surprise_of_any_size(size, seed, answer):
    w = Walkthrough("t")
    (z,) = quantities(w, [(size,)], seed=seed)
    y = w.target("y", np.eye(size)[answer % size])
    p = w.step("p", softmax(z))
    loss = w.step("L", cross_entropy(y, p))
    slope_check(w, loss, [z])
    np.testing.assert_allclose(w["d_u"].value, p.value - y.value, rtol=1e-12, atol=1e-15)


# -- long ones ----------------------------------------------------------------------------------


def long_sum(terms=1200):
    """A sum of many terms, written as ``a + b + c + ...`` is: two at a time."""
    w = Walkthrough("A long sum", key="long_sum")
    parts = [w.weight(f"w_{k}", [0.25 + k / terms, -1.0]) for k in range(terms)]
    return w, parts, w.step("s", reduce(lambda whole, term: whole + term, parts))


def test_a_sum_of_many_terms_has_all_views():
    w, parts, s = long_sum()
    np.testing.assert_array_equal(s.value, sum(part.value for part in parts))
    assert s.definition.latex().startswith("w_{0} + w_{1} + w_{2} + ")
    assert s.definition.latex().count("+") == len(parts) - 1
    np.testing.assert_array_equal(by_scalars(s.definition), s.value)
    assert len(scalar_terms(s.definition.scalar((0,)))) == len(parts)
    assert w.with_values({"w_0": [1.25, -1.0]})["s"].value[0] == pytest.approx(s.value[0] + 1)
    assert from_json(to_json(w))["s"].value.tobytes() == s.value.tobytes()
    w.gradients(w.step("L", total(s)))
    assert all(w[f"d_{part.name}"].value.tolist() == [1.0, 1.0] for part in parts)


def test_a_short_sum_stays_a_sum_of_two():
    w = Walkthrough("t")
    u, v = quantities(w, [(2,), (2,)])
    assert isinstance(u + v + u, Add)
    with_a_bias = reduce(lambda whole, term: whole + term, [w.input("m", [[1.0, 2.0]]), *[u] * 60])
    np.testing.assert_allclose(with_a_bias.value, [[1.0, 2.0]] + 60 * u.value, rtol=1e-13)


def test_a_calculation_of_thousands_of_quantities_takes_seconds():
    w = Walkthrough("Many")
    parts = [w.weight(f"w_{k}", k / 1000) for k in range(1000)]
    s = parts[0]
    for term in parts[1:]:
        s = w.step(f"s_{term.name}", s + term)
    start = time.process_time()
    gradients = w.gradients(s)
    assert time.process_time() - start < 2
    assert all(gradient.value == 1 for gradient in gradients.values())


def test_parts_that_are_used_twice_stay_one():
    w = Walkthrough("t")
    u = w.weight("u", 1.0)
    doubled = u * 1
    for _ in range(40):
        doubled = doubled + doubled
    s = w.step("s", doubled)
    assert s.value == 2.0**40
    assert list(s.definition.quantities()) == [u]
    assert w.with_values({"u": 3.0})["s"].value == 3 * 2.0**40
    assert w.gradients(s)["u"].value == 2.0**40


# -- what does not fit is refused, in a sentence ------------------------------------------------


@pytest.fixture
def few():
    w = Walkthrough("t")
    return w.weight("W_xh", np.ones((4, 3))), w.input("x", np.ones(3), t=1), w.weight("s", 0.0)


@pytest.mark.parametrize(
    ("build", "error", "sentence"),
    [
        (
            lambda W, x, s: x @ W,
            ShapeError,
            "x at t=1 (3,) @ W_xh (4, 3): the last size of the first must equal the first size "
            "of the second.",
        ),
        (
            lambda W, x, s: x @ s,
            ShapeError,
            "x at t=1 (3,) @ s (): the last size of the first must equal the first size of the "
            "second.",
        ),
        (
            lambda W, x, s: x + W.T,
            ShapeError,
            "x at t=1 (3,) + an expression (3, 4): the shapes differ; both must be the same, or "
            "one of them a single number.",
        ),
        (
            lambda W, x, s: x * W[0:2, 0],
            ShapeError,
            "x at t=1 (3,) * an expression (2,): the shapes differ; both must be the same, or "
            "one of them a single number.",
        ),
        (
            lambda W, x, s: concatenate(x, W),
            ShapeError,
            "x at t=1 (3,), W_xh (4, 3) cannot stand side by side: their numbers of rows differ.",
        ),
        (
            lambda W, x, s: concatenate(x, s),
            ShapeError,
            "x at t=1 (3,), s () cannot stand side by side: a single number has no side; "
            "give it the shape (1,).",
        ),
        (
            lambda W, x, s: softmax(s),
            ShapeError,
            "softmax needs several numbers to share out, but s () is a single one.",
        ),
        (lambda W, x, s: x[5], ShapeError, "x at t=1 (3,) has no part [5]."),
        (lambda W, x, s: W[:, 3:9], ShapeError, "the part [:, 3:9] of W_xh (4, 3) is empty."),
        (
            lambda W, x, s: log(x - 2),
            NumberError,
            "the logarithm of -1 was asked for in an expression (3,); it is defined for positive "
            "numbers only.",
        ),
        (
            lambda W, x, s: log(s),
            NumberError,
            "the logarithm of 0 was asked for in s (); it is defined for positive numbers only.",
        ),
        (
            lambda W, x, s: sqrt(-x),
            NumberError,
            "the square root of -1 was asked for in an expression (3,); it is defined for "
            "numbers from 0 up.",
        ),
        (
            lambda W, x, s: x / s,
            NumberError,
            "x at t=1 (3,) is divided by zero, which stands in s ().",
        ),
        (
            lambda W, x, s: x + np.ones(3),
            UsageError,
            "a ndarray stands in a formula without a name; give it one with "
            ".constant(name, value) or .weight(name, value).",
        ),
        (
            lambda W, x, s: softmax(np.ones(3)),
            UsageError,
            "a ndarray stands in a formula without a name; give it one with "
            ".constant(name, value) or .weight(name, value).",
        ),
        (
            lambda W, x, s: tanh("x"),
            UsageError,
            "a str stands in a formula without a name; give it one with .constant(name, value) "
            "or .weight(name, value).",
        ),
    ],
)
def test_misfits_are_refused(few, build, error, sentence):
    with pytest.raises(error) as raised:
        build(*few)
    assert str(raised.value) == sentence


def test_gradients_that_are_not_built_say_so():
    w = Walkthrough("t")
    (u,) = quantities(w, [(2,)])
    loss = w.step("L", total(positive(u)))
    with pytest.raises(UsageError, match="positive has no gradient; use an operation that has one"):
        w.gradients(loss)
