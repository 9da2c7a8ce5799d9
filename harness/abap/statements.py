"""The statements of a file with ABAP code, as far as a search for words needs them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<comment>^\*[^\n]*|"[^\n]*)|(?P<literal>'(?:[^'\n]|'')*'|`(?:[^`\n]|``)*`|\|(?:\\.|[^|\\\n])*\|)|(?P<end>\.(?=\s|$))|(?P<line>\n)|(?P<code>[^'`|"\n.]+|.)""",
    re.MULTILINE,
)


class Statement(NamedTuple):
    """One statement."""

    line: int
    """The line where it begins."""

    code: str
    """In capitals, on one line, without comments; what stands in literals is kept."""

    words: str
    """The same with every literal as ''."""


def statements(file: Path) -> Iterator[Statement]:
    """Read the statements of a file, without their full stops."""
    text = file.read_text(encoding="utf-8-sig", errors="replace")
    line, begun = 1, 0
    code: list[str] = []
    words: list[str] = []
    for token in _TOKEN.finditer(text):
        kind, found = token.lastgroup, token[0]
        if kind == "end":
            if begun:
                yield Statement(begun, _on_one_line(code), _on_one_line(words))
            begun, code, words = 0, [], []
            continue
        if kind == "line":
            line += 1
            found = " "
        elif kind == "comment":
            continue
        if found.strip():
            begun = begun or line
        code.append(found)
        words.append("''" if kind == "literal" else found)


def _on_one_line(parts: list[str]) -> str:
    return " ".join("".join(parts).split()).upper()
