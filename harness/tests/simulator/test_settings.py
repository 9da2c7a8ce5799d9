"""A setting that makes no sense is refused by its name."""

import pytest
from pydantic import ValidationError

from simulator.settings import Settings

TIMES = ("scm_period", "first_wait", "longest_wait", "first_answer", "longest_answer", "keep_completed")


@pytest.mark.parametrize("name", [*TIMES, "max_per_second", "concurrency", "max_attempts", "seed"])
@pytest.mark.parametrize("value", [True, False])
def test_true_and_false_are_no_number(name: str, *, value: bool) -> None:
    with pytest.raises(
        ValidationError, match=f"^1 validation error for Settings\n{name}\n.*true and false are no value"
    ):
        Settings.model_validate({name: value})


@pytest.mark.parametrize("name", TIMES)
@pytest.mark.parametrize("value", ["P36526D", "-PT1S"])
def test_time_is_neither_negative_nor_longer_than_dates_go(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=f"^1 validation error for Settings\n{name}\n"):
        Settings.model_validate({name: value})
    assert getattr(Settings.model_validate({name: "P36525D"}), name).days == 36_525


@pytest.mark.parametrize("name", ["scm_period", "first_answer", "longest_answer"])
def test_time_in_which_nothing_can_happen_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match=f"^1 validation error for Settings\n{name}\n"):
        Settings.model_validate({name: 0})


def test_rate_that_lets_nothing_through_for_years_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"^1 validation error for Settings\nmax_per_second\n"):
        Settings.model_validate({"max_per_second": 1e-320})


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"systems": {"PF2": "sqlite:///one.db", "WP2": "sqlite:///one.db"}}, "PF2 and WP2"),
        ({"store": "postgresql://host/one", "scm_store": "postgresql://host/one"}, "store and scm_store"),
    ],
)
def test_no_database_has_the_same_tables_twice(settings: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=f"{why} name the same database: each needs one of its own"):
        Settings.model_validate(settings)


def test_two_stores_with_one_key_file_are_refused() -> None:
    with pytest.raises(ValidationError, match="store_keys and scm_store_keys name the same file"):
        Settings.model_validate({"store_keys": "CPI.keys", "scm_store_keys": "CPI.keys"})
