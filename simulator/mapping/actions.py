"""The ActionNames: the contract types they go with, whether call 2 follows, the fields their messages carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from simulator.mapping.contract_types import AMENDMENT_TYPES, BASE_TYPES

KEYS = ("TENANTID", "CONTRACTTYPENAME", "SYSID", "ICMAGREEMENTCODE")
ASSOCIATION = ("ASSOCIATINGTYPE", "ASSOCIATINGCODE", "ASSOCIATINGSYSID")
EXPIRY = "ICMEXPIRYDATE"


@dataclass(frozen=True)
class Action:
    """One ActionName (EVT-2)."""

    name: str

    contract_types: tuple[str, ...]
    """The contract types that an event of this action may name (D-17)."""

    asks_for_master: bool
    """True if call 2 follows for the types that can have a master (CALL-2, CALL-3, D-10)."""

    only: tuple[str, ...] = ()
    """The only Z-fields that its message carries (D-05); empty for all."""

    omits: tuple[str, ...] = ()
    """The Z-fields that its message never carries, so that they stay as they are in ECC (TAB-2, D-06)."""

    @property
    def is_full(self) -> bool:
        """True if its message carries every field, so that it can create an entry (D-08)."""
        return not self.only and not self.omits

    def carries(self, target: str) -> bool:
        """Check that its message carries the Z-field `target`."""
        return target not in self.omits and (not self.only or target in self.only)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        action.name: action
        for action in (
            #      ActionName           goes with        call 2 for Sub and Supporting
            Action("Executed",          BASE_TYPES,      asks_for_master=True),
            Action("AmendmentExecuted", AMENDMENT_TYPES, asks_for_master=False, omits=ASSOCIATION),
            Action("Renewed",           BASE_TYPES,      asks_for_master=False, only=(*KEYS, EXPIRY)),
            Action("Terminated",        BASE_TYPES,      asks_for_master=False, only=(*KEYS, EXPIRY)),
            Action("ExecutedUpdated",   BASE_TYPES,      asks_for_master=True),
        )
    }
)  # fmt: skip
