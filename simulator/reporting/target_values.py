"""Target values of outline agreements against the value of their contract, each alone and in sum (OA-3, D-53)."""

import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Literal

from simulator.reporting.parts import (
    AMOUNT,
    CODE,
    NAME,
    NUMBER,
    OWNER,
    TEAM,
    TYPE,
    ReportColumn,
    ReportQuery,
    order_by_code,
    select_columns,
)

TargetValue = Literal["header", "sum"]
"""The target value that is compared with the contract's value: that of each header, or the sum over organisations."""

_OF_CURRENCY = re.compile("([A-Za-z]{3})=(.*)")


@dataclass(frozen=True)
class Tolerance:
    """The largest deviation of a target value from the contract's value that is no difference.

    The larger of the amount and the percentage counts.
    """

    amount: Decimal = Decimal()
    percent: Decimal = Decimal()
    """Of the contract's value."""

    currencies: Mapping[str, Decimal] = field(default_factory=dict)
    """Currency to the amount that counts in place of `amount`."""

    @classmethod
    def parse(cls, given: Iterable[str]) -> "Tolerance":
        """Read each as an amount, as a percentage (2%) or as the amount of a currency (EUR=100). Raises ValueError."""
        amount, percent = Decimal(), Decimal()
        currencies = dict[str, Decimal]()
        texts = [text.strip() for text in given]
        kinds = [one.partition("=")[0].upper() if "=" in one else one[-1:] == "%" for one in texts]
        if len({*kinds}) < len(kinds):
            raise ValueError("give one amount, one percentage, and one amount of each currency at most")
        for text in texts:
            if of_currency := _OF_CURRENCY.fullmatch(text):
                currencies[of_currency[1].upper()] = _parse_amount(of_currency[2])
            elif text.endswith("%"):
                percent = _parse_amount(text[:-1])
            else:
                amount = _parse_amount(text)
        return cls(amount, percent, currencies)

    def is_exceeded(self, value: str, expected: str, currency: str) -> bool:
        """Return True if a target value is farther from the contract's than the tolerance; both are in `currency`.

        Equal texts never are.
        """
        amount = self.currencies.get(currency.strip().upper(), self.amount)
        deviation = abs(Decimal(value) - Decimal(expected))
        return deviation > max(amount, abs(Decimal(expected)) * self.percent / 100)

    def as_json(self) -> dict[str, object]:
        return {
            "amount": str(self.amount),
            "percent": str(self.percent),
            "currencies": {currency: str(amount) for currency, amount in self.currencies.items()},
        }


def _parse_amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
        is_one = amount.is_finite() and amount >= 0 and amount == round(amount, 2)
    except InvalidOperation:  # of the text, or of a number with too many digits to round
        is_one = False
    if not is_one:
        raise ValueError("give amounts of at least 0 with at most two decimals, as 100, 2% or EUR=100")
    return amount


class _Total:
    """An aggregate function of SQL: the exact sum of amounts, as text with at least two decimals."""

    def __init__(self) -> None:
        self._sum = Decimal("0.00")

    def step(self, amount: str) -> None:
        self._sum += Decimal(amount)

    def finalize(self) -> str:
        return str(self._sum)


_CREATE_SUMS = """
CREATE TABLE target_sum AS SELECT s.*, CASE
    WHEN s.WAERS <> upper(trim(c.ICMCURRENCY)) AND trim(c.ICMCURRENCY) <> '' THEN 'other currency'
    WHEN c.ICMTOTALCONTRACTVALUE = '0.00' THEN 'contract has no value'
    WHEN exceeds(s.value, c.ICMTOTALCONTRACTVALUE, s.WAERS) THEN 'differs' ELSE 'agrees' END AS verdict
FROM (
    SELECT g.contract, count(DISTINCT o.EKORG) AS organisations, count(*) AS outlines, total_amount(o.KTWRT) AS value,
        min(upper(trim(o.WAERS))) AS WAERS
    FROM contract_organisation g JOIN outline o ON o.contract = g.contract AND o.EKORG = g.PURCHASINGORG
    WHERE o.open AND g.contract IN (SELECT id FROM contract WHERE bought)
    GROUP BY g.contract
    HAVING count(DISTINCT o.EKORG)
        = (SELECT count(*) FROM contract_organisation every WHERE every.contract = g.contract)
    AND count(DISTINCT upper(trim(o.WAERS))) = 1 AND NOT max(o.BSART = 'MK' AND o.KTWRT = '0.00')
) s JOIN contract c ON c.id = s.contract
"""


def create_target_sums(store: sqlite3.Connection, tolerance: Tolerance) -> None:
    """Create the table of contracts whose organisations all have open outline agreements, in one currency.

    A quantity contract that has no target value leaves its contract without a sum. Adds the functions `exceeds` and
    `total_amount` to the store.
    """
    store.create_function("exceeds", 3, tolerance.is_exceeded, deterministic=True)
    store.create_aggregate("total_amount", 1, _Total)  # type: ignore[arg-type] # finalize may return text
    store.execute(_CREATE_SUMS)
    store.execute("CREATE UNIQUE INDEX target_sum_contract ON target_sum (contract)")


TARGET_VALUES = ReportQuery(
    "target_values",
    "Target values in sum",
    "Contracts with several outline agreements, one or more for each organisation, all in one currency: the sum of "
    "their target values beside the contract's value.",
    (
        CODE, TYPE, NAME, ReportColumn("organisations", "Orgs", NUMBER),
        ReportColumn("outline_agreements", "Outl. agrs.", NUMBER), ReportColumn("sum", "Sum", AMOUNT),
        ReportColumn("WAERS", "Sum in"), ReportColumn("ICMTOTALCONTRACTVALUE", "Contract has", AMOUNT),
        ReportColumn("ICMCURRENCY", "Contract in"), ReportColumn("verdict", "Verdict"), TEAM, OWNER,
    ),
    f"""
SELECT {select_columns("c", (CODE, TYPE, NAME))}, t.organisations, t.outlines, t.value, t.WAERS,
    c.ICMTOTALCONTRACTVALUE, c.ICMCURRENCY, t.verdict, c.ICMORGTEAM, c.ICMPRIMARYOWNERNAME
FROM shown_contract s JOIN target_sum t ON t.contract = s.id JOIN contract c ON c.id = s.id WHERE t.outlines > 1
ORDER BY {order_by_code("c")}
""",
)  # fmt: skip
