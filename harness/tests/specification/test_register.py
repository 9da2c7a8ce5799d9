"""The register is complete; the mapping sheet and the emulated tables agree with it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from typing import TypeAlias

from harness.specification.register import MappedField, Register, RegisterEntry, Target
from simulator.ecc.ddic import Char, Dats, DdicType, Dec
from simulator.ecc.tables import CONTRACT, ddic_types
from simulator.mapping.actions import ACTIONS
from simulator.mapping.sheet import NEEDED, ZMM_ICMCONTRACT, EccType, SheetRow

RegisteredFields: TypeAlias = Mapping[str, Mapping[str, object]]
"""By line of the mapping, what is said of it."""

REGISTER = Register.load()
STORED = [mapped for mapped in REGISTER.mappings if mapped.target]
"""All but MAP-22, whose fields only decide."""


def numbered(area: str, count: int, digits: int = 1) -> list[str]:
    return [f"{area}-{number:0{digits}}" for number in range(1, count + 1)]


def ids(entries: tuple[RegisterEntry, ...]) -> list[str]:
    return [entry.id for entry in entries]


def test_it_has_the_27_conditions() -> None:
    assert len(REGISTER.conditions_of(Target.ECC)) == 27
    assert " ".join(ids(REGISTER.conditions_of(Target.ECC))) == (
        "1 2 2a 3 4 4a 5 5a 6 6a 7 7a 8 8a 9 9a 10 11 11a 12 12a 13 13a 13b 14 14a 14b"
    )


def test_it_has_every_line_of_the_mapping_sheet() -> None:
    found = sorted(ids(REGISTER.mappings))
    assert found == numbered("MAP", max(22, len(found)), digits=2)  # those of the specification, and added ones


def test_it_has_every_rule() -> None:
    assert ids(REGISTER.rules) == [
        *numbered("EVT", 9),
        *numbered("CALL", 4),
        *numbered("TAB", 8),
        *numbered("SEC", 5),
        *numbered("MON", 5),
        *numbered("OA", 8),
        *numbered("SCM", 9),
    ]


def test_it_has_every_decision() -> None:
    found = ids(REGISTER.decisions)
    assert found[:61] == numbered("D", 61, digits=2)
    assert found[61:] == sorted(set(found[61:]), key=lambda one: int(one[2:]))  # not every number after it is taken yet


def test_ids_and_tags_are_unique() -> None:
    for names in (ids(REGISTER.entries), [entry.tag for entry in REGISTER.entries]):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_condition_starts_with_an_event_of_the_interface() -> None:
    assert {condition.event for condition in REGISTER.conditions_of(Target.ECC)} == set(ACTIONS)


def test_nothing_is_waived() -> None:
    assert [entry.id for entry in REGISTER.entries if entry.waived] == []


def test_it_has_the_26_conditions_of_scm() -> None:
    assert " ".join(ids(REGISTER.conditions_of(Target.SCM))) == (
        "S1 S1a S2 S3 S4 S4a S5 S5a S5b S5c S5d S6 S7 S7a S7b S7c S8 S9 S10 S11 S11a S12 S13 S14 S15 S16"
    )


def test_the_mapping_sheet_has_the_lines_of_the_register() -> None:
    names = ("source", "target", "label", "type", "key", "instead")
    rows = {row.id: {name: _of_row(row)[name] for name in names} for row in ZMM_ICMCONTRACT}
    lines = {mapped.id: {name: getattr(mapped, name) for name in names} for mapped in STORED}
    deviations = _deviations("simulator/mapping/sheet.py", rows, lines)
    assert not deviations, "\n".join(deviations)
    assert [row.id for row in ZMM_ICMCONTRACT] == [mapped.id for mapped in STORED]


def test_the_table_has_the_columns_of_the_register_in_its_order() -> None:
    types = ddic_types(CONTRACT)
    columns = {
        column.name: {"label": column.comment, "key": column.primary_key, "type": _written(types[column.name])}
        for column in CONTRACT.columns
    }
    lines = {
        mapped.target: {
            "label": mapped.label,
            "key": mapped.key,
            "type": "CHAR 3" if mapped.type == "CODE" else mapped.type,
        }
        for mapped in STORED
    }
    deviations = _deviations("simulator/ecc/tables.py", columns, lines)
    assert not deviations, "\n".join(deviations)
    assert [column.name for column in CONTRACT.columns] == [mapped.target for mapped in STORED]


def _deviations(file: str, found: RegisteredFields, registered: RegisteredFields) -> list[str]:
    """Say of each line what to add, or to change, in a file or in the register."""
    return [
        *(f"{name} is missing in {file}" for name in registered if name not in found),
        *(f"{name} is missing in fixtures/spec/mapping.toml" for name in found if name not in registered),
        *(
            f"{name}: {field} is {value!r} in {file}, and {registered[name][field]!r} in fixtures/spec/mapping.toml"
            for name, row in found.items()
            if name in registered
            for field, value in row.items()
            if value != registered[name][field]
        ),
    ]


def test_deciding_fields_are_fetched_without_a_column() -> None:
    (deciding,) = (mapped for mapped in REGISTER.mappings if mapped.decides)
    assert deciding == MappedField(id="MAP-22", rule=deciding.rule, decides=deciding.decides)
    assert set(deciding.decides) == {"ICMParentEntityInstanceId", "ICMParentContractId", "ICMTerminationNoticeDate"}
    assert set(deciding.decides) <= NEEDED
    assert not {name.upper() for name in deciding.decides} & set(CONTRACT.columns.keys())


def _of_row(row: SheetRow) -> dict[str, object]:
    """Write the fields of a row as the register does."""
    return {one.name: getattr(row, one.name) for one in fields(row)} | {"type": _type(row.type)}


def _type(ecc: EccType) -> str:
    if ecc.coded:
        assert (ecc.name, ecc.length) == ("CHAR", 3)
        return "CODE"
    return "DATS" if ecc.name == "DATS" else f"{ecc.name} {ecc.length}"


def _written(ddic: DdicType) -> str:
    match ddic:
        case Char(length):
            return f"CHAR {length}"
        case Dec(length):
            return f"DEC {length}"
        case Dats():
            return "DATS"
        case _:
            raise AssertionError(ddic)


def test_decision_names_an_owner_who_signs_and_what_there_is() -> None:
    register = Register.load()
    known = {
        *(one.id for one in register.mappings),
        *(one.event for one in register.conditions),
        "ZMM_ICMCONTRACT",
        "ZMM_ICMPURCHORG",
    }
    assert {word for one in register.decisions for word in one.binds} <= known
    assert {one.owner for one in register.decisions} <= {"business owner", "SAP", "Icertis"}
