"""Who may do what: transactions (S_TCODE), and for the Z-tables the authorisation group of both (S_TABU_DIS).

Outline agreements are kept by those who buy, business and key users (OA-1, OA-7); there the transaction alone decides.
With the Z-tables nothing else decides, no row and no organisation (SEC-5). Every role with a transaction that shows the
tables may display them, so that for those who only look the transaction alone decides (D-52).
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
CREATE_CONTRACT, CHANGE_CONTRACT, DISPLAY_CONTRACT, CHANGE_CONTRACTS = BUYING = (
    "ME31K",
    "ME32K",
    "ME33K",
    "MEMASSCONTRACT",
)


class Role(NamedTuple):
    """What a user may do."""

    s_tcode: frozenset[str]
    """Values of TCD."""

    s_tabu_dis: frozenset[tuple[str, str]]
    """Values of DICBERCLS and ACTVT."""


ROLES: Mapping[str, Role] = {
    "business": Role(frozenset({BROWSE, *BUYING}), frozenset({(GROUP, DISPLAY)})),
    "key-user": Role(
        frozenset({BROWSE, MAINTAIN, *BUYING}),
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

    def may_not_start(self, transaction: str) -> list[Bapiret2]:
        """Why the user may not start a transaction; nothing where he may."""
        return [] if transaction in self.role.s_tcode else [bapiret2.no_transaction(transaction)]

    def refused(self, transaction: str, activity: str) -> list[Bapiret2]:
        """Why the user may not do this to the Z-tables; nothing where he may."""
        if (not_started := self.may_not_start(transaction)) or (GROUP, activity) in self.role.s_tabu_dis:
            return not_started
        return [bapiret2.no_activity(activity, GROUP)]
