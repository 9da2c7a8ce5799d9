"""A landscape in which anything can happen: its ICI outlives every restart of CPI, its time is moved by hand."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import cast

from harness.campaigns.model_based.faults import Faults, FaultySite, FaultySystem, Killed
from harness.campaigns.model_based.model import FILTERED, Reading, Sent, newer, read
from simulator.cpi.iflow import Outcome
from simulator.cpi.queue import Queue
from simulator.ecc.system import EccSystem
from simulator.errors import Failure
from simulator.icertis.agreement import Agreement
from simulator.icertis.authentication import Authenticator
from simulator.icertis.rest import IcertisRest
from simulator.icertis.tenant import EventPayload, IcertisTenant
from simulator.landscape import Databases, Landscape
from simulator.settings import Settings

AT_FAULT = {Failure.NOT_REACHED, Failure.BROKEN_ANSWER, Failure.TOO_MANY_REQUESTS, Failure.SERVER_ERROR}
"""How ICI's bad answers are to be understood."""


def opened(settings: Settings, faults: Faults) -> Databases:
    """The databases that the settings name, with these faults in front of the systems."""
    assert settings.store is not None
    systems: dict[str, EccSystem] = {name: FaultySystem(name, url, faults) for name, url in settings.systems.items()}
    return Databases(systems, Queue(settings.store))


class SharedDatabases:
    """Databases that one rig after the other uses: emptying them is faster than making them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.faults = Faults()
        self.databases = opened(settings, self.faults)


class LandscapeDriver:
    """ICI, CPI and the systems; events wait on their way until they are let in."""

    def __init__(self, settings: Settings, *, stage: "SharedDatabases | None" = None, seed: int = 0) -> None:
        """`stage` lends its databases, which are emptied and stay open over restarts; else each restart opens them."""
        self.settings = settings
        self.faults = stage.faults if stage else Faults()
        self.faults.off()
        self.agreements: list[Agreement] = []
        self.amendments: list[Agreement] = []
        """Those that are not executed yet."""

        self.emitted: list[EventPayload] = []
        self.on_the_way: list[EventPayload] = []
        self.time = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
        self.tenant = IcertisTenant(settings.source, self._emit, seed=seed)
        self.rest = IcertisRest(self.tenant, Authenticator(settings.ici_token))
        self.let_in_so_far = 0
        self.came_to: dict[str, Reading | str] = {}
        """By guid, what the model says of the event as CPI read it last, in the order of reading."""

        self.readings: list[Reading] = []
        """Every reading that led to a message, in the order of reading."""

        self.sent: dict[str, dict[int, Sent]] = {name: {} for name in settings.systems}
        """By system, every message on its way to it, by its number in CPI's store."""

        self.again: set[str] = set()
        """The guids of the events that were taken up again."""

        self.ever_open: set[str] = set()
        """System IDs of the agreements that have not been confidential all the time."""

        self.from_exception: list[str] = []
        self.restarts = 0
        self._failed_calls: dict[str, int] = {}
        self._struck_before: dict[str, Counter[str]] = {}
        self._stage = stage
        self._databases = stage.databases if stage else opened(settings, self.faults)
        self._databases.reset()
        self._landscape = self._start()

    @property
    def queue(self) -> Queue:
        return cast(Queue, self._landscape.queue)

    @property
    def landscape(self) -> Landscape:
        return self._landscape

    def let_in(self, event: EventPayload) -> None:
        """Let an event reach the webhook."""
        self.let_in_so_far += 1
        self._guarded(lambda: self._landscape.post_event(event))

    def work(self) -> None:
        """Let CPI do what is due."""
        self._guarded(self._landscape.work)

    def move(self, by: timedelta) -> None:
        self.time += by
        self.work()

    def restart(self) -> None:
        """End CPI and start it anew, on what it has stored."""
        self.restarts += 1
        self._landscape.close()
        if not self._stage:
            self._databases.close()
            self._databases = opened(self.settings, self.faults)
        self._landscape = self._start()

    def retry_failed(self) -> None:
        """Put everything that is in an error queue back, as an administrator does."""
        self.note_refusals()
        for entry in self._landscape.monitoring.entries():
            if entry.status in ("FAILED", "ESCALATED"):
                self.came_to.pop(entry.guid, None)
                self.again.add(entry.guid)
                self._failed_calls.pop(entry.guid, None)
                assert self.queue.put_back(entry.guid, self.time)
        self.work()

    def settle(self) -> None:
        """End all faults and move the time until nothing waits."""
        self.faults.off()
        while self.on_the_way:
            self.let_in(self.on_the_way.pop(0))
        self.work()
        while due := self.queue.next_due():
            assert due > self.time, "something is due, and nobody does it"
            self.time = due
            self.work()

    def note_refusals(self) -> None:
        """Tell the model which messages stand in an error queue."""
        for parcel in self.queue.parcels():
            known = self.came_to.get(parcel["guid"])
            if isinstance(known, Reading) and parcel["state"] == "refused":
                system, rule = parcel["system"], parcel["error_id"]
                known.refused[system] = rule
                since = self.faults.struck[f"{system} down"] - self._struck_before[known.guid][f"{system} down"]
                if rule not in ("D-07", "D-20") or (rule == "D-20" and not since):
                    self.from_exception.append(f"{known.guid} is refused in {system} with {rule}")

    def close(self) -> None:
        self._landscape.close()
        if not self._stage:
            self._databases.close()

    def _emit(self, event: EventPayload) -> None:
        self.emitted.append(event)
        self.on_the_way.append(event)

    def _later(self, reading: Reading, system: str, *, but: Iterable[str] = ()) -> list[Reading]:
        """What events that came in after that of a reading have brought a system, or are about to, `but` some.

        Of one that was put back and filtered nothing is known any more (SEC-2).
        """
        but = {reading.guid, *but, *(guid for guid, what in self.came_to.items() if what == FILTERED)}
        others = [one for one in self.readings if one.key == reading.key and one.guid not in but]
        if not others:
            return []
        self.note_refusals()
        came_in = [message["guid"] for message in self.queue.messages()]
        later = set(came_in[came_in.index(reading.guid) + 1 :])
        return [one for one in others if one.guid in later and system not in one.refused]

    def _overtaken(self, reading: Reading) -> set[str]:
        """The guids of the events whose messages cannot make the entry, and wait, when one comes that can."""
        waiting = {row["guid"] for row in self.queue.parcels() if row["state"] == "waiting" and not row["lease_until"]}
        return {one.guid for one in self.readings if one.guid in waiting and not one.creates and reading.creates}

    def _follow(self) -> None:
        """Note what has been sent to the systems since, and what became of all that was sent."""
        for row in self.queue.parcels():
            way = self.sent[row["system"]]
            if row["number"] not in way:
                reading = self.came_to[row["guid"]]
                assert isinstance(reading, Reading)
                read_since = self.readings[self.readings.index(reading) + 1 :]
                if any(one.reading in read_since and one.reading.key == reading.key for one in way.values()):
                    later = self._later(reading, row["system"])  # it has stepped back
                    way[row["number"]] = Sent(reading, newer(reading, later, just_read=False))
                else:
                    way[row["number"]] = Sent(reading, reading.leaves[row["system"]])
            way[row["number"]].came_to(row["state"])

    def _start(self) -> Landscape:
        return Landscape(
            self.settings,
            ici=FaultySite(self.rest, self.faults),
            databases=self._databases,
            observe=self._observe,
            clock=lambda: self.time,
        )

    def _guarded(self, deed: Callable[[], object]) -> None:
        try:
            deed()
        except Killed as killed:
            self._follow()
            if killed.args:
                self._note_delivery(*killed.args)
            self.restart()
        else:
            self._follow()

    def _note_delivery(self, system: str, agreement: str) -> None:
        """Note what a system has got, and the worker could not say any more."""
        for row in self.queue.parcels():
            if (row["system"], row["agreement"], row["state"]) == (system, agreement, "waiting") and row["lease_until"]:
                self.sent[system][row["number"]].came_to("in")

    def _observe(self, outcome: Outcome) -> None:
        """Ask the model the same, at the same moment."""
        self.faults.reached("agreement read")
        assert outcome.event is not None
        self.came_to.pop(outcome.guid, None)
        before = self._struck_before.get(outcome.guid, Counter())
        self._struck_before[outcome.guid] = self.faults.struck.copy()
        if outcome.failure and outcome.failure.failure in AT_FAULT:
            failed = self._failed_calls[outcome.guid] = self._failed_calls.get(outcome.guid, 0) + 1
            if self.faults.struck == before:
                self.from_exception.append(f"{outcome.guid}: {outcome.failure}, and ICI was well")
            if failed == self.settings.max_attempts:
                self.came_to[outcome.guid] = outcome.failure.rule
            return
        event = outcome.event
        agreement = self.tenant.find(event.contract_type, event.sys_id)
        assert agreement is not None
        again = outcome.guid in self.again
        expected = read(outcome.guid, event.source, event.action.name, agreement, again=again)
        if isinstance(expected, Reading):
            but = self._overtaken(expected)
            for system in self.settings.systems:
                later = self._later(expected, system, but=but)
                expected.leaves[system] = newer(expected, later, just_read=True)
            self.readings.append(expected)
        self.came_to[outcome.guid] = expected
        found = outcome.failure.rule if outcome.failure else FILTERED if outcome.kind == "filtered" else "a message"
        if found != (expected if isinstance(expected, str) else "a message"):
            self.from_exception.append(f"{outcome.guid} came to {found}")
