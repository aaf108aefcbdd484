"""Tables of all kinds, and labelled texts in parts that share nothing."""

import numpy as np
import pytest

from rnn_edu.errors import DataError, UsageError
from rnn_edu.own_texts.labelled import Columns, read_labelled
from rnn_edu.own_texts.tables import read_table


@pytest.fixture
def write(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separators_and_encodings_are_found(write, separator, encoding):
    text = 'mood,said\n"glad","so, ""soon""\nhere: é"\nsad,too late\n\n'.replace(",", separator, 1)
    text = text.replace('"glad",', f'"glad"{separator}').replace("sad,", f"sad{separator}")
    table = read_table(write(text, encoding), ["mood", "said"])
    assert (table.separator, table.header) == (separator, ("mood", "said"))
    assert table.column("mood") == ["glad", "sad"]
    assert table.column("said") == ['so, "soon"\nhere: é', "too late"]


def test_without_a_header_columns_have_numbers(write):
    table = read_table(write("glad,so soon\nsad,too late\n"), ["2", "1"])
    assert table.header is None
    assert table.column("2") == ["so soon", "too late"]


def test_a_header_may_be_numbers(write):
    assert read_table(write("1,2\nglad,soon\n"), ["1"]).column("1") == ["glad"]


def test_empty_and_ragged_rows_are_left_out_and_said(write):
    table = read_table(write("a,b\n1,2\n,\n\n3,4,5\n6,7\n8,9\n"), ["a"])
    assert table.column("a") == ["1", "6", "8"]
    assert table.notes == (
        "2 empty rows were left out.",
        "1 rows with more or fewer than 2 cells were left out.",
    )


@pytest.mark.parametrize(
    ("text", "columns", "sentence"),
    [
        ("a,b\n1,2\n", ["c"], r"has no column 'c'; its first row is 'a', 'b'\. Without a header"),
        ("a,b\n1,2\n", ["3"], "has no column 3; without a header it has the columns 1 to 2"),
        ("a,b\n1,2\n", ["0"], "has no column 0"),
        ("a,b\n", ["a"], "has a header and no rows"),
        ("a,b\n1\n2\n3,4\n", ["a"], "2 of its 3 rows have not the 2 cells of the first row"),
        (
            'a,b\n1,"2\n' + "3,4\n" * 600,
            ["a"],
            "more than 500 lines; is a quotation mark left open",
        ),
        ('a,b\n1,"' + "x" * 999_000 + "\n" + "x" * 2_000 + '"\n', ["a"], "larger than field limit"),
        ("a,b\n1,2\0\n", ["a"], "NUL byte in line 2"),
    ],
)
def test_tables_that_cannot_be_read(write, text, columns, sentence):
    with pytest.raises(DataError, match=sentence):
        read_table(write(text), columns)


def test_a_separator_is_one_character(write):
    with pytest.raises(UsageError, match="separator is ', '; it must be one character"):
        read_table(write("a, b\n1, 2\n"), ["a"], separator=", ")


def rows(count, header="mood,said,who,day", moods=("glad", "sad")):
    lines = [
        f"{moods[i // 3 % len(moods)]},word{i} of{i},person{i % 20},2026-01-{1 + i % 28:02} 10:00"
        for i in range(count)
    ]
    return "\n".join([header, *lines]) + "\n"


def test_groups_stay_together_and_time_goes_on(write):
    path = write(rows(200))
    by_group = read_labelled(path, Columns("said", "mood", group="who"), seed=1)
    people = [{i % 20 for i in part} for part in by_group.parts.all()]
    assert not people[0] & people[1] | people[0] & people[2] | people[1] & people[2]
    by_time = read_labelled(path, Columns("said", "mood", time="day"), seed=1)
    days = [[i % 28 for i in part] for part in by_time.parts.all()]
    assert max(days[0]) <= min(days[1]) <= max(days[1]) <= min(days[2])


def test_times_of_different_zones_are_put_in_order(write):
    late, early = "2026-01-02T09:00:00+00:00", "2026-01-02T10:00:00+05:00"
    lines = [
        f"{'sad' if i % 3 else 'glad'},word{i} of{i},p,{early if i % 2 else late}"
        for i in range(80)
    ]
    path = write("\n".join(["mood,said,who,day", *lines]) + "\n")
    data = read_labelled(path, Columns("said", "mood", time="day"), seed=1)
    assert all(i % 2 == 0 for i in data.parts.held_out)


def test_equal_texts_are_never_parted(write):
    text = "mood,said\n" + "".join(
        f"{mood},Text {i % 30}!\n" for i in range(120) for mood in ("glad", "sad")
    )
    data = read_labelled(write(text), Columns("said", "mood"), seed=1)
    texts = [{data.texts[i] for i in part} for part in data.parts.all()]
    assert not texts[0] & texts[1] | texts[0] & texts[2] | texts[1] & texts[2]
    assert data.notes == ("30 texts with more than one label, in different rows.",)


def test_labels_are_words_and_rare_ones_are_left_out(write):
    text = rows(90, moods=("sad", "glad", "sad")) + "odd,one,p,2026-01-01\n,none,p,2026-01-01\n"
    data = read_labelled(write(text), Columns("said", "mood"), seed=1)
    assert data.names == ("sad", "glad")
    assert np.bincount(data.labels).tolist() == [60, 30]
    assert "1 rows without text or label" in data.notes[0]
    assert "fewer than 10 times, such as 'odd'" in data.notes[1]


@pytest.mark.parametrize(
    ("text", "columns", "sentence"),
    [
        (rows(80, moods=("sad",)), {}, "all 80 labels are 'sad'; there must be two"),
        (rows(80), {"label": "said"}, "80 different labels .* Is it the right column"),
        (rows(40), {}, "has 40 usable rows; at least 50 are needed"),
        (rows(80).replace("2026-01-03", "3rd"), {"time": "day"}, "has the entry '3rd 10:00'"),
        (rows(80), {"time": "when"}, "no column 'when'"),
        (rows(80).replace("2026-01-03 10:00", "2026"), {"time": "day"}, "the entry '2026'; times"),
        (rows(80).replace("2026-01-03 10:00", "nan"), {"time": "day"}, "the entry 'nan'; times"),
        (rows(80).replace("2026-01-03 10:00", "inf"), {"time": "day"}, "the entry 'inf'; times"),
        (rows(0) + "sad,,p,1\n" * 60, {}, "none of its 60 rows has both a text and a label"),
    ],
)  # fmt: skip
def test_texts_that_cannot_be_learned_from(write, text, columns, sentence):
    with pytest.raises(DataError, match=sentence):
        read_labelled(write(text), Columns(**{"text": "said", "label": "mood", **columns}), seed=1)


@pytest.mark.parametrize(("by", "columns"), [("time", {"time": "n"}), ("groups", {"group": "n"})])
def test_equal_texts_in_two_parts_are_told(write, by, columns):
    said = ["Here again!", *(f"text {i}" for i in range(58)), "here again", "here AGAIN"]
    moods = ["sad" if i % 2 else "glad" for i in range(61)]
    rows = [f"{i},{text},{mood}" for i, (text, mood) in enumerate(zip(said, moods, strict=True))]
    path = write("n,said,mood\n" + "\n".join(rows) + "\n")
    data = read_labelled(path, Columns("said", "mood", **columns), seed=1)
    learned = {text.casefold().strip("!") for text in (data.texts[i] for i in data.parts.train)}
    known = [
        sum(data.texts[i].casefold().strip("!") in learned for i in part)
        for part in data.parts.all()[1:]
    ]
    notes = [note for note in data.notes if "part stand in" in note]
    assert any(known)
    assert notes[0].startswith(
        f"{known[0]} texts of the validation part and {known[1]} of the held-out part stand in"
    )
    assert f"since the parts go by {by}" in notes[0]
    together = read_labelled(path, Columns("said", "mood"), seed=1)
    assert not [note for note in together.notes if "part stand in" in note]


def test_groups_and_time_at_once(write):
    with pytest.raises(UsageError, match="by groups or by time"):
        read_labelled(write(rows(80)), Columns("said", "mood", "who", "day"), seed=1)


def test_a_label_that_the_training_part_lacks(write):
    text = "mood,said,when\n" + "".join(f"{'new' if i > 70 else 'ab'[i % 2]},w{i},{i}\n"
                                        for i in range(85))  # fmt: skip
    with pytest.raises(DataError, match="training part has no row with the label 'new'"):
        read_labelled(write(text), Columns("said", "mood", time="when"), seed=1)
