"""A failure hides what belongs to a confidential agreement, and nothing else."""

import pytest

from harness.bdd.failure.observations import Secrets
from harness.bdd.failure.rendering import render
from harness.bdd.failure.report import HIDDEN, FailureReport
from harness.bdd.mismatch import DIFFERS, NOT_SEEN, Comparison, FieldDiff, RowDiff

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
