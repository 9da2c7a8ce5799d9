"""What a run of the mutation check came to: the mutants, the explanations of those that no test can kill, the score."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

EXPLANATIONS = Path(__file__).with_name("equivalents.toml")

KILLED = "killed"


class Mutant(NamedTuple):
    """One change to one function."""

    name: str
    """As mutmut knows it; its number changes when the function does."""

    status: str
    """In mutmut's words: killed, survived, timeout, no tests and so on. Only what made a test fail is killed."""

    diff: str = ""
    """Only of one that lives."""

    @property
    def function(self) -> str:
        """The function that it changes: its module, its class if it has one, its own name."""
        mangled, _, _ = self.name.partition("__mutmut_")
        module, _, name = mangled.rpartition(".")
        return ".".join([module, *name.removeprefix("x_").removeprefix("xǁ").split("ǁ")])

    @property
    def package(self) -> str:
        return ".".join(self.name.split(".")[:2])

    @property
    def before(self) -> str:
        """The lines that it changes."""
        return self._lines("-")

    @property
    def after(self) -> str:
        """What it makes of them."""
        return self._lines("+")

    def _lines(self, sign: str) -> str:
        changed = [line[1:].strip() for line in self.diff.splitlines() if line.startswith(sign)]
        return "\n".join(changed[1:])  # the first is the name of the file


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid", str_min_length=1, str_strip_whitespace=True))
class Explanation:
    """Why no test can tell a mutant from the code."""

    function: str
    before: str
    after: str
    """As in `Mutant`, so that a mutant is known again whatever its number is."""

    reason: str

    mutants: int = 1
    """How many it explains: several where the same line stands in the function several times."""

    def fits(self, mutant: Mutant) -> bool:
        return (self.function, self.before, self.after) == (mutant.function, mutant.before, mutant.after)


class Findings(NamedTuple):
    """What came of a run."""

    mutants: Sequence[Mutant]
    """All that were tried."""

    unexplained: list[Mutant]
    """Those that live, and nobody says why."""

    in_vain: list[Explanation]
    """Those that explain fewer mutants than they say: killed by now, or gone."""


def read_explanations(file: Path = EXPLANATIONS) -> list[Explanation]:
    """Raises OSError, tomllib.TOMLDecodeError, or pydantic.ValidationError for one with a field too few or too many."""
    return [Explanation(**fields) for fields in tomllib.loads(file.read_text(encoding="utf-8")).get("equivalent", [])]


def evaluate(mutants: Sequence[Mutant], explanations: Collection[Explanation]) -> Findings:
    """Which mutants nobody explains, and which explanations explain nothing."""
    alive = [mutant for mutant in mutants if mutant.status != KILLED]
    explained = {one: [mutant for mutant in alive if one.fits(mutant)] for one in explanations}
    covered = {mutant for one, fitting in explained.items() if len(fitting) <= one.mutants for mutant in fitting}
    return Findings(
        mutants,
        [mutant for mutant in alive if mutant not in covered],
        [one for one, fitting in explained.items() if len(fitting) < one.mutants],
    )


def report(findings: Findings) -> str:
    """What people read at the end of a run: what is left to do, then the score of each package."""
    parts = [f"{mutant.status}: {mutant.function} ({mutant.name})\n{mutant.diff}\n" for mutant in findings.unexplained]
    parts += [f"explained in vain: {one.function}\n- {one.before}\n+ {one.after}\n" for one in findings.in_vain]
    packages = defaultdict(list)
    for mutant in findings.mutants:
        packages[mutant.package].append(mutant)
    parts.append(f"{'':18}  mutants  killed  explained  left   score")
    parts += [_score(name, mutants, findings) for name, mutants in sorted(packages.items())]
    parts.append(_score("all", findings.mutants, findings))
    states = Counter(mutant.status for mutant in findings.mutants if mutant.status != KILLED)
    # A timeout may be the machine's fault, and would hide that no test looks: it is no kill.
    counts = {"survived": 0, "timeout": 0, "no tests": 0, **states}
    parts.append(f"not killed: {', '.join(f'{count} {status}' for status, count in counts.items())}")
    return "\n".join(parts)


def _score(name: str, mutants: Sequence[Mutant], findings: Findings) -> str:
    killed = sum(mutant.status == KILLED for mutant in mutants)
    left = sum(mutant in findings.unexplained for mutant in mutants)
    score = killed / (killed + left) if killed + left else 1
    return f"{name:18}  {len(mutants):7}  {killed:6}  {len(mutants) - killed - left:9}  {left:4}  {score:6.1%}"
