"""What a chapter does first: quiet, repeatable, of one look."""

import os
import subprocess
import sys
import warnings

import matplotlib as mpl
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

mpl.use("Agg")

from rnn_edu import figures
from rnn_edu.calculations import lstm_two_documents, this_is_an_example
from rnn_edu.errors import ShapeError
from rnn_edu.quiet import native_messages_held_back


def run_python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "0", **environment},
    )


def test_set_up_is_silent_and_repeats_random_numbers():
    code = """
import random, sys
from rnn_edu.notebook import set_up
def drawn():
    assert set_up(seed=4) is None
    import keras, numpy as np
    layer = keras.layers.Dense(2)
    layer.build((None, 2))
    return [random.random(), float(np.random.rand()), np.asarray(layer.kernel).tolist()]
assert drawn() == drawn()
import keras, numpy as np
assert keras.config.floatx() == "float32"
print(np.array([1e-9, 1 / 3]))
"""
    result = run_python(code)
    assert result.stderr == ""
    assert result.returncode == 0
    assert result.stdout == "[0.       0.333333]\n"


def test_in_a_notebook_set_up_prints_nothing_and_what_follows_is_not_lost(monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # the choice of this process, not a kernel's
    cells = [
        "from rnn_edu.notebook import set_up\nset_up()",
        "import os, sys\nprint('said', file=sys.stderr)",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the notebook client
        NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    quiet, said, drawn = (cell.outputs for cell in notebook.cells)
    assert quiet == []
    assert [(out.name, out.text) for out in said] == [("stderr", "said\n")]
    picture = drawn[0].data["image/svg+xml"]
    assert "<dc:date>" not in picture
    assert "Matplotlib v" not in picture


def test_a_command_that_needs_arrays_only_starts_without_the_rest_and_can_have_it_later():
    code = """
import sys
from rnn_edu.quiet import KERAS_CAN_DO_WITHOUT, start_tensorflow
start_tensorflow(arrays_only=True)
print(sorted(set(KERAS_CAN_DO_WITHOUT) & set(sys.modules)))
import keras, matplotlib.pyplot, numpy as np, pandas, sklearn
print(keras.layers.Dense(1, kernel_initializer="ones")(np.array([[1.0, 2.0]])).numpy())
"""
    result = run_python(code)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "[]\n[[3.]]\n"


def test_what_is_held_back_is_shown_when_the_start_fails():
    code = """
import os
from rnn_edu.quiet import native_messages_held_back
try:
    with native_messages_held_back():
        os.write(2, b"what was wrong\\n")
        raise ImportError("no TensorFlow")
except ImportError as error:
    os.write(2, str(error).encode())
"""
    assert run_python(code).stderr == "what was wrong\nno TensorFlow"


def interrupted():
    with native_messages_held_back():
        os.write(2, b"from native code")
        raise KeyboardInterrupt


def test_an_interruption_is_quiet(capfd):
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


def test_native_messages_are_held_back_and_the_stream_is_put_back(capfd):
    with native_messages_held_back():
        os.write(2, b"from native code")
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


def test_without_a_standard_error_nothing_breaks():
    code = """
import os, sys
os.close(2)
from rnn_edu.quiet import native_messages_held_back
with native_messages_held_back():
    print("fine")
"""
    result = run_python(code)
    assert (result.returncode, result.stdout) == (0, "fine\n")


def test_importing_the_package_does_not_import_tensorflow():
    code = """
import sys
import rnn_edu.notebook, rnn_edu.figures, rnn_edu.networks.decoder, rnn_edu.calculations
import rnn_edu.compare, rnn_edu.__main__
assert not {"tensorflow", "keras"} & set(sys.modules)
"""
    assert run_python(code).returncode == 0


@pytest.fixture
def house_style():
    with mpl.rc_context():
        figures.use_house_style()
        yield
    mpl.pyplot.close("all")


def drawings():
    w = this_is_an_example()
    yield figures.unrolled_network(w)
    yield figures.heat_map(w["W_xh"].value, rows=w["W_xh"].labels[0], title="weights")
    yield figures.training_loss([0.7, 0.5, 0.4], title="training")


def svg(figure, path):
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    return path.read_bytes()


def test_figures_are_the_same_bytes_each_time(house_style, tmp_path):
    for first, second in zip(drawings(), drawings(), strict=True):
        assert svg(first, tmp_path / "1.svg") == svg(second, tmp_path / "2.svg")


def test_figures_have_no_background_and_no_text_elements(house_style, tmp_path):
    for figure in drawings():
        text = svg(figure, tmp_path / "1.svg").decode()
        assert "<text" not in text
        assert figure.get_facecolor()[3] == 0


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_unrolled_network_names_the_weight_of_each_arrow(house_style):
    w = this_is_an_example()
    shown = texts(figures.unrolled_network(w, digits=None, weights=["W_xh", "W_hy", "W_hh"]))
    often = [sum(w[name].latex_symbol in text for text in shown) for name in ("W_xh", "W_hy")]
    assert often == [4, 4]
    assert sum(w["W_hh"].latex_symbol in text for text in shown) == 3


def test_the_unrolled_network_shows_words_symbols_and_numbers(house_style):
    shown = texts(figures.unrolled_network(this_is_an_example()))
    assert {"This", "is", "an", "example", "$x_{1}$", "$h_{4}$", "$p_{2}$"} <= set(shown)
    assert {"0.033", "0.0452", "-0.0835"} <= set(shown)
    named = texts(figures.unrolled_network(this_is_an_example(), words=["a", "b", "c", "d"]))
    assert {"a", "d"} <= set(named)
    assert "example" not in named


def test_an_answer_after_the_last_step_stands_in_the_last_column(house_style):
    figure = figures.unrolled_network(lstm_two_documents(), names=("x", "h", "y_hat"))
    place = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
    assert place[r"$\hat{y}$"][0] == place["$h_{2}$"][0] > place["$h_{1}$"][0]
    assert "0.474" in place


def test_the_heat_map_has_its_numbers_written_in(house_style):
    figure = figures.heat_map([[0.5, -0.25]], rows=["h"], columns=["unit 1", "unit 2"], limit=1.0)
    assert texts(figure) == ["0.5", "-0.25"]
    image = figure.axes[0].images[0]
    assert (image.norm.vmin, image.norm.vmax) == (-1.0, 1.0)
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["unit 1", "unit 2"]
    assert texts(figures.heat_map(np.zeros((1, 2)))) == ["0", "0"]
    with pytest.raises(ShapeError) as raised:
        figures.heat_map(np.ones((2, 3)), columns=["a", "b"])
    assert str(raised.value) == "the heat map has 3 columns, but 2 column names were given."


def test_lines_share_a_legend_and_differ_without_colour(house_style):
    figure = figures.training_loss([3, 2, 1], label="RNN")
    assert figure.axes[0].get_legend() is None
    figures.training_loss([3, 1, 0], label="LSTM", axes=figure.axes[0])
    lines = figure.axes[0].lines
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["RNN", "LSTM"]
    assert lines[0].get_linestyle() != lines[1].get_linestyle()
    assert lines[0].get_xdata().tolist() == [1, 2, 3]
