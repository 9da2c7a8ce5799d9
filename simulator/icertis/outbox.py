"""The events of a tenant on their way to the webhook, over HTTP."""

import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import requests

from simulator.icertis.event_delivery import asked_to_wait
from simulator.icertis.tenant import Event

TIMEOUT_SECONDS = (5, 30)
_NEVER = (400, 413, 415, 422)

LONGEST_WAIT = 30.0
"""Seconds that are waited, in one go, until the webhook takes events that came too fast (429)."""


@dataclass
class HttpDelivery:
    """Keeps the events in order, and sends them when it is told to."""

    url: str = ""
    """The webhook; blank where there is none: then the events wait."""

    api_key: str = ""
    holding: bool = False
    """Whether events stay on their way until they are released; later ones may overtake them."""

    statuses: list[int] = field(default_factory=list)
    """What the webhook answered to each event that was sent to it."""

    problem: str = ""
    """Why the oldest event that waits was not taken; no word of the event itself."""

    seconds: Callable[[], float] = time.monotonic
    """Tells how time goes by."""

    sleep: Callable[[float], object] = time.sleep

    _not_before: dict[str, float] = field(default_factory=dict)
    """By URL of a webhook, when it wants to be sent something again."""

    _held: list[Event] = field(default_factory=list)
    _waiting: deque[Event] = field(default_factory=deque)
    _sending: Lock = field(default_factory=Lock)
    _session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self._session.trust_env = False  # no proxy, no .netrc: they are of this machine, and not of the landscape

    def put(self, event: Event) -> None:
        """Take an event of the tenant."""
        (self._held if self.holding else self._waiting).append(event)

    @property
    def waiting(self) -> list[Event]:
        return [*self._waiting, *self._held]

    def release(self) -> None:
        """Hold nothing back any more; what was held waits to be sent."""
        self.holding = False
        self._waiting.extend(self._held)
        self._held.clear()

    def send(self) -> None:
        """Send what waits, oldest first; an event that is not taken stays, and so do those behind it.

        One that came too fast is sent again when the webhook has said, where that is soon enough.
        """
        with self._sending:
            until = self.seconds() + LONGEST_WAIT
            while self._waiting and self.url and self._may_send(until):
                event = self._waiting[0]
                self.problem = self._not_taken(event)
                if self.problem and not self._pause():
                    return
                if not self.problem and self._waiting and self._waiting[0] is event:  # else forgotten meanwhile
                    self._waiting.popleft()

    def clear(self) -> None:
        """Forget what waits."""
        self._waiting.clear()
        self._held.clear()
        self._not_before.clear()
        self.statuses.clear()
        self.holding, self.problem = False, ""

    def close(self) -> None:
        self._session.close()

    def _pause(self) -> float:
        """Seconds until the webhook wants to be sent something again."""
        return max(0.0, self._not_before.get(self.url, 0.0) - self.seconds())

    def _may_send(self, until: float) -> bool:
        """Whether the webhook may be sent something: it is waited for, but not beyond `until`."""
        pause = self._pause()
        if pause and self.seconds() + pause > until:
            return False
        self.sleep(pause)
        return True

    def _not_taken(self, event: Event) -> str:
        """Why the webhook does not have the event; blank where it has."""
        headers = {"Content-Type": "application/json", "apikey": self.api_key}
        try:
            reply = self._session.post(
                self.url, json.dumps(event), headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
        except requests.RequestException as failure:
            return f"the webhook could not be reached ({type(failure).__name__})"
        self.statuses.append(reply.status_code)
        if reply.status_code == 429:
            self._not_before[self.url] = self.seconds() + asked_to_wait(reply.headers)
        # Some answers say that this very event will never be taken: it must not hold up those behind it for ever.
        taken = reply.ok or reply.status_code in _NEVER
        return "" if taken else f"the webhook answered {reply.status_code}"
