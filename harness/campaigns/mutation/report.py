"""The result of the mutation check: mutants, equivalent mutants that no test can kill, and the score."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

EQUIVALENTS_FILE = Path(__file__).with_name("equivalents.toml")

KILLED = "killed"


class Mutant(NamedTuple):
    """One change to one function."""

    name: str
    """The name that mutmut gives it; its number changes with the function."""

    status: str
    """mutmut's word: killed, survived, timeout, no tests and so on. Killed means that a test failed."""

    diff: str = ""
    """Blank for a killed mutant."""

    @property
    def function(self) -> str:
        """The changed function: module, class if any, and name."""
        mangled, _, _ = self.name.partition("__mutmut_")
        module, _, name = mangled.rpartition(".")
        return ".".join([module, *name.removeprefix("x_").removeprefix("xǁ").split("ǁ")])

    @property
    def package(self) -> str:
        return ".".join(self.name.split(".")[:2])

    @property
    def before(self) -> str:
        """The lines before the change."""
        return self._lines("-")

    @property
    def after(self) -> str:
        """The lines after the change."""
        return self._lines("+")

    def _lines(self, sign: str) -> str:
        changed = [line[1:].strip() for line in self.diff.splitlines() if line.startswith(sign)]
        return "\n".join(changed[1:])  # the first is the name of the file


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid", str_min_length=1, str_strip_whitespace=True))
class EquivalentMutant:
    """A mutant that no test can tell from the code, and the reason."""

    function: str
    before: str
    after: str
    """As in `Mutant`, to recognise a mutant whatever its number is."""

    reason: str

    mutants: int = 1
    """Number of mutants that it explains: several if the function has the same line several times."""

    def matches(self, mutant: Mutant) -> bool:
        return (self.function, self.before, self.after) == (mutant.function, mutant.before, mutant.after)


class MutationResult(NamedTuple):
    """The result of a run."""

    mutants: Sequence[Mutant]
    """All tested mutants."""

    unexplained: list[Mutant]
    """Mutants that survive without an explanation."""

    stale: list[EquivalentMutant]
    """Explanations of mutants that are killed by now, or gone."""


def load_equivalents(file: Path = EQUIVALENTS_FILE) -> list[EquivalentMutant]:
    """Load the equivalent mutants. Raises OSError, tomllib.TOMLDecodeError or pydantic.ValidationError."""
    return [
        EquivalentMutant(**fields) for fields in tomllib.loads(file.read_text(encoding="utf-8")).get("equivalent", [])
    ]


def evaluate(mutants: Sequence[Mutant], equivalents: Collection[EquivalentMutant]) -> MutationResult:
    """Match surviving mutants with the known equivalent ones."""
    alive = [mutant for mutant in mutants if mutant.status != KILLED]
    explained = {one: [mutant for mutant in alive if one.matches(mutant)] for one in equivalents}
    covered = {mutant for one, matching in explained.items() if len(matching) <= one.mutants for mutant in matching}
    return MutationResult(
        mutants,
        [mutant for mutant in alive if mutant not in covered],
        [one for one, matching in explained.items() if len(matching) < one.mutants],
    )


def report(result: MutationResult) -> str:
    """Return the text for the end of a run: what is left to do, then the score of each package."""
    parts = [f"{mutant.status}: {mutant.function} ({mutant.name})\n{mutant.diff}\n" for mutant in result.unexplained]
    parts += [f"stale explanation: {one.function}\n- {one.before}\n+ {one.after}\n" for one in result.stale]
    packages = defaultdict(list)
    for mutant in result.mutants:
        packages[mutant.package].append(mutant)
    parts.append(f"{'':18}  mutants  killed  explained  left   score")
    parts += [_score(name, mutants, result) for name, mutants in sorted(packages.items())]
    parts.append(_score("all", result.mutants, result))
    states = Counter(mutant.status for mutant in result.mutants if mutant.status != KILLED)
    # A timeout is no kill: the machine may be slow, and no test may look.
    counts = {"survived": 0, "timeout": 0, "no tests": 0, **states}
    parts.append(f"not killed: {', '.join(f'{count} {status}' for status, count in counts.items())}")
    return "\n".join(parts)


def _score(name: str, mutants: Sequence[Mutant], result: MutationResult) -> str:
    killed = sum(mutant.status == KILLED for mutant in mutants)
    left = sum(mutant in result.unexplained for mutant in mutants)
    score = killed / (killed + left) if killed + left else 1
    return f"{name:18}  {len(mutants):7}  {killed:6}  {len(mutants) - killed - left:9}  {left:4}  {score:6.1%}"
