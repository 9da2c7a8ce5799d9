"""Find what a step uses of other files of the harness: the functions that it calls, and what those use in turn.

Names are followed through imports. A class counts where it is instantiated, and its methods where their names are used;
a type annotation counts as no use. The simulator and `harness.environments` are not followed: where the features run
does not judge them.
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

_EXCLUDED = "harness.environments"
_TOP = Path(harness.__file__).parents[1]


class _Use(NamedTuple):
    """A definition at the top of a module, or a method of one."""

    module: str
    name: str
    method: str = ""


def dependencies(functions: Iterable[Callable[..., object]]) -> dict[str, str]:
    """Map each file to its code that any of the functions uses; a function's own file is left out."""
    found: dict[str, set[tuple[int, int]]] = {}
    for function in functions:
        for file, lines in _dependencies(unwrap(function)).items():
            found.setdefault(file, set()).update(lines)
    return {file: _module_at(file).text(lines) for file, lines in found.items()}


@cache
def _dependencies(function: Callable[..., object]) -> dict[str, frozenset[tuple[int, int]]]:
    """Map each file to the first and last lines of what is used in it."""
    search = _Search()
    search.read(_module(function.__module__).at(function.__code__.co_firstlineno), function.__module__)
    found: dict[str, set[tuple[int, int]]] = {}
    for module, lines in search.lines:
        if module != function.__module__:
            found.setdefault(_module(module).file, set()).add(lines)
    return {file: frozenset(lines) for file, lines in found.items()}


class _Search:
    """Follows names until it finds no new one."""

    def __init__(self) -> None:
        self._used: set[_Use] = set()
        self._classes: set[_Use] = set()
        self._attributes: set[str] = set()
        self.lines: set[tuple[str, tuple[int, int]]] = set()
        """Modules, with the first and last line of what is used."""

    def read(self, node: ast.AST, module: str) -> None:
        """Follow the names in a piece of code, then every method of a found class whose name is used."""
        self._read(node, module)
        before = -1
        while before != len(self._used):
            before = len(self._used)
            for use in list(self._classes):
                for name, method in _methods(_module(use.module).definitions[use.name]):
                    if name in self._attributes:
                        self._add_use(_Use(use.module, use.name, name), method)

    def _read(self, node: ast.AST, module: str) -> None:
        for name, owner, is_type in _names_in(node):
            if owner and not name.startswith("__"):
                self._attributes.add(name)
            self._follow(module, owner, name, is_type=is_type)

    def _follow(self, module: str, owner: str, name: str, *, is_type: bool) -> None:
        use = _module(module).resolve(owner, name)
        if use is None:
            return
        node = _module(use.module).definitions[use.name]
        if isinstance(node, ast.ClassDef):
            self._classes.add(use)
            if not is_type and use not in self._used:
                self._used.add(use)
                self.lines.add((use.module, (first_line(node), max(node.lineno, first_line(node.body[0]) - 1))))
                for header in (*node.bases, *node.decorator_list):
                    self._read(header, use.module)
                for statement in node.body:
                    if not isinstance(statement, ast.FunctionDef) or statement.name.startswith("__"):
                        self._add_lines(use.module, statement)
        elif not is_type:
            self._add_use(use, node)

    def _add_use(self, use: _Use, node: ast.stmt) -> None:
        if use not in self._used:
            self._used.add(use)
            self._add_lines(use.module, node)

    def _add_lines(self, module: str, node: ast.stmt) -> None:
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
        self.definitions = {name: node for node in tree.body for name in names_of(node)}
        self._body = tree.body
        self._imported: dict[str, tuple[str, str]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                self._imported |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}

    def at(self, line: int) -> ast.stmt:
        """Return the definition that begins on a line, decorators included."""
        return next(node for node in self._body if first_line(node) == line)

    def resolve(self, owner: str, name: str) -> _Use | None:
        """Resolve a name of this file, or an attribute of a module; None for what is not followed."""
        if owner:
            module, attribute = self._imported.get(owner, ("", ""))
            found = _in_harness(f"{module}.{attribute}")
            return _Use(found.name, name) if found and name in found.definitions else None
        if name in self.definitions:
            return _Use(self.name, name)
        module, original = self._imported.get(name, ("", ""))
        found = _in_harness(module)
        return _Use(found.name, original) if found and original in found.definitions else None

    def text(self, lines: Iterable[tuple[int, int]]) -> str:
        """Return the text of these lines, without comments and blank ones."""
        text = (line for first, last in sorted(lines) for line in self._lines[first - 1 : last])
        return "\n".join(line for line in text if line.strip())


def _in_harness(module: str) -> _Module | None:
    """Return a module that is followed, None for any other."""
    if not module.startswith("harness.") or module.startswith(_EXCLUDED):
        return None
    try:
        return _module(module)
    except ModuleNotFoundError:
        return None  # a name inside a module


@cache
def _module(name: str) -> _Module:
    """Load a module. Raises ModuleNotFoundError."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name)
    return _Module(name, Path(spec.origin))


def _module_at(file: str) -> _Module:
    return _module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def _methods(node: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    if isinstance(node, ast.ClassDef):
        yield from ((method.name, method) for method in node.body if isinstance(method, ast.FunctionDef))


def _names_in(node: ast.AST, *, is_type: bool = False) -> Iterator[tuple[str, str, bool]]:
    """Yield each name in a piece of code, what it is an attribute of, and whether it only annotates a type."""
    if isinstance(node, ast.Name):
        yield node.id, "", is_type
    elif isinstance(node, ast.Attribute):
        yield node.attr, node.value.id if isinstance(node.value, ast.Name) else "?", is_type
    for field, value in ast.iter_fields(node):
        annotates = is_type or field in ("annotation", "returns")
        for position, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.AST):
                is_checked = _is_isinstance(node) and field == "args" and position == 1
                yield from _names_in(child, is_type=annotates or is_checked)


def _is_isinstance(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"
