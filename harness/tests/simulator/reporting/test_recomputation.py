"""The report agrees with an independent recomputation, over made-up tables in which everything collides."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal

import pytest
from sqlalchemy import Connection, create_engine, insert

from harness.data_directory import Row
from harness.tests.simulator.reporting.recomputation import Held, Recomputed
from simulator.ecc.ekko import EKKO
from simulator.ecc.tables import CONTRACT, PURCHORG
from simulator.mapping.contract_types import TYPE_CODES
from simulator.reporting.consolidation import Report, ReportRequest, consolidate

DAY = "20260630"
DAYS = ("20250101", "20260629", "20260630", "20260701", "20271231", "00000000")
ORGANISATIONS = ("FR10", "IT10", "BE10")
VALUES = ("0.00", "1000.00", "3000.00", "-1.50")
SUPPLIERS = ("0000104711", "104711", "0000200200", "")
KEYS = {
    "differences": ("system", "EBELN", "field"),
    "target_values": ("ICMAGREEMENTCODE", "sum", "verdict"),
    "missing": ("ICMAGREEMENTCODE", "PURCHASINGORG"),
    "masters": ("ICMAGREEMENTCODE", "finding"),
    "orphans": ("system", "EBELN"),
    "unknown_codes": ("system", "EBELN"),
    "wrong_types": ("system", "EBELN"),
    "duplicates": ("system", "EBELN"),
    "ended": ("system", "EBELN"),
    "entries": ("ICMAGREEMENTCODE", "finding", "field", "other_system"),
    "s4": ("system", "EBELN", "verdict"),
}


def make_systems(rng: random.Random) -> dict[str, Held]:
    """Make two systems whose contracts are alike but for a few fields, with outline agreements of any kind."""
    contracts = [_contract(rng, number) for number in range(12)]
    systems = dict[str, Held]()
    for name, first in (("PF2", 4600000000), ("WP2", 4610000000)):
        mine = [dict(row) for row in contracts if rng.random() < 0.93]
        for row in mine:
            if rng.random() < 0.1:
                row["NAME"] += " by hand"
        systems[name] = Held(mine, [], [_outline(rng, first + number, contracts) for number in range(25)])
    for row in contracts:
        places = [one for one in ORGANISATIONS if rng.random() < 0.5]
        for held in systems.values():
            kept = places if rng.random() < 0.9 else places[:1]
            if row["SYSID"] in {one["SYSID"] for one in held.contracts}:
                held.organisations.extend({"SYSID": row["SYSID"], "PURCHASINGORG": one} for one in kept)
    return systems


def _contract(rng: random.Random, number: int) -> Row:
    kind = "MAS" if number < 3 else rng.choice(("SUB", "SUB", "STA", "SUP"))
    master = rng.randrange(5)  # of which some are no masters
    named = kind in ("SUB", "SUP") and rng.random() < 0.8
    return dict.fromkeys(CONTRACT.columns.keys(), "") | {
        "CONTRACTTYPENAME": kind, "SYSID": _sys_id(number), "ICMAGREEMENTCODE": f"P{number}", "NAME": f"Name {number}",
        "ASSOCIATINGCODE": rng.choice((f"P{master}", f"P{master}", "P99")) if named else "",
        "ASSOCIATINGSYSID": rng.choice((_sys_id(master), _sys_id(master).upper(), _sys_id(99))) if named else "",
        "ICMAPPSRCSUPPLIERID": rng.choice(SUPPLIERS), "ICMEFFECTIVEDATE": rng.choice(DAYS[:4]),
        "ICMEXPIRYDATE": rng.choice(DAYS[1:]), "ICMTOTALCONTRACTVALUE": rng.choice(VALUES),
        "ICMCURRENCY": rng.choice(("EUR", "eur", "USD", "")), "ICMPAYMENTTERMS": rng.choice(("Z060", "z060", "")),
        "ICMLEGALENTITYCODE": "FR01", "ICMINCOTERMSLOCATION": rng.choice(("", "Rotterdam Europoort Maasvlakte 2")),
    }  # fmt: skip


def _outline(rng: random.Random, number: int, contracts: list[Row]) -> Row:
    of = rng.choice(contracts)
    code = rng.choice((of["ICMAGREEMENTCODE"],) * 6 + (of["ICMAGREEMENTCODE"].lower(), "", "P77"))
    row = dict.fromkeys(EKKO.columns.keys(), "") | {
        "EBELN": str(number), "BSTYP": "K", "BSART": "WK", "LIFNR": of["ICMAPPSRCSUPPLIERID"] or "0000104711",
        "EKORG": rng.choice(ORGANISATIONS), "WAERS": of["ICMCURRENCY"].upper() or "EUR",
        "KDATB": of["ICMEFFECTIVEDATE"], "KDATE": of["ICMEXPIRYDATE"],
        "KTWRT": of["ICMTOTALCONTRACTVALUE"], "BUKRS": "FR01", "ZTERM": "Z060",
        "INCO2": of["ICMINCOTERMSLOCATION"][:28], "AEDAT": "20260101", "ZZICMAGREEMENT": code,
    }  # fmt: skip
    other = {
        "KDATE": rng.choice(DAYS), "KTWRT": rng.choice(("1000.00", "500.00")), "WAERS": "USD", "LIFNR": "104711",
        "ZTERM": "Z090", "INCO2": "Lyon", "KDATB": rng.choice(DAYS[:3]),
    }  # fmt: skip
    if rng.random() < 0.4:
        field = rng.choice(list(other))
        row[field] = other[field]
    if rng.random() < 0.05:
        row["LOEKZ"] = "L"
    if rng.random() < 0.1:
        row |= {"BSART": "MK", "KTWRT": "0.00"}
    return row


def _sys_id(number: int) -> str:
    return f"abcdef00-0000-4000-8000-{number:012}"


@contextmanager
def stored(systems: dict[str, Held]) -> Iterator[dict[str, Connection]]:
    """Write the systems into databases in memory."""
    with ExitStack() as opened:
        connections = dict[str, Connection]()
        for name, held in systems.items():
            engine = create_engine("sqlite://")
            opened.callback(engine.dispose)
            connection = opened.enter_context(engine.connect())
            for table, rows in ((CONTRACT, held.contracts), (PURCHORG, held.organisations), (EKKO, held.outlines)):
                table.create(connection)
                if rows:
                    connection.execute(insert(table), rows)
            connections[name] = connection
        yield connections


def report_on(systems: dict[str, Held], target_value: str) -> Report:
    with stored(systems) as connections:
        request = ReportRequest(DAY, target_value="sum" if target_value == "sum" else "header")
        return consolidate(connections, TYPE_CODES, request)


@pytest.mark.parametrize("target_value", ["header", "sum"])
@pytest.mark.parametrize(
    "seed", [*range(10), *(pytest.param(one, marks=pytest.mark.whole_run) for one in range(10, 40))]
)
def test_every_part_agrees(seed: int, target_value: str) -> None:
    systems = make_systems(random.Random(seed))
    report = report_on(systems, target_value)
    again = Recomputed(systems, DAY, sums=target_value == "sum")
    for part, expected in again.parts().items():
        found = Counter(_identity(part, row) for row in report.parts[part].dicts())
        assert (part, found - expected, expected - found) == (part, Counter(), Counter())
    for name, expected_values in again.values().items():
        figures = {currency: Decimal(value) for currency, value in getattr(report.figures, name).items()}
        assert (name, figures) == (name, expected_values)


def _identity(part: str, row: dict[str, str | int]) -> tuple[str, ...]:
    """Return what identifies a row; the sum of target values has no outline agreement, but a contract."""
    if part == "differences" and not row["system"]:
        return ("", "", f"KTWRT {row['ICMAGREEMENTCODE']}")
    return tuple(str(row[name]) for name in KEYS[part])


def test_tables_are_such_that_every_part_has_rows() -> None:
    reports = [report_on(make_systems(random.Random(seed)), "header") for seed in range(10)]
    assert [part for part in KEYS if not any(report.parts[part].rows for report in reports)] == []


@pytest.mark.parametrize("seed", range(5))
def test_counted_values_of_the_hierarchy_sum_to_the_total(seed: int) -> None:
    report = report_on(make_systems(random.Random(seed)), "header")
    sums = Counter[str]()
    totals = dict[str, Decimal]()
    for row in report.parts["hierarchy"].dicts():
        if row["counted_value"]:
            currency = str(row["ICMCURRENCY"]).upper()
            sums[str(row["SYSID"])] += 1
            totals[currency] = totals.get(currency, Decimal()) + Decimal(row["counted_value"])
    assert totals == {currency: Decimal(value) for currency, value in report.figures.values.items()}
    assert set(sums.values()) <= {1}
