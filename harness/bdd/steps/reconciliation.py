"""Steps of reconciliation: entries changed past the middleware, the comparison with ICI, and its findings."""

from dataclasses import dataclass

import pytest
from pytest_bdd import given, parsers, when

from harness.bdd.comparison import ENTRY_KEY, assert_equal
from harness.bdd.context import ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.steps.tables import entry_of
from harness.bdd.table_diff import CONTRACT
from harness.bdd.vocabulary.attributes import Table, table_rows
from harness.data_directory import Row
from simulator.errors import InterfaceError
from simulator.reporting.reconciliation import Finding


@dataclass
class LastReconciliation:
    """The outcome of the last comparison."""

    result: list[Finding] | InterfaceError | None = None
    """Its findings, or why there was no comparison; None before the first one."""

    @property
    def findings(self) -> list[Finding]:
        """The findings of the last comparison. Raises AssertionError where it failed or there was none."""
        assert self.result is not None, "expected findings, but nothing has been compared yet"
        assert not isinstance(self.result, InterfaceError), f"expected findings, but it failed with: {self.result}"
        return self.result


@pytest.fixture
def reconciliation() -> LastReconciliation:
    """Provide the comparisons of one scenario."""
    return LastReconciliation()


@given(parsers.parse('somebody has changed {field} of the entry "{code}" in {system} to "{value}"'))
def change_field_past_middleware(context: ScenarioContext, field: str, code: str, system: str, value: str) -> None:
    _upsert(context, system, {**_key_of(context, system, code), field: value}, None)


@given(parsers.parse('somebody has left {system} only the organisations "{listed}" of "{code}"'))
def reduce_organisations_past_middleware(context: ScenarioContext, system: str, listed: str, code: str) -> None:
    _upsert(context, system, _key_of(context, system, code), listed.split(","))


@given(parsers.parse('somebody has added the entry "{code}" with the organisations "{listed}" to {system}'))
def add_entry_past_middleware(context: ScenarioContext, code: str, listed: str, system: str) -> None:
    _add(context, system, code, context.settings.source, listed.split(","))


@given(parsers.parse('somebody has added the entry "{code}" of the tenant "{tenant}" to {system}'))
def add_entry_of_tenant(context: ScenarioContext, code: str, tenant: str, system: str) -> None:
    _add(context, system, code, tenant, [])


@when("PF2 and WP2 are compared with ICI")
def compare_with_ici(context: ScenarioContext, reconciliation: LastReconciliation) -> None:
    _compare(context, reconciliation, repair=False)


@when("PF2 and WP2 are compared with ICI, and repaired")
def compare_and_repair(context: ScenarioContext, reconciliation: LastReconciliation) -> None:
    _compare(context, reconciliation, repair=True)


def _compare(context: ScenarioContext, reconciliation: LastReconciliation, *, repair: bool) -> None:
    def reconcile() -> None:
        try:
            reconciliation.result = context.cpi.reconcile(repair=repair)
        except InterfaceError as error:
            reconciliation.result = error

    context.do_when(reconcile)


@assertion("the comparison finds nothing")
def check_no_finding(reconciliation: LastReconciliation) -> None:
    assert_equal("the findings of the comparison", reconciliation.findings, [])


@assertion("the comparison finds exactly this:")
def check_findings(reconciliation: LastReconciliation, datatable: Table) -> None:
    expected, head = table_rows(datatable, _COLUMNS), datatable[0]
    lines = [line for finding in reconciliation.findings for line in _lines(finding)]
    seen = [{name: line[name] for name in head} for line in lines]
    assert_equal("the findings of the comparison", seen, expected)
    unnamed = [line for line in lines if any(value for name, value in line.items() if name not in head)]
    assert_equal("the findings with values for which the table has no column", unnamed, [])


@assertion(parsers.parse("the comparison finds {number:d} entries missing in {system}"))
def check_number_missing(reconciliation: LastReconciliation, number: int, system: str) -> None:
    found = [finding for finding in reconciliation.findings if finding.system == system]
    assert_equal(f"the kinds of findings in {system}", {finding.kind for finding in found}, {"missing"})
    assert_equal(f"the number of entries missing in {system}", len({finding.code for finding in found}), number)


@assertion(parsers.re(r'the comparison fails with the error (?P<rule>\S+)( at (?P<field>\w+))?: "(?P<message>.*)"'))
def check_comparison_fails(reconciliation: LastReconciliation, rule: str, field: str | None, message: str) -> None:
    error = reconciliation.result
    assert isinstance(error, InterfaceError), f"expected the comparison to fail with {rule}, but it found: {error}"
    seen = (error.rule, error.field, error.message)
    assert_equal("rule, field and message of the error", seen, (rule, field or "", message))


@assertion("comparing once more finds nothing")
def check_next_comparison_finds_nothing(context: ScenarioContext) -> None:
    assert_equal("the findings of another comparison", context.cpi.reconcile(repair=False), [])


def _upsert(context: ScenarioContext, system: str, fields: Row, organisations: list[str] | None) -> None:
    first, *_ = context.systems[system].upsert(fields, organisations)
    assert_equal(f"the type of the message that {system} returns", first.TYPE, "S")


_FIELD_COLUMNS = ("field", "ICI holds", "the system holds")
_COLUMNS = ("system", "code", "finding", "error", *_FIELD_COLUMNS)


def _add(context: ScenarioContext, system: str, code: str, tenant: str, organisations: list[str]) -> None:
    """Add an entry whose fields are blank, but for its key."""
    names = [column["field"] for column in context.systems[system].definition(CONTRACT)]
    added = sum(row["SYSID"].startswith("99999999-") for row in context.tables()[system][CONTRACT])
    key = (tenant, "STA", f"99999999-0000-4000-8000-{9999 - added:012}", code)
    _upsert(context, system, dict.fromkeys(names, "") | dict(zip(ENTRY_KEY, key, strict=True)), organisations)


def _key_of(context: ScenarioContext, system: str, code: str) -> Row:
    entry = entry_of(context.tables()[system], code)
    return {name: entry[name] for name in ENTRY_KEY}


def _lines(finding: Finding) -> list[Row]:
    """Write a finding as a feature does: a line for each field, or one line where it has none."""
    common = {
        "system": finding.system or "ICI",
        "code": finding.code,
        "finding": finding.kind,
        "error": finding.error.rule if finding.error else "",
    }
    return [common | dict(zip(_FIELD_COLUMNS, values, strict=True)) for values in finding.fields or [("", "", "")]]
