"""Two public series that ship with statsmodels, both in the public domain."""

from __future__ import annotations

import numpy as np

from rnn_edu.series.series import Series, checked

CO2_SOURCE = (
    "Keeling and Whorf, flask samples at Mauna Loa, Carbon Dioxide Information Analysis Center, "
    "2004; public domain; ships with statsmodels"
)
SUNSPOTS_SOURCE = (
    "yearly sunspot numbers, National Geophysical Data Center; public domain; ships with "
    "statsmodels"
)
#: From here on, every month has a sample.
FIRST_YEAR_WITHOUT_GAPS = 1965


def co2_by_month() -> Series:
    """Carbon dioxide in the air at Mauna Loa, the mean of each month from 1965 to 2001.

    The weekly samples start in 1958; five months before 1965 have none. The series begins after
    the last of these gaps, so that nothing has to be invented.

    Example:
        >>> series = co2_by_month()
        >>> len(series), series.values[[0, -1]]
        (444, array([319.4 , 371.02]))
    """
    from statsmodels.datasets import co2

    weekly = co2.load_pandas().data["co2"]
    monthly = weekly.resample("MS").mean()
    values = monthly[monthly.index.year >= FIRST_YEAR_WITHOUT_GAPS].to_numpy(np.float64)
    return Series(
        "carbon dioxide at Mauna Loa",
        "ppm",
        checked(values, "the monthly carbon dioxide"),
        start=FIRST_YEAR_WITHOUT_GAPS,
        per_year=12,
        period=12,
        source=CO2_SOURCE,
    )


def co2_by_week() -> list[float]:
    """The weekly samples as they ship, with their gaps as ``nan``.

    Example:
        >>> weekly = co2_by_week()
        >>> len(weekly), int(np.isnan(weekly).sum())
        (2284, 59)
    """
    from statsmodels.datasets import co2

    return [float(value) for value in co2.load_pandas().data["co2"]]


def sunspots_by_year() -> Series:
    """Sunspot numbers, the mean of each year from 1700 to 2008.

    They rise and fall in about eleven years, but no two cycles are equally long: a rhythm, not a
    season.

    Example:
        >>> series = sunspots_by_year()
        >>> len(series), series.values[:3]
        (309, array([ 5., 11., 16.]))
    """
    from statsmodels.datasets import sunspots

    table = sunspots.load_pandas().data
    return Series(
        "sunspots",
        "sunspot number",
        checked(table["SUNACTIVITY"].to_numpy(np.float64), "the yearly sunspots"),
        start=float(table["YEAR"].iloc[0]),
        source=SUNSPOTS_SOURCE,
    )
