"""Take source code apart: functions, classes and constants, each as what a scenario ran of it.

A function counts without the blocks that did not run, and without what follows the last statement that ran. A constant
that names a file of the fixtures counts with what the file says. Comments, docstrings and layout count for nothing.
"""

import ast
import json
import tomllib
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TypeAlias

from harness.evidence.code.scope import TOP, counts
from harness.files import FIXTURES

Cuts: TypeAlias = tuple[str, ...]
"""The places where code that did not run begins: the path of a block, and the number of the statement in it."""

_BLOCKS = ("body", "orelse", "finalbody")
_LAYOUT = frozenset({"ctx", "kind", "type_comment"})

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


class Use(NamedTuple):
    """A name that code uses."""

    name: str
    owner: str
    """The name of which it is an attribute; "?" for that of any other expression, blank for a name by itself."""

    is_type: bool
    """True in an annotation."""

    is_import_time: bool
    """True where it is called, or decorates, when its module is imported."""


class Entity:
    """A definition: its statements, as several may share a name, for example the two halves of a property."""

    def __init__(self, name: str, block: list[ast.stmt], *, is_class: bool = False) -> None:
        self.name = name
        self.block = block
        self.is_class = is_class
        self._texts: dict[Cuts, str] = {}
        self._uses: dict[Cuts, tuple[Use, ...]] = {}
        self._cuts: dict[frozenset[int], Cuts] = {}

    @cached_property
    def _lines(self) -> frozenset[int]:
        """The lines of its functions, without what stands above their first statements."""
        bodies = (statement for one in self.block if isinstance(one, Function) for statement in one.body)
        return frozenset(line for statement in bodies for line in _lines_of(statement))

    @cached_property
    def is_function(self) -> bool:
        return isinstance(self.block[0], Function) if self.block else False

    @cached_property
    def is_cached(self) -> bool:
        """True for a function whose result is kept, so that it may have run before."""
        first = self.block[0] if self.block else None
        decorators = first.decorator_list if isinstance(first, Function) else []
        names = (one.func if isinstance(one, ast.Call) else one for one in decorators)
        return any(isinstance(one, ast.Name) and one.id in {"cache", "lru_cache"} for one in names)

    def ran(self, lines: frozenset[int]) -> bool:
        """Return True for a function of which a statement ran."""
        return not self._lines.isdisjoint(lines)

    def cuts(self, lines: frozenset[int]) -> Cuts:
        """Say where what did not run of a function begins."""
        ran = lines & self._lines
        if ran not in self._cuts:  # many scenarios run the same
            blocks = enumerate(self.block)
            self._cuts[ran] = tuple(cut for number, one in blocks for cut in _cuts_within(one, ran, f"{number}"))
        return self._cuts[ran]

    def text(self, cuts: Cuts) -> str:
        """Return what ran as text that changes with the code alone."""
        if cuts not in self._texts:  # many commands of one process ask for it
            self._texts[cuts] = "\n".join(_dump(one) for one in _without(self.block, "", cuts))
        return self._texts[cuts]

    def uses(self, cuts: Cuts) -> tuple[Use, ...]:
        """Return the names in what ran, each way of use once."""
        if cuts not in self._uses:  # many scenarios run the same
            ran = _without(self.block, "", cuts)
            found = (use for one in ran for use in _uses(one, import_time=not isinstance(one, Function)))
            self._uses[cuts] = tuple(dict.fromkeys(found))
        return self._uses[cuts]


class Module:
    """One file of source code."""

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        tree = ast.parse(source)
        self.imported: dict[str, tuple[str, str]] = {}
        """Name to the module and the name in it."""

        for node in _statements(tree):
            _drop_docstrings(node)
            if isinstance(node, ast.ImportFrom) and node.module:
                self.imported |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
            elif isinstance(node, ast.Import):
                self.imported |= {alias.asname or alias.name: (alias.name, "") for alias in node.names}
        self.registered: dict[str, list[str]] = {}
        """Name of a base to the classes that tell it something when they are made, such as `table=True`."""

        self.entities: dict[str, Entity] = {"": Entity("", [])}
        """By name; the one without a name is what else the module does when it is imported."""

        for node in _flat(tree.body):
            self._add(node)

    @cached_property
    def methods(self) -> dict[str, list[str]]:
        """The functions of each class, by their own names."""
        return self._members(lambda one: one.is_function)

    @cached_property
    def fields(self) -> dict[str, list[str]]:
        """The fields of each model, which count one by one, by their own names."""
        return self._members(lambda one: not one.is_function and not one.is_class)

    def _members(self, is_wanted: Callable[[Entity], bool]) -> dict[str, list[str]]:
        found = defaultdict(list)
        for name, one in self.entities.items():
            owner, _, own_name = name.rpartition(".")
            if owner and is_wanted(one):
                found[owner].append(own_name)
        return dict(found)

    def _add(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Import | ast.ImportFrom) or _is_for_types(node):
            return
        if isinstance(node, ast.ClassDef):
            self._add_class(node, node.name)
            return
        names = [node.name] if isinstance(node, Function) else _assigned(node, self.entities)
        for name in names or [""]:
            self._entity(name).block.append(node)

    def _add_class(self, node: ast.ClassDef, name: str) -> None:
        """Add a class with its fields, and each of its functions by itself; of a model each field by itself."""
        head = copy(node)
        is_model = any(isinstance(base, ast.Name) and base.id == "BaseModel" for base in node.bases)
        head.body = []
        for statement in node.body:
            if isinstance(statement, Function):
                self._entity(f"{name}.{statement.name}").block.append(statement)
            elif isinstance(statement, ast.ClassDef):
                self._add_class(statement, f"{name}.{statement.name}")
            elif is_model and isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                self._entity(f"{name}.{statement.target.id}").block.append(statement)
            else:
                head.body.append(statement)
        head.body += [ast.Expr(ast.Constant(one)) for one in sorted(_called_by_name(node))]
        self.entities[name] = Entity(name, [head], is_class=True)
        if node.keywords:
            for base in node.bases:
                if isinstance(base, ast.Name):
                    self.registered.setdefault(base.id, []).append(name)

    def _entity(self, name: str) -> Entity:
        return self.entities.setdefault(name, Entity(name, []))


@cache  # a process that serves the console, or runs many commands, reads the same files again
def _parsed(file: str, source: str) -> Module:
    return Module(file, source)


def forget_sources() -> None:
    """Forget what was read of source code: it is most of what a process has to look through for garbage."""
    _parsed.cache_clear()


class ExecutedPart(NamedTuple):
    """A definition, as far as a scenario ran it."""

    file: str
    name: str
    cuts: Cuts


class Sources:
    """The source code below a folder."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._modules: dict[str, Module | None] = {}
        self._hashes: dict[ExecutedPart, str] = {}

    def module(self, file: str) -> Module | None:
        """Read a file; None where there is none, or no Python."""
        if file not in self._modules:
            try:
                self._modules[file] = _parsed(file, (self._top / file).read_text(encoding="utf-8"))
            except (OSError, SyntaxError, UnicodeDecodeError):
                self._modules[file] = None
        return self._modules[file]

    def named(self, module: str) -> Module | None:
        """Read the file of a module."""
        path = module.replace(".", "/")
        return self.module(f"{path}.py") or self.module(f"{path}/__init__.py")

    def hash(self, part: ExecutedPart) -> str:
        """Hash a part as it is now; blank where it is no longer there."""
        if part not in self._hashes:
            self._hashes[part] = self._hash(part)
        return self._hashes[part]

    def _hash(self, part: ExecutedPart) -> str:
        module = self.module(part.file)
        entity = module.entities.get(part.name) if module else None
        if module is None or entity is None:
            return ""
        uses = [*entity.uses(part.cuts)]
        used = {use.owner if use.owner in module.imported else use.name for use in uses}
        imports = [f"{name} = {module.imported[name]}" for name in sorted(used) if name in module.imported]
        own = sorted({use.name for use in uses if not use.owner and use.name in module.entities})
        effects = () if part.name else self._effects_of_imports(module)
        return sha256(
            "\n".join([entity.text(part.cuts), *imports, *own, *effects, *self._fixtures(entity)]).encode(
                errors="surrogatepass"
            )
        ).hexdigest()[:12]

    def _fixtures(self, entity: Entity) -> Iterator[str]:
        """Yield what a file of the fixtures says that a constant names, such as `FIXTURES / "scm" / "risk.toml"`."""
        named = [one for one in entity.block if isinstance(one, ast.Assign) and _names_fixtures(one.value)]
        for value in (one.value for one in named):
            names = [str(one.value) for one in ast.walk(value) if isinstance(one, ast.Constant)]
            file = self._top.joinpath(FIXTURES.relative_to(TOP), *reversed(names))
            with suppress(OSError, ValueError):  # what is gone, or cannot be read, has changed
                yield json.dumps(tomllib.loads(file.read_text(encoding="utf-8")), sort_keys=True, default=str)

    def _effects_of_imports(self, module: Module) -> list[str]:
        """Return what other modules do when this one imports them, such as patching a third, also through others."""
        seen, waiting, found = {module.file}, [module], list[str]()
        while waiting:
            imported = waiting.pop().imported.values()
            for name in sorted({one for first, last in imported for one in (first, f"{first}.{last}".rstrip("."))}):
                other = self.named(name) if name.startswith(("simulator", "harness")) else None
                if other is None or other.file in seen:
                    continue
                seen.add(other.file)
                found += [f"{other.file}: {_dump(one)}" for one in other.entities[""].block if not _is_program(one)]
                if counts(other.file):
                    waiting.append(other)
        return sorted(found)


def _names_fixtures(value: ast.expr) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "FIXTURES" for one in ast.walk(value))


_CALLING_NOTHING = frozenset({"Enum", "Exception", "NamedTuple", "Protocol", "StrEnum", "ValueError"})
"""Bases that never call a function by its name."""

_PLAIN = frozenset({"abstractmethod", "cached_property", "classmethod", "property", "setter", "staticmethod"})
"""Decorators that do not hand a function to somebody who calls it."""


def _called_by_name(node: ast.ClassDef) -> set[str]:
    """Name the functions that something else calls by itself once they exist.

    These are Python's own such as __eq__, validators, and in a class with a base all that may stand for one of its.
    """
    may_override = not all(isinstance(one, ast.Name) and one.id in _CALLING_NOTHING for one in node.bases)
    found = [one for one in node.body if isinstance(one, Function)]
    return {one.name for one in found if may_override or one.name.startswith("__") or _is_handed_over(one)}


def _is_handed_over(function: Function) -> bool:
    last = [one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in function.decorator_list]
    return not _PLAIN.issuperset(last)


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Walk all statements as `ast.walk` does, and leave out their expressions, which are most of the nodes."""
    waiting = deque[ast.AST]([tree])
    while waiting:
        node = waiting.popleft()
        yield node
        for field in ("body", "handlers", "orelse", "finalbody", "cases"):
            waiting.extend(getattr(node, field, ()))


def _drop_docstrings(node: ast.AST) -> None:
    for field in _BLOCKS:
        block = getattr(node, field, None)
        if isinstance(block, list):
            block[:] = [one for one in block if not _is_text(one)]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _flat(block: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Walk the statements of a module, also those below an if or a try."""
    for node in block:
        yield node
        if isinstance(node, ast.If | ast.Try):
            inner = [one for _, each in _blocks(node) for one in each]
            yield from (one for one in _flat(inner) if isinstance(one, Function | ast.ClassDef | ast.Assign))


def _is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _is_program(node: ast.stmt) -> bool:
    """Return True for what a module does only as a program."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"


def _assigned(node: ast.stmt, known: Collection[str]) -> list[str]:
    """List the names that a statement sets, or of which it changes a part."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign | ast.AugAssign):
        targets = [node.target]
    names = [one for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
    return [one.id for one in names if isinstance(one.ctx, ast.Store) or one.id in known]


def _blocks(node: ast.AST) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Yield the blocks of a statement, each with its name in a path."""
    for field in _BLOCKS:
        block = getattr(node, field, None)
        if isinstance(block, list) and block:
            yield field[0], block
    for field in ("handlers", "cases"):
        for number, one in enumerate(getattr(node, field, ())):
            yield f"{field[0]}{number}", one.body


def _ran(statement: ast.stmt, lines: Collection[int]) -> bool:
    return any(line in lines for line in _lines_of(statement))


def _lines_of(statement: ast.stmt) -> range:
    first = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", ()))])
    return range(first, (statement.end_lineno or first) + 1)


def _cuts(block: Sequence[ast.stmt], lines: Collection[int], path: str) -> Iterator[str]:
    last = max((number for number, one in enumerate(block) if _ran(one, lines)), default=-1)
    if last + 1 < len(block):
        yield f"{path}:{last + 1}"
    for number, one in enumerate(block[: last + 1]):
        yield from _cuts_within(one, lines, f"{path}.{number}")


def _cuts_within(statement: ast.stmt, lines: Collection[int], path: str) -> Iterator[str]:
    for name, block in _blocks(statement):
        yield from _cuts(block, lines, f"{path}{name}")


def _without(block: Sequence[ast.stmt], path: str, cuts: Collection[str]) -> list[ast.stmt]:
    """Copy a block without what was cut."""
    if not cuts:
        return list(block)
    kept = block
    for cut in cuts:
        at, _, number = cut.rpartition(":")
        if at == path and path:
            kept = block[: int(number)]
    return [
        _statement_without(one, f"{path}.{number}" if path else f"{number}", cuts) for number, one in enumerate(kept)
    ]


def _statement_without(statement: ast.stmt, path: str, cuts: Collection[str]) -> ast.stmt:
    if not any(cut.startswith(path) for cut in cuts):
        return statement
    copied = copy(statement)
    for field in _BLOCKS:
        block = getattr(statement, field, None)
        if isinstance(block, list) and block:
            setattr(copied, field, _without(block, f"{path}{field[0]}", cuts))
    for field in ("handlers", "cases"):
        if parts := getattr(statement, field, None):
            copies = [copy(one) for one in parts]
            for number, one in enumerate(copies):
                one.body = _without(parts[number].body, f"{path}{field[0]}{number}", cuts)
            setattr(copied, field, copies)
    return copied


def _dump(node: object) -> str:
    """Write a syntax tree in a way that is the same in every version of Python."""
    if isinstance(node, ast.Constant):
        return repr(node.value)
    if isinstance(node, ast.AST):
        fields = (
            f"{name}={_dump(value)}"
            for name, value in ast.iter_fields(node)
            if value is not None and value != [] and name not in _LAYOUT
        )
        return f"{type(node).__name__}({', '.join(fields)})"
    return f"[{', '.join(map(_dump, node))}]" if isinstance(node, list) else repr(node)


def _uses(node: ast.AST, *, import_time: bool, is_type: bool = False, is_called: bool = False) -> Iterator[Use]:
    if isinstance(node, ast.Name):
        yield Use(node.id, "", is_type, import_time and is_called)
    elif isinstance(node, ast.Attribute):
        owner = node.value.id if isinstance(node.value, ast.Name) else "?"
        yield Use(node.attr, owner, is_type, import_time and is_called)
    elif isinstance(node, ast.keyword) and node.arg:
        yield Use(node.arg, "?", is_type, False)
    is_function = isinstance(node, Function)
    for field, value in ast.iter_fields(node):
        early = import_time or (is_function and field in ("args", "decorator_list"))
        annotates = is_type or (field in ("annotation", "returns") and not import_time)
        called = field == "decorator_list" or (isinstance(node, ast.Call) and field == "func")
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _uses(child, import_time=early, is_type=annotates, is_called=called)
