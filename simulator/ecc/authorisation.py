"""Authorisations: transactions (S_TCODE), and the authorisation group of both Z-tables (S_TABU_DIS).

Business and key users maintain outline agreements (OA-1, OA-7), support users display them; only the transaction is
checked there. For the Z-tables
no row and no organisation is checked (SEC-5). Every role with a transaction that shows the Z-tables may display them,
so that the transaction alone decides who may look (D-52).
"""

from collections.abc import Mapping
from typing import NamedTuple

from simulator.ecc import bapiret2
from simulator.ecc.bapiret2 import Bapiret2

AUTH_GROUP = "ZICM"
"""The authorisation group of ZMM_ICMCONTRACT and ZMM_ICMPURCHORG."""

_OTHER_TABLES = "ZMM"
"""The authorisation group of other purchasing tables."""

CHANGE, DISPLAY = "02", "03"
"""Values of ACTVT."""

MAINTAIN, BROWSE, HISTORY = "SM30", "SE16", "SCU3"
CREATE_CONTRACT, CHANGE_CONTRACT, DISPLAY_CONTRACT, CHANGE_CONTRACTS = OUTLINE_AGREEMENT_TRANSACTIONS = (
    "ME31K",
    "ME32K",
    "ME33K",
    "MEMASSCONTRACT",
)


class Role(NamedTuple):
    """The authorisations of a user."""

    s_tcode: frozenset[str]
    """Values of TCD."""

    s_tabu_dis: frozenset[tuple[str, str]]
    """Values of DICBERCLS and ACTVT."""


ROLES: Mapping[str, Role] = {
    "business": Role(frozenset({BROWSE, *OUTLINE_AGREEMENT_TRANSACTIONS}), frozenset({(AUTH_GROUP, DISPLAY)})),
    "key-user": Role(
        frozenset({BROWSE, MAINTAIN, *OUTLINE_AGREEMENT_TRANSACTIONS}),
        frozenset({(AUTH_GROUP, DISPLAY), (_OTHER_TABLES, CHANGE), (_OTHER_TABLES, DISPLAY)}),
    ),
    "support": Role(
        frozenset({BROWSE, MAINTAIN, HISTORY, DISPLAY_CONTRACT}),
        frozenset({(AUTH_GROUP, CHANGE), (AUTH_GROUP, DISPLAY)}),
    ),
    "none": Role(frozenset(), frozenset()),
}
"""Role name to role. A key user maintains other tables."""


class User(NamedTuple):
    """A user of an ECC system."""

    name: str
    role: Role

    def transaction_errors(self, transaction: str) -> list[Bapiret2]:
        """Return the error for a transaction that the user may not start."""
        return [] if transaction in self.role.s_tcode else [bapiret2.transaction_not_authorised(transaction)]

    def authorisation_errors(self, transaction: str, activity: str) -> list[Bapiret2]:
        """Return the error for an activity on the Z-tables for which the user is not authorised."""
        if (errors := self.transaction_errors(transaction)) or (
            AUTH_GROUP,
            activity,
        ) in self.role.s_tabu_dis:
            return errors
        return [bapiret2.activity_not_authorised(activity, AUTH_GROUP)]
