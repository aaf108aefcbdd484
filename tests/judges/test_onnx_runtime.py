"""ONNX Runtime agrees with every file that Keras and PyTorch export, and finds what is wrong."""

import warnings

import numpy as np
import pytest

from rnn_edu import networks as n
from rnn_edu.calculations import CALCULATIONS
from rnn_edu.compare.onnx_runtime import compare_onnx, judge_with_onnx_runtime
from rnn_edu.compare.tolerance import tolerance_of
from rnn_edu.errors import ComparisonError, MissingProgramError, UsageError
from rnn_edu.explanation import explain_and_judge
from rnn_edu.networks.readers.onnx_model import read_onnx
from tests.judges.conftest import KERAS, TORCH

#: What Keras exports starts from zeros.
STARTED = {"second_window"}
#: Keras exports Normalization without its two numbers.
NOT_WHOLE = {"sunspots_one_step"}
NETWORKS = [key for key, c in CALCULATIONS.items() if c.network and key not in STARTED | NOT_WHOLE]


def by_hand(path, x):
    found = read_onnx(path).found
    return found.network.walkthrough(found.weights, x, starts=found.starts)


@pytest.mark.parametrize("name", [*KERAS, *TORCH])
def test_an_exported_file_agrees(exported, onnxruntime, name):
    path, x = exported(name)
    comparison = compare_onnx(by_hand(path, x), path)
    assert comparison.ok
    assert comparison.judge == "ONNX Runtime"
    assert comparison.tolerance <= tolerance_of("float32", 20, 7)
    judged = {row.name for row in comparison.rows}
    assert any(name.startswith("h") for name in judged)


@pytest.mark.parametrize("name", [*KERAS, *TORCH])
def test_the_answer_of_the_file_is_among_what_is_judged(exported, onnxruntime, name):
    path, x = exported(name)
    w = by_hand(path, x)
    network = read_onnx(path).found.network
    last = network.layers[network.outputs[0][0]].name
    answers = [step for step in w.steps if step.origin and step.origin.layer.startswith(last)]
    judged = compare_onnx(w, path).values
    assert (answers[-1].name, answers[-1].t) in judged


@pytest.mark.parametrize("name", TORCH)
def test_files_with_open_sizes_are_the_same_networks(exported, name):
    fixed, x = exported(name)
    open_sizes, _ = exported(name, dynamic=True)
    first, second = by_hand(fixed, x), by_hand(open_sizes, x)
    for one, other in zip(first.steps, second.steps, strict=True):
        np.testing.assert_array_equal(one.value, other.value)


def test_a_wrong_weight_is_found_at_its_first_step(exported, onnxruntime):
    path, x = exported("torch LSTM")
    found = read_onnx(path).found
    found.weights["lstm"][0][0, 0] += 0.01
    w = found.network.walkthrough(found.weights, x)
    with pytest.raises(ComparisonError, match=r"first step that differs: h at t=1 .* ONNX Runtime"):
        compare_onnx(w, path)


def test_gates_are_left_unjudged_and_the_verdict_says_so(exported, onnxruntime):
    path, x = exported("torch LSTM")
    comparison = compare_onnx(by_hand(path, x), path)
    assert not comparison.complete
    assert "ONNX Runtime's layer does not give this value out" in str(comparison)
    assert comparison.unjudged > comparison.agreeing


@pytest.mark.parametrize("key", NETWORKS)
def test_the_books_calculations_exported_by_keras(tf2onnx, onnxruntime, key):
    calculation = CALCULATIONS[key]
    comparison = judge_with_onnx_runtime(calculation.build(), calculation.network)
    assert comparison.ok
    judged = {row.role for row in comparison.rows}
    assert judged & {"output", "state"}


@pytest.mark.parametrize("key", sorted(STARTED & set(CALCULATIONS)))
def test_a_given_start_is_refused(tf2onnx, onnxruntime, key):
    calculation = CALCULATIONS[key]
    with pytest.raises(UsageError, match=r"'simple_rnn' starts from a given state; .* from zeros"):
        judge_with_onnx_runtime(calculation.build(), calculation.network)


@pytest.mark.parametrize("key", sorted(NOT_WHOLE))
def test_what_keras_does_not_export_whole(key):
    calculation = CALCULATIONS[key]
    with pytest.raises(UsageError, match="without its mean and variance, so ONNX Runtime cannot"):
        judge_with_onnx_runtime(calculation.build(), calculation.network)


def test_a_large_table_of_which_few_rows_are_written(tf2onnx, onnxruntime):
    network = n.Network.sequential(
        n.Input((None,), "int"), n.Embedding(80, 2), n.SimpleRNN(2, use_bias=False)
    )
    rng = np.random.default_rng(0)
    w = network.walkthrough([rng.normal(size=s) for s in [(80, 2), (2, 2), (2, 2)]], [70, 3, 3])
    assert w.weights[0].shape == (2, 2)
    assert judge_with_onnx_runtime(w, network).numbers == 8


def test_an_input_whose_name_no_layer_may_have(exported, onnx, onnxruntime, tmp_path):
    path, x = exported("torch LSTM")
    model = onnx.load(path)
    for node in model.graph.node:
        names = ["serve/x:0" if name == "x" else name for name in node.input]
        del node.input[:]
        node.input.extend(names)
    model.graph.input[0].name = "serve/x:0"
    onnx.save(model, tmp_path / "renamed.onnx")
    w, verdicts = explain_and_judge(tmp_path / "renamed.onnx", x)
    assert w.of_role("input")[0].origin.layer == "serve_x_0"
    assert [verdict.ok for verdict in verdicts] == [True, True]


def test_states_that_are_inputs(torch, onnx, onnxruntime, tmp_path):
    class Reading(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = torch.nn.LSTM(3, 2, batch_first=True)

        def forward(self, x, h, c):
            return self.cell(x, (h, c))[0]

    torch.manual_seed(0)
    given = {"x": torch.randn(1, 4, 3), "h": torch.randn(1, 1, 2), "c": torch.randn(1, 1, 2)}
    path = tmp_path / "states.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Reading(), tuple(given.values()), str(path), dynamo=False, input_names=list(given)
        )
    found = read_onnx(path)
    example = {"x": given["x"][0].numpy(), "h": given["h"].numpy()[0, 0]}
    w = found.network.walkthrough(found.weights, example | {"c": given["c"].numpy()[0, 0]})
    assert compare_onnx(w, path).numbers >= 8


def test_without_onnx_runtime_a_sentence(exported, monkeypatch):
    import sys

    path, x = exported("torch LSTM")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingProgramError, match=r"ONNX Runtime is not installed; requirements-j"):
        compare_onnx(by_hand(path, x), path)
