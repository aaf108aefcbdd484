"""The drawing of what `explain` makes has a box for each file and an arrow to each box."""

from matplotlib.patches import FancyBboxPatch

from rnn_edu.figures import from_file_to_page


def test_each_file_has_a_box_and_an_arrow():
    axes = from_file_to_page(["model", "example"], ["page", "workbook", "report"]).axes[0]
    texts = [text for text in axes.texts if text.get_text()]
    boxes = [patch for patch in axes.patches if isinstance(patch, FancyBboxPatch)]
    arrows = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
    assert {"model", "example", "page", "workbook", "report"} <= {t.get_text() for t in texts}
    assert (len(boxes), len(arrows)) == (7, 6)
