"""Keras as the judge: agreement on every cell, and every kind of disagreement named."""

import dataclasses
import itertools

import numpy as np
import pytest

from rnn_edu.calculations import CALCULATIONS, lstm_two_documents, this_is_an_example
from rnn_edu.calculations.cells import GATES, LstmWeights, lstm_step, simple_rnn_step
from rnn_edu.calculations.network import Network
from rnn_edu.calculations.this_is_an_example import NETWORK as EXAMPLE
from rnn_edu.compare import compare, judge, keras_twin
from rnn_edu.compare.asking import Listener
from rnn_edu.compare.reading import read_network
from rnn_edu.errors import ComparisonError, ShapeError, UsageError
from rnn_edu.walkthrough import (
    Walkthrough,
    binary_cross_entropy,
    cross_entropy,
    part,
    sigmoid,
    softmax,
    tanh,
)

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

FEATURES, UNITS, OUTPUTS, STEPS = 3, 2, 4, 3
BLOCKS = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}


def numbers(*shape, seed=0):
    """Distinct numbers, none of them near zero."""
    rng = np.random.default_rng([seed, *shape])
    size = int(np.prod(shape))
    return (rng.permutation(np.linspace(0.15, 0.9, size)) * rng.choice([-1, 1], size)).reshape(
        shape
    )


def gru_step(w, x, h, W_x, W_h, b, t):
    """Keras's GRU, both ways of resetting, as the tests' own formula."""
    after = b is None or len(b.shape) == 2
    rows = None if b is None else [b[k] for k in (0, 1)] if after else [b]

    def columns(gate):
        k = "zrh".index(gate) * UNITS
        return slice(k, k + UNITS)

    def incoming(gate):
        s = x @ part(W_x, (slice(None), columns(gate)), f"W_x{gate}")
        return s if rows is None else s + rows[0][columns(gate)]

    def recurrent(gate, state):
        s = state @ part(W_h, (slice(None), columns(gate)), f"W_h{gate}")
        return s + rows[1][columns(gate)] if after and rows else s

    a_z = w.step("a_z", incoming("z") + recurrent("z", h), t=t, role="pre-activation")
    a_r = w.step("a_r", incoming("r") + recurrent("r", h), t=t, role="pre-activation")
    z = w.step("z", sigmoid(a_z), t=t, role="gate")
    r = w.step("r", sigmoid(a_r), t=t, role="gate")
    last = r * recurrent("h", h) if after else recurrent("h", r * h)
    a_h = w.step("a_h", incoming("h") + last, t=t, role="pre-activation")
    h_tilde = w.step("h_tilde", tanh(a_h), t=t)
    return w.step("h", z * h + (1 - z) * h_tilde, t=t, role="state")


def network(cell, *, bias=True, every_step=True, loss="categorical_crossentropy"):
    softmaxed = loss == "categorical_crossentropy"
    return Network(
        cell=cell,
        units=UNITS,
        features=FEATURES,
        outputs=OUTPUTS if softmaxed else 1,
        output_activation="softmax" if softmaxed else "sigmoid",
        loss=loss,
        use_bias=bias,
        output_bias=bias,
        every_step=every_step,
    )


def weights_of(net, *, reset_after=True):
    width = BLOCKS[net.cell] * UNITS
    bias = (2, width) if net.cell == "GRU" and reset_after else (width,)
    shapes = [(FEATURES, width), (UNITS, width)]
    shapes += [bias] if net.use_bias else []
    shapes += [(UNITS, net.outputs)]
    shapes += [(net.outputs,)] if net.output_bias else []
    return [numbers(*shape) for shape in shapes]


def calculation(net, *, start=False, reset_after=True, rnn_step=simple_rnn_step, lstm=LstmWeights):
    """A walkthrough of any of the three cells, with gradients; the steps can be replaced."""
    w = Walkthrough("A test")
    arrays = iter(weights_of(net, reset_after=reset_after))
    W_x, W_h = w.weight("W_xh", next(arrays)), w.weight("W_hh", next(arrays))
    b = w.weight("b_h", next(arrays)) if net.use_bias else None
    W_hy = w.weight("W_hy", next(arrays))
    b_y = w.weight("b_y", next(arrays)) if net.output_bias else None
    h = w.constant("h", numbers(UNITS, seed=1) if start else np.zeros(UNITS), t=0)
    c = w.constant("c", numbers(UNITS, seed=2) if start else np.zeros(UNITS), t=0)
    losses = []
    for t in range(1, STEPS + 1):
        x = w.input("x", numbers(FEATURES, seed=t), t=t)
        if net.cell == "LSTM":
            h, c = lstm_step(w, x, h, c, lstm(W_x, W_h, b), t=t)
        elif net.cell == "GRU":
            h = gru_step(w, x, h, W_x, W_h, b, t)
        else:
            h = rnn_step(w, x, h, W_x, W_h, b, t=t)
        if net.every_step:
            losses.append(answer(w, net, h, W_hy, b_y, t))
    if net.every_step:
        L = w.step("L", (losses[0] + losses[1] + losses[2]) / STEPS, role="loss")
    else:
        L = answer(w, net, h, W_hy, b_y, None)
    w.gradients(L)
    return w


def answer(w, net, h, W_hy, b_y, t):
    name = "logits" if net.cell == "GRU" else "z"
    logits = w.step(name, h @ W_hy if b_y is None else h @ W_hy + b_y, t=t)
    if net.output_activation == "softmax":
        y = w.target("y", np.eye(net.outputs)[(t or 1) % net.outputs], t=t)
        p = w.step("p", softmax(logits), t=t, role="output")
        return w.step("l", cross_entropy(y, p), t=t, role="loss")
    y = w.target("y", [1.0 if (t or 1) % 2 else 0.0], t=t)
    p = w.step("p", sigmoid(logits), t=t, role="output")
    return w.step("l", binary_cross_entropy(y, p), t=t, role="loss")


def twin_of(w, net, dtype="float64"):
    return keras_twin(net, [q.value for q in w.weights], dtype)


# -- agreement -------------------------------------------------------------------------------


JUDGED = [key for key, c in CALCULATIONS.items() if c.network is not None]


@pytest.mark.parametrize("key", JUDGED)
def test_every_calculation_agrees_with_keras(key):
    comparison = judge(CALCULATIONS[key])
    assert comparison.ok
    assert comparison.largest <= 1e-12
    assert comparison.dtype == "float64"


@pytest.mark.parametrize(
    "key", [key for key in JUDGED if not getattr(CALCULATIONS[key].network, "words", 0)]
)
def test_the_network_read_off_a_calculation_is_the_registered_one(key):
    registered = CALCULATIONS[key]
    assert read_network(registered.build()).describe() == registered.network


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "binary_crossentropy"])
@pytest.mark.parametrize("every_step", [True, False])
@pytest.mark.parametrize("cell", ["SimpleRNN", "LSTM", "GRU"])
def test_cells_agree_in_float64_with_a_state_to_start_from(cell, every_step, loss):
    net = network(cell, every_step=every_step, loss=loss)
    w = calculation(net, start=True)
    comparison = compare(w, twin_of(w, net))
    compared = {(row.name, row.t) for row in comparison.rows}
    assert comparison.largest < 1e-14
    assert {("h", 2), ("p", 3 if every_step else None), ("d_W_hh", None)} <= compared
    assert {f"d_{q.name}" for q in w.weights} <= {name for name, _ in compared}


@pytest.mark.parametrize("cell", ["SimpleRNN", "GRU"])
def test_cells_without_bias_agree(cell):
    net = network(cell, bias=False)
    w = calculation(net)
    assert compare(w, twin_of(w, net)).ok


@pytest.mark.parametrize("reset_after", [True, False])
def test_both_kinds_of_gru_agree(reset_after):
    net = network("GRU")
    w = calculation(net, start=True, reset_after=reset_after)
    gru = keras.layers.GRU(
        UNITS, reset_after=reset_after, return_sequences=True, dtype="float64", name="gru"
    )
    dense = keras.layers.Dense(OUTPUTS, activation="softmax", dtype="float64")
    model = keras.Sequential([keras.Input((None, FEATURES), dtype="float64"), gru, dense])
    model.set_weights([q.value for q in w.weights])
    comparison = compare(w, model)
    assert {"z", "r", "h_tilde", "d_a_r"} <= {row.name for row in comparison.rows}


@pytest.mark.parametrize("cell", ["SimpleRNN", "LSTM", "GRU"])
def test_float32_agrees_within_1e_6_and_not_within_1e_12(cell):
    net = network(cell)
    w = calculation(net)
    twin = twin_of(w, net, "float32")
    comparison = compare(w, twin)
    assert comparison.tolerance == 1e-6
    assert 1e-12 < comparison.largest < 1e-6
    with pytest.raises(ComparisonError, match="of the walkthrough has"):
        compare(w, twin, tolerance=1e-12)


def test_gates_and_cell_states_are_heard_from_keras_and_the_layer_is_left_as_it_was():
    net = network("LSTM")
    w = calculation(net)
    twin = twin_of(w, net)
    cell = twin.layers[0].cell
    before = cell.activation, cell.recurrent_activation, twin.layers[1].activation
    comparison = compare(w, twin)
    assert {"a_i", "a_f", "a_c", "a_o", "i", "f", "c_tilde", "o", "c"} <= {
        row.name for row in comparison.rows
    }
    assert (cell.activation, cell.recurrent_activation, twin.layers[1].activation) == before
    assert keras.config.floatx() == "float32"


def test_the_judges_values_are_kerass_not_the_walkthroughs():
    w = this_is_an_example(carry="pre-activation")
    comparison = compare(w, keras_twin(EXAMPLE, [q.value for q in w.weights]), strict=False)
    right = this_is_an_example()
    for t in (1, 2, 3, 4):
        np.testing.assert_allclose(comparison.values["h", t], right["h", t].value, atol=1e-15)
        assert comparison.values["h", t].shape == right["h", t].shape
    assert np.abs(comparison.values["h", 4] - w["h", 4].value).max() > 1e-6


def test_a_list_of_layers_and_a_recurrent_layer_alone():
    net = network("LSTM")
    w = calculation(net)
    twin = twin_of(w, net)
    assert compare(w, twin.layers).numbers == compare(w, twin).numbers
    alone = compare(w, twin.layers[0])
    assert {row.role for row in alone.rows} == {
        "pre-activation",
        "gate",
        "computed",
        "cell state",
        "state",
    }
    assert "p at t=1" in alone.not_asked


def test_several_examples_at_once():
    W_xh, W_hh, b_h = numbers(3, 2), numbers(2, 2), numbers(2)
    w = Walkthrough("Two sentences at once")
    kernel, recurrent = w.weight("W_xh", W_xh), w.weight("W_hh", W_hh)
    bias = w.weight("b_h", b_h)
    h = w.constant("h", np.zeros((2, 2)), t=0)
    for t in (1, 2):
        x = w.input("x", numbers(2, 3, seed=t), t=t)
        h = w.step("h", tanh(x @ kernel + h @ recurrent + bias), t=t, role="state")
    layer = keras.layers.SimpleRNN(2, dtype="float64")
    layer.build((None, None, 3))
    layer.set_weights([W_xh, W_hh, b_h])
    comparison = compare(w, layer)
    assert comparison.numbers == 8


def test_a_model_whose_layers_are_unrolled_in_a_fixed_number_of_steps():
    w = lstm_two_documents()
    lstm = keras.layers.LSTM(1, unroll=True, dtype="float64")
    dense = keras.layers.Dense(1, activation="sigmoid", dtype="float64")
    model = keras.Sequential([keras.Input((2, 1), dtype="float64"), lstm, dense])
    model.set_weights([q.value for q in w.weights])
    assert compare(w, model).ok


# -- mutants: each mistake is caught at the first step that it spoils -------------------------


@dataclasses.dataclass(frozen=True)
class Swapped(LstmWeights):
    """Two gates take each other's columns."""

    pair: tuple[str, str] = ("i", "f")

    def pre_activation(self, gate, x, h):
        swap = dict([self.pair, self.pair[::-1]])
        return super().pre_activation(swap.get(gate, gate), x, h)


@pytest.mark.parametrize("pair", list(itertools.combinations(GATES, 2)))
def test_mutant_two_gates_swapped(pair):
    net = network("LSTM")
    w = calculation(net, lstm=lambda *weights: Swapped(*weights, pair))
    with pytest.raises(ComparisonError, match=f"first step that differs: a_{pair[0]} at t=1 "):
        compare(w, twin_of(w, net))


def test_mutant_pre_activation_fed_back():
    w = this_is_an_example(carry="pre-activation")
    with pytest.raises(ComparisonError) as raised:
        compare(w, keras_twin(EXAMPLE, [q.value for q in w.weights]))
    assert str(raised.value) == (
        '"This is an example": the first step that differs: a at t=2 (pre-activation), '
        "element [0], is 0.045203 by hand and 0.0452104 in Keras; "
        "they differ by 7.41e-06, more than the tolerance 1e-12."
    )


def test_mutant_recurrent_weights_transposed():
    def step(w, x, h, W_xh, W_hh, b_h, *, t):
        return simple_rnn_step(w, x, h, W_xh, W_hh.T, b_h, t=t)

    net = network("SimpleRNN")
    w = calculation(net, rnn_step=step)
    with pytest.raises(ComparisonError, match="first step that differs: a at t=2 "):
        compare(w, twin_of(w, net))


def test_mutant_bias_of_the_state_dropped():
    def step(w, x, h, W_xh, W_hh, b_h, *, t):
        return simple_rnn_step(w, x, h, W_xh, W_hh, None if t == 3 else b_h, t=t)

    net = network("SimpleRNN")
    w = calculation(net, rnn_step=step)
    with pytest.raises(ComparisonError, match="first step that differs: a at t=3 "):
        compare(w, twin_of(w, net))


def test_mutant_bias_of_a_gate_dropped():
    class Unbiased(LstmWeights):
        def pre_activation(self, gate, x, h):
            whole = super().pre_activation(gate, x, h)
            return whole.operands[0] if gate == "o" else whole

    net = network("LSTM")
    w = calculation(net, lstm=Unbiased)
    with pytest.raises(ComparisonError, match="first step that differs: a_o at t=1 "):
        compare(w, twin_of(w, net))


def test_mutant_wrong_gradient():
    net = network("SimpleRNN", every_step=False)
    w = calculation(net)
    wrong = Walkthrough("A test")
    copies = {}
    for q in w.quantities:
        if q.definition is None:
            copies[q] = wrong._given(q.name, q.value, q.t, q.role, q.note, q.labels)
            continue
        formula = q.definition.replaced(copies)
        slip = formula * 1.001 if (q.name, q.t) == ("d_h", 2) else formula
        copies[q] = wrong.step(q.name, slip, t=q.t, role=q.role)
    with pytest.raises(ComparisonError, match="first step that differs: d_h at t=2 "):
        compare(wrong, twin_of(w, net))


# -- layers that are not those of the walkthrough ---------------------------------------------


def simple_rnn_model(w, dense=None, **changes):
    """A Keras model like the walkthrough's, with changes; weights are set where they fit."""
    settings = {"use_bias": True, "return_sequences": True, "dtype": "float64", "name": "rnn"}
    rnn = keras.layers.SimpleRNN(**{"units": UNITS, **settings, **changes})
    settings = {"units": OUTPUTS, "activation": "softmax", "dtype": "float64", "name": "dense"}
    top = keras.layers.Dense(**{**settings, **(dense or {})})
    model = keras.Sequential([keras.Input((None, FEATURES), dtype="float64"), rnn, top])
    values = [q.value for q in w.weights]
    if [v.shape for v in values] == [tuple(v.shape) for v in model.weights]:
        model.set_weights(values)
    return model


@pytest.fixture(scope="module")
def rnn():
    return calculation(network("SimpleRNN"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"units": 5}, "units=5; the walkthrough needs units=2."),
        ({"activation": "relu"}, "activation='relu'; the walkthrough needs activation='tanh'."),
        ({"use_bias": False}, "use_bias=False; the walkthrough needs use_bias=True."),
        ({"go_backwards": True}, "go_backwards=True; the walkthrough needs go_backwards=False."),
        (
            {"return_sequences": False},
            "return_sequences=False; the walkthrough needs return_sequences=True.",
        ),
    ],
)
def test_another_setting_is_named_with_both_values(rnn, changes, sentence):
    with pytest.raises(ComparisonError) as raised:
        compare(rnn, simple_rnn_model(rnn, **changes))
    assert str(raised.value) == f"the SimpleRNN layer 'rnn' has {sentence}"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"units": 7}, "units=7; the walkthrough needs units=4."),
        (
            {"activation": "sigmoid"},
            "activation='sigmoid'; the walkthrough needs activation='softmax'.",
        ),
        ({"use_bias": False}, "use_bias=False; the walkthrough needs use_bias=True."),
    ],
)
def test_another_setting_of_the_dense_layer_is_named(rnn, changes, sentence):
    with pytest.raises(ComparisonError) as raised:
        compare(rnn, simple_rnn_model(rnn, dense=changes))
    assert str(raised.value) == f"the Dense layer 'dense' has {sentence}"


def test_a_stateful_layer_is_refused(rnn):
    layer = keras.layers.SimpleRNN(UNITS, stateful=True, dtype="float64", name="rnn")
    layer.build((1, 3, FEATURES))
    with pytest.raises(ComparisonError, match="stateful=True; the walkthrough needs stateful=F"):
        compare(rnn, layer)


def test_other_gate_settings_are_named():
    w = calculation(network("LSTM"))
    layer = keras.layers.LSTM(UNITS, recurrent_activation="hard_sigmoid", name="lstm")
    layer.build((None, None, FEATURES))
    with pytest.raises(ComparisonError) as raised:
        compare(w, layer)
    assert str(raised.value) == (
        "the LSTM layer 'lstm' has recurrent_activation='hard_sigmoid'; "
        "the walkthrough needs recurrent_activation='sigmoid'."
    )
    w = calculation(network("GRU"))
    layer = keras.layers.GRU(UNITS, reset_after=False, name="gru")
    layer.build((None, None, FEATURES))
    with pytest.raises(ComparisonError, match="reset_after=False; the walkthrough needs reset_"):
        compare(w, layer)


def test_another_kind_of_layer_is_named(rnn):
    layer = keras.layers.GRU(UNITS, name="gru")
    layer.build((None, None, FEATURES))
    with pytest.raises(ComparisonError) as raised:
        compare(rnn, layer)
    assert str(raised.value) == (
        "the GRU layer 'gru' is a GRU; the walkthrough calculates a SimpleRNN."
    )


def test_other_shapes_are_named(rnn):
    layer = keras.layers.SimpleRNN(UNITS, name="rnn")
    layer.build((None, None, FEATURES + 2))
    with pytest.raises(ComparisonError) as raised:
        compare(rnn, layer)
    assert str(raised.value) == (
        "kernel of the SimpleRNN layer 'rnn' has the shape (5, 2); "
        "W_xh of the walkthrough has (3, 2)."
    )


def test_other_weights_are_named_with_their_place(rnn):
    model = simple_rnn_model(rnn)
    arrays = model.get_weights()
    arrays[1][1, 0] = 0.5
    model.set_weights(arrays)
    expected = rnn["W_hh"].value[1, 0]
    with pytest.raises(ComparisonError) as raised:
        compare(rnn, model)
    assert str(raised.value) == (
        "recurrent_kernel of the SimpleRNN layer 'rnn' has 0.5 at [1, 0], where W_hh of the "
        f"walkthrough has {expected:.8g}; load the walkthrough's weights with "
        "model.set_weights([q.value for q in walkthrough.weights])."
    )


def test_what_is_not_a_recurrent_and_a_dense_layer_is_refused(rnn):
    cells = keras.layers.Embedding(3, 2), keras.layers.SimpleRNN(2), keras.layers.Dense(1)
    for given, found in [
        (list(cells), "Embedding, SimpleRNN, Dense"),
        ([], "no layers"),
        ([cells[1], cells[2], cells[2]], "SimpleRNN, Dense, Dense"),
        ("model", "str, str, str, str, str"),
    ]:
        with pytest.raises(UsageError) as raised:
            compare(rnn, given)
        assert str(raised.value) == (
            "compare takes SimpleRNN, LSTM or GRU layers, each alone or in a Bidirectional, and "
            f"at most one Dense layer after them; it was given {found}."
        )


def test_a_layer_without_weights_and_an_odd_type_are_refused(rnn):
    with pytest.raises(UsageError, match="the SimpleRNN layer 'new' has no weights yet; call"):
        compare(rnn, keras.layers.SimpleRNN(UNITS, name="new"))
    layer = keras.layers.SimpleRNN(UNITS, dtype="float16")
    layer.build((None, None, FEATURES))
    with pytest.raises(UsageError, match="computes this layer in float16, for which the boo"):
        compare(rnn, layer)


def test_a_dense_layer_that_the_walkthrough_lacks():
    w = Walkthrough("Only a state")
    W_xh, W_hh = w.weight("W_xh", numbers(3, 2)), w.weight("W_hh", numbers(2, 2))
    h = w.constant("h", np.zeros(2), t=0)
    w.step("h", tanh(w.input("x", numbers(3), t=1) @ W_xh + h @ W_hh), t=1, role="state")
    net = dataclasses.replace(network("SimpleRNN", bias=False), every_step=False)
    with pytest.raises(ComparisonError, match="is not part of the walkthrough, which has no de"):
        compare(w, keras_twin(net))


def test_a_walkthrough_that_is_no_network_is_refused():
    w = Walkthrough("A sum")
    w.step("s", w.weight("v", [1.0, 2.0]) + 1)
    layer = keras.layers.SimpleRNN(UNITS)
    layer.build((None, None, FEATURES))
    with pytest.raises(UsageError) as raised:
        compare(w, layer)
    assert str(raised.value) == (
        '"A sum" cannot be compared with Keras: its weights must be those of a SimpleRNN, LSTM '
        "or GRU, then those of a Dense layer, in the order of get_weights(); they are v (2,)."
    )


def test_nothing_compared_is_not_agreement():
    w = Walkthrough("Silent")
    W_xh, W_hh = w.weight("W_xh", numbers(3, 2)), w.weight("W_hh", numbers(2, 2))
    w.step("s", w.input("x", numbers(3), t=1) @ W_xh @ W_hh, t=1)
    layer = keras.layers.SimpleRNN(2, use_bias=False, dtype="float64")
    layer.build((None, None, 3))
    layer.set_weights([W_xh.value, W_hh.value])
    with pytest.raises(ComparisonError, match='nothing in "Silent" could be compared'):
        compare(w, layer)
    assert not compare(w, layer, strict=False).ok


def test_weights_that_do_not_fit_the_twin():
    with pytest.raises(ShapeError) as raised:
        keras_twin(EXAMPLE, [np.ones((4, 3)), np.ones((3, 3))])
    assert str(raised.value) == (
        "SimpleRNN(3), Dense(4) take weights of the shapes (4, 3), (3, 3), (3, 4); "
        "those given have (4, 3), (3, 3)."
    )


# -- the report -------------------------------------------------------------------------------


def test_the_report_shows_no_digit_that_differs_between_processors():
    comparison = judge(CALCULATIONS["this_is_an_example"])
    html = comparison._repr_html_()
    assert html.startswith('<table class="comparison mathjax_process"><caption>This is an example')
    assert html.count('<th scope="row">') == html.count("✓ OK") == 12
    assert "within 1e-12" in html
    assert "e-1" not in html.replace("1e-12", "")
    assert str(comparison).splitlines()[0] == (
        "This is an example: Keras (float64) agrees: 134 numbers in 36 steps, all within 1e-12."
    )
    assert "  h, t=1 to 4: 12 numbers, OK" in str(comparison)


def test_the_report_of_a_difference_says_from_where_on():
    w = this_is_an_example(carry="pre-activation")
    twin = keras_twin(EXAMPLE, [q.value for q in w.weights])
    comparison = compare(w, twin, strict=False)
    first = comparison.first_difference
    assert (comparison.ok, first.name, first.t) == (False, "a", 2)
    assert f"up to {max(r.difference for r in comparison.rows if r.name == 'h'):.1e} from t=2" in (
        comparison._repr_html_()
    )
    assert "✗ differs" in comparison._repr_html_()
    assert "Keras (float64) disagrees in " in str(comparison)
    assert "h, t=1 to 4: 12 numbers, differs, up to 1.1e-05 from t=2" in str(comparison)


def test_a_target_of_zeros_gives_no_gradient_though_kerass_shortcut_through_the_logits_does():
    listener = Listener(keras.activations.softmax)
    logits, nothing = keras.ops.convert_to_tensor([[0.3, -0.2]]), np.zeros((1, 2), "float32")
    slopes = []
    for function in (keras.activations.softmax, listener):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            loss = keras.losses.categorical_crossentropy(nothing, function(logits))
        slopes.append(np.asarray(tape.gradient(loss, logits)))
    np.testing.assert_array_equal(slopes[1], [[0.0, 0.0]])
    assert np.abs(slopes[0]).max() > 0.1


def test_a_calculation_that_keras_has_no_network_for_is_not_judged():
    alone = dataclasses.replace(CALCULATIONS["this_is_an_example"], network=None)
    with pytest.raises(UsageError) as raised:
        judge(alone)
    assert str(raised.value) == (
        "Keras has no network like this_is_an_example, so it cannot judge it."
    )
