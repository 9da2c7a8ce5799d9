"""One event, from its payload to the message for the ECC systems."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.cpi.event import Event
from simulator.cpi.ici_client import IciClient
from simulator.errors import InterfaceError
from simulator.mapping.message import Line, MappingInput, Message, explain, fill
from simulator.mapping.rules import is_true
from simulator.mapping.sheet import CONFIDENTIAL
from simulator.mapping.source_value import SourceValue

Fields = Mapping[str, object]


@dataclass
class MappingResult:
    """What became of one event before anything is sent."""

    filtered: bool = False
    lineage: list[Line] = field(default_factory=list)
    message: Message | None = None
    """None where nothing is sent: a confidential agreement is filtered, a baseline is ignored."""


def process(event: Event, ici: IciClient, codes: Mapping[str, str]) -> MappingResult:
    """Fetch, filter, map. Raises InterfaceError; then nothing of the event goes on."""
    if event.is_baseline:
        return MappingResult()  # EVT-4

    agreement = ici.agreement(event)  # call 1
    masters = ici.masters(event) if event.may_have_a_master else []  # call 2

    if is_confidential(agreement):  # after both calls: D-03
        return MappingResult(filtered=True)

    case = MappingInput(event.fields, event.action, agreement, the_one(masters), codes)
    lineage = explain(case)
    return MappingResult(lineage=lineage, message=fill(lineage))


def reprocess(event: Event, ici: IciClient, codes: Mapping[str, str]) -> MappingResult:
    """The same for an event that is put back: its agreement is filtered also where the amended one is confidential.

    By now it may be, and the amendment was read when it was not (SEC-1, D-46).
    """
    processed = process(event, ici, codes)
    if processed.message is None or (amended := event.amended(processed.message.fields["SYSID"])) is None:
        return processed
    return MappingResult(filtered=True) if is_confidential(ici.agreement(amended)) else processed


def is_confidential(agreement: Fields) -> bool:
    """SEC-1. Raises InterfaceError D-04 where the flag does not say."""
    return is_true(SourceValue.read(CONFIDENTIAL, agreement.get(CONFIDENTIAL), "DisplayValue"))


def the_one(masters: list[dict[str, object]]) -> Fields | None:
    """The master, or None (D-11). Raises InterfaceError D-12 where there are several."""
    if len(masters) > 1:
        raise InterfaceError("D-12", "ICMMasterAgreement", f"{len(masters)} masters are associated, one is expected")
    return masters[0] if masters else None
