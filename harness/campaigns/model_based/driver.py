"""Drive a landscape by actions: ICI and CPI restart on what they have kept, and its time moves only by hand."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import and_, or_

from harness.campaigns.model_based.databases import (
    REFUSED,
    WAITING,
    FollowedQueue,
    SharedDatabases,
    open_databases,
    open_icertis,
)
from harness.campaigns.model_based.faults import FaultState, UnreliableIcertis
from harness.campaigns.model_based.model import (
    FILTERED,
    REPEATED,
    Reading,
    Sent,
    expect,
    overridden_fields,
    told_of_masters,
)
from harness.doubles.ecc_faults import ProcessKilled
from simulator.cpi.process_event import Outcome
from simulator.cpi.store import PARCEL
from simulator.errors import Failure, InterfaceError
from simulator.icertis.agreement import MASTER, Agreement
from simulator.icertis.authentication import Authenticator
from simulator.icertis.rest import IcertisRest
from simulator.icertis.tenant import EventPayload, IcertisTenant
from simulator.landscape import Landscape
from simulator.settings import Settings

ICI_FAILURES = {Failure.NOT_REACHED, Failure.BROKEN_ANSWER, Failure.TOO_MANY_REQUESTS, Failure.SERVER_ERROR}
"""The failures that CPI must make of bad answers of ICI."""

HAPPENS_ONCE = ("Executed", "AmendmentExecuted")
"""The actions that ICI takes once on an agreement: the same four fields are the same event."""


class LandscapeDriver:
    """ICI, CPI and the systems. Events wait in transit until they are delivered."""

    def __init__(self, settings: Settings, *, shared: SharedDatabases | None = None, seed: int = 0) -> None:
        """Empty and use the databases of `shared`, if given; otherwise open new ones at each restart."""
        self.settings = settings
        self.faults = shared.faults if shared else FaultState()
        self.faults.clear()
        self.agreements: list[Agreement] = []
        self.amendments: list[Agreement] = []
        """Amendments that are not executed yet."""

        self.emitted: list[EventPayload] = []
        self.in_transit: list[EventPayload] = []
        self.time = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
        self._seed = seed
        self._icertis = shared.icertis if shared else open_icertis(settings)
        self._icertis.reset()
        self._start_icertis()
        self.delivered_count = 0
        self.results: dict[str, Reading | str] = {}
        """Guid to what the model expects of the event as CPI read it last, in the order of reading."""

        self.readings: list[Reading] = []
        """Every reading that led to a message, in the order of reading."""

        self.sent: dict[str, dict[int, Sent]] = {name: {} for name in settings.systems}
        """System to its messages, by their numbers in CPI's store."""

        self.retried: set[str] = set()
        """Guids of the retried events."""

        self.names: dict[str, tuple[str, ...]] = {}
        """Guid to the four fields of the event, its System ID without case."""

        self._same_events: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        """The four fields of an event to the guids under which it came."""

        self.ever_public: set[str] = set()
        """System IDs of the agreements that were not always confidential."""

        self.unexpected: list[str] = []
        self.restarts = 0
        self._failed_calls: dict[str, int] = {}
        self._told_confidential: dict[str, bool] = {}
        """Guid to what call 1 has said of the agreement of an event whose call 2 then failed."""

        self._occurred_before: dict[str, Counter[str]] = {}
        self._failed_before: dict[str, dict[str, int]] = {}
        """Guid and system to how often the system had failed when the event was read."""

        self._came: defaultdict[object, list[str]] = defaultdict(list)
        """The id of an event to the guids under which it came and was processed."""

        self._arrivals: dict[str, int] = {}
        """Guid to the place of an event in the order of arrival."""

        self._last_arrival = self._last_parcel = 0
        """The numbers in CPI's store up to which events and messages are known."""

        self.faults.on_write = self._note_write
        self.faults.on_wait = self._wait
        self._shared = shared
        self._databases = shared.databases if shared else open_databases(settings, self.faults)
        self._databases.reset()
        self._landscape = self._start()

    @property
    def queue(self) -> FollowedQueue:
        return cast(FollowedQueue, self._landscape.queue)

    @property
    def landscape(self) -> Landscape:
        return self._landscape

    def deliver(self, event: EventPayload) -> None:
        """Post an event to the webhook.

        One that came before, by its id, is not processed, unless that one was filtered or is in the error queue (D-83).
        """
        self.delivered_count += 1
        came_before = self._came[event["id"]]
        is_repeated = any(self.results.get(guid) != FILTERED and not self._has_failed(guid) for guid in came_before)
        self._survive_kill(lambda: self._landscape.post_event(event))
        self._note_arrivals()
        guid = [*self._arrivals][-1]
        if is_repeated:
            self.results[guid] = REPEATED
        else:
            came_before.append(guid)

    def work(self) -> None:
        """Let CPI do everything that is due."""
        self._survive_kill(self._landscape.work)

    def advance(self, by: timedelta) -> None:
        self._save_icertis()
        self.time += by
        self.work()

    def restart(self) -> None:
        """Stop CPI and start it again on its store."""
        self.restarts += 1
        self._landscape.close()
        if not self._shared:
            self._databases.close()
            self._databases = open_databases(self.settings, self.faults)
        self._landscape = self._start()

    def restart_icertis(self) -> None:
        """Stop ICI and start it again on what it has kept."""
        self.restarts += 1
        self._save_icertis()
        if not self._shared:
            self._icertis.close()
            self._icertis = open_icertis(self.settings)
        waiting = self._start_icertis()
        if {event["id"] for event in waiting} != {event["id"] for event in self.in_transit}:
            self.unexpected.append("ICI has lost events, or has kept some that had arrived")
        self.in_transit = waiting
        self.agreements = [self._found(one) for one in self.agreements]
        self.amendments = [self._found(one) for one in self.amendments]

    def retry_failed(self) -> None:
        """Retry everything in an error queue, as an administrator does."""
        self.note_refusals()
        for entry in self._landscape.monitoring.entries():
            if entry.status in ("FAILED", "ESCALATED"):
                self.results.pop(entry.guid, None)
                self.retried.add(entry.guid)
                self._failed_calls.pop(entry.guid, None)
                self._told_confidential.pop(entry.guid, None)
                assert self.queue.retry(entry.guid, self.time)
        self.work()

    def settle(self) -> None:
        """End all faults, deliver all events and advance the time until nothing waits."""
        self.faults.clear()
        while self.in_transit:
            self.deliver(self.in_transit.pop(0))
        self.work()
        while due := self.queue.next_due():
            assert due > self.time, "something due was not done"
            self.time = due
            self.work()

    def note_refusals(self) -> None:
        """Tell the model which messages are in an error queue."""
        for parcel in self.queue.parcels_where(REFUSED):
            known = self.results.get(parcel["guid"])
            system, rule = parcel["system"], parcel["error_id"]
            self._note_state(system, parcel["number"], "refused")
            if isinstance(known, Reading):
                known.refused[system] = rule
                has_failed = self.faults.failed(system) > self._failed_before[known.guid][system]
                is_held_back = rule == "D-102" and system in known.held_back
                if not is_held_back and (rule not in ("D-07", "D-20") or (rule == "D-20" and not has_failed)):
                    self.unexpected.append(f"{known.guid} is refused in {system} with {rule}")

    def close(self) -> None:
        self._landscape.close()
        if not self._shared:
            self._databases.close()
            self._icertis.close()

    def _start_icertis(self) -> list[EventPayload]:
        """Start ICI with what it has kept. Return the events that the webhook has not taken yet."""
        kept = self._icertis.load()
        self.tenant = IcertisTenant(
            self.settings.source,
            self._emit,
            seed=self._seed,
            clock=lambda: self.time,
            on_change=self._icertis.note_change,
        )
        self.tenant.restore(kept.agreements, kept.numbers, kept.starts)
        self.rest = IcertisRest(self.tenant, Authenticator(self.settings.ici_token))
        return kept.events

    def _save_icertis(self) -> None:
        self._icertis.save(self.tenant, self.in_transit)

    def _found(self, agreement: Agreement) -> Agreement:
        """Return an agreement as ICI holds it since its restart."""
        found = self.tenant.find(agreement.kind.name, agreement.sys_id)
        assert found is not None, "ICI has lost an agreement"
        return found

    def _wait(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def _has_failed(self, guid: str) -> bool:
        entry = self._landscape.monitoring.entry(guid)
        assert entry is not None
        return entry.is_failed

    def _emit(self, event: EventPayload) -> None:
        self.emitted.append(event)
        self.in_transit.append(event)

    def _later(self, reading: Reading, system: str, *, but: Iterable[str] = ()) -> list[Reading]:
        """Return the readings of later events that a system has received or will receive, without those in `but`.

        A retried event that was filtered is unknown by now (SEC-2).
        """
        but = {reading.guid, *but, *(guid for guid, what in self.results.items() if what == FILTERED)}
        others = [one for one in self.readings if one.key == reading.key and one.guid not in but]
        if not others:
            return []
        self.note_refusals()
        place = self._place(reading)
        return [one for one in others if system not in one.refused and self._place_as_later(one) > place]

    def _arrival(self, guid: str) -> int:
        """Return the place of an event in the order of arrival."""
        if guid not in self._arrivals:
            self._note_arrivals()
        return self._arrivals[guid]

    def _note_arrivals(self) -> None:
        for row in self.queue.arrived_after(self._last_arrival):
            self._arrivals[row["guid"]] = self._last_arrival = row["number"]

    def _place(self, reading: Reading) -> int:
        """Return the place of a reading's event in the order of arrival.

        What happens once happens at the first arrival of its event, which may come again (D-21).
        """
        place = self._arrival(reading.guid)
        if reading.action not in HAPPENS_ONCE:
            return place
        same = self._same_events[self.names[reading.guid]] - {reading.guid}
        return min(place, *(self._arrival(guid) for guid in same if self.results.get(guid) != FILTERED), place)

    def _place_as_later(self, reading: Reading) -> int:
        """Return the place from which on a reading counts as later: all but amendments are as new as when read."""
        return self._place(reading) if reading.action == "AmendmentExecuted" else self._arrival(reading.guid)

    def _note_failed_call(self, guid: str, failure: InterfaceError, agreement: Agreement) -> None:
        """Note that ICI has failed.

        If it has told that the agreement is confidential, nothing of it that waits goes out (D-65).
        """
        if failure.rule == "CALL-2":  # call 1 has passed
            self._told_confidential[guid] = agreement.attributes["ICMConfidentialContract"] is True
            if agreement.attributes["ICMConfidentialContract"] not in (True, False):
                self._hold_back(agreement)
        if self._told_confidential.get(guid):
            self._destroy_unfinished(agreement.sys_id)
        failed = self._failed_calls[guid] = self._failed_calls.get(guid, 0) + 1
        if failed == self.settings.max_attempts:
            self.results[guid] = failure.rule
            if self._told_confidential.get(guid):
                self.unexpected.append(f"{guid} failed for good, and call 1 had told that it is confidential")

    def _destroy_unfinished(self, filtered: str, *, fully: bool = False) -> None:
        """Note that an agreement or amendment with this System ID is filtered, with all that is unfinished (D-63).

        Once that is done `fully`, and not only told by call 1, what waits for others tells nothing of it (D-66).
        """
        named = {guid: name[2] for guid, name in self.names.items()}
        for guid, known in self.results.items():
            if isinstance(known, str) and filtered in (named.get(guid), self._read_parent(guid, known)):
                self.results[guid] = FILTERED  # its data broke a rule, or ICI failed for good
        for row in self.queue.parcels_where(or_(WAITING, REFUSED)):
            reading = self.results.get(row["guid"])
            if not isinstance(reading, Reading):
                continue  # of an event that is to be read again
            if filtered in (reading.key[0], named[row["guid"]]):
                reading.destroyed.add(row["system"])
            elif fully and reading.fields.get("ASSOCIATINGSYSID") == filtered:
                reading.withheld.add(row["system"])
        for reading in self.readings:
            if reading.destroyed and self.results.get(reading.guid) is reading:
                self.results[reading.guid] = FILTERED

    def _hold_back(self, agreement: Agreement) -> None:
        """Note that nothing tells whether an agreement is confidential: what waits goes to the error queues (D-102)."""
        for row in self.queue.parcels_where(WAITING):
            reading = self.results.get(row["guid"])
            if isinstance(reading, Reading) and agreement.sys_id in (reading.key[0], self.names[row["guid"]][2]):
                reading.held_back.add(row["system"])
        if agreement.kind == MASTER:
            self._withhold(agreement)

    def _withhold(self, master: Agreement) -> None:
        """Note that what waits or was refused tells nothing of a master any more (D-66)."""
        for row in self.queue.parcels_where(or_(WAITING, REFUSED)):
            reading = self.results.get(row["guid"])
            if isinstance(reading, Reading) and reading.fields.get("ASSOCIATINGSYSID") == master.sys_id:
                reading.withheld.add(row["system"])

    def _read_parent(self, guid: str, known: str) -> str | None:
        """Return the System ID of the agreement of an amendment whose data broke a rule; ICI has told it then."""
        if guid not in self.names or known in (FILTERED, REPEATED) or known.startswith("CALL"):
            return None
        _, contract_type, sys_id, _ = self.names[guid]
        agreement = self.tenant.find(contract_type, sys_id)
        return agreement.parent.sys_id if agreement and agreement.parent else None

    def _overtaken(self, reading: Reading) -> set[str]:
        """Return the guids of events whose messages wait for the entry that this reading creates."""
        if not reading.creates:
            return set()
        waiting = {row["guid"] for row in self.queue.parcels_where(and_(WAITING, PARCEL.c.lease_until == ""))}
        return {one.guid for one in self.readings if one.guid in waiting and not one.creates}

    def _follow(self) -> None:
        """Note new messages to the systems."""
        for row in self.queue.parcels_where(PARCEL.c.number > self._last_parcel):
            self._last_parcel = row["number"]
            sent = self.sent[row["system"]]
            reading = self.results[row["guid"]]
            assert isinstance(reading, Reading)
            read_since = self.readings[self.readings.index(reading) + 1 :]
            if any(one.reading in read_since and one.reading.key == reading.key for one in sent.values()):
                later = self._later(reading, row["system"])  # the message was queued again behind later ones
                sent[row["number"]] = Sent(reading, overridden_fields(reading, later, just_read=False))
            else:
                sent[row["number"]] = Sent(reading, reading.omitted[row["system"]])

    def _note_write(self, system: str) -> None:
        """Note that a system has taken the message that is under way."""
        self._follow()
        parcel = self.queue.under_way
        assert parcel is not None
        assert parcel.system == system
        sent = self.sent[system][parcel.number]
        if system in sent.reading.held_back:
            self.unexpected.append(f"{sent.reading.guid} is held back, and {system} was sent it (D-102)")
        sent.state, sent.withholds = "in", system in sent.reading.withheld

    def _note_state(self, system: str, number: int, state: str) -> None:
        """Note the state of a message in CPI's store, unless `_follow` is only about to note the message itself."""
        sent = self.sent[system].get(number)
        if sent is not None and sent.state != "in":
            sent.state = state

    def _start(self) -> Landscape:
        return Landscape(
            self.settings,
            ici=UnreliableIcertis(lambda: self.rest, self.faults),
            databases=self._databases,
            observe=self._observe,
            clock=lambda: self.time,
        )

    def _survive_kill(self, action: Callable[[], object]) -> None:
        try:
            action()
        except ProcessKilled:
            self._follow()
            self.restart()
        else:
            self._follow()

    def _observe(self, outcome: Outcome) -> None:
        """Ask the model for the result of the same event at the same moment."""
        self._follow()
        self.faults.reach("agreement read")
        assert outcome.event is not None
        event = outcome.event
        self.names[outcome.guid] = (event.source, event.contract_type, event.sys_id.lower(), event.action.name)
        self._same_events[self.names[outcome.guid]].add(outcome.guid)
        self.results.pop(outcome.guid, None)
        before = self._occurred_before.get(outcome.guid, Counter())
        self._occurred_before[outcome.guid] = self.faults.occurred.copy()
        self._failed_before[outcome.guid] = {name: self.faults.failed(name) for name in self.settings.systems}
        agreement = self.tenant.find(event.contract_type, event.sys_id)
        assert agreement is not None
        if outcome.failure and outcome.failure.failure in ICI_FAILURES:
            self._note_failed_call(outcome.guid, outcome.failure, agreement)
            if self.faults.occurred == before:
                self.unexpected.append(f"{outcome.guid}: {outcome.failure}, and ICI had no fault")
            return
        expected = expect(outcome.guid, event.source, event.action.name, agreement)
        told = self._told_confidential.pop(outcome.guid, False)
        if told and outcome.kind == "filtered" and self.faults.occurred != before:
            expected = FILTERED  # ICI fails for good, and has told before (D-65)
        if isinstance(expected, Reading):
            but = self._overtaken(expected)
            for system in self.settings.systems:
                later = self._later(expected, system, but=but)
                expected.omitted[system] = overridden_fields(expected, later, just_read=True)
            self.readings.append(expected)
        self.results[outcome.guid] = expected
        for master in told_of_masters(event.action.name, agreement):
            self._withhold(master)
        if expected == FILTERED:
            self._destroy_unfinished(agreement.sys_id, fully=True)
        if expected == "D-04":
            self._hold_back(agreement)
        found = outcome.failure.rule if outcome.failure else FILTERED if outcome.kind == "filtered" else "a message"
        if found != (expected if isinstance(expected, str) else "a message"):
            self.unexpected.append(f"{outcome.guid} ended as {found}")
