"""Who may do what with the Z-tables: transactions (S_TCODE), and the authorisation group of both tables (S_TABU_DIS).

Nothing else decides, no row and no organisation (SEC-5). Every role with a transaction that shows the tables may
display them, so that for those who only look the transaction alone decides (D-52).
"""

from collections.abc import Mapping
from typing import NamedTuple

from simulator.ecc import bapiret2
from simulator.ecc.bapiret2 import Bapiret2

GROUP = "ZICM"
"""The authorisation group of ZMM_ICMCONTRACT and ZMM_ICMPURCHORG."""

_OTHER_TABLES = "ZMM"
"""A group of other tables of purchasing."""

CHANGE, DISPLAY = "02", "03"
"""Values of ACTVT."""

MAINTAIN, BROWSE, HISTORY = "SM30", "SE16", "SCU3"


class Role(NamedTuple):
    """What a user may do."""

    s_tcode: frozenset[str]
    """Values of TCD."""

    s_tabu_dis: frozenset[tuple[str, str]]
    """Values of DICBERCLS and ACTVT."""


ROLES: Mapping[str, Role] = {
    "business": Role(frozenset({BROWSE}), frozenset({(GROUP, DISPLAY)})),
    "key-user": Role(
        frozenset({BROWSE, MAINTAIN}),
        frozenset({(GROUP, DISPLAY), (_OTHER_TABLES, CHANGE), (_OTHER_TABLES, DISPLAY)}),
    ),
    "support": Role(frozenset({BROWSE, MAINTAIN, HISTORY}), frozenset({(GROUP, CHANGE), (GROUP, DISPLAY)})),
    "none": Role(frozenset(), frozenset()),
}
"""By name; a key user maintains other tables."""


class User(NamedTuple):
    """Somebody who works in an ECC system."""

    name: str
    role: Role

    def refused(self, transaction: str, activity: str) -> list[Bapiret2]:
        """Why the user may not do this to the Z-tables; nothing where he may."""
        if transaction not in self.role.s_tcode:
            return [bapiret2.no_transaction(transaction)]
        if (GROUP, activity) not in self.role.s_tabu_dis:
            return [bapiret2.no_activity(activity, GROUP)]
        return []
