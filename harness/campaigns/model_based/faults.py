"""The faults around CPI: wrong answers of ICI, a system that is down or hangs, a worker that is killed at any point."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

import requests

from harness.doubles.ecc_faults import ProcessKilled
from harness.doubles.icertis_faults import IcertisFault, parse_fault
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.errors import Failure, InterfaceError
from simulator.icertis.rest import Answer, RestSite

BAD_ANSWERS: dict[str, IcertisFault] = {
    "ICI 500": parse_fault("status 500"),
    "ICI 429": parse_fault("status 429"),
    "ICI half a JSON": parse_fault("half a JSON"),
    "ICI cut off": parse_fault("a connection that is refused"),
    "ICI hangs": parse_fault("an answer that takes too long"),
}

KILL_POINTS = ("call of ICI", "agreement read", "before delivery", "after delivery")


class FaultState:
    """The active faults, and how often each has occurred."""

    def __init__(self) -> None:
        self.occurred: Counter[str] = Counter()
        self.kill_at = ""
        self.down: set[str] = set()
        self.hanging: dict[str, bool] = {}
        """System that never answers to whether it takes the message nevertheless."""

        self.on_wait: Callable[[float], object] = lambda _: None
        """Is called with the seconds for which CPI has waited for an answer in vain."""

        self.on_write: Callable[[str], object] = lambda _: None
        """Is called with the name of a system at the moment in which it has taken a message."""

        self._answer = ""
        self._calls = 0

    def answer_next_calls(self, answer: str, calls: int) -> None:
        """Give this bad answer to the next `calls` calls of ICI."""
        self._answer, self._calls = answer, calls

    def clear(self) -> None:
        self.kill_at, self._calls = "", 0
        self.down.clear()
        self.hanging.clear()

    def hang(self, system: str, seconds: float) -> NoReturn:
        """Let CPI wait for so long and give up."""
        self.occurred[f"{system} hangs"] += 1
        self.on_wait(seconds)
        raise InterfaceError("D-20", "", f"{system} does not answer in time", Failure.SYSTEM_DOWN)

    def failed(self, system: str) -> int:
        """Return how often a system has not answered."""
        return self.occurred[f"{system} down"] + self.occurred[f"{system} hangs"]

    def reach(self, point: str) -> None:
        """Kill the worker if this is its kill point. Raises ProcessKilled."""
        if self.kill_at == point:
            self.kill_at = ""
            self.occurred[f"killed: {point}"] += 1
            raise ProcessKilled

    def bad_answer(self) -> str:
        """Return the name of the bad answer to the next call; blank for none."""
        if not self._calls:
            return ""
        self._calls -= 1
        self.occurred[self._answer] += 1
        return self._answer


class UnreliableIcertis:
    """The mock ICI with the active faults."""

    def __init__(self, site: Callable[[], RestSite], faults: FaultState) -> None:
        """`site` returns the mock ICI, another one after each restart of it."""
        self._site = site
        self._faults = faults

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        self._faults.reach("call of ICI")
        bad = self._faults.bad_answer()
        if not bad:
            return self._site().answer(method, path, headers)
        answer = BAD_ANSWERS[bad]
        if isinstance(answer, requests.RequestException):
            raise answer
        return answer


class UnreliableEcc(EccSystem):
    """An ECC system with the active faults."""

    def __init__(self, name: str, url: str, faults: FaultState) -> None:
        super().__init__(name, url)
        self._faults = faults
        self._patience = 0.0

    def within(self, seconds: float) -> "UnreliableEcc":
        """Let CPI wait for so long for the next answer."""
        self._patience = seconds
        return self

    def z_mm_icmcontract_upsert(
        self, contract: Mapping[str, str], organisations: Sequence[str] | None
    ) -> list[Bapiret2]:
        self._faults.reach("before delivery")
        self.is_up = self.name not in self._faults.down
        if not self.is_up:
            self._faults.occurred[f"{self.name} down"] += 1
        takes_it = self._faults.hanging.get(self.name)
        if takes_it is False:
            self._faults.hang(self.name, self._patience)
        returned = super().z_mm_icmcontract_upsert(contract, organisations)
        if not any(message.TYPE == "E" for message in returned):
            self._faults.on_write(self.name)
        if takes_it:
            self._faults.hang(self.name, self._patience)
        self._faults.reach("after delivery")
        return returned
