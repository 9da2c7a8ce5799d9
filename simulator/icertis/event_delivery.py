"""The events of a tenant on their way to the webhook; they can be held back, as a network does."""

from collections.abc import Callable, Mapping

from simulator.icertis.tenant import Event


def asked_to_wait(headers: Mapping[str, str]) -> float:
    """Seconds after which a webhook that answered 429 wants the event again; one where it does not say."""
    said = headers.get("Retry-After", "")
    return max(1.0, float(said)) if said.isdecimal() and said.isascii() else 1.0


class DirectDelivery:
    """Sends each event at once, or later."""

    def __init__(self, send: Callable[[Event], int]) -> None:
        """`send` hands an event to the webhook, and returns the HTTP status that it answered."""
        self._send = send
        self.holding = False
        """Whether events stay on their way until `release`."""

        self._held: list[Event] = []
        self.statuses: list[int] = []
        """What the webhook answered to each event."""

    def emit(self, event: Event) -> None:
        if self.holding:
            self._held.append(event)
        else:
            self.statuses.append(self._send(event))

    def release(self) -> None:
        """Let the events that were held back arrive, oldest first."""
        held, self._held = self._held, []
        for event in held:
            self.statuses.append(self._send(event))
