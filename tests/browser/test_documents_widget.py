"""Both documents of a chapter in its widget: their answers, and learning from both at once."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from rnn_edu.calculations import lstm_two_documents
from rnn_edu.walkthrough.latex import number_text

from .test_widgets import calculation_of, folder_of

KEY = "lstm_two_documents"
DOCUMENTS = {"very good": 1, "very bad": 0}
SAID = "|".join(f"{text}={label}" for text, label in DOCUMENTS.items())
RATE = 0.25
LEARNED = """([rate, said]) => {
  const model = new rnnEdu.Model(rnnEduWalkthroughs.lstm_two_documents);
  const documents = new rnnEdu.Documents({ model }, said);
  model.downhill(rate, documents.readings);
  return Object.fromEntries(model.quantities.flatMap(
    (q, at) => (q.role === "weight" ? [[q.name ?? q.title, [...model.values[at].data]]] : [])));
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return folder_of(tmp_path_factory, KEY, f'data-documents="{SAID}"')


@pytest.fixture
def page(browser, folder):
    with calculation_of(browser, folder) as page:
        yield page


def calculated():
    return {
        text: lstm_two_documents(document=tuple(text.split()), label=label)
        for text, label in DOCUMENTS.items()
    }


def test_the_answers_to_both_documents_stand_there(page):
    shown = page.locator(".play-documents button").all_text_contents()
    for line, (text, w) in zip(shown, calculated().items(), strict=True):
        assert (
            line == f"“{text}” {number_text(w['y_hat'].value.item(), 3)}, wanted {DOCUMENTS[text]}"
        )


def test_a_document_is_drawn_when_it_is_pressed(page):
    good, bad = page.locator(".play-documents button").all()
    good.click()
    assert good.get_attribute("aria-pressed") == "true"
    assert bad.get_attribute("aria-pressed") == "false"
    bad.click()
    assert bad.get_attribute("aria-pressed") == "true"


def test_a_step_of_learning_goes_by_the_mean_of_both_gradients(page):
    learned = page.evaluate(LEARNED, [RATE, SAID])
    both = list(calculated().values())
    for weight, numbers in zip(both[0].weights, learned.values(), strict=True):
        slopes = np.mean([w[f"d_{weight.name}"].value for w in both], axis=0)
        expected = weight.value - RATE * slopes
        assert np.allclose(numbers, expected.ravel(), rtol=0, atol=1e-9)


def test_learning_brings_both_answers_closer_to_what_is_wanted(page):
    page.get_by_role("button", name="Gradients").click()
    page.get_by_role("button", name="Learn 10 times").click()
    before = [w["y_hat"].value.item() for w in calculated().values()]
    expect(page.locator(".play-live")).to_contain_text("The mean loss went from 0.661 to")
    after = page.locator(".play-documents button").all_text_contents()
    answers = [float(line.split("” ")[1].split(",")[0]) for line in after]
    losses = [-np.log([good, 1 - bad]).mean() for good, bad in (before, answers)]
    assert losses[1] < losses[0]
