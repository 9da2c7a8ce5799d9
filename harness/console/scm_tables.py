"""Read the rows that SCM has of one contract, as an ECC system reads those of one agreement."""

from collections.abc import Mapping
from types import MappingProxyType

from harness.bdd.vocabulary.scm import AGREEMENTS, CONTRACTS, FULFILLMENT, KEYS, LINES, shown
from harness.data_directory import Row
from simulator.connector.sheet import AGREEMENT, CONTRACT, LINE, ScmSheetRow
from simulator.scm.edm import EdmValue
from simulator.scm.entities import ALL_SETS
from simulator.scm.framework import rows_of
from simulator.scm.system import ScmSystem

SHEETS: Mapping[str, Mapping[str, ScmSheetRow]] = MappingProxyType(
    {
        CONTRACTS: {row.target: row for row in CONTRACT},
        AGREEMENTS: {row.target: row for row in AGREEMENT},
        LINES: {row.target: row for row in LINE},
    }
)
"""The rows of the connector's sheet by collection and field."""

COLLECTIONS = tuple(SHEETS)


class ScmTables:
    """The contracts, purchase agreements and lines of SCM, each line with what was ordered of it."""

    def __init__(self, system: ScmSystem) -> None:
        self._system = system

    def tables_of(self, sys_id: str) -> dict[str, list[Row]]:
        """Read what SCM holds of one contract, even while it is down; values are in words."""
        with self._system.transaction() as db:
            found = {name: rows_of(db, ALL_SETS[name], ExternalContractId=sys_id) for name in COLLECTIONS}
            for line in found[LINES]:
                key: dict[str, EdmValue] = {name: line[name] for name in KEYS[LINES]}
                for ordered in rows_of(db, ALL_SETS[FULFILLMENT], **key):
                    line |= {name: value for name, value in ordered.items() if name not in line}
        return {
            name: [{field: shown(value) for field, value in row.items()} for row in rows]
            for name, rows in found.items()
        }
