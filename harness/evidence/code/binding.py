"""Find what a scenario rests on: the code that it ran, and the constants and classes which that code names."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from harness.environments.interfaces import Mode
from harness.evidence.code.parts import Entity, ExecutedPart, Module, Sources, Use
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
    return {place: frozenset(CodePart(part, sources.hash(part)) for part in each) for place, each in parts.items()}


class Binder:
    """Follows names from the lines that ran."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._followed: dict[ExecutedPart, _Followed] = {}
        """The names in each part, which many scenarios ask for."""

    def parts(self, lines: Mapping[str, Iterable[int]]) -> frozenset[ExecutedPart]:
        """Return what a scenario rests on, by the lines that it ran of each file."""
        search = _Search(self._sources, self._followed)
        for file, numbers in lines.items():
            module = self._sources.module(file)
            if module is None:
                continue
            ran = frozenset(numbers)
            for name, entity in module.entities.items():
                if entity.is_function and entity.ran(ran):
                    search.add(module, name, entity.cuts(ran))
        return search.found()

    def whole(self, files: Iterable[str]) -> frozenset[ExecutedPart]:
        """Return all that is in some files."""
        modules = filter(None, map(self._sources.module, files))
        return frozenset(ExecutedPart(one.file, name, ()) for one in modules for name in one.entities)


class _Followed(NamedTuple):
    """The names in a part."""

    attributes: frozenset[str]
    targets: Sequence[tuple[Module, str, Use]]
    """Each definition that is named, with the use that names it."""


class _Search:
    def __init__(self, sources: Sources, followed: dict[ExecutedPart, _Followed]) -> None:
        self._sources = sources
        self._followed = followed
        self._parts: set[ExecutedPart] = set()
        self._waiting = deque[tuple[Module, ExecutedPart, bool]]()
        self._attributes: set[str] = set()
        self._models: set[tuple[str, str]] = set()
        """File and name of each class whose fields count where their names are used."""

    def add(self, module: Module, name: str, cuts: tuple[str, ...] = (), *, is_import_time: bool = False) -> None:
        """Add a definition, and the class or module around it.

        What runs at import time, or is kept from before, runs everything that it calls then.
        """
        part = ExecutedPart(module.file, name, cuts)
        if part in self._parts or (module.file, name) in _BOUND_BY_ROW:
            return
        self._parts.add(part)
        self._waiting.append((module, part, is_import_time))
        owner = name.rpartition(".")[0]
        if owner in module.entities:
            self.add(module, owner)

    def found(self) -> frozenset[ExecutedPart]:
        """Follow every name until there is no new one."""
        while self._waiting:
            while self._waiting:
                module, part, is_import_time = self._waiting.popleft()
                self._follow(module, module.entities[part.name], part, is_import_time=is_import_time)
            for file, name in list(self._models):
                if model := self._sources.module(file):
                    for field in model.fields(name).keys() & self._attributes:
                        self.add(model, f"{name}.{field}")
        return frozenset(self._parts)

    def _follow(self, module: Module, entity: Entity, part: ExecutedPart, *, is_import_time: bool) -> None:
        if entity.is_class:
            self._models.add((module.file, part.name))
            for registered in module.registered.get(part.name, ()):  # its base reaches it without its name
                self.add(module, registered)
        if part not in self._followed:
            self._followed[part] = self._named_by(module, entity.uses(part.cuts))
        followed = self._followed[part]
        self._attributes |= followed.attributes
        for target, name, use in followed.targets:
            self._use(target, name, is_type=use.is_type, is_import_time=is_import_time or use.is_import_time)

    def _named_by(self, module: Module, uses: Collection[Use]) -> _Followed:
        found = ((self._resolve(module, use.owner, use.name), use) for use in uses)
        targets = [(*target, use) for target, use in found if target]
        return _Followed(frozenset(use.name for use in uses if use.owner), targets)

    def _use(self, module: Module, name: str, *, is_type: bool, is_import_time: bool) -> None:
        entity = module.entities[name]
        if entity.is_function:
            if entity.is_cached or is_import_time:
                self.add(module, name, is_import_time=True)
        elif entity.is_class:
            self.add(module, name)
            if is_import_time and not is_type:
                for method in module.methods(name):
                    if method.startswith("__"):
                        self.add(module, f"{name}.{method}", is_import_time=True)
        elif not is_type:
            self.add(module, name)

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
