"""Draws the Read me sheet: what the workbook is, how to play, what the colours mean."""

from __future__ import annotations

from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.blocks import WORDS
from rnn_edu.walkthrough.sheets.book import EDITION, KEY, Book
from rnn_edu.walkthrough.sheets.places import CHECK, FORWARD, GRADIENTS, ONE_STEP, READ_ME, quoted
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS
from rnn_edu.walkthrough.symbols import plain_text
from rnn_edu.walkthrough.walkthrough import ROLES

ONE_LINE = 18
_WIDTHS = {"A": 2, "B": 24, "C": 84}


def draw_read_me(book: Book, sheet: Worksheet) -> None:
    """Draws the whole sheet from top to bottom."""
    for column, width in _WIDTHS.items():
        sheet.column_dimensions[column].width = width
    _line(sheet, 1, "B", book.walkthrough.title, styles.TITLE, 32)
    _line(sheet, 2, "B", book.walkthrough.note, styles.SUBTITLE, 18)
    for place, label, text in (
        (KEY, "calculation", book.walkthrough.key or "none"),
        (EDITION, "edition", book.edition),
    ):
        sheet[f"B{place.row}"], sheet[f"B{place.row}"].font = label, styles.SMALL
        sheet[place.address], sheet[place.address].font = text, styles.SMALL
        sheet[place.address].number_format = "@"
    row = 7
    row = _paragraphs(sheet, row, "How to play", _how_to_play(book))
    row = _colours(book, sheet, row)
    row = _sheets(book, sheet, row)
    _paragraphs(sheet, row, "Names and licence", _names_and_licence(book))
    styles.on_one_page(sheet)


def _line(
    sheet: Worksheet, row: int, column: str, text: object, font: Font, height: float | None = None
) -> None:
    cell = sheet[f"{column}{row}"]
    cell.value, cell.font = text, font
    tall = height is not None and height > ONE_LINE
    wrapped = styles.WRAPPED if tall else styles.WRAPPED_MIDDLE
    cell.alignment = wrapped if column == "C" else styles.LEFT
    if height:
        sheet.row_dimensions[row].height = height


def _section(sheet: Worksheet, row: int, title: str) -> int:
    _line(sheet, row, "B", title, styles.SECTION, 24)
    for column in "BC":
        sheet[f"{column}{row}"].border = styles.UNDER_HEADER
    return row + 1


def _paragraphs(sheet: Worksheet, row: int, title: str, paragraphs: list[tuple[str, str]]) -> int:
    row = _section(sheet, row, title)
    for label, text in paragraphs:
        _line(sheet, row, "B", label, styles.STRONG)
        sheet[f"B{row}"].alignment = styles.WRAPPED
        _line(sheet, row, "C", text, styles.BODY, 15.5 * -(-len(text) // 88) + 2)
        row += 1
    return row + 1


def _how_to_play(book: Book) -> list[tuple[str, str]]:
    name = book.check.judge_name
    words = [
        (
            "Pick a word",
            "On the sheet Forward, click a word and choose another from the list beside it. "
            "Every number that depends on it changes at once.",
        )
    ]
    return [
        *(words if any(q.choice for q in book.walkthrough.quantities) else []),
        (
            "Change a weight",
            "Type another number over a weight and watch the strip on top: the loss now, the loss "
            "before, and the difference. That is what training does, in small steps. Undo brings "
            "the old number back.",
        ),
        (
            "Follow a number",
            "Every computed number is a live formula, shown as text beside its row; where steps "
            "have different ones, each of them. Formulas > Trace Precedents draws arrows to the "
            "numbers that it is made of. From one time step to the next the formula is the same, "
            "filled to the right, but where a calculation begins or ends: the weights are shared.",
        ),
        (
            "Look at the verdict",
            f"{book.check.match} (green): the numbers agree with {name}. WEIGHTS CHANGED (amber): "
            f"you changed something, so the answers of {name} no longer apply. MISMATCH (red): "
            "nothing was changed, yet a number differs.",
        ),
        (
            "Have it checked",
            "Save your copy and run: python -m rnn_edu check FILE.xlsx. It redoes the "
            "calculation with your weights and names the first formula that went wrong. The file "
            "carries the calculation as data, on a hidden sheet, Calculation; leave that as it is.",
        ),
    ]


def _colours(book: Book, sheet: Worksheet, row: int) -> int:
    row = _section(sheet, row, "What the colours mean")
    used: dict[str, list[str]] = {}
    for block in book.layout.blocks:
        if block.form != WORDS:
            symbol = plain_text(symbols.runs_over_time(block.changing))
            used.setdefault(block.lead.role, [])
            if symbol not in used[block.lead.role]:
                used[block.lead.role].append(symbol)
    if any(q.role == "constant" for q in book.walkthrough.quantities):
        used.setdefault("constant", [])
    for role, meaning in ROLES.items():
        if role in used:
            colour = ROLE_COLOURS[role]
            shown = f": {', '.join(used[role])}" if used[role] and role != "gradient" else ""
            _line(
                sheet,
                row,
                "B",
                role,
                Font(name=styles.TEXT_FACE, size=11, bold=True, color=colour.ink),
            )
            sheet[f"B{row}"].fill = styles.fill(colour.fill)
            _line(sheet, row, "C", meaning + shown, styles.BODY, 17)
            row += 1
    _line(sheet, row, "B", "blue to orange", styles.STRONG)
    text = (
        "behind states and gates: blue below 0, white for 0, orange above it; each symbol has its "
        "scale."
    )
    _line(sheet, row, "C", text, styles.BODY, 17)
    return row + 2


def _sheets(book: Book, sheet: Worksheet, row: int) -> int:
    row = _section(sheet, row, "The sheets")
    about = {
        ONE_STEP: "one time step and one unit, which you pick: every number beside its weight",
        FORWARD: "the weights, and the calculation step by step from the first input to the loss",
        GRADIENTS: "backpropagation: from the loss back to every weight",
        CHECK: f"every number beside the one that {book.check.judge_name} gave",
    }
    for name in book.all_sheets:
        if name == READ_ME:
            continue
        _line(sheet, row, "B", name, styles.LINK)
        sheet[f"B{row}"].hyperlink = f"#{quoted(name)}!A1"
        sheet[f"B{row}"].font = styles.LINK
        _line(sheet, row, "C", about[name], styles.BODY, 17)
        row += 1
    return row + 1


def _names_and_licence(book: Book) -> list[tuple[str, str]]:
    matrix = next((q.name for q in book.walkthrough.weights if q.value.ndim == 2), None)
    example = f"{matrix} is a whole matrix and {matrix}_1 its first column; " if matrix else ""
    return [
        (
            "Names in formulas",
            f"{example}a name that ends in _t, such as {_over_time(book)}, is a quantity at all "
            "time steps. Choose a name in the box left of the formula bar to see its cells.",
        ),
        (
            "Where it comes from",
            "Written by rnn_edu, the package of a book on recurrent neural networks in numbers "
            "that any reader can check. The same definition gives the numbers, the formulas and "
            "this workbook.",
        ),
        ("Licence", "Text: CC BY 4.0. Formulas and the code that wrote them: MIT."),
    ]


def _over_time(book: Book) -> str:
    names = [name for name in book.layout.names if name.endswith("_t")]
    return "h_t" if "h_t" in names or not names else names[0]
