"""What a step uses of other files of the harness: the functions that it calls, and what those use in turn.

Names are followed through the imports. Of a class counts what is made where it is made, and of its methods those whose
names are used; a type that is only stated makes nothing. Not followed are the simulator, and `harness.environments`:
where the features run is no part of what judges them.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from inspect import unwrap
from pathlib import Path
from typing import NamedTuple

import harness
from harness.signoff.approvals.source import first_line, names_of, without_comments

_NOT_FOLLOWED = "harness.environments"
_TOP = Path(harness.__file__).parents[1]


class _Use(NamedTuple):
    """A definition at the top of a module, or a method of one."""

    module: str
    name: str
    method: str = ""


def used_by(functions: Iterable[Callable[..., object]]) -> dict[str, str]:
    """File to the code in it that any of the functions uses; the file of a function is none of its own."""
    found: dict[str, set[tuple[int, int]]] = {}
    for function in functions:
        for file, lines in _used_by(unwrap(function)).items():
            found.setdefault(file, set()).update(lines)
    return {file: _module_at(file).text(lines) for file, lines in found.items()}


@cache
def _used_by(function: Callable[..., object]) -> dict[str, frozenset[tuple[int, int]]]:
    """File to the first and last lines of what is used in it."""
    search = _Search()
    search.read(_module(function.__module__).at(function.__code__.co_firstlineno), function.__module__)
    found: dict[str, set[tuple[int, int]]] = {}
    for module, lines in search.lines:
        if module != function.__module__:
            found.setdefault(_module(module).file, set()).add(lines)
    return {file: frozenset(lines) for file, lines in found.items()}


class _Search:
    """Goes from name to name until there is no new one."""

    def __init__(self) -> None:
        self._made: set[_Use] = set()
        self._classes: set[_Use] = set()
        self._attributes: set[str] = set()
        self.lines: set[tuple[str, tuple[int, int]]] = set()
        """Of each module the first and the last line of what is used."""

    def read(self, node: ast.AST, module: str) -> None:
        """Take in what a piece of code names, and then every method that has become one of those named."""
        self._read(node, module)
        before = -1
        while before != len(self._made):
            before = len(self._made)
            for one in list(self._classes):
                for name, method in _methods(_module(one.module).named[one.name]):
                    if name in self._attributes:
                        self._take(_Use(one.module, one.name, name), method)

    def _read(self, node: ast.AST, module: str) -> None:
        for name, owner, is_type in _names_in(node):
            if owner and not name.startswith("__"):
                self._attributes.add(name)
            self._follow(module, owner, name, is_type=is_type)

    def _follow(self, module: str, owner: str, name: str, *, is_type: bool) -> None:
        use = _module(module).leads_to(owner, name)
        if use is None:
            return
        node = _module(use.module).named[use.name]
        if isinstance(node, ast.ClassDef):
            self._classes.add(use)
            if not is_type and use not in self._made:
                self._made.add(use)
                self.lines.add((use.module, (first_line(node), max(node.lineno, first_line(node.body[0]) - 1))))
                for head in (*node.bases, *node.decorator_list):
                    self._read(head, use.module)
                for part in node.body:
                    if not isinstance(part, ast.FunctionDef) or part.name.startswith("__"):
                        self._add(use.module, part)
        elif not is_type:
            self._take(use, node)

    def _take(self, use: _Use, node: ast.stmt) -> None:
        if use not in self._made:
            self._made.add(use)
            self._add(use.module, node)

    def _add(self, module: str, node: ast.stmt) -> None:
        self.lines.add((module, (first_line(node), node.end_lineno or node.lineno)))
        self._read(node, module)


class _Module:
    """One file of the harness."""

    def __init__(self, name: str, path: Path) -> None:
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        self.name = name
        self.file = path.relative_to(_TOP).as_posix()
        self._lines = without_comments(source)
        self.named = {name: node for node in tree.body for name in names_of(node)}
        self._body = tree.body
        self._imported: dict[str, tuple[str, str]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                self._imported |= {one.asname or one.name: (node.module, one.name) for one in node.names}

    def at(self, line: int) -> ast.stmt:
        """The definition that begins on a line, its decorators counted."""
        return next(node for node in self._body if first_line(node) == line)

    def leads_to(self, owner: str, name: str) -> _Use | None:
        """What a name of this file is, or an attribute of one that is a module; None for all that is not followed."""
        if owner:
            module, attribute = self._imported.get(owner, ("", ""))
            found = _in_harness(f"{module}.{attribute}")
            return _Use(found.name, name) if found and name in found.named else None
        if name in self.named:
            return _Use(self.name, name)
        module, original = self._imported.get(name, ("", ""))
        found = _in_harness(module)
        return _Use(found.name, original) if found and original in found.named else None

    def text(self, lines: Iterable[tuple[int, int]]) -> str:
        """What stands on these lines, without comments and blank ones."""
        held = (line for first, last in sorted(lines) for line in self._lines[first - 1 : last])
        return "\n".join(line for line in held if line.strip())


def _in_harness(module: str) -> _Module | None:
    """A module that is followed."""
    if not module.startswith("harness.") or module.startswith(_NOT_FOLLOWED):
        return None
    try:
        return _module(module)
    except ModuleNotFoundError:
        return None  # a name of a module, and no module itself


@cache
def _module(name: str) -> _Module:
    """Raises ModuleNotFoundError."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name)
    return _Module(name, Path(spec.origin))


def _module_at(file: str) -> _Module:
    return _module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def _methods(node: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    if isinstance(node, ast.ClassDef):
        yield from ((one.name, one) for one in node.body if isinstance(one, ast.FunctionDef))


def _names_in(node: ast.AST, *, is_type: bool = False) -> Iterator[tuple[str, str, bool]]:
    """Each name in a piece of code, what it is an attribute of, and whether it only states a type."""
    if isinstance(node, ast.Name):
        yield node.id, "", is_type
    elif isinstance(node, ast.Attribute):
        yield node.attr, node.value.id if isinstance(node.value, ast.Name) else "?", is_type
    for field, value in ast.iter_fields(node):
        states = is_type or field in ("annotation", "returns")
        for place, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.AST):
                asked = _is_isinstance(node) and field == "args" and place == 1
                yield from _names_in(child, is_type=states or asked)


def _is_isinstance(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"
