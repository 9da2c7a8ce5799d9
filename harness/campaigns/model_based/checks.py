"""Check messages and tables against the model once nothing waits."""

from dataclasses import dataclass, field
from itertools import combinations

from harness.campaigns.model_based.driver import LandscapeDriver
from harness.campaigns.model_based.model import FILTERED, REPEATED, Key, Reading, TableEntry, expected_tables

ARRIVED = {"created", "changed", "unchanged"}


@dataclass
class Violations:
    """The broken rules, by kind."""

    lost: list[str] = field(default_factory=list)
    """Events that have not ended, or have ended wrongly."""

    doubled: list[str] = field(default_factory=list)
    """Messages and entries that exist twice."""

    differing: list[str] = field(default_factory=list)
    """Entries that differ from the model or from the other system."""

    confidential: list[str] = field(default_factory=list)
    """Traces of confidential agreements."""

    @property
    def everything(self) -> list[str]:
        return self.lost + self.doubled + self.differing + self.confidential


def check(driver: LandscapeDriver) -> Violations:
    """Check a driver that has settled."""
    found = Violations()
    driver.note_refusals()
    found.lost += driver.unexpected
    _check_events(driver, found)
    _check_tables(driver, found)
    return found


def _check_events(driver: LandscapeDriver, found: Violations) -> None:
    """Check that every event has ended as the model expects, with the messages that belong to it."""
    messages, parcels = driver.queue.log.messages(), driver.queue.log.parcels()
    if len(messages) != driver.delivered_count:
        found.lost.append(f"{driver.delivered_count} events came in, {len(messages)} are known")
    states: dict[str, list[str]] = {}
    for parcel in parcels:
        states.setdefault(parcel["guid"], []).append(parcel["state"])
        if bool(parcel["content"]) == (parcel["state"] in ARRIVED):
            found.lost.append(f"{parcel['guid']} is {parcel['state']}, with content or without")
        if parcel["state"] in ARRIVED and driver.sent[parcel["system"]][parcel["number"]].state != "in":
            found.lost.append(f"{parcel['guid']} is {parcel['state']}, and {parcel['system']} never got it")
    for message in messages:
        guid, result = message["guid"], driver.results.get(message["guid"])
        ended = (message["status"], message["stage"], message["error_id"])
        there = states.get(guid, [])
        if ended not in _expected(result, there):
            found.lost.append(f"{guid} ended as {ended}, came to {result}, its messages are {there}")
        if result in (FILTERED, REPEATED) and (message["payload"] or message["sys_id"] or there):
            found.confidential.append(f"{guid} was {result} and is still known")
        if guid not in driver.retried and not _as_many_as(there, result, len(driver.settings.systems)):
            found.doubled.append(f"{guid} has {len(there)} messages")
        if not set(there) <= ARRIVED | {"refused"}:
            found.lost.append(f"{guid} still waits")


def _as_many_as(there: list[str], result: Reading | str | None, systems: int) -> bool:
    """Return True for an allowed number of messages; a message that waited for its entry is sent once more."""
    if isinstance(result, Reading):
        return len(there) == systems or (len(there) > systems and not result.creates)
    return not there


def _expected(result: Reading | str | None, states: list[str]) -> set[tuple[str, str, str]]:
    """Return what status, stage and error of an event may be: where two systems refuse it, the error is of either."""
    if result is None:
        return set()
    if isinstance(result, Reading):
        status = "ESCALATED" if "refused" in states else "COMPLETED"
        return {(status, "done", rule) for rule in result.refused.values() or ("",)}
    if result in (FILTERED, REPEATED):
        return {("DISCARDED", "done", "")}
    return {("ESCALATED" if result.startswith("CALL") else "FAILED", "done", result)}


def _check_tables(driver: LandscapeDriver, found: Violations) -> None:
    """Check that the tables are as the model expects, and the same in all systems."""
    readings = driver.readings
    held: dict[str, dict[Key, TableEntry]] = {}
    for name, system in driver.landscape.systems.items():
        content = system.tables()
        rows = {(row["SYSID"], row["ICMAGREEMENTCODE"]): row for row in content["ZMM_ICMCONTRACT"]}
        if len(rows) != len(content["ZMM_ICMCONTRACT"]):
            found.doubled.append(f"{name} has several entries of one agreement")
        organisations: dict[str, set[str]] = {}
        for row in content["ZMM_ICMPURCHORG"]:
            organisations.setdefault(row["SYSID"], set()).add(row["PURCHASINGORG"])
        found.differing += [
            f"{name} has organisations of {sys_id}, and no entry"
            for sys_id in organisations.keys() - {sys_id for sys_id, _ in rows}
        ]
        found.confidential += [f"{name} has {key}, never public" for key in rows if key[0] not in driver.ever_public]
        held[name] = {key: TableEntry(row, organisations.get(key[0], set())) for key, row in rows.items()}
        expected, wrong = expected_tables(name, driver.sent[name].values())
        found.differing += wrong + _differences(f"{name} and the model", held[name], expected, set())
    partly_delivered = _partly_delivered(driver, readings)
    for one, other in combinations(held, 2):
        found.differing += _differences(f"{one} and {other}", held[one], held[other], partly_delivered)


def _partly_delivered(driver: LandscapeDriver, readings: list[Reading]) -> set[Key]:
    """Return the agreements of which only some systems have received a message, or CPI could not tell that they have.

    They differ until a retry of the same event has reached all systems; for good if the message was destroyed (D-63).
    """
    taken: dict[Reading, dict[str, bool]] = {one: {} for one in readings}
    for system, messages in driver.sent.items():
        for message in messages.values():
            if message.state == "in":
                taken[message.reading][system] = message.withholds
    partly_delivered: dict[str, Key] = {}
    for one in readings:
        outcomes = {
            (taken[one].get(system), system in one.refused, system in one.destroyed)
            for system in driver.settings.systems
        }
        if len(outcomes) > 1:
            partly_delivered[one.guid] = one.key
        elif outcomes <= {(False, False, False), (True, False, False)}:
            partly_delivered.pop(one.guid, None)
    return set(partly_delivered.values())


def _differences(
    whose: str, these: dict[Key, TableEntry], those: dict[Key, TableEntry], partly_delivered: set[Key]
) -> list[str]:
    return [
        f"{whose} differ in {key}: {these.get(key)} against {those.get(key)}"
        for key in sorted(these.keys() | those.keys())
        if key not in partly_delivered and these.get(key) != those.get(key)
    ]
