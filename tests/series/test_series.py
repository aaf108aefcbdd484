"""Series: what is read, what is refused, what is known at a place in time, and the scores."""

from dataclasses import replace

import numpy as np
import pytest

from rnn_edu import series as s
from rnn_edu.errors import DataError, RnnEduError, ShapeError, UsageError
from rnn_edu.series.networks import build, network_inputs
from rnn_edu.series.rolling import with_another_future
from rnn_edu.series.series import check_count

RAMP = np.arange(40.0)
WAVE = np.sin(RAMP) + 0.01 * RAMP**1.5


# -- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: s.checked([1.0, np.nan, 3.0, None], "rain"),
            "rain has no number at place 1 and at 1 other places (places count from 0); a gap must",
        ),
        (lambda: s.checked([1.0, np.inf], "rain"), "rain has no number at place 1 (places count"),
        (
            lambda: s.checked(["1.5", "1,7"], "rain"),
            "rain has '1,7' at place 1 (places count from 0), which is no number; write a decimal "
            "point in place of the comma.",
        ),
        (lambda: s.checked(["1.5", " "], "rain"), "rain has no number at place 1 (places count"),
        (lambda: s.checked(np.ones((2, 2)), "rain"), "rain has the shape (2, 2); a series is one"),
        (
            lambda: s.Series("rain", "mm", np.array([1.0, np.nan]), start=2000),
            "rain has no number at place 1",
        ),
        (
            lambda: s.Scaling.of(np.full(9, 3.5)),
            "all 9 numbers of the training part are 3.5; a con",
        ),
        (lambda: s.Scaling.of([1.0, None]), "the training part has no number at place 1"),
        (lambda: s.Scaling.of(np.ones((2, 2))), "the training part has the shape (2, 2)"),
        (
            lambda: s.Scaling.of(np.ones(1)),
            "a scaling needs at least 2 numbers in a row, but there",
        ),
        (
            lambda: s.linear_direct(np.full(30, 3.5), s.Reading(2, 1)),
            "all 30 numbers of the training part are 3.5; from a constant no weights can be lear",
        ),
        (
            lambda: s.linear_direct(RAMP[:8], s.Reading(4, 1)),
            "a weighted sum of 4 numbers needs at least 10 numbers in a row, but there are 8; take",
        ),
        (
            lambda: s.Reading(4, 2).examples(RAMP[:5]),
            "a window of 4 with 2 to forecast needs at least 6 numbers in a row, but there are 5;",
        ),
        (
            lambda: s.Reading(4, 2).examples(np.append(RAMP, np.nan)),
            "the training part has no number at place 40",
        ),
        (
            lambda: s.rolling_forecasts(s.last_value(1), np.append(RAMP, np.nan), [3]),
            "the series has no number at place 40",
        ),
        (lambda: s.Reading(4, 2, "year"), "against is 'year'; it must be 'level', 'season' or"),
        (lambda: s.Reading(0, 2), "length is 0; it must be a whole number of at least 1."),
        (
            lambda: s.Reading(4, 13, "season", period=12),
            "13 steps ahead reach beyond the season of 12 that is added again; take a shorter",
        ),
        (lambda: s.Reading(4, 1).window(RAMP[:3]), "a window of 4 needs at least 4 numbers in a"),
        (
            lambda: s.split_in_time(RAMP, 40),
            "40 of 40 numbers for training leaves nothing on one side; take 1 to 39.",
        ),
        (
            lambda: s.rolling_origins(10, first=8, horizon=3),
            "after the 8 numbers of the training part 2 are left, too few for a forecast of 3",
        ),
        (lambda: s.rolling_origins(10, first=8, horizon=1.5), "horizon is 1.5; it must be a whole"),
        (
            lambda: s.naive_error(np.tile([1.0, 2.0], 6), period=2),
            "the training part repeats itself every 2 steps exactly, so that MASE would divide by",
        ),
        (lambda: s.naive_error(RAMP[:2], 2), "the yardstick of MASE with a season of 2 needs at"),
        (
            lambda: s.mase(RAMP, RAMP[:3], 1.0),
            "the truth has the shape (40,), the forecast (3,); they must be the same.",
        ),
        (lambda: s.bootstrap_interval(np.ones(1)), "an interval over origins needs at least 2"),
        (lambda: s.interval(np.ones(1)), "an interval over origins needs at least 2 numbers in a"),
        (lambda: s.seasonal_naive(2, 12)(RAMP[:5]), "a season of 12 needs at least 12 numbers in"),
        (lambda: s.seasonal_naive(2, 0), "period is 0; it must be a whole number of at least 1."),
        (lambda: s.drift(2)(RAMP[:1]), "a straight line needs at least 2 numbers in a row, but th"),
        (
            lambda: s.exponential_smoothing(RAMP[:20], 2, period=12),
            "exponential smoothing needs at least 24 numbers in a row, but there are 20; take a",
        ),
        (lambda: s.typical_miss(np.zeros(9)), "at least half of the residuals are the same number"),
        (lambda: s.unusual(RAMP, RAMP, times=0), "times is 0; it must be above 0."),
        (lambda: s.Recipe(kind="RNN"), "there is no 'RNN'; there are SimpleRNN, LSTM, GRU."),
        (lambda: s.Recipe(strategy="many"), "there is no 'many'; there are recursive, direct, enc"),
        (lambda: s.Recipe(units="8"), "units is '8'; it must be a whole number of at least 1."),
        (lambda: s.Recipe(epochs=0), "epochs is 0; it must be a whole number of at least 1."),
        (lambda: s.Recipe(rate=np.nan), "rate is nan; it must be a finite number above 0."),
        (lambda: s.Recipe(rate=-1), "rate is -1; it must be a finite number above 0."),
        (lambda: s.checked([10**400]), "the series has 1000000"),
        (lambda: s.split_in_time(RAMP, "4"), "training is '4'; it must be a whole number of at"),
        (lambda: s.Recursive(s.last_value(1), 0), "horizon is 0; it must be a whole number of at"),
        (lambda: check_count(True, "length"), "length is True; it must be a whole number of at"),
    ],
)
def test_what_cannot_be_is_one_sentence(call, sentence):
    with pytest.raises(RnnEduError) as raised:
        call()
    message = str(raised.value)
    assert message.startswith(sentence)
    assert message.endswith(".")
    assert "\n" not in message


def test_a_network_wants_enough_numbers_for_both_parts():
    with pytest.raises(DataError, match="training a network needs at least 19 numbers in a row"):
        s.train_network(WAVE[:12], s.Reading(4, 2))
    with pytest.raises(DataError, match="a constant cannot be scaled, and its forecast is itself"):
        s.train_network(np.full(60, 2.0), s.Reading(4, 2))


# -- a file of one's own ----------------------------------------------------------------------


def written(folder, text):
    path = folder / "rain.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_column_is_read_in_the_order_of_its_rows(tmp_path):
    path = written(tmp_path, "\ufeffmonth;rain\n1;3.5\n2; 4 \n3;-1e1\n")
    np.testing.assert_array_equal(s.read_series(path, "rain", ";"), [3.5, 4.0, -10.0])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "month,rain\n1,3.5\n2,wet\n",
            r"'rain' of .*rain\.csv has 'wet' at place 1 .*no number\.$",
        ),
        ("month,rain\n1,3.5\n2,\n", r"the column 'rain' of .* has no number at place 1 "),
        ("month,rain\n1,3.5\n2\n", r"rain\.csv, row 3, has 1 cells and not 2 as the first; where"),
        ("month,rain\n1,3,5\n2,4,5\n", r"row 2, has 3 cells and not 2 .* a comma, write a point"),
        ("rain\n3.5\n\n4\n", r"the column 'rain' of .* has no number at place 1 "),
        ("month,rain\n", r"rain\.csv has a first row with names, and no numbers below it\.$"),
        ("rain,rain\n1,2\n", r"has 2 columns 'rain'; give each a name of its own\.$"),
        ("month;rain\n1;2\n", r"its first row names 'month;rain'; perhaps separator=';'\.$"),
        ('month,rain\n1,"2\n2,3\n', r"rain\.csv, line 3: unexpected end of data\.$"),
        ("rain\n1_000\n", r"has '1_000' at place 0 .*which is no number\.$"),
        ("month,snow\n1,3\n", r"has no column 'rain'; its first row names 'month', 'snow'\.$"),
        ("", r"has no column 'rain'; its first row names nothing\.$"),
        (f"month,rain\n1,{'2' * 200_000}\n", r"rain\.csv, line 2: field larger than"),
    ],
)
def test_a_column_that_is_none_is_named(tmp_path, text, sentence):
    with pytest.raises(DataError, match=sentence):
        s.read_series(written(tmp_path, text), "rain")


def test_a_cell_may_have_two_lines_and_the_last_rows_may_be_empty(tmp_path):
    path = written(tmp_path, 'note,rain\n"wet,\nwindy",3\ndry,0\n\n\n')
    np.testing.assert_array_equal(s.read_series(path, "rain"), [3.0, 0.0])


@pytest.mark.parametrize("separator", ["", ";;", None])
def test_a_separator_is_one_character(tmp_path, separator):
    with pytest.raises(UsageError, match=r"separator is .*; it must be one character"):
        s.read_series(written(tmp_path, "rain\n1\n"), "rain", separator)


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(DataError, match=r"nothing\.csv cannot be read: No such file"):
        s.read_series(tmp_path / "nothing.csv", "rain")
    path = tmp_path / "rain.csv"
    path.write_bytes(b"rain\n\xff\xfe\n")
    with pytest.raises(DataError, match="is not text in UTF-8; save it as CSV in UTF-8"):
        s.read_series(path, "rain")


# -- the shipped series -----------------------------------------------------------------------


def test_the_shipped_series_are_whole_and_of_two_kinds():
    air, spots = s.co2_by_month(), s.sunspots_by_year()
    assert (len(air), air.per_year, air.period) == (444, 12, 12)
    assert (len(spots), spots.per_year, spots.period) == (309, 1, 1)
    assert air.times[air.before(1986)] == pytest.approx(1986)
    assert spots.values[spots.before(1900)] == 9.5
    assert all("public domain" in series.source for series in (air, spots))
    # Every month of the shortened series has a sample, in each year the same twelve.
    assert np.isfinite(air.values).all()
    assert np.argmax(air.values[:12]) == 4  # May is the highest of 1965


# -- nothing from the future ------------------------------------------------------------------


def future_shuffled(task, origin, seed=1):
    values = with_another_future(task.series.values, origin, seed)
    assert (values != task.series.values).sum() > 20
    return replace(task, series=replace(task.series, values=values))


@pytest.mark.parametrize("make", [s.sunspots_task, s.co2_task])
def test_a_shuffled_future_leaves_every_forecast_and_feature_as_it_was(make):
    task = make()
    shorter = task.series.values[: task.training + 40]
    task = replace(task, series=replace(task.series, values=shorter))
    origin = int(task.origins[3])
    other = future_shuffled(task, origin)
    np.testing.assert_array_equal(task.known, other.known)
    assert task.yardstick == other.yardstick
    ours, theirs = s.baseline_forecasts(task), s.baseline_forecasts(other)
    for name in ours:
        np.testing.assert_array_equal(ours[name][:4], theirs[name][:4], err_msg=name)
        if name not in ("last value", "a season ago"):
            assert (ours[name][6] != theirs[name][6]).any(), name
    past, same = task.series.values[:origin], other.series.values[:origin]
    for reading in (task.reading, s.Reading(6, 12, "now", 12, months=True)):
        np.testing.assert_array_equal(reading.window(past), reading.window(same))
        np.testing.assert_array_equal(reading.base(past), reading.base(same))
        np.testing.assert_array_equal(reading.beside(past), reading.beside(same))


def test_a_shuffled_future_leaves_a_network_and_its_forecasts_as_they_were():
    pytest.importorskip("keras")
    task = s.sunspots_task()
    other = future_shuffled(task, int(task.origins[3]))
    recipe = s.Recipe("SimpleRNN", units=3, epochs=2)
    said = []
    for one in (task, other):
        network = s.forecaster(one.known, one.reading, recipe)
        said.append(s.rolling_forecasts(network, one.series.values, one.origins[:8]))
    np.testing.assert_array_equal(said[0][:4], said[1][:4])
    assert (said[0][6] != said[1][6]).any()


def test_a_feature_that_looks_ahead_is_found_and_no_other():
    look_ahead = lambda v: np.append(v[1:], 0.0)  # noqa: E731
    assert s.changed_by_the_future(look_ahead, WAVE, 20).tolist() == [19]
    assert s.changed_by_the_future(lambda v: v - v.mean(), WAVE, 20).tolist() == list(range(20))
    assert s.changed_by_the_future(np.cumsum, WAVE, 20).tolist() == []
    rows = lambda v: np.column_stack([v, np.append(np.nan, v[:-1])])  # noqa: E731
    assert s.changed_by_the_future(rows, WAVE, 20).tolist() == []


def test_a_forecaster_cannot_change_what_others_read():
    def greedy(past):
        past[:] = 0
        return past[-1:]

    values = WAVE.copy()
    s.rolling_forecasts(greedy, values, [5, 6])
    np.testing.assert_array_equal(values, WAVE)


# -- what is read, and what is added again ----------------------------------------------------


@pytest.mark.parametrize("against", ["level", "season", "now"])
@pytest.mark.parametrize("months", [False, True])
def test_windows_by_a_plain_loop(against, months):
    reading = s.Reading(3, 2, against, period=4, months=months)
    x, y, pasts = reading.examples(WAVE)
    origins = range(reading.least, len(WAVE) - 1)
    assert len(x) == len(y) == len(pasts) == len(origins)
    for row, answer, origin in zip(x, y, origins, strict=True):
        for k, value in enumerate(row):
            place = origin - 3 + k
            less = {"level": 0, "season": WAVE[place - 4], "now": WAVE[origin - 1]}[against]
            assert value == WAVE[place] - less
        for ahead, value in enumerate(answer):
            place = origin + ahead
            less = {"level": 0, "season": WAVE[place - 4], "now": WAVE[origin - 1]}[against]
            assert value == WAVE[place] - less
    assert reading.beside(pasts[0]).shape == (3, 2 if months else 0)


def test_the_month_beside_a_number_is_its_own():
    reading = s.Reading(2, 1, period=4, months=True)
    np.testing.assert_allclose(reading.beside(RAMP[:4]), [[0, -1], [-1, 0]], atol=1e-15)
    np.testing.assert_allclose(reading.beside(RAMP[:5]), [[-1, 0], [0, 1]], atol=1e-15)


def test_the_network_reads_scaled_windows_and_bare_months():
    reading = s.Reading(2, 1, period=4, months=True)
    inputs = network_inputs(reading, s.Scaling(10.0, 2.0), [RAMP[:4], RAMP[:5]])
    assert inputs.shape == (2, 2, 3)
    np.testing.assert_allclose(inputs[0, :, 0], [-4, -3.5])
    np.testing.assert_allclose(inputs[1, :, 1:], [[-1, 0], [0, 1]], atol=1e-7)


# -- forecasts --------------------------------------------------------------------------------


def test_a_linear_model_finds_the_weights_of_a_recurrence():
    values = [1.0, 2.0]
    for _ in range(30):
        values.append(1.2 * values[-1] - 0.5 * values[-2] + 0.3)
    known, later = np.array(values[:26]), values[26:30]
    for fit in (s.linear_autoregression, s.linear_direct):
        np.testing.assert_allclose(fit(known, s.Reading(2, 4))(known), later, atol=1e-9)


def test_with_the_season_subtracted_a_repeating_series_is_forecast_exactly():
    values = np.tile([3.0, 1.0, 4.0, 1.5], 12) + np.repeat(np.arange(12.0) ** 2, 4)
    reading = s.Reading(2, 4, "season", period=4)
    said = s.linear_autoregression(values[:40], reading)(values[:44])
    # The yearly step grows by 2 from year to year; the window of two sees one step only.
    assert np.abs(said - values[44:48]).max() < 2.5
    assert np.abs(s.last_value(4)(values[:44]) - values[44:48]).max() > 20


@pytest.mark.parametrize(("period", "damped"), [(1, False), (1, True), (12, False), (12, True)])
def test_exponential_smoothing_is_statsmodels_at_the_end_of_the_training_part(period, damped):
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    known = s.co2_by_month().values[:120]
    season = {"seasonal": "add", "seasonal_periods": 12} if period > 1 else {}
    model = ExponentialSmoothing(known, trend="add", damped_trend=damped, **season).fit()
    said = s.exponential_smoothing(known, 6, period, damped=damped)(known)
    np.testing.assert_allclose(said, model.forecast(6), rtol=1e-10)


def test_exponential_smoothing_changes_no_weights_when_it_reads_on():
    spots = s.sunspots_by_year().values
    forecast = s.exponential_smoothing(np.append(spots[:60], spots[:60]), 1, trend=False)
    alpha = forecast(np.array([5.0, 1.0]))[0] - forecast(np.array([5.0, 0.0]))[0]
    level = forecast(np.array([5.0, 100.0]))[0]
    for number in (0.0, 7.0, 300.0):
        want = level + alpha * (number - level)
        assert forecast(np.array([5.0, 100.0, number]))[0] == pytest.approx(want, abs=1e-9)


def test_recursive_reads_its_own_answers_one_past_like_many():
    plus = s.Recursive(lambda past: past[-1:] + past[-2:-1], horizon=4)
    np.testing.assert_array_equal(plus(np.array([1.0, 1.0])), [2, 3, 5, 8])
    pasts = [np.array([1.0, 1.0]), np.array([9.0, 2.0, 1.0])]
    np.testing.assert_array_equal(plus.many(pasts), [[2, 3, 5, 8], [3, 4, 7, 11]])


@pytest.mark.parametrize("strategy", ["encoder-decoder", "recursive"])
def test_a_network_answers_for_many_as_for_one(strategy):
    pytest.importorskip("keras")
    reading = s.Reading(4, 2, "season", period=2)
    network = s.forecaster(WAVE, reading, s.Recipe("SimpleRNN", strategy, units=2, epochs=1))
    pasts = [WAVE[:20], WAVE[:33]]
    many = network.many(pasts)
    assert many.shape == (2, reading.horizon)
    for past, row in zip(pasts, many, strict=True):
        np.testing.assert_allclose(network(past), row, atol=1e-6)


def test_a_refitted_network_learns_from_the_last_fifth_too_and_makes_as_many_passes_as_were_best():
    pytest.importorskip("keras")
    reading, recipe = s.Reading(4, 2), s.Recipe("SimpleRNN", units=2, epochs=1)
    first = s.train_network(WAVE, reading, recipe)
    again = s.refit_network(WAVE, reading, recipe)
    assert again.epochs == first.best == 1
    assert again.validation_loss == first.validation_loss
    # One pass over the same windows, in the same order, would have given the same network.
    assert (again(WAVE) != first(WAVE)).any()


def test_a_network_says_its_numbers_in_the_unit_of_the_series():
    """With all weights zero it answers 0, which is the mean of what it was trained on."""
    pytest.importorskip("keras")
    network = s.train_network(WAVE, s.Reading(4, 2), s.Recipe("SimpleRNN", units=2, epochs=1))
    network.model.set_weights([np.zeros_like(array) for array in network.model.get_weights()])
    windows = s.Reading(4, 2).examples(WAVE)[0]
    np.testing.assert_allclose(network(WAVE), [windows.mean()] * 2, rtol=1e-6)


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
def test_what_is_built(kind):
    pytest.importorskip("keras")
    reading = s.Reading(6, 5, period=12, months=True)
    direct = build(s.Recipe(kind, units=3), reading)
    assert (direct.input_shape, direct.output_shape) == ((None, 6, 3), (None, 5))
    pair = build(s.Recipe(kind, "encoder-decoder", units=3), reading)
    assert [type(layer).__name__ for layer in pair.layers].count(kind) == 2
    assert pair.output_shape == (None, 5)


# -- scores -----------------------------------------------------------------------------------


def test_scores_by_hand():
    truth, said = np.array([[10.0, 20.0], [1.0, 0.0]]), np.array([[12.0, 17.0], [1.0, 0.0]])
    np.testing.assert_allclose(s.mase(truth, said, 2.0), [1.25, 0])
    np.testing.assert_allclose(s.smape(truth, said), [(200 * 2 / 22 + 200 * 3 / 37) / 2, 0])
    assert s.smape(np.array([0.0]), np.array([5.0])) == 200
    assert s.naive_error(np.array([1.0, 5.0, 2.0, 9.0]), period=2) == 2.5


def test_the_interval_has_its_share_of_means_and_the_bootstrap_with_few_origins_has_not():
    """Of 2000 samples of eight numbers 95 in 100 intervals hold the mean, and 89 by drawing."""
    rng = np.random.default_rng(3)
    student, drawn = np.zeros((2, 2000), dtype=bool)
    for k in range(2000):
        sample = rng.normal(5, 1, 8)
        for inside, find in ((student, s.interval), (drawn, s.bootstrap_interval)):
            low, high = find(sample) if find is s.interval else find(sample, draws=400)
            inside[k] = low <= 5 <= high
    assert student.mean() == pytest.approx(0.95, abs=0.015)
    assert drawn.mean() < 0.92


def test_the_interval_is_students():
    low, high = s.interval(np.array([2.0, 4.0, 4.0, 6.0]))
    # Mean 4, standard error sqrt(8/3)/2, and 3.182446 of them with three degrees of freedom.
    assert high - 4 == pytest.approx(4 - low) == pytest.approx(3.182446 * np.sqrt(8 / 3) / 2)


def test_the_rows_of_the_comparison_are_those_of_a_plain_loop():
    task = s.sunspots_task()
    said = s.baseline_forecasts(task)["drift"]
    row = s.scores(task, said)
    values, origin = task.series.values, 205
    slope = (values[204] - values[0]) / 204
    errors = [abs(values[origin + k] - values[204] - slope * (k + 1)) for k in range(5)]
    assert row["mase"][1] == pytest.approx(np.mean(errors) / np.abs(np.diff(values[:200])).mean())
    assert row["one_step"][5] == pytest.approx(errors[0] / task.yardstick)
    assert (len(row["mase"]), len(row["one_step"]), len(row["by_step"])) == (21, 105, 5)


def test_one_wild_number_hardly_moves_the_typical_miss():
    rng = np.random.default_rng(0)
    usual = rng.normal(0, 2, 500)
    assert s.typical_miss(usual) == pytest.approx(2, rel=0.15)
    wild = np.append(usual, 1e6)
    assert s.typical_miss(wild) == pytest.approx(s.typical_miss(usual), rel=0.02)
    assert s.unusual(np.append(usual[:5], 20.0), usual).tolist() == [5]


def test_errors_are_of_the_right_kinds():
    for call, kind in (
        (lambda: s.checked(np.ones((2, 2))), ShapeError),
        (lambda: s.Reading(0, 1), UsageError),
        (lambda: s.checked([None]), DataError),
    ):
        with pytest.raises(kind):
            call()
