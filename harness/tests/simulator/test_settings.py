"""A setting that makes no sense is refused by its name."""

from pathlib import Path

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
        ({"systems": {"PF2": "sqlite:///one.db", "WP2": "sqlite+pysqlite:///./one.db?timeout=9"}}, "PF2 and WP2"),
        ({"store": "postgresql://host/one", "scm_store": "postgresql://host/one"}, "store and scm_store"),
        (
            {"store": "postgresql://me@host/one", "scm_store": "postgresql+psycopg://me:secret@HOST:5432/one"},
            "store and scm_store",
        ),
    ],
)
def test_no_database_has_the_same_tables_twice(settings: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=f"{why} name the same database: each needs one of its own"):
        Settings.model_validate(settings)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sqlite://", "sqlite:///:memory:"),
        ("postgresql://pf2@host/one", "postgresql://wp2@host/one"),
        ("postgresql://host/one?options=-csearch_path=pf2", "postgresql://host/one?options=-csearch_path=wp2"),
    ],
)
def test_databases_and_schemas_that_differ_are_taken(one: str, other: str) -> None:
    assert list(Settings.model_validate({"systems": {"PF2": one, "WP2": other}}).systems) == ["PF2", "WP2"]


@pytest.mark.parametrize("other", ["CPI.keys", "../{folder}/CPI.keys"])
def test_two_stores_with_one_key_file_are_refused(other: str) -> None:
    with pytest.raises(ValidationError, match="store_keys and scm_store_keys name the same file"):
        Settings.model_validate({"store_keys": "CPI.keys", "scm_store_keys": other.format(folder=Path.cwd().name)})
