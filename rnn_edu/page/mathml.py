r"""LaTeX as MathML, which browsers set without any script.

It reads what the views of a calculation print, and the Greek letters besides: symbols with
accents and subscripts, fractions, matrices, brackets, words, and the signs of operations. (The
package latex2mathml was tried: it takes ``\operatorname{a\_b}`` and the transpose of a matrix
apart wrongly.) Whatever else is given is shown as it is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from html import escape, unescape

IN_TEXT = re.compile(r"\\\((.*?)\\\)", re.DOTALL)
TOKENS = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
TAGS = re.compile(r"<[^>]*>")

ACCENTS = {
    r"\hat": "^",
    r"\tilde": "~",
    r"\bar": "¯",
    r"\overrightarrow": "→",
    r"\overleftarrow": "←",
}
SIGNS = {
    r"\cdot": "·",
    r"\odot": "⊙",
    r"\times": "×",
    r"\top": "⊤",
    r"\partial": "∂",
    r"\sum": "∑",
    r"\le": "≤",
    r"\ge": "≥",
    r"\infty": "∞",
    r"\to": "→",
    r"\ldots": "…",
    r"\{": "{",
    r"\}": "}",
    "-": "−",
}
SPACES = {r"\,": "0.167em", r"\;": "0.278em", r"\ ": "0.25em", r"\quad": "1em"}
FUNCTIONS = {rf"\{name}" for name in ("exp", "ln", "log", "max", "min", "sin", "cos", "tanh")}
GREEK = {
    **{unicodedata.name(sign).split()[-1].lower(): sign for sign in "αβγδεζηθκμνξπρστφχψω"},
    **{"lambda": "λ", "Gamma": "Γ", "Delta": "Δ", "Sigma": "Σ", "Phi": "Φ", "Omega": "Ω"},
}
WORDS = {r"\mathrm", r"\operatorname", r"\text"}
#: They part the places of an index, and are no operations: the space before and after each.
MARKS = {":": ("0", "0"), ",": ("0", "0.15em"), ";": ("0", "0.15em")}


def mathml(latex: str, *, findable: bool = False, named: bool = False) -> str:
    r"""The formula as a ``math`` element.

    Args:
        latex: what to set; what cannot be read is shown as it is written.
        findable: whether ``data-tex`` keeps the LaTeX, so that scripts can find it.
        named: whether it gets a name for those who listen; where it stands alone in the head of
            a row, some tools see no text otherwise.

    Example:
        >>> mathml("h_{1}")
        '<math><msub><mi>h</mi><mn>1</mn></msub></math>'
        >>> mathml(r"\mathrm{loss}", findable=True)
        '<math data-tex="\\mathrm{loss}"><mi>loss</mi></math>'
        >>> mathml("h_{")
        '<code>h_{</code>'
    """
    try:
        inside = _inside(latex)
    except UnreadableError:
        return f"<code>{escape(latex)}</code>"
    marks = f' data-tex="{escape(latex)}"' if findable else ""
    if named:
        marks += f' aria-label="{" ".join(TAGS.sub(" ", inside).split())}"'
    return f"<math{marks}>{inside}</math>"


def with_mathml(html: str) -> str:
    r"""A piece of a page, with MathML for every ``\(formula\)`` in it.

    Example:
        >>> with_mathml(r"<b>\(x\)</b>")
        '<b><math aria-label="x"><mi>x</mi></math></b>'
    """
    return IN_TEXT.sub(lambda found: mathml(unescape(found[1]), named=True), html)


class UnreadableError(Exception):
    """What is given is no formula that can be read here."""


@cache
def _inside(latex: str) -> str:
    reader = _Reader(latex)
    return reader.row(())


class _Reader:
    """Reads a formula from left to right; each method returns the MathML of what it has read."""

    def __init__(self, latex: str) -> None:
        self.tokens = TOKENS.findall(latex)
        self.place = 0

    def next(self) -> str:
        """The token in hand, without going on; the empty text at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        """The next token that is no space; it must be the wanted one."""
        self.skip()
        token = self.next()
        if not token or (wanted and token != wanted):
            raise UnreadableError
        self.place += 1
        return token

    def skip(self) -> None:
        """Goes past spaces, which mean nothing."""
        while self.next().isspace():
            self.place += 1

    def row(self, ends: tuple[str, ...]) -> str:
        """Everything up to one of the ends, as one element; an empty tuple is the whole."""
        parts = []
        self.skip()
        while self.next() not in (ends or ("",)):
            parts.append(self.scripted())
            self.skip()
        return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"

    def scripted(self) -> str:
        """One thing with what stands below and above its end."""
        base, scripts = self.one(), dict[str, str]()
        self.skip()
        while self.next() in ("_", "^"):
            sign = self.take()
            if sign in scripts:  # as in the transpose of W with a power of its own
                base, scripts = _with_scripts(base, scripts), {}
            scripts[sign] = self.one()
            self.skip()
        return _with_scripts(base, scripts)

    def one(self) -> str:
        """A letter, a number, a sign, or a command with what belongs to it."""
        token = self.take()
        if token in COMMANDS:
            return COMMANDS[token](self)
        if token in ACCENTS:
            accent = f'<mo stretchy="{str("over" in token).lower()}">{ACCENTS[token]}</mo>'
            return f'<mover accent="true">{self.one()}{accent}</mover>'
        if token in WORDS:
            return self.word()
        return _simple(token)

    def group(self) -> str:
        """What stands in braces, the first of which is read."""
        inside = self.row(("}",))
        self.take("}")
        return inside

    def fraction(self) -> str:
        """One thing above another."""
        above, below = self.one(), self.one()
        return f"<mfrac>{above}{below}</mfrac>"

    def fenced(self) -> str:
        """Brackets as tall as what is in them."""
        left = _bracket(self.take(), "prefix")
        inside = self.row((r"\right",))
        self.take(r"\right")
        return f"<mrow>{left}{inside}{_bracket(self.take(), 'postfix')}</mrow>"

    def word(self) -> str:
        """Upright letters that belong together."""
        self.take("{")
        letters = ""
        while self.next() != "}":
            if not self.next():
                raise UnreadableError
            letters += self.next().removeprefix("\\")
            self.place += 1
        self.take("}")
        variant = ' mathvariant="normal"' if len(letters) == 1 else ""
        return f"<mi{variant}>{escape(letters)}</mi>"

    def matrix(self) -> str:
        """Numbers in rows and columns, in brackets."""
        for token in "{bmatrix}":
            self.take(token)
        rows: list[list[str]] = [[]]
        end = ""
        while end != r"\end":
            rows[-1].append(self.row(("&", r"\\", r"\end")))
            end = self.take()
            if end == r"\\":
                rows.append([])
        for token in "{bmatrix}":
            self.take(token)
        lines = "".join(
            "<mtr>" + "".join(f"<mtd>{cell}</mtd>" for cell in row) + "</mtr>" for row in rows
        )
        return f"<mrow><mo>[</mo><mtable>{lines}</mtable><mo>]</mo></mrow>"


COMMANDS: dict[str, Callable[[_Reader], str]] = {
    "{": _Reader.group,
    r"\frac": _Reader.fraction,
    r"\left": _Reader.fenced,
    r"\begin": _Reader.matrix,
}


def _with_scripts(base: str, scripts: dict[str, str]) -> str:
    match scripts:
        case {"_": below, "^": above}:
            return f"<msubsup>{base}{below}{above}</msubsup>"
        case {"_": below}:
            return f"<msub>{base}{below}</msub>"
        case {"^": above}:
            return f"<msup>{base}{above}</msup>"
    return base


def _bracket(sign: str, form: str) -> str:
    """A bracket; a full stop stands for none."""
    return "" if sign == "." else f'<mo form="{form}">{escape(SIGNS.get(sign, sign))}</mo>'


def _simple(token: str) -> str:
    """A token that needs nothing after it."""
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    if token.isalpha():
        return f"<mi>{token}</mi>"
    if token in SPACES:
        return f'<mspace width="{SPACES[token]}"></mspace>'
    if token in FUNCTIONS or token[1:] in GREEK:
        return f"<mi>{GREEK.get(token[1:], token[1:])}</mi>"
    if token in MARKS:
        before, after = MARKS[token]
        return f'<mo lspace="{before}" rspace="{after}">{token}</mo>'
    if token in SIGNS:
        return f"<mo>{SIGNS[token]}</mo>"
    if token.startswith("\\") or token in "}_^&":
        raise UnreadableError
    stretchy = ' stretchy="false"' if token in "()[]|" else ""
    return f"<mo{stretchy}>{escape(token)}</mo>"
