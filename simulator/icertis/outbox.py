"""The events of a tenant on their way to the webhook, over HTTP."""

import json
from collections import deque
from dataclasses import dataclass, field
from threading import Lock

import requests

from simulator.icertis.tenant import Event

TIMEOUT_SECONDS = (5, 30)


@dataclass
class Outbox:
    """Keeps the events in order, and sends them when it is told to."""

    url: str = ""
    """The webhook; blank where there is none: then the events wait."""

    api_key: str = ""
    holding: bool = False
    """Whether events stay on their way until they are released."""

    last_reply: tuple[int, object] | None = None
    """Status and body that the webhook answered last."""

    problem: str = ""
    """Why the oldest event that waits was not taken; no word of the event itself."""

    _waiting: deque[Event] = field(default_factory=deque)
    _sending: Lock = field(default_factory=Lock)

    def put(self, event: Event) -> None:
        """Take an event of the tenant."""
        self._waiting.append(event)

    @property
    def waiting(self) -> list[Event]:
        return list(self._waiting)

    def send(self) -> None:
        """Send what waits, oldest first; an event that is not taken stays, and so do those behind it."""
        with self._sending, requests.Session() as session:
            session.trust_env = False
            while self._waiting and not self.holding and self.url:
                self.problem = self._not_taken(session, self._waiting[0])
                if self.problem:
                    return
                self._waiting.popleft()

    def clear(self) -> None:
        """Forget what waits."""
        self._waiting.clear()
        self.holding, self.last_reply, self.problem = False, None, ""

    def _not_taken(self, session: requests.Session, event: Event) -> str:
        """Why the webhook does not have the event; blank where it has."""
        headers = {"Content-Type": "application/json", "apikey": self.api_key}
        try:
            reply = session.post(
                self.url, json.dumps(event), headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
        except requests.RequestException as failure:
            return f"the webhook could not be reached ({type(failure).__name__})"
        try:
            content = reply.json()
        except ValueError:
            content = None
        self.last_reply = reply.status_code, content
        # Another 4xx says that this very event will never be taken: it must not hold up those behind it for ever.
        never = 400 <= reply.status_code < 500 and reply.status_code not in (401, 403, 404, 408, 429)
        return "" if reply.ok or never else f"the webhook answered {reply.status_code}"
