"""What can go wrong around CPI: ICI that answers badly, a system that is down, a worker that is killed anywhere."""

from collections import Counter
from collections.abc import Mapping, Sequence

import requests

from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.icertis.rest import Answer, RestSite, error_answer

BAD_ANSWERS: dict[str, Answer | None] = {
    "ICI 500": error_answer(500, "ServerError", "Something broke", ""),
    "ICI 429": error_answer(429, "TooManyRequests", "Slow down", ""),
    "ICI half a JSON": Answer(200, b'{"Data": {"Na'),
    "ICI cut off": None,
}

KILLED_AT = ("call of ICI", "agreement read", "before delivery", "after delivery")


class Killed(BaseException):
    """The worker ends here; nothing of CPI may catch it. Its arguments: what was delivered, to which system."""


class Faults:
    """Which faults are on, and how often each has struck."""

    def __init__(self) -> None:
        self.struck: Counter[str] = Counter()
        self.kill_at = ""
        self.down: set[str] = set()
        self._answer = ""
        self._calls = 0

    def bend(self, answer: str, calls: int) -> None:
        """Let ICI answer so for its next `calls` calls."""
        self._answer, self._calls = answer, calls

    def off(self) -> None:
        self.kill_at, self._calls = "", 0
        self.down.clear()

    def reached(self, point: str, *delivered: str) -> None:
        """End the worker where it is to end here; `delivered` are system and agreement that it was at."""
        if self.kill_at == point:
            self.kill_at = ""
            self.struck[f"killed: {point}"] += 1
            raise Killed(*delivered)

    def bad_answer(self) -> str:
        """The name of the answer that ICI gives in place of its own; blank for none."""
        if not self._calls:
            return ""
        self._calls -= 1
        self.struck[self._answer] += 1
        return self._answer


class FaultySite:
    """ICI, with the faults that are on."""

    def __init__(self, site: RestSite, faults: Faults) -> None:
        self._site = site
        self._faults = faults

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        self._faults.reached("call of ICI")
        bad = self._faults.bad_answer()
        if not bad:
            return self._site.answer(method, path, headers)
        answer = BAD_ANSWERS[bad]
        if answer is None:
            raise requests.ConnectionError
        return answer


class FaultySystem(EccSystem):
    """An ECC system, with the faults that are on."""

    def __init__(self, name: str, url: str, faults: Faults) -> None:
        super().__init__(name, url)
        self._faults = faults

    def z_mm_icmcontract_upsert(
        self, contract: Mapping[str, str], organisations: Sequence[str] | None
    ) -> list[Bapiret2]:
        self._faults.reached("before delivery")
        self.is_up = self.name not in self._faults.down
        if not self.is_up:
            self._faults.struck[f"{self.name} down"] += 1
        returned = super().z_mm_icmcontract_upsert(contract, organisations)
        has_it = not any(message.TYPE == "E" for message in returned)
        agreement = f"{contract['SYSID']} {contract['ICMAGREEMENTCODE']}"
        self._faults.reached("after delivery", *((self.name, agreement) if has_it else ()))
        return returned
