"""The types of the ABAP Dictionary: their database columns and checks."""

import pytest
from sqlalchemy import Numeric, String, create_engine
from sqlalchemy.dialects import postgresql

from simulator.ecc.ddic import Char, Dats, DdicType, Dec, field, key
from simulator.ecc.field_conversion import assigned
from simulator.ecc.tables import CONTRACT, PURCHORG, ddic_types


@pytest.mark.parametrize(
    ("ddic", "on_sqlite", "on_postgresql"),
    [
        (Char(25), "VARCHAR(25)", 'VARCHAR(25) COLLATE "C"'),
        (Dats(), "VARCHAR(8)", 'VARCHAR(8) COLLATE "C"'),
        (Dec(15), "VARCHAR(17)", "NUMERIC(15, 2)"),
    ],
)
def test_type_defines_its_database_column(ddic: DdicType, on_sqlite: str, on_postgresql: str) -> None:
    assert ddic.column().compile(dialect=create_engine("sqlite://").dialect) == on_sqlite
    assert ddic.column().compile(dialect=postgresql.base.PGDialect()) == on_postgresql  # type: ignore[no-untyped-call]


def test_declared_fields_carry_key_label_and_initial_value() -> None:
    key_field = key(Char(20), "Tenant ID")
    assert key_field.primary_key is True
    assert key_field.sa_column_kwargs == {"comment": "Tenant ID", "info": {"ddic": Char(20)}}
    other_field = field(Dats(), "Expiry Date")
    assert other_field.primary_key is False
    assert other_field.nullable is False
    assert other_field.default == "00000000"
    assert other_field.sa_column_kwargs == {"comment": "Expiry Date", "info": {"ddic": Dats()}}
    assert isinstance(field(Char(4), "Terms").sa_type, String)
    assert isinstance(field(Dec(15), "Value").sa_type, Numeric)


def test_ddic_types_maps_fields_of_a_table() -> None:
    assert ddic_types(PURCHORG) == {"SYSID": Char(36), "PURCHASINGORG": Char(4)}


def test_no_column_is_nullable() -> None:
    assert not [column.name for table in (CONTRACT, PURCHORG) for column in table.columns if column.nullable]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [("", "0.00"), ("-0.00", "0.00"), ("007.50", "7.50"), ("-1.05", "-1.05"), ("9" * 13 + ".99",) * 2],
)
def test_number_is_stored_as_every_database_returns_it(sent: str, stored: str) -> None:
    assert Dec(15).to_stored(sent) == stored


@pytest.mark.parametrize("character", ["\0", "\ud800"])
def test_text_refuses_unstorable_characters(character: str) -> None:
    with pytest.raises(ValueError, match=r"^it holds a character that cannot be stored$"):
        Char(3).to_stored(character)


@pytest.mark.parametrize("text", ["9" * 10**6, "9" * 10**6 + "x", " " * 10**6 + "x", "." + "9" * 10**6 + "e"])
def test_long_text_that_is_no_number_is_left_at_once(text: str) -> None:
    assert assigned({"VALUE": Dec(15)}, {"VALUE": text}) == {"VALUE": text}
