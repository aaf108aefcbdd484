"""PyTorch's modules and state dicts as networks: the same numbers, or a sentence."""

import sys

import numpy as np
import pytest

from rnn_edu.compare.pytorch import compare_pytorch
from rnn_edu.errors import DataError, MissingProgramError, NumberError, UsageError
from rnn_edu.explanation import explain_and_judge
from rnn_edu.networks.readers.pytorch import ACTIVATIONS, read_pytorch

pytestmark = pytest.mark.usefixtures("torch")
STEPS, FEATURES, WORDS = 4, 3, 6


@pytest.fixture
def nn(torch):
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    yield torch.nn
    torch.set_default_dtype(torch.float32)


def example(seed=1):
    return np.random.default_rng(seed).normal(size=(STEPS, FEATURES))


def answer_of(found, x):
    """The last quantity of the last layer, each of its times."""
    w = found.network.walkthrough(found.weights, x)
    last = found.network.layers[-1].name
    values = {q.t: q.value for q in w.steps if q.origin.layer == last and is_answer(q)}
    values.pop(0, None)
    return np.stack(list(values.values()))


def is_answer(quantity):
    return quantity.origin.value in ("output", "h")


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize(
    "settings",
    [{}, {"num_layers": 2, "dropout": 0.5}, {"bidirectional": True}, {"bias": False}],
    ids=["plain", "stacked", "both ways", "no bias"],
)
def test_a_module_alone_hands_on_every_state(torch, nn, kind, settings):
    module = getattr(nn, kind)(FEATURES, 2, batch_first=True, **settings).eval()
    theirs, _ = module(torch.tensor(example()[None]))
    ours = answer_of(read_pytorch(module), example())
    np.testing.assert_allclose(ours, theirs[0].detach().numpy(), rtol=0, atol=1e-12)


def test_relu_in_a_recurrent_module(torch, nn):
    module = nn.RNN(FEATURES, 2, nonlinearity="relu", batch_first=True)
    theirs, _ = module(torch.tensor(example()[None]))
    ours = answer_of(read_pytorch(module), example())
    np.testing.assert_allclose(ours, theirs[0].detach().numpy(), rtol=0, atol=1e-12)


def test_layers_in_order(torch, nn):
    table, cell = nn.Embedding(WORDS, FEATURES), nn.GRU(FEATURES, 2, bidirectional=True)
    head = nn.Sequential(nn.LayerNorm(4), nn.Dropout(0.5), nn.Linear(4, 2), nn.Softmax(-1)).eval()
    words = [1, 5, 0, 2]
    _, states = cell(table(torch.tensor(words))[:, None])
    theirs = head(torch.cat([states[0], states[1]], dim=-1))
    ours = answer_of(read_pytorch([table, cell, head]), words)
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=0, atol=1e-12)


def test_every_step_to_the_layers_above(torch, nn):
    cell, head = nn.LSTM(FEATURES, 2, batch_first=True), nn.Linear(2, 2)
    theirs = head(cell(torch.tensor(example()[None]))[0])[0]
    found = read_pytorch([cell, head], every_step=True)
    np.testing.assert_allclose(
        answer_of(found, example()), theirs.detach().numpy(), rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(torch, nn, name):
    function = nn.LeakyReLU(0.2) if name == "LeakyReLU" else getattr(nn, name)()
    module = nn.Sequential(nn.Linear(FEATURES, 5), function)
    x = 3 * example()[0]
    theirs = module(torch.tensor(x)).detach().numpy()
    found = read_pytorch(module)
    np.testing.assert_allclose(answer_of(found, x)[0], theirs, rtol=0, atol=1e-12)
    assert compare_pytorch(found.network.walkthrough(found.weights, x), found.network).ok


def test_explained_and_judged_by_pytorch(nn):
    model = [nn.LSTM(FEATURES, 2, num_layers=2), nn.Linear(2, 1), nn.Sigmoid()]
    w, verdicts = explain_and_judge(model, example(), [1.0], "binary_crossentropy")
    assert [verdict.judge for verdict in verdicts] == ["Keras", "PyTorch"]
    assert all(verdict.ok for verdict in verdicts)
    gradients = {row.name for row in verdicts[1].rows if row.role == "gradient"}
    assert {f"d_{weight.name}" for weight in w.weights} <= gradients


# --- state dicts -------------------------------------------------------------------------------


def test_a_state_dict_in_a_file(torch, nn, tmp_path):
    whole = nn.ModuleDict(
        {
            "table": nn.Embedding(WORDS, FEATURES),
            "cell": nn.LSTM(FEATURES, 2, 2),
            "head": nn.Linear(2, 1),
        }
    )
    parts = list(whole.children())
    torch.save(whole.state_dict(), tmp_path / "plain.pt")
    torch.save({"model_state_dict": whole.state_dict(), "epoch": 3}, tmp_path / "more.pth")
    words = [0, 3, 3, 1]
    wanted = answer_of(read_pytorch(parts), words)
    for name in ("plain.pt", "more.pth"):
        found = read_pytorch(tmp_path / name)
        assert found.network.title() == "Embedding, LSTM, LSTM, Dense"
        np.testing.assert_array_equal(answer_of(found, words), wanted)
    _, verdicts = explain_and_judge(str(tmp_path / "plain.pt"), words)
    assert all(verdict.ok for verdict in verdicts)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_the_cell_is_told_by_its_arrays(nn, kind):
    module = getattr(nn, kind)(FEATURES, 2, bidirectional=True)
    read, known = read_pytorch(module.state_dict()), read_pytorch(module)
    assert read.network.layers[1].layer == known.network.layers[1].layer


def test_a_pickled_module_is_never_loaded(torch, nn, tmp_path):
    torch.save(nn.LSTM(2, 2), tmp_path / "model.pt")
    with pytest.raises(DataError, match=r"model\.pt holds more than arrays.* save model\.state_d"):
        read_pytorch(tmp_path / "model.pt")


class Trap:
    """What a pickle would run."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was run",))


def test_nothing_in_a_file_is_run(torch, tmp_path):
    import pickle

    (tmp_path / "trap.pt").write_bytes(pickle.dumps(Trap()))
    torch.save({"weight": Trap()}, tmp_path / "trap.pth")
    for name in ("trap.pt", "trap.pth"):
        with pytest.raises(DataError, match=r"trap\.pth? (holds more than arrays|is damaged)"):
            read_pytorch(tmp_path / name)


def test_files_that_are_none(torch, tmp_path, monkeypatch):
    with pytest.raises(DataError, match="is not there; give a file"):
        read_pytorch(tmp_path / "nothing.pt")
    with pytest.raises(DataError, match="is a folder; give a file"):
        read_pytorch(tmp_path)
    (tmp_path / "text.pt").write_text("not a model")
    with pytest.raises(DataError, match=r"text\.pt (is damaged|holds more)"):
        read_pytorch(tmp_path / "text.pt")
    torch.save([1, 2], tmp_path / "list.pt")
    with pytest.raises(DataError, match=r"list\.pt holds no state dict"):
        read_pytorch(tmp_path / "list.pt")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingProgramError, match=r"text\.pt is read with PyTorch, which is not"):
        read_pytorch(tmp_path / "text.pt")


# --- what is refused ---------------------------------------------------------------------------


def test_a_class_of_ones_own(nn):
    class Model(nn.Module):
        pass

    with pytest.raises(UsageError, match=r"Model is a class of its own, whose forward is code"):
        read_pytorch(Model())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda nn: nn.Conv1d(2, 2, 1), "module Conv1d cannot be written by hand here; known are"),
        (lambda nn: nn.LSTM(3, 4, proj_size=2), "LSTM has proj_size=2; by hand it must be 0"),
        (lambda nn: nn.Softmax(0), "Softmax has dim=0; by hand it must be -1"),
        (lambda nn: nn.ELU(0.5), r"ELU has alpha=0\.5; by hand it must be 1\.0"),
        (lambda nn: nn.LeakyReLU(), r"negative_slope=0\.01; by hand it must be 0\.2"),
        (lambda nn: nn.Embedding(3, 2, max_norm=1.0), r"max_norm=1\.0"),
        (lambda nn: nn.Sequential(), "no layer in Sequential"),
    ],
)
def test_modules_and_settings_that_are_refused(nn, make, words):
    with pytest.raises(UsageError, match=words):
        read_pytorch(make(nn))


def test_arrays_that_are_refused():
    good = {"weight_ih_l0": np.ones((8, 3)), "weight_hh_l0": np.ones((8, 2))}
    with pytest.raises(UsageError, match=r"weight_hh_l0 has the shape \(7, 2\); a cell has 1, 3"):
        read_pytorch(good | {"weight_hh_l0": np.ones((7, 2))})
    with pytest.raises(UsageError, match=r"arrays conv\.weight, which are those of no module"):
        read_pytorch(good | {"conv.weight": np.ones((2, 2, 3))})
    with pytest.raises(NumberError, match=r"weight_ih_l0 is nan at \[0, 0\]"):
        read_pytorch(good | {"weight_ih_l0": np.full((8, 3), np.nan)})
    with pytest.raises(UsageError, match="epoch of the state dict is a str, not an array"):
        read_pytorch(good | {"epoch": "three"})
