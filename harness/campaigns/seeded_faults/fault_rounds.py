"""Run the scenarios of one session once for each fault, and hold each failure against what the fault breaks."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import pytest
from rich.console import Console

from harness.campaigns.seeded_faults.report import NO_FAULT, FoundFault, report


class RoundFault(NamedTuple):
    """A fault, and the failures that it is expected to cause."""

    rule: str
    what: str
    shows: Sequence[str]
    """Words that tell the assertion which it breaks: one of them stands in every failure."""

    tag: str = ""
    """The tag of the scenarios that find it; blank for the conditions."""


class RoundResult(NamedTuple):
    """The result of the conditions with one fault."""

    fault: str
    red: Sequence[str]
    """Ids of the conditions that failed, or names of other scenarios."""

    passed: int
    strangers: Sequence[str]
    """Failures that are about something else."""

    @property
    def is_expected(self) -> bool:
        if self.fault == NO_FAULT:
            return bool(self.passed) and not self.red
        return bool(self.red) and not self.strangers


class FaultRounds:
    """A pytest plugin: run the scenarios of a session once for each fault."""

    def __init__(
        self,
        chosen: Sequence[str],
        faults: Mapping[str, RoundFault],
        conditions: Mapping[str, str],
        put_in: Callable[[pytest.Session, str], object],
        about: Callable[[str], str] = str,
    ) -> None:
        """`conditions` are the ids by tag; `put_in` puts a fault in, and takes the one before out.

        `about` takes out of a failure what has to be about the fault.
        """
        self._about = about
        self._chosen = chosen
        self._faults = faults
        self._conditions = conditions
        self._put_in = put_in
        self._reports: list[pytest.TestReport] = []
        self.results: list[RoundResult] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        conditions = self._conditions
        for name in self._chosen:
            self._put_in(session, name)
            self._reports = []
            tag = self._faults[name].tag if name != NO_FAULT else ""
            wanted = [
                item for item in session.items if tag in _marks(item) or (not tag and conditions.keys() & _marks(item))
            ]
            red: dict[str, None] = {}
            for item in wanted:
                failed = len(self._failures())
                item._initrequest()  # type: ignore[attr-defined]  # noqa: SLF001 - as what reruns tests has to
                item.ihook.pytest_runtest_protocol(item=item, nextitem=item.parent)
                if len(self._failures()) > failed:
                    red |= dict.fromkeys(
                        [item.name] if tag else [conditions[one] for one in _marks(item) & conditions.keys()]
                    )
            self.results.append(self._result(name, list(red)))
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._reports.append(report)

    def _failures(self) -> list[str]:
        return [report.longreprtext for report in self._reports if report.failed]

    def _result(self, name: str, red: Sequence[str]) -> RoundResult:
        strangers = [
            text for text in self._failures() if name == NO_FAULT or not self._is_about(text, self._faults[name])
        ]
        passed = sum(report.passed and report.when == "call" for report in self._reports)
        return RoundResult(name, red, passed, strangers)

    def _is_about(self, text: str, fault: RoundFault) -> bool:
        found = self._about(text)
        return any(words in found for words in fault.shows)


def _marks(item: pytest.Item) -> set[str]:
    return {mark.name for mark in item.iter_markers()}


def print_results(results: Sequence[RoundResult], faults: Mapping[str, RoundFault], console: Console) -> None:
    """Print what each fault fails, and each failure that is about something else."""
    report([_line(result, faults.get(result.fault)) for result in results], console)
    for result in results:
        for stranger in result.strangers if result.fault != NO_FAULT else ():
            console.print(f"\n{result.fault} fails for another reason:\n{stranger[:1500]}", style="red", markup=False)


def _line(result: RoundResult, fault: RoundFault | None) -> FoundFault:
    rule, what, expected_in = (fault.rule, fault.what, fault.tag) if fault else ("", "", "")
    red = f"{len(result.red)} scenarios" if expected_in and result.red else ", ".join(result.red)
    red = red or f"none: {result.passed} scenarios passed"
    return FoundFault(result.fault, rule, what, red, result.is_expected, expected_in)
