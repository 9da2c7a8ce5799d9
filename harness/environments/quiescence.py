"""Whether anybody still calls: the signal that a middleware of which nothing else is known is done."""

import time
from threading import Condition

from starlette.types import ASGIApp, Receive, Scope, Send


class Traffic:
    """An application that knows when it was last at work."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._changed = Condition()
        self._running = 0
        self._last = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._count(1)
        try:
            await self._app(scope, receive, send)
        finally:
            self._count(-1)

    def idle_for(self, seconds: float) -> bool:
        """Wait for `seconds`; whether nobody called meanwhile. Returns at once where somebody does."""
        with self._changed:
            begun = self._last
            self._changed.wait(seconds)
            return self._last == begun and not self._running

    def _count(self, change: int) -> None:
        with self._changed:
            self._running += change
            self._last = time.monotonic()
            self._changed.notify_all()
