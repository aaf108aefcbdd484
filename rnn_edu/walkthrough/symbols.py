r"""The symbol of a quantity, and its three ways of being written.

A symbol is a letter with an accent, a raised part such as the number of its layer, and lowered
parts, of which the last may be the time step; the symbol of a gradient is made of two or three of
them. A page typesets :meth:`~Symbol.latex`, a cell shows :meth:`~Symbol.runs`, a message
:meth:`~Symbol.text`.

>>> h = Symbol("h", superscript="(2)", subscripts=("3",))
>>> h.latex(), h.text(), h.text(t=3)
('h^{(2)}_{3}', 'h^(2)_3', 'h^(2)_t')
>>> Derivative(Symbol("L"), h).text()
'∂L/∂h^(2)_3'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

#: How a piece of text stands: raised or lowered.
Script: TypeAlias = Literal["superscript", "subscript"]
#: Pieces of text, each with how it stands: raised, lowered, or neither.
Runs: TypeAlias = list[tuple[str, Script | None]]

ACCENTS = ("hat", "tilde", "bar")
ARROWS = {"overrightarrow": "→", "overleftarrow": "←"}
_MARKS = {"tilde": "\u0303", "hat": "\u0302", "bar": "\u0304"}
_LETTERS = {
    r"\alpha": "α", r"\beta": "β", r"\gamma": "γ", r"\delta": "δ", r"\epsilon": "ε",
    r"\eta": "η", r"\theta": "θ", r"\lambda": "λ", r"\mu": "μ", r"\sigma": "σ",
}  # fmt: skip

#: How a letter is set, which plain text cannot say.
_STYLE = re.compile(r"\\(?:mathrm|mathbf|operatorname|text)\{([^{}]*)\}")


@dataclass(frozen=True)
class Symbol:
    r"""A letter or word with what stands around it.

    Attributes:
        base: the letter or word, or LaTeX such as ``\alpha``.
        accent: ``hat``, ``tilde``, ``bar``, ``overrightarrow`` or ``overleftarrow``.
        superscript: the raised part.
        subscripts: the lowered parts, the time step last.
        part: which part of an array it is, as in square brackets: ``units 1–3``, or an index of
            Python, ``:, 0:3``.
        raised_last: whether the raised part stands after the lowered ones, as in a power.
    """

    base: str
    accent: str = ""
    superscript: str = ""
    subscripts: tuple[str, ...] = ()
    part: str = ""
    raised_last: bool = False

    def latex(self) -> str:
        r"""LaTeX: ``W^{(2)}_{xi}``, ``\overrightarrow{h}_{1}``."""
        letter = rf"\{self.accent}{{{self.base}}}" if self.accent else self.base
        is_word = len(self.base) > 1 and self.base.isalnum()
        whole = rf"\mathrm{{{letter}}}" if is_word else letter
        raised = f"^{{{self.superscript}}}" if self.superscript else ""
        lowered = f"_{{{','.join(self.subscripts)}}}" if self.subscripts else ""
        scripts = lowered + raised if self.raised_last else raised + lowered
        return whole + scripts + (f"[{_in_words(self.part)}]" if self.part else "")

    def runs(self, t: int | None = None) -> Runs:
        """Pieces of text; a last subscript that is the step ``t`` is written as t."""
        base = _LETTERS.get(self.base, _STYLE.sub(r"\1", self.base))
        mark = _MARKS.get(self.accent, "")
        pieces: Runs = [(unicodedata.normalize("NFC", base + mark) if mark else base, None)]
        if self.accent in ARROWS:
            pieces.append((ARROWS[self.accent], "superscript"))
        scripts: Runs = [(self.superscript, "superscript")] if self.superscript else []
        if self.subscripts:
            *rest, last = self.subscripts
            lowered = ",".join([*rest, "t" if last == str(t) else last])
            scripts.insert(0 if self.raised_last else len(scripts), (lowered, "subscript"))
        return [*pieces, *scripts, *([(f"[{self.part}]", None)] if self.part else [])]

    def text(self, t: int | None = None) -> str:
        """Plain text: ``h_1``, ``h^→_t``."""
        return plain_text(self.runs(t))

    def without_time(self) -> Symbol:
        """The symbol without numbers among its subscripts."""
        kept = tuple(part for part in self.subscripts if not part.isdigit())
        return replace(self, subscripts=kept)


@dataclass(frozen=True)
class Derivative:
    """The symbol of a gradient, or of the part of it that comes through a step.

    Attributes:
        top: what is differentiated.
        bottom: by what.
        via: the step that the part comes through; None for the whole gradient.
    """

    top: Symbol
    bottom: Symbol
    via: Symbol | None = None

    def latex(self) -> str:
        """LaTeX: a fraction of two ∂."""
        top, bottom = self.top.latex(), self.bottom.latex()
        whole = rf"\frac{{\partial {top}}}{{\partial {bottom}}}"
        return whole if self.via is None else rf"\left.{whole}\right|_{{{self.via.latex()}}}"

    def runs(self, t: int | None = None) -> Runs:
        """The fraction on one line, ``∂L/∂h``, as pieces of text."""
        top: Runs = [("∂", None), *self.top.runs(), ("/∂", None)]
        whole = [*top, *self.bottom.runs(t)]
        if self.via is None:
            return whole
        through = "".join(text for text, _ in self.via.without_time().runs())
        return [*whole, (f"|{through}", "subscript")]

    def text(self, t: int | None = None) -> str:
        """Plain text: ``∂L/∂h_3 via a_4``."""
        whole = plain_text(Derivative(self.top, self.bottom).runs(t))
        return whole if self.via is None else f"{whole} via {self.via.text()}"


AnySymbol: TypeAlias = Symbol | Derivative


def _in_words(part: str) -> str:
    """LaTeX of a part: words stand upright, an index is mathematics."""
    return rf"\text{{{part}}}" if part[0].isalpha() else part


def plain_text(pieces: Sequence[tuple[str, Script | None]]) -> str:
    """Pieces of text as plain text, for charts and lists."""
    marks = {"subscript": "_", "superscript": "^", None: ""}
    return "".join(marks[script] + text for text, script in pieces)


def symbol_of(name: str, t: int | None = None) -> Symbol:
    """The symbol of a name: ``W_xh`` is W with the subscript xh, ``h`` at 2 has the subscript 2.

    An accent is part of the name: ``y_hat``, ``c_tilde``. A name such as ``alpha`` is the letter.

    Example:
        >>> symbol_of("c_tilde", 1) == Symbol("c", accent="tilde", subscripts=("1",))
        True
        >>> symbol_of("alpha", 2).text()
        'α_2'
    """
    base, *parts = name.split("_")
    base = f"\\{base}" if f"\\{base}" in _LETTERS else base
    accent = parts.pop(0) if parts and parts[0] in ACCENTS else ""
    return Symbol(base, accent, subscripts=(*parts, *([] if t is None else [str(t)])))


def symbol_of_part(name: str, whole_name: str, whole: Symbol) -> Symbol:
    r"""The symbol of a named part of an array, dressed like that of the array.

    What the array's own symbol says by an arrow or a raised number, and not by a subscript, is
    left out of the part's subscripts, too.

    Args:
        name: of the part, ``W_xi_reader``.
        whole_name: of the array, ``W_x_reader``.
        whole: the array's symbol, ``W^{(2)}_{x}``.

    Example:
        >>> whole = Symbol("W", superscript="(2)", subscripts=("x",))
        >>> symbol_of_part("W_xi_reader", "W_x_reader", whole).latex()
        'W^{(2)}_{xi}'
    """
    bare = symbol_of(name)
    unsaid = len(symbol_of(whole_name).subscripts) - len(whole.subscripts)
    kept = bare.subscripts[: len(bare.subscripts) - max(unsaid, 0)]
    accent = whole.accent or bare.accent
    return replace(whole, base=bare.base, accent=accent, subscripts=kept)


# -- LaTeX that somebody wrote, or that was stored -------------------------------------------

_ACCENTED = (
    r"\\(?P<{0}accent>hat|tilde|bar|overrightarrow|overleftarrow)\{{(?P<{0}under>[^{{}}]*)\}}"
)
_WORD = r"\\mathrm\{(?P<word>[^{}]{2,})\}"
_BASE = "|".join(
    [
        rf"\\mathrm\{{{_ACCENTED.format('upright_')}\}}",
        _ACCENTED.format(""),
        _WORD,
        rf"(?P<base>{_STYLE.pattern}|[^{{}}_^\[]+)",
    ]
)
_SCRIPTS = r"(?P<scripts>(?:[_^]\{[^{}]*\})*)"
_SYMBOL = re.compile(rf"(?:{_BASE}){_SCRIPTS}(?:\[(?P<part>[^\[\]]*)\])?")
_SCRIPT = re.compile(r"([_^])\{([^{}]*)\}")
_FRACTION = re.compile(r"\\frac\{\\partial (?P<top>.+)\}\{\\partial (?P<bottom>.+)\}")
_VIA = re.compile(r"\\left\.(?P<whole>.+)\\right\|_\{(?P<via>.+)\}")


def parsed(latex: str) -> AnySymbol:
    r"""The symbol that LaTeX stands for; what is not in this form is kept as a word.

    Example:
        >>> parsed(r"\overrightarrow{h}^{(2)}_{1}").text()
        'h^→^(2)_1'
    """
    via = _VIA.fullmatch(latex)
    fraction = _FRACTION.fullmatch(via["whole"] if via else latex)
    if fraction is None:
        return _single(latex)
    through = _single(via["via"]) if via else None
    return Derivative(_single(fraction["top"]), _single(fraction["bottom"]), through)


def _single(latex: str) -> Symbol:
    found = _SYMBOL.fullmatch(latex)
    if found is None:
        return Symbol(latex)
    scripts = _SCRIPT.findall(found["scripts"])
    raised = ",".join(text for mark, text in scripts if mark == "^")
    lowered = ",".join(text for mark, text in scripts if mark == "_")
    return Symbol(
        found["under"] or found["upright_under"] or found["word"] or found["base"] or "",
        found["accent"] or found["upright_accent"] or "",
        raised,
        tuple(lowered.split(",")) if lowered else (),
        _STYLE.sub(r"\1", found["part"] or ""),
        raised_last=len(scripts) > 1 and scripts[-1][0] == "^",
    )
