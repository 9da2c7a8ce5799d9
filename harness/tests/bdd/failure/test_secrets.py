"""A failure hides what belongs to a confidential agreement, and nothing else."""

from contextlib import closing
from dataclasses import replace

import pytest

from harness.bdd.context import scenario_context
from harness.bdd.failure.observations import Observations, Secrets
from harness.bdd.failure.rendering import render
from harness.bdd.failure.report import FailureReport
from harness.bdd.feature_error import FeatureError
from harness.bdd.mismatch import DIFFERS, NOT_SEEN, Comparison, FieldDiff, RowDiff
from harness.confidentiality import HIDDEN, redact_entry
from harness.environments.in_process import InProcessEnvironment
from harness.specification.register import Register
from simulator.icertis.agreement import SUB, Agreement
from simulator.monitoring.message_log import LogEntry, LoggedError, ProcessingDetails

CONFIDENTIAL, OPEN = "22222222-0000-4000-8000-000000000048", "44444444-0000-4000-8000-000000004800"
SECRETS = Secrets(["PSUB48", CONFIDENTIAL, ""])


def hidden(name: str, *fields: FieldDiff, what: str = "the events") -> list[tuple[str | None, str | None]]:
    return [(diff.expected, diff.seen) for diff in SECRETS.hide(RowDiff(name, DIFFERS, fields), what).fields]


@pytest.mark.parametrize("name", ["PSUB4800", "PST1", ""])
def test_other_agreements_are_shown(name: str) -> None:
    assert hidden(name, FieldDiff("NAME", "Steam", "Water"), what=f"the entry {name}") == [("Steam", "Water")]


@pytest.mark.parametrize("name", ["PSUB48", "psub48", CONFIDENTIAL, "PSUB48-AMD1"])
def test_both_sides_of_a_confidential_row_are_hidden(name: str) -> None:
    assert hidden(name, FieldDiff("NAME", "Steam", "")) == [(HIDDEN, "")]
    assert hidden("", FieldDiff("", "Steam", "Water"), what=f"NAME of {name}") == [(HIDDEN, HIDDEN)]


def test_event_of_an_open_agreement_beside_a_confidential_one_is_shown() -> None:
    ids, status = FieldDiff("System ID", CONFIDENTIAL, OPEN), FieldDiff("status", "DISCARDED", "COMPLETED")
    assert hidden(CONFIDENTIAL, ids, status) == [(HIDDEN, OPEN), (HIDDEN, "COMPLETED")]


def test_confidential_entry_beside_an_open_one_is_hidden() -> None:
    ids, name = FieldDiff("ICMAGREEMENTCODE", "PST4800", "PSUB48"), FieldDiff("NAME", "Steam", "Rescue")
    assert hidden("PST4800", ids, name) == [("PST4800", HIDDEN), ("Steam", HIDDEN)]


def test_wrong_system_id_of_a_confidential_code_hides_both_sides() -> None:
    assert hidden("PSUB48", FieldDiff("SYSID", CONFIDENTIAL, OPEN)) == [(HIDDEN, HIDDEN)]


def test_missing_row_keeps_its_name_alone() -> None:
    row = RowDiff("PSUB48", NOT_SEEN, (FieldDiff("NAME", "Rescue", None),))
    assert SECRETS.hide(row, "the entries") == RowDiff(f"PSUB48 {HIDDEN}", NOT_SEEN)


def test_hidden_values_are_not_compared_by_character() -> None:
    rows = (RowDiff("", DIFFERS, (FieldDiff("", HIDDEN, HIDDEN),)),)
    report = FailureReport("f:1", "s", "Then x", (Comparison("what", rows),), "", (), "")
    assert "character" not in render(report)


_WRONG = LoggedError("MON-3", "Rescue", "Rescue")
FAILED = LogEntry(
    guid="1",
    correlation_id="1",
    received_at="",
    changed_at="",
    status="FAILED",
    source="",
    contract_type="ICMSubAgreement",
    sys_id=CONFIDENTIAL,
    action="Executed",
    note="",
    error_id="D-34",
    error_field="ICMExpiryDate",
    error_message="no date: Rescue",
    attempts=0,
    systems={"PF2": "Rescue", "WP2": "waiting"},
    system_errors={"PF2": _WRONG, "WP2": _WRONG},
    processing=ProcessingDetails((), {}, ()),
)
"""The entry of a flow that failed by an exception with values of an agreement in its text."""


def held(*, is_confidential: bool) -> Agreement:
    return Agreement(
        SUB, CONFIDENTIAL, "PSUB48", {"ICMConfidentialContract": is_confidential, "ICMExpiryDate": "Rescue"}
    )


def test_words_of_a_flow_are_not_told_where_an_agreement_is_confidential() -> None:
    shown = redact_entry(FAILED, [held(is_confidential=True)])
    assert "Rescue" not in str(shown)
    assert shown.error == LoggedError("D-34", "ICMExpiryDate", HIDDEN)
    assert shown.system_errors["WP2"] == LoggedError("MON-3", "", HIDDEN)
    assert shown.systems == {"PF2": HIDDEN, "WP2": "waiting"}
    assert (shown.action, shown.contract_type, shown.sys_id) == ("Executed", "ICMSubAgreement", CONFIDENTIAL)


def test_names_of_an_event_that_are_none_are_not_told_either() -> None:
    shown = redact_entry(
        replace(FAILED, action="Rescue", contract_type="Rescue", sys_id="Rescue"), [held(is_confidential=True)]
    )
    assert "Rescue" not in str(shown)


def test_words_of_a_flow_are_told_where_every_agreement_is_open() -> None:
    assert redact_entry(FAILED, [held(is_confidential=False)]) == FAILED


def test_words_of_our_own_middleware_name_no_value_and_are_redact_entry() -> None:
    own = replace(FAILED, processing=None)
    assert redact_entry(own, [held(is_confidential=True)]) == own


@pytest.mark.parametrize("step", ["a Given", "a When"])
def test_failure_of_a_flow_shows_no_value_of_a_confidential_agreement(
    monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    mode = InProcessEnvironment()
    with closing(mode), scenario_context(mode) as context:
        terms = held(is_confidential=True).attributes
        context.agreements["PSUB48"] = context.ici.draft(SUB, terms, code="PSUB48", sys_id=CONFIDENTIAL)
        entries: list[LogEntry] = []
        monkeypatch.setattr(context.cpi, "entries", lambda: [*entries])
        problem = ""
        if step == "a Given":
            with pytest.raises(FeatureError) as raised:
                context.do_given(lambda: entries.append(FAILED))
            problem = str(raised.value)
            assert "D-34 ICMExpiryDate" in problem
            assert "Rescue" not in str(raised.value.troubles)
        else:
            context.do_when(lambda: entries.append(FAILED))
        report = FailureReport("f:1", "s", "Then x", (), problem, (), "")
        shown = render(Observations(context, Register.load()).add_to(report, "", ()))
    assert "D-34" in shown
    assert "Rescue" not in shown
