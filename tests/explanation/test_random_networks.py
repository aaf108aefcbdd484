"""Networks that nobody chose: every number of each is found again by Keras in float64."""

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rnn_edu.command_line.checking import check_files
from rnn_edu.compare import compare
from rnn_edu.explanation import (
    Explanation,
    explain,
    explain_and_judge,
    open_model,
    write_explanation,
)
from rnn_edu.walkthrough.recalculate import find_libreoffice, recalculate
from rnn_edu.walkthrough.storage import from_json
from rnn_edu.walkthrough.workbook import verify_workbook
from tests.explanation.random_networks import case_from

pytest.importorskip("keras")
# GlobalMaxPooling1D drops the mask, and Keras says so each time.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Layer '.*' \\(of type .*\\) was passed an input with"
)

QUIET = {
    "deadline": None,
    # A network that fails is shown as it was drawn: making it smaller takes minutes.
    "phases": (Phase.generate,),
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}


@settings(max_examples=40, **QUIET)
@given(data=st.data())
def test_every_number_of_forty_networks_is_kerass_own(data):
    case = case_from(data.draw)
    walkthrough = explain(case.model, case.example, case.target)
    verdict = compare(walkthrough, case.model, tolerance=1e-12, strict=False)
    assert verdict.ok, str(verdict)
    assert verdict.complete, str(verdict)
    assert verdict.numbers == sum(step.value.size for step in walkthrough.steps)


@settings(max_examples=10, **QUIET)
@given(data=st.data())
def test_ten_networks_through_page_workbook_worksheet_and_back(data, tmp_path_factory):
    case = case_from(data.draw, most_units=2, most_steps=3)
    folder = tmp_path_factory.mktemp("random")
    walkthrough, verdicts = explain_and_judge(case.model, case.example, case.target)
    opened = open_model(case.model)
    files = write_explanation(Explanation(walkthrough, opened, verdicts), folder)
    page, workbook, worksheet, calculation, _ = files
    assert from_json(calculation.read_text("utf-8"))["L"].value == walkthrough["L"].value
    assert walkthrough.title in page.read_text("utf-8")
    for engine in ("ironcalc", *(["libreoffice"] if find_libreoffice() else [])):
        values = recalculate([workbook], engine)[0]
        found = verify_workbook(walkthrough, values)
        assert found.ok, str(found)
    book = openpyxl.load_workbook(worksheet)
    assert book.sheetnames
    assert check_files([workbook, worksheet], None) == 0
