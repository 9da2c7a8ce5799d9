"""The census: hold every scenario of the features against the register.

Each function returns what is wrong, in sentences for people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from harness.specification.register import Register
from harness.specification.scenarios import Scenario

OTHER_TAGS: Mapping[str, str] = MappingProxyType(
    {
        "open_question": "a question to the people who sign off, with what its answer changes",
        "fault": "something fails on the way, and nothing is lost",
        "beyond_sheet": "more than the mapping sheet asks for: a middleware that keeps nothing cannot do it",
    }
)
"""The tags beside those of the register."""


def by_entry(register: Register, scenarios: Iterable[Scenario]) -> dict[str, list[Scenario]]:
    """Map the id of each entry to the scenarios with its tag; those that show the heart of a decision come first."""
    tagged = defaultdict(list)
    for scenario in scenarios:
        for tag in scenario.tags:
            tagged[tag].append(scenario)
    hearts = {entry.id: entry.heart for entry in register.decisions if entry.heart}
    shown = {}
    for entry in register.entries:
        heart = hearts.get(entry.id)
        own = tagged[entry.tag]
        shown[entry.id] = [one for one in own if one.heading == heart] + [one for one in own if one.heading != heart]
    return shown


def lost_hearts(register: Register, scenarios: Iterable[Scenario]) -> list[str]:
    """List the decisions that name as their heart what is no scenario with their tag."""
    headings = {(tag, scenario.heading) for scenario in scenarios for tag in scenario.tags}
    return [
        f'{entry.id} names "{entry.heart}" as its heart, and no scenario of that name has its tag'
        for entry in register.decisions
        if entry.heart and (entry.tag, entry.heart) not in headings
    ]


def uncovered(register: Register, scenarios: Iterable[Scenario]) -> list[str]:
    """List the entries with neither a scenario nor a waiver."""
    shown = by_entry(register, scenarios)
    return [
        f"{entry.id} has no scenario: tag one with @{entry.tag}, or waive it in the register with the reason"
        for entry in register.entries
        if not shown[entry.id] and entry.waived is None
    ]


def needless_waivers(register: Register, scenarios: Iterable[Scenario]) -> list[str]:
    """List the entries with both a waiver and a scenario."""
    shown = by_entry(register, scenarios)
    return [
        f"{entry.id} is waived, but {shown[entry.id][0].place} shows it: remove the waiver or the tag"
        for entry in register.entries
        if shown[entry.id] and entry.waived is not None
    ]


def count_mismatches(scenarios: Iterable[Scenario], collected: Mapping[tuple[str, str], int]) -> list[str]:
    """List the scenarios that pytest collected another number of times than the features hold them.

    `collected` maps feature and heading to the number of tests.
    """
    written = Counter((scenario.feature, scenario.heading) for scenario in scenarios)
    return [
        f'{feature}: "{heading}" is written {written[feature, heading]} x, '
        f"collected by pytest {collected.get((feature, heading), 0)} x"
        for feature, heading in sorted(written.keys() | collected.keys())
        if written[feature, heading] != collected.get((feature, heading), 0)
    ]
