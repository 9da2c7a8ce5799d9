"""The code that scenarios ran, in few words: each part once, and for each scenario the ids of its parts."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple, TypeAlias

from harness.evidence.code.parts import ExecutedPart


class CodePart(NamedTuple):
    """A part of the code as it was when it ran."""

    part: ExecutedPart
    hash: str

    @property
    def id(self) -> str:
        return sha256("\0".join(map(str, self._row())).encode()).hexdigest()[:10]

    def _row(self) -> list[str]:
        return [self.part.file, self.part.name, self.hash, *self.part.cuts]


CodeParts: TypeAlias = frozenset[CodePart]


def pack(code: Mapping[str, CodeParts]) -> dict[str, Any]:
    """Write the code of each name, for example of a scenario, as JSON."""
    ids = {one: one.id for one in sorted(frozenset().union(*code.values()))}
    return {
        "parts": {id_: one._row() for one, id_ in ids.items()},  # noqa: SLF001 - of this module
        "code": {name: " ".join(sorted(ids[one] for one in parts)) for name, parts in sorted(code.items())},
    }


def unpack(content: Mapping[str, Any]) -> dict[str, CodeParts]:
    """Read what `pack` has written. Raises ValueError, KeyError or TypeError for anything else."""
    parts = {}
    for id_, (file, name, hash_, *cuts) in content["parts"].items():
        parts[id_] = CodePart(ExecutedPart(file, name, tuple(cuts)), hash_)
    return {name: frozenset(parts[id_] for id_ in ids.split()) for name, ids in content["code"].items()}


def id_of(code: Iterable[CodePart]) -> str:
    """Return a hash over all parts."""
    return sha256(" ".join(sorted(one.id for one in code)).encode()).hexdigest()[:12]
