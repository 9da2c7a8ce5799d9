"""Whether everything is as it must be once nothing waits."""

from dataclasses import dataclass, field
from itertools import combinations

from harness.campaigns.model_based.driver import LandscapeDriver
from harness.campaigns.model_based.model import Held, Key, Reading, tables

ARRIVED = {"created", "changed", "unchanged"}


@dataclass
class Violations:
    """What is wrong; nothing should be."""

    lost: list[str] = field(default_factory=list)
    """Events that have not ended, or not as they should have."""

    doubled: list[str] = field(default_factory=list)
    """What is there twice."""

    differing: list[str] = field(default_factory=list)
    """Entries that are not as the model or the other system has them."""

    @property
    def everything(self) -> list[str]:
        return self.lost + self.doubled + self.differing


def verdict(rig: LandscapeDriver) -> Violations:
    """Look at a rig that has settled."""
    found = Violations()
    rig.note_refusals()
    found.lost += rig.from_exception
    _events(rig, found)
    _tables(rig, found)
    return found


def _events(rig: LandscapeDriver, found: Violations) -> None:
    """Every event that came in ended, as the model expects, and its messages agree with that."""
    messages, parcels = rig.queue.messages(), rig.queue.parcels()
    if len(messages) != rig.let_in_so_far:
        found.lost.append(f"{rig.let_in_so_far} events came in, {len(messages)} are known")
    states: dict[str, list[str]] = {}
    for parcel in parcels:
        states.setdefault(parcel["guid"], []).append(parcel["state"])
        if bool(parcel["content"]) == (parcel["state"] in ARRIVED):
            found.lost.append(f"{parcel['guid']} is {parcel['state']}, with content or without")
    for message in messages:
        guid, came_to = message["guid"], rig.came_to.get(message["guid"])
        ended = (message["status"], message["stage"], message["error_id"])
        there = states.get(guid, [])
        if ended != _expected(came_to, there):
            found.lost.append(f"{guid} ended as {ended}, came to {came_to}, its messages are {there}")
        if guid not in rig.again and not _as_many_as(there, came_to, len(rig.settings.systems)):
            found.doubled.append(f"{guid} has {len(there)} messages")
        if not set(there) <= ARRIVED | {"refused"}:
            found.lost.append(f"{guid} still waits")


def _as_many_as(there: list[str], came_to: Reading | str | None, systems: int) -> bool:
    """Whether there are as many messages of an event as there may be: what waits for its entry goes once more."""
    if isinstance(came_to, Reading):
        return len(there) == systems or (len(there) > systems and not came_to.creates)
    return not there


def _expected(came_to: Reading | str | None, states: list[str]) -> tuple[str, str, str]:
    """Status, stage and error of an event."""
    if came_to is None:
        return "nothing", "is", "known"
    if isinstance(came_to, Reading):
        rule = next((came_to.refused[name] for name in sorted(came_to.refused)), "")
        return ("ESCALATED" if "refused" in states else "COMPLETED"), "done", rule
    if came_to == "filtered":
        return "DISCARDED", "done", ""
    return ("ESCALATED" if came_to.startswith("CALL") else "FAILED"), "done", came_to


def _tables(rig: LandscapeDriver, found: Violations) -> None:
    """The tables are as the model has them, and alike."""
    readings = rig.readings
    held: dict[str, dict[Key, Held]] = {}
    for name, system in rig.landscape.systems.items():
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
        found.differing += [f"{name} has {key}, never open" for key in rows if key[0] not in rig.ever_open]
        held[name] = {key: Held(row, organisations.get(key[0], set())) for key, row in rows.items()}
        expected, wrong = tables(name, rig.sent[name].values())
        found.differing += wrong + _differences(f"{name} and the model", held[name], expected, set())
    torn = _torn(rig, readings)
    for one, other in combinations(held, 2):
        found.differing += _differences(f"{one} and {other}", held[one], held[other], torn)


def _torn(rig: LandscapeDriver, readings: list[Reading]) -> set[Key]:
    """The agreements of which some systems have got a message and others have not.

    It stays so until the same event, taken up again, has reached all of them.
    """
    torn: dict[str, Key] = {}
    for one in readings:
        if not one.refused:
            torn.pop(one.guid, None)
        elif len(one.refused) < len(rig.settings.systems):
            torn[one.guid] = one.key
    return set(torn.values())


def _differences(whose: str, these: dict[Key, Held], those: dict[Key, Held], torn: set[Key]) -> list[str]:
    return [
        f"{whose} differ in {key}: {these.get(key)} against {those.get(key)}"
        for key in sorted(these.keys() | those.keys())
        if key not in torn and these.get(key) != those.get(key)
    ]
