"""Get the code of a function as text that changes only with its behaviour: its lines, and what it uses of its file."""

import ast
import io
import tokenize
from collections.abc import Callable
from functools import cache
from inspect import unwrap
from pathlib import Path


def source_closure(function: Callable[..., object]) -> str:
    """Return the source of a function, with all that it uses of the same file, directly or indirectly.

    Comments and blank lines are left out. What it imports is not included, see `dependencies`.
    """
    code = unwrap(function).__code__
    return _file(Path(code.co_filename)).closure(code.co_firstlineno)


@cache
def _file(path: Path) -> "_File":
    return _File(path.read_text(encoding="utf-8"))


class _File:
    """The top-level definitions of one file."""

    def __init__(self, source: str) -> None:
        self._lines = without_comments(source)
        self._at = {first_line(node): node for node in ast.parse(source).body}
        self._named = {name: node for node in self._at.values() for name in names_of(node)}

    def closure(self, line: int) -> str:
        """Return the definition on a line, then all definitions that it needs, in the order of the file."""
        first = self._at[line]
        found, waiting = {line}, [first]
        while waiting:
            for name in ast.walk(waiting.pop()):
                node = self._named.get(name.id) if isinstance(name, ast.Name) else None
                if node is not None and first_line(node) not in found:
                    found.add(first_line(node))
                    waiting.append(node)
        return "\n".join(map(self._text, [line, *sorted(found - {line})]))

    def _text(self, line: int) -> str:
        lines = self._lines[line - 1 : self._at[line].end_lineno]
        return "\n".join(text for text in lines if text.strip())


def first_line(node: ast.stmt) -> int:
    """Return the line on which a definition begins, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def names_of(node: ast.stmt) -> list[str]:
    """List the names that a statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]


def without_comments(source: str) -> list[str]:
    """Return the lines of a source without comments."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    return [line.rstrip() for line in lines]
