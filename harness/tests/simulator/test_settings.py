"""A setting that makes no sense is refused by its name."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from simulator.errors import SettingsError
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


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"systems": {"PF2": "sqlite:///{folder}/WP2.db", "WP2": "sqlite://"}}, "PF2 and WP2 name the same database"),
        ({"scm_store": "sqlite:///{folder}/CPI.db"}, "store and scm_store name the same database"),
        ({"store": "sqlite:///{folder}/connector.db"}, "store and scm_store name the same database"),
    ],
)
def test_file_that_is_added_for_one_is_that_of_no_other(tmp_path: Path, settings: dict[str, object], why: str) -> None:
    given = Settings.model_validate_json(json.dumps(settings).replace("{folder}", tmp_path.as_posix()))
    with pytest.raises(SettingsError, match=f"^Value error, {why}: each needs one of its own$"):
        given.with_file_defaults(tmp_path)


def test_files_of_a_data_directory_follow_the_rules_too(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^Value error, PF2 and \./PF2 name the same database"):
        Settings(systems={"PF2": "", "./PF2": ""}).with_data_directory(tmp_path)
    with pytest.raises(SettingsError, match=r"^Value error, store_keys and scm_store_keys name the same file"):
        Settings(remember_filtered=True, scm_store_keys=tmp_path / "CPI.keys").with_data_directory(tmp_path)


@pytest.mark.parametrize(
    ("update", "why"),
    [
        ({"max_attempts": 0}, "max_attempts: Input should be greater than or equal to 1"),
        ({"scm_base_url": "MARKER"}, "scm_base_url: String should match pattern '^https?://[^/]+'"),
        ({"store": None}, "Value error, remember_filtered needs a store"),
        ({"max_atempts": 1}, "max_atempts: Extra inputs are not permitted"),
    ],
)
def test_what_is_changed_later_follows_the_rules_too(update: dict[str, object], why: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings(remember_filtered=True).model_copy(update=update)
    assert str(refused.value) == why
