"""The database columns that the types of the ABAP Dictionary become."""

import pytest
from sqlalchemy import Numeric, String, create_engine
from sqlalchemy.dialects import postgresql

from simulator.ecc.ddic import Char, Dats, DdicType, Dec, field, key
from simulator.ecc.tables import CONTRACT, PURCHORG, ddic_types


@pytest.mark.parametrize(
    ("ddic", "on_sqlite", "on_postgresql"),
    [
        (Char(25), "VARCHAR(25)", 'VARCHAR(25) COLLATE "C"'),
        (Dats(), "VARCHAR(8)", 'VARCHAR(8) COLLATE "C"'),
        (Dec(15), "VARCHAR(17)", "NUMERIC(15, 2)"),
    ],
)
def test_the_column_of_a_type(ddic: DdicType, on_sqlite: str, on_postgresql: str) -> None:
    assert ddic.column().compile(dialect=create_engine("sqlite://").dialect) == on_sqlite
    assert ddic.column().compile(dialect=postgresql.base.PGDialect()) == on_postgresql  # type: ignore[no-untyped-call]


def test_a_key_field_and_another_field() -> None:
    of_the_key = key(Char(20), "Tenant ID")
    assert of_the_key.primary_key is True
    assert of_the_key.sa_column_kwargs == {"comment": "Tenant ID", "info": {"ddic": Char(20)}}
    plain = field(Dats(), "Expiry Date")
    assert plain.primary_key is False
    assert plain.nullable is False
    assert plain.default == "00000000"
    assert plain.sa_column_kwargs == {"comment": "Expiry Date", "info": {"ddic": Dats()}}
    assert isinstance(field(Char(4), "Terms").sa_type, String)
    assert isinstance(field(Dec(15), "Value").sa_type, Numeric)


def test_the_types_of_a_table_by_field() -> None:
    assert ddic_types(PURCHORG) == {"SYSID": Char(36), "PURCHASINGORG": Char(4)}


def test_no_column_takes_a_null() -> None:
    assert not [column.name for table in (CONTRACT, PURCHORG) for column in table.columns if column.nullable]


@pytest.mark.parametrize(
    ("sent", "held"), [("", "0.00"), ("-0.00", "0.00"), ("007.50", "7.50"), ("-1.05", "-1.05"), ("9" * 13 + ".99",) * 2]
)
def test_a_number_is_held_as_every_database_gives_it_back(sent: str, held: str) -> None:
    assert Dec(15).to_stored(sent) == held


@pytest.mark.parametrize("character", ["\0", "\ud800"])
def test_no_text_holds_what_is_no_character(character: str) -> None:
    with pytest.raises(ValueError, match=r"^it holds a character that cannot be stored$"):
        Char(3).to_stored(character)
