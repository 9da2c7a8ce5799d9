"""Process one event: from the event as it was received to the message, and to every ECC system."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulator.characters import Characters
from simulator.cpi.ecc_interface import FunctionModule, deliver, within
from simulator.cpi.event import Event, ReceivedEvent
from simulator.cpi.ici_client import IciClient
from simulator.cpi.work_items import MASTER_IS_CONFIDENTIAL, MASTER_IS_UNCLEAR
from simulator.errors import Failure, InterfaceError, from_exception
from simulator.mapping.confidential_flag import read_flag
from simulator.mapping.message import LineageLine, MappingInput, Message, build_message, derive_lineage
from simulator.mapping.sheet import CONFIDENTIAL
from simulator.mapping.source_value import SourceValue

Fields = Mapping[str, object]

PARENT = "ICMParentEntityInstanceId"


@dataclass
class MappingResult:
    """The result of one event before anything is sent."""

    filtered: bool = False
    parent: str = ""
    """The System ID of the amended agreement, in lower case, where that is what is confidential; else blank."""

    lineage: list[LineageLine] = field(default_factory=list)
    message: Message | None = None
    """None where nothing is sent: a confidential agreement is filtered, a baseline is ignored."""

    note: str = ""
    """The remark of the monitoring on an event that went well."""

    withheld_masters: Mapping[str, str] = field(default_factory=dict)
    """System ID of a master that call 2 has not told to be open, as messages spell it, to the note on it."""


def process(
    event: Event, ici: IciClient, codes: Mapping[str, str], *, withhold: bool, characters: Characters
) -> MappingResult:
    """Fetch, filter and map; `withhold` the association to a confidential master (D-66).

    Raises InterfaceError; then nothing of the event goes on.
    """
    if event.is_baseline:
        return MappingResult()  # EVT-4

    agreement = read_agreement(ici, event)  # call 1
    withheld: Mapping[str, str] = {}
    try:
        masters = ici.masters(event) if event.may_have_a_master else []  # call 2
        withheld = _withheld_masters(masters) if withhold else {}
        if is_confidential(agreement):  # after both calls: D-03
            return MappingResult(filtered=True, withheld_masters=withheld)
        master, note = associated_master(masters, withhold=withhold)
        lineage = derive_lineage(MappingInput(event.fields, event.action, agreement, master, codes, characters))
        message = build_message(lineage, characters)
        return MappingResult(lineage=lineage, message=message, note=note, withheld_masters=withheld)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told with what call 1 has said
        failure = error if isinstance(error, InterfaceError) else from_exception(error)
        failure.says_confidential = _says_confidential(agreement)
        if failure.says_confidential is None:
            failure.unclear = event.sys_id.lower()
        failure.parent = _parent(event, agreement)
        failure.withheld_masters = withheld
        raise failure from None


def read_agreement(ici: IciClient, event: Event) -> Fields:
    """Make call 1. Its error tells whether ICI has answered something that cannot be read."""
    try:
        return ici.agreement(event)
    except InterfaceError as error:
        if error.failure is Failure.DATA:
            error.unclear = event.sys_id.lower()
        raise


def is_confidential(agreement: Fields) -> bool:
    """Read the flag (SEC-1). Raises InterfaceError D-04 or D-31 where it is not plainly true or false."""
    return read_flag(agreement.get(CONFIDENTIAL))


def _says_confidential(agreement: Fields) -> bool | None:
    try:
        return is_confidential(agreement)
    except InterfaceError:
        return None


def _parent(event: Event, agreement: Fields) -> str:
    """Return the System ID of the agreement that an amendment changes, as messages spell it; blank if it has none."""
    return _sys_id(PARENT, agreement) if event.action.name == "AmendmentExecuted" else ""


def _sys_id(name: str, fields: Fields) -> str:
    """Return a System ID of an answer as messages spell it; blank where it cannot be read."""
    try:
        return SourceValue.read(name, fields.get(name), "DisplayValue").text().lower()
    except InterfaceError:
        return ""


def _withheld_masters(masters: list[dict[str, object]]) -> dict[str, str]:
    """Return the masters that call 2 has not told to be open, each with the note on it (D-66)."""
    said = {_sys_id("SysId", master): _says_confidential(master) for master in masters}
    return {
        sys_id: MASTER_IS_UNCLEAR if confidential is None else MASTER_IS_CONFIDENTIAL
        for sys_id, confidential in said.items()
        if sys_id and confidential is not False
    }


def associated_master(masters: list[dict[str, object]], *, withhold: bool) -> tuple[Fields | None, str]:
    """Return the master that ECC may be told, or None, and a note where one is withheld (D-66).

    Raises InterfaceError D-12 for several masters.
    """
    master = single_master(masters)
    if master is None or not withhold:
        return master, ""
    confidential = _says_confidential(master)
    if confidential is None:
        return None, MASTER_IS_UNCLEAR
    return (None, MASTER_IS_CONFIDENTIAL) if confidential else (master, "")


def single_master(masters: list[dict[str, object]]) -> Fields | None:
    """Return the master, or None (D-11). Raises InterfaceError D-12 for several."""
    if len(masters) > 1:
        raise InterfaceError("D-12", "ICMMasterAgreement", f"{len(masters)} masters are associated, one is expected")
    return masters[0] if masters else None


@dataclass
class Outcome:
    """The outcome of one attempt at an event."""

    sys_id: str
    event: Event | None = None
    """None where the event breaks a rule."""

    calls: list[str] = field(default_factory=list)
    """Method and path of each call to ICI, in order."""

    result: MappingResult | None = None
    failure: InterfaceError | None = None
    """The reason there is no result."""

    systems: dict[str, str] = field(default_factory=dict)
    """By system: created, changed, unchanged or refused; empty where nothing was sent."""

    refusals: dict[str, InterfaceError] = field(default_factory=dict)
    """By system, why it does not have the message."""

    guid: str = ""
    """The guid of the event in CPI's store; blank without a store."""

    @property
    def kind(self) -> str:
        """delivered, failed, filtered (confidential) or ignored (baseline)."""
        if self.result is None:
            return "failed"
        if self.result.message is None:
            return "filtered" if self.result.filtered else "ignored"
        return "failed" if self.refusals else "delivered"

    @property
    def error(self) -> InterfaceError | None:
        """The reason there is no message, or else that of the first system that refused it."""
        return self.failure or next(iter(self.refusals.values()), None)

    def filter(self) -> None:
        """Turn it into a filtered one: call 1 had said confidential (D-65), or its agreement was filtered (D-64)."""
        self.failure, self.result = None, MappingResult(filtered=True)


class IntegrationFlow:
    """CPI's part of the interface, without any store."""

    def __init__(
        self,
        ici: Callable[[str, float | None], IciClient],
        targets: Mapping[str, FunctionModule],
        codes: Mapping[str, str],
        *,
        withhold: bool = True,
        characters: Characters = "code-points",
    ) -> None:
        """`ici` makes the client for a source; `targets` go by system; `codes` are those of the contract types.

        `ici` also gets how long to wait for an answer, in seconds; None is as long as CPI ever waits.

        `withhold` keeps the association to a confidential master from ECC (D-66); `characters` says what one is (D-41).
        """
        self._ici = ici
        self._codes = codes
        self.withhold = withhold
        self._characters = characters
        self.targets = targets

    def prepare(self, received: ReceivedEvent, answer_seconds: float | None = None) -> Outcome:
        """Take an event as far as its message."""
        outcome = Outcome(received.sys_id)
        try:
            outcome.event = received.validate()
            ici = self._ici(outcome.event.source, answer_seconds)
            outcome.calls = ici.calls
            outcome.result = process(
                outcome.event, ici, self._codes, withhold=self.withhold, characters=self._characters
            )
        except InterfaceError as error:
            outcome.failure = error
        except Exception as error:  # noqa: BLE001 - whatever it is, the events behind this one go on
            outcome.failure = from_exception(error)
        return outcome

    def deliver(self, system: str, message: Message, answer_seconds: float | None = None) -> str:
        """Send a message to a system. Returns created, changed or unchanged; raises InterfaceError and nothing else."""
        try:
            return deliver(within(self.targets[system], answer_seconds), message)
        except InterfaceError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the other systems get their messages
            raise from_exception(error) from None

    def run_once(self, received: ReceivedEvent) -> Outcome:
        """Take an event through to every system, and try each once."""
        outcome = self.prepare(received)
        if outcome.failure and outcome.failure.says_confidential:
            outcome.filter()
        if outcome.result and (message := outcome.result.message):
            for name in self.targets:
                try:
                    outcome.systems[name] = self.deliver(name, message)
                except InterfaceError as error:
                    outcome.systems[name] = "refused"
                    outcome.refusals[name] = error
        return outcome
