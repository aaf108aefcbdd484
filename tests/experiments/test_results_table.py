"""The table of claims beside what was measured."""

from rnn_edu.experiments import read_record, results_table
from rnn_edu.experiments.records import BESIDE, NAMES, has_record
from rnn_edu.experiments.results_table import CLAIMS, Claim


def test_every_run_has_its_line():
    names = [claim.name for claim in CLAIMS]
    assert names == [name for name in NAMES if name not in BESIDE]
    assert len(results_table().rows) == sum(map(has_record, names))


def test_the_figures_are_those_of_the_records():
    table = results_table()
    model, claimed, measured, counted, why = table.rows[1]
    record = read_record("airline_lstm")
    assert (model, claimed) == ("LSTM(1), airline tweets", "91 %")
    assert measured == f"{100 * record['metrics']['accuracy']:.1f} %"
    assert counted == f"{100 * record['baselines']['bag_of_words']:.1f} % (bag of words)"
    assert why.endswith(".")
    assert str(table).count("\n") == len(table.rows)


def test_as_html_the_words_are_escaped():
    claim = Claim("imdb_lstm", "<b> & co", None, "accuracy", "bag_of_words", "counting", "No <.")
    text = results_table([claim])._repr_html_()
    assert '<th scope="row">&lt;b&gt; &amp; co</th><td>no figure</td>' in text
    assert '<td colspan="4"><em>Why they differ:</em> No &lt;.</td>' in text
    assert text.count("<th ") == 5
