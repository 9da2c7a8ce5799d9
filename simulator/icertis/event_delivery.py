"""Deliver the events of a tenant to the webhook, in process or over HTTP; hold them back as a network does."""

import json
import math
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import requests

from simulator.clock import utc_now
from simulator.http_support import AnswerTooLargeError, client_session, read_answer_body, retry_after, send_request
from simulator.icertis.tenant import EventPayload

TIMEOUT_SECONDS = (5, 30)

MAX_WAITING = 10_000
"""The most events that wait for the webhook before nothing new may happen in ICI."""

_MAX_REPLY_BYTES = 64 * 1024
"""The most bytes of an answer that are read."""

LONGEST_WAIT = 30.0
"""Seconds that one `HttpDelivery.send` waits at most for a webhook that answers 429."""

_NEVER_TAKEN = (400, 413, 415, 422)
"""The HTTP statuses after which the same event would be refused again."""


def wait_after_429(headers: Mapping[str, str]) -> float:
    """Read how many seconds a webhook that answered 429 asks to wait: at least 1, which is the default."""
    return max(1.0, retry_after(headers, utc_now()) or 0)


class EventDelivery(ABC):
    """Take the events of a tenant; hold them back on demand."""

    def __init__(self) -> None:
        self.holding = False
        """True holds new events back until `release`. Once it is False again, new events overtake those held back."""

        self.statuses: deque[int] = deque(maxlen=10_000)
        """The HTTP statuses of the last answers of the webhook."""

        self._held: list[EventPayload] = []

    def emit(self, event: EventPayload) -> None:
        if self.holding:
            self._held.append(event)
        else:
            self._deliver(event)

    def release(self) -> None:
        """Deliver the events that are held back, oldest first, and hold back no more."""
        self.holding = False
        held, self._held = self._held, []
        for event in held:
            self._deliver(event)

    @abstractmethod
    def _deliver(self, event: EventPayload) -> None: ...


class WebhookReply(Protocol):
    """The HTTP answer of a webhook."""

    @property
    def status(self) -> int: ...
    @property
    def body(self) -> Mapping[str, object]: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


class DirectDelivery(EventDelivery):
    """Send each event at once."""

    def __init__(
        self,
        post: Callable[[EventPayload], WebhookReply],
        *,
        max_wait: float = math.inf,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`post` hands an event to the webhook; `max_wait` is how many seconds one event may wait after 429."""
        super().__init__()
        self._post = post
        self._max_wait = max_wait
        self._sleep = sleep

    def send(self, event: EventPayload) -> WebhookReply:
        """Post an event; after 429, wait as long as the webhook asks and post again. Return the last answer."""
        waited = 0.0
        while (reply := self._post(event)).status == 429:
            wait = wait_after_429(reply.headers)
            waited += wait
            if waited > self._max_wait:
                break
            self._sleep(wait)
        return reply

    def _deliver(self, event: EventPayload) -> None:
        self.statuses.append(self.send(event).status)


class HttpDelivery(EventDelivery):
    """Queue the events, and post them to a URL on `send`."""

    def __init__(
        self,
        url: str = "",
        api_key: str = "",
        *,
        seconds: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`url` is the webhook; while it is blank, events wait. `seconds` is the clock that `sleep` moves on."""
        super().__init__()
        self.url = url
        self.api_key = api_key
        self.problem = ""
        """The reason the webhook did not take the oldest waiting event, without any content of the event."""

        self._seconds = seconds
        self._sleep = sleep
        self._not_before = ("", 0.0)
        """The URL that answered 429 last, and the time before which it wants no event."""

        self._queue: deque[EventPayload] = deque()
        self._sending = Lock()
        self._session = client_session()

    @property
    def waiting(self) -> list[EventPayload]:
        """The events that are queued, then those held back."""
        return [*self._queue, *self._held]

    @property
    def is_full(self) -> bool:
        """True while so many events wait that an action which emits another one has to be refused."""
        return len(self._queue) + len(self._held) >= MAX_WAITING

    def send(self) -> None:
        """Post the queued events, oldest first. An event that is not taken stays, and so do those behind it.

        Only a status from 200 to 299 takes an event; a redirection is not followed.
        After 429, wait as long as the webhook asks and post again, within `LONGEST_WAIT` for the whole call.
        """
        with self._sending:
            deadline = self._seconds() + LONGEST_WAIT
            while self._queue and self.url and self._wait_until_allowed(deadline):
                event = self._queue[0]
                self.problem = self._post(event)
                if self.problem and not self._pause():
                    return
                if not self.problem and self._queue and self._queue[0] is event:  # `clear` may have removed it
                    self._queue.popleft()

    def restore(self, events: Iterable[EventPayload]) -> None:
        """Queue events that an earlier process has not delivered."""
        self._queue.extend(events)

    def clear(self) -> None:
        """Forget all events, statuses and pauses."""
        self._queue.clear()
        self._held.clear()
        self._not_before = ("", 0.0)
        self.statuses.clear()
        self.holding, self.problem = False, ""

    def close(self) -> None:
        self._session.close()

    def _deliver(self, event: EventPayload) -> None:
        self._queue.append(event)

    def _pause(self) -> float:
        """Return the seconds until the webhook wants the next event."""
        url, until = self._not_before
        return max(0.0, until - self._seconds()) if url == self.url else 0.0

    def _wait_until_allowed(self, deadline: float) -> bool:
        """Sleep through the pause the webhook asked for; return False at once if it ends after `deadline`."""
        pause = self._pause()
        if pause and self._seconds() + pause > deadline:
            return False
        self._sleep(pause)
        return True

    def _post(self, event: EventPayload) -> str:
        """Post one event. Return why the webhook did not take it; blank if it did."""
        headers = {"Content-Type": "application/json", "apikey": self.api_key}
        try:
            content = json.dumps(event).encode()
            reply = send_request(self._session, "POST", self.url, headers, content, timeout=TIMEOUT_SECONDS)
            read_answer_body(reply, _MAX_REPLY_BYTES)
        except AnswerTooLargeError:
            pass  # the status alone counts, and the connection is closed
        except requests.RequestException as failure:
            return f"the webhook could not be reached ({type(failure).__name__})"
        self.statuses.append(reply.status_code)
        if reply.status_code == 429:
            self._not_before = (self.url, self._seconds() + wait_after_429(reply.headers))
        # An event that will never be taken must not hold up those behind it for ever.
        if 200 <= reply.status_code < 300 or reply.status_code in _NEVER_TAKEN:
            return ""
        return f"the webhook answered {reply.status_code}{_new_place(self.url, reply.headers)}"


def _new_place(url: str, headers: Mapping[str, str]) -> str:
    """Name the place to which a webhook redirects, without login and query; blank for any other answer."""
    if not (location := headers.get("Location")):
        return ""
    try:
        place = urlsplit(urljoin(url, location))
    except ValueError:
        return ", and its Location is no URL"
    return f": it has moved to {place.scheme}://{place.netloc.rpartition('@')[2]}{place.path}"
