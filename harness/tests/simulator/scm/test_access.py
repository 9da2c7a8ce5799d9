"""Test tokens of SCM: they are valid by the clock of the landscape, whatever the real time."""

from datetime import UTC, datetime

import pytest

from simulator.scm.access import LIFETIME_SECONDS, TENANT, EntraTenant

SITE = "https://scm.invalid"


@pytest.mark.parametrize("year", [2020, 2099])
def test_a_token_is_valid_for_its_lifetime_in_any_year(year: int) -> None:
    now = datetime(year, 1, 5, tzinfo=UTC).timestamp()
    access = EntraTenant(TENANT, ("id", "secret"), lambda: now)
    token = access.issue_token("id", "secret", {"resource": SITE})
    assert token is not None
    assert access.is_valid(token, SITE)
    now += LIFETIME_SECONDS
    assert not access.is_valid(token, SITE)
