"""The sign-off pack as one file of HTML, made of a run, the register and the features."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from harness.evidence.run import Run
from harness.files import atomic_write
from harness.signoff.approvals.model import Approval
from harness.signoff.html.minify import smaller
from harness.signoff.html.templates import templates
from harness.signoff.html.views import ScenarioView
from harness.specification.census import by_entry
from harness.specification.fidelity import Behaviour
from harness.specification.register import Condition, Decision, MappedField, Register, RegisterEntry, Rule
from harness.specification.sap_findings import SapFinding
from harness.specification.scenarios import Scenario

NOT_RUN = "not run"
WORST_FIRST = ("failed", NOT_RUN, "skipped", "passed")
_KINDS = {Condition: "condition", MappedField: "mapping", Rule: "rule", Decision: "decision"}


@dataclass(frozen=True)
class Line:
    """One entry of the register with the scenarios that show it."""

    entry: RegisterEntry
    scenarios: tuple[Scenario, ...]
    views: tuple[ScenarioView, ...]
    """Of those that ran."""

    @property
    def kind(self) -> str:
        return _KINDS[type(self.entry)]

    @cached_property
    def result(self) -> str:
        if self.entry.waived is not None and not self.scenarios:
            return "waived"
        if not self.scenarios:
            return "no scenario"
        found = {one.result for one in self.views} | ({NOT_RUN} if len(self.views) < len(self.scenarios) else set())
        return next(result for result in WORST_FIRST if result in found)


class Pack:
    """Everything that the page shows."""

    def __init__(  # noqa: PLR0913 - one for each thing that the page brings together
        self,
        run: Run,
        register: Register,
        scenarios: Sequence[Scenario],
        *,
        ledger: Iterable[Behaviour],
        findings: Iterable[SapFinding],
        approvals: Mapping[str, Approval],
    ) -> None:
        """`scenarios` are all that the features hold, whether they ran or not; `approvals` are by condition."""
        self.run = run
        self.ledger = tuple(ledger)
        self.findings = tuple(findings)
        self.told: set[str] = set()
        """Ids of the scenarios that the page has shown already: one may show several conditions."""

        self.approvals = approvals
        self.held = len(scenarios)
        self.views = [ScenarioView(one, f"s{number}") for number, one in enumerate(run.scenarios, 1)]
        by_place = {one.evidence.place: one for one in self.views}
        shown = by_entry(register, scenarios)
        self.matrix = [
            Line(
                entry,
                tuple(shown[entry.id]),
                tuple(by_place[one.place] for one in shown[entry.id] if one.place in by_place),
            )
            for entry in register.entries
        ]
        self.conditions = [line for line in self.matrix if line.kind == "condition"]
        self.decisions = [line for line in self.matrix if line.kind == "decision"]

    @property
    def time(self) -> str:
        return datetime.fromtimestamp(self.run.began, UTC).strftime("%Y-%m-%d %H:%M UTC")

    @cached_property
    def counts(self) -> Counter[str]:
        """Of scenarios, by result."""
        return Counter({NOT_RUN: self.held - len(self.views)}) + Counter(one.result for one in self.views)

    @property
    def condition_counts(self) -> Counter[str]:
        return Counter(line.result for line in self.conditions)

    @cached_property
    def by_event(self) -> dict[str, list[Line]]:
        """The conditions, by ActionName."""
        found: dict[str, list[Line]] = {}
        for line in self.conditions:
            if isinstance(line.entry, Condition):
                found.setdefault(line.entry.event, []).append(line)
        return found

    @cached_property
    def features(self) -> dict[str, list[ScenarioView]]:
        """Every scenario that ran, by feature."""
        found: dict[str, list[ScenarioView]] = {}
        for one in self.views:
            found.setdefault(one.evidence.feature, []).append(one)
        return found

    @cached_property
    def shown_whole(self) -> set[str]:
        """Ids of the scenarios that have a page: those of the conditions. Of others only what failed has one."""
        return {view.id for line in self.conditions for view in line.views}

    @cached_property
    def first_rows(self) -> dict[str, ScenarioView]:
        """Of each outline the first row whose steps are listed without a page of its own."""
        first: dict[str, ScenarioView] = {}
        for view in self.views:
            if view.evidence.outline and view.id not in self.shown_whole and view.result != "failed":
                first.setdefault(view.evidence.outline, view)
        return first

    @cached_property
    def changed(self) -> list[tuple[Condition, Approval]]:
        """What has changed since it was approved."""
        return [
            (line.entry, approval)
            for line in self.conditions
            if isinstance(line.entry, Condition)
            and (approval := self.approvals.get(line.entry.id)) is not None
            and approval.reasons
        ]

    def tell(self, id_: str) -> str:
        """Remember that a scenario has been shown."""
        self.told.add(id_)
        return ""

    def neighbours(self, line: Line) -> tuple[Line | None, Line | None]:
        """The conditions before and after one."""
        at = self.conditions.index(line)
        following = self.conditions[at + 1] if at + 1 < len(self.conditions) else None
        return (self.conditions[at - 1] if at else None), following


def render(pack: Pack) -> str:
    """The page."""
    pack.told.clear()
    return smaller(_environment().get_template("page.html.j2").render(pack=pack))


def write(pack: Pack, file: Path) -> None:
    """Write the page, wholly or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(file) as half:
        half.write_text(render(pack), encoding="utf-8", errors="backslashreplace", newline="\n")


@cache
def _environment() -> Environment:
    made = templates("harness.signoff.html", "pack")
    made.globals["own"] = _own
    return made


def _own(name: str) -> Markup:
    """A file of the page's own that goes into it as it is: its style, its script."""
    source = (Path(__file__).parent / "pack" / name).read_text(encoding="utf-8")
    return Markup(source)  # noqa: S704 - ours
