"""Find what a scenario rests on: the code that it ran, and the constants and classes which that code names."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from harness.environments.interfaces import Mode
from harness.evidence.code.parts import Cuts, ExecutedPart, Module, Sources
from harness.evidence.code.record import CodePart, CodeParts
from harness.evidence.code.scope import TOP, counts, files_of_the_simulator
from harness.evidence.code.tracer import Lines

_BOUND_BY_ROW = frozenset(
    {("simulator/mapping/sheet.py", "ZMM_ICMCONTRACT")}
    | {("simulator/connector/sheet.py", name) for name in ("CONTRACT", "AGREEMENT", "LINE")}
)
"""Tables that count line by line, by what the evidence shows."""


def code_of(lines: Mapping[str, Lines], mode: str) -> dict[str, CodeParts]:
    """Return the code that each scenario rests on, by the lines that it ran.

    Where the simulator runs in processes of its own, all of its code counts.
    """
    sources = Sources(TOP)
    binder = Binder(sources)
    always = binder.whole(files_of_the_simulator()) if mode == Mode.HTTP else frozenset()
    parts = {place: binder.parts(one) | always for place, one in lines.items()}
    hashed = {part: CodePart(part, sources.hash(part)) for part in frozenset[ExecutedPart]().union(*parts.values())}
    return {place: frozenset(map(hashed.__getitem__, each)) for place, each in parts.items()}


class Binder:
    """Follows names from the lines that ran."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._names = _Names(sources)

    def parts(self, lines: Mapping[str, Iterable[int]]) -> frozenset[ExecutedPart]:
        """Return what a scenario rests on, by the lines that it ran of each file."""
        search = _Search(self._names)
        for file, numbers in lines.items():
            module = self._sources.module(file)
            if module is None:
                continue
            ran = frozenset(numbers)
            for name, entity in module.entities.items():
                if entity.is_function and entity.ran(ran):
                    search.add(self._names.definition(module, name, entity.cuts(ran)))
        return search.found()

    def whole(self, files: Iterable[str]) -> frozenset[ExecutedPart]:
        """Return all that is in some files."""
        modules = filter(None, map(self._sources.module, files))
        return frozenset(ExecutedPart(one.file, name, ()) for one in modules for name in one.entities)


class _CodeDefinition:
    """A definition, as a scenario may rest on it; `_Names` makes each once, as many scenarios rest on the same."""

    def __init__(self, module: Module, part: ExecutedPart, *, is_import_time: bool) -> None:
        """`is_import_time` says that it runs everything that it calls when it is imported, or did so before."""
        self.module = module
        self.part = part
        self.is_import_time = is_import_time
        self.counts = part[:2] not in _BOUND_BY_ROW
        self.named: _LeadsTo | None = None


class _LeadsTo(NamedTuple):
    """The definitions to which another one leads."""

    around: _CodeDefinition | None
    """The class or module in which it stands."""

    attributes: frozenset[str]
    definitions: Sequence[_CodeDefinition]


class _Search:
    """Finds what one scenario rests on."""

    def __init__(self, names: "_Names") -> None:
        self._names = names
        self._definitions: set[_CodeDefinition] = set()
        """A definition that ran is another one than the same where it may have run before, and leads to more then."""

        self._waiting = deque[_CodeDefinition]()
        self._attributes: set[str] = set()
        self._models: list[_CodeDefinition] = []
        """Each class whose fields count where their names are used."""

    def add(self, found: _CodeDefinition | None) -> None:
        """Add a definition, and the class or module around it."""
        while found and found.counts and found not in self._definitions:
            self._definitions.add(found)
            self._waiting.append(found)
            found = self._names.of(found).around

    def found(self) -> frozenset[ExecutedPart]:
        """Follow every name until there is no new one."""
        while self._waiting:
            while self._waiting:
                self._follow(self._waiting.popleft())
            for model in self._models:
                for field in self._attributes.intersection(model.module.fields[model.part.name]):
                    self.add(self._names.definition(model.module, f"{model.part.name}.{field}"))
        return frozenset(one.part for one in self._definitions)

    def _follow(self, found: _CodeDefinition) -> None:
        if found.part.name in found.module.fields:
            self._models.append(found)
        named = self._names.of(found)
        self._attributes |= named.attributes
        for one in named.definitions:
            self.add(one)


class _Names:
    """Finds what each definition names."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._known: dict[tuple[ExecutedPart, bool], _CodeDefinition] = {}

    def definition(
        self, module: Module, name: str, cuts: Cuts = (), *, is_import_time: bool = False
    ) -> _CodeDefinition:
        part = ExecutedPart(module.file, name, cuts)
        if (part, is_import_time) not in self._known:
            self._known[part, is_import_time] = _CodeDefinition(module, part, is_import_time=is_import_time)
        return self._known[part, is_import_time]

    def of(self, one: _CodeDefinition) -> _LeadsTo:
        """Return what a definition leads to."""
        if one.named is None:
            one.named = self._named_by(one.module, one.part, one.is_import_time)
        return one.named

    def _named_by(self, module: Module, part: ExecutedPart, is_import_time: bool) -> _LeadsTo:  # noqa: FBT001 - of one
        owner = part.name.rpartition(".")[0]
        entity = module.entities[part.name]
        uses = entity.uses(part.cuts)
        registered = module.registered.get(part.name, ()) if entity.is_class else ()  # no name leads to them
        found = [self.definition(module, one) for one in registered]
        for use in uses:
            if target := self._resolve(module, use.owner, use.name):
                early = is_import_time or use.is_import_time
                found += self._use(*target, is_type=use.is_type, is_import_time=early)
        return _LeadsTo(
            self.definition(module, owner) if owner in module.entities else None,
            frozenset(use.name for use in uses if use.owner),
            found,
        )

    def _use(self, module: Module, name: str, *, is_type: bool, is_import_time: bool) -> Iterator[_CodeDefinition]:
        entity = module.entities[name]
        if entity.is_function:
            if entity.is_cached or is_import_time:
                yield self.definition(module, name, is_import_time=True)
        elif entity.is_class:
            yield self.definition(module, name)
            if is_import_time and not is_type:
                for method in module.methods.get(name, ()):
                    if method.startswith("__"):
                        yield self.definition(module, f"{name}.{method}", is_import_time=True)
        elif not is_type:
            yield self.definition(module, name)

    def _resolve(self, module: Module, owner: str, name: str) -> tuple[Module, str] | None:
        """Find the definition of a name, or of an attribute of a module or a class."""
        if owner in {"?", "self", "cls"}:
            return None
        if not owner:
            if name in module.entities:
                return module, name
            if name in module.imported:
                return self._imported(*module.imported[name])
            return None
        if owner in module.entities:
            inner = f"{owner}.{name}"
            return (module, inner) if inner in module.entities and not module.entities[inner].is_function else None
        if owner in module.imported:
            package, original = module.imported[owner]
            return self._imported(f"{package}.{original}" if original else package, name)
        return None

    def _imported(self, module: str, name: str) -> tuple[Module, str] | None:
        """Find a name of another module, also where that one has imported it from a third."""
        if not module.startswith(("simulator", "harness")):
            return None
        found = self._sources.named(module)
        if found is None or not counts(found.file):
            return None
        if name in found.entities:
            return found, name
        return self._imported(*found.imported[name]) if name in found.imported else None
