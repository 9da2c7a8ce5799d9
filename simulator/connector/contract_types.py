"""The contract types that the connector takes, one line each (SCM-8), and the events that ICI sends about them."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from simulator.mapping.actions import Action
from simulator.mapping.contract_types import AMENDMENT_SUFFIX


class ScmType(NamedTuple):
    """A contract type of ICI, and what it is in SCM."""

    name: str
    label: str
    """The name of its row among the contract types of SCM."""

    has_agreement: bool
    """True if its contracts have a purchase agreement; without one they are a row of All contracts alone (SCM-2)."""


SCM_TYPES: Mapping[str, ScmType] = MappingProxyType(
    {
        one.name: one
        for one in (
            #       type in ICI                type in SCM             with a purchase agreement
            ScmType("ICMProcurementContract", "Procurement contract", has_agreement=True),
            ScmType("ICMNDA",                 "NDA",                  has_agreement=False),
        )
    }
)  # fmt: skip


def actions(types: Iterable[str]) -> dict[str, Action]:
    """Return the ActionNames about these types; each says that something has changed, and the connector reads what."""
    base = tuple(types)
    amendments = tuple(f"{name}{AMENDMENT_SUFFIX}" for name in base)
    goes_with = {
        "StatusChanged": base + amendments,
        "Executed": base,
        "AmendmentExecuted": amendments,
        "ExecutedUpdated": base,
        "Renewed": base,
        "Terminated": base,
    }
    return {name: Action(name, kinds, asks_for_master=False) for name, kinds in goes_with.items()}
