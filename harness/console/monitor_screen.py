"""The monitoring of CPI and of the connector: states, the story of a message, retry, the clock, and the alerts."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self
from urllib.parse import quote

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from harness.console.operations import Refused
from harness.console.pages import ActReply, ScreenParts, encoded, go, is_within, read_form
from harness.console.picture import codes_of, hidden_names
from harness.doubles.taps import CONNECTOR, CPI
from harness.evidence.redaction import Redactor
from simulator.cpi.queue import Queue
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry, LoggedError, MessageLog

_LISTED = 50
"""The messages of a page, newest first."""

STATES = ("PROCESSING", "RETRY", "FAILED", "ESCALATED", "COMPLETED", "DISCARDED")
_AHEAD = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1), "1d": timedelta(days=1)}


class StoryLine(NamedTuple):
    """One line of the story of a message."""

    when: str
    what: str
    is_bad: bool = False


class _Place(NamedTuple):
    """The messages that are looked at: whose, and in which state, blank for all."""

    of: str
    status: str

    def __str__(self) -> str:
        return self.status if self.of == CPI else "/".join(self)

    @classmethod
    def read(cls, text: str) -> Self:
        of, _, status = text.rpartition("/")
        return cls(of or CPI, status)


class _Side(NamedTuple):
    """One of the two that work on events, and log them."""

    queue: Queue
    log: MessageLog
    root: str
    """The path of its administration."""


class MonitorScreen:
    """The screen of the monitoring."""

    def __init__(self, shared: ScreenParts) -> None:
        self._pages, self._parts, self._admin, self._recent = shared
        both = map(_Side, self._parts.queues, self._parts.logs, ("", "/connector"))
        self._sides = dict(zip((CPI, CONNECTOR), both, strict=False))  # the connector may be served elsewhere

    def routes(self) -> list[Route]:
        routes = [
            Route("/monitor", self._show),
            Route("/monitor/alerts", self._alerts),
            Route("/monitor/message/{guid}", self._message),
        ]
        if self._admin is not None:
            routes += [
                Route("/monitor/message/{guid}/retry", self._retry, methods=["POST"]),
                Route("/monitor/retry", self._retry_all, methods=["POST"]),
                Route("/monitor/clock", self._clock, methods=["POST"]),
            ]
        return routes

    def read(self, place: _Place, after: str, confidential: Collection[str]) -> dict[str, Any]:
        """Read the tiles of both logs, and one page of the messages of one. Runs in a thread."""
        middleware, one = self._parts.middleware, self._sides[place.of]
        guids, further = one.queue.log.latest(place.status, after, _LISTED)
        entries = sorted(one.log.entries(guids), key=lambda entry: guids.index(entry.guid))
        redactor = Redactor([], confidential)
        due = self._next_due()
        counts = {of: side.queue.log.counts() for of, side in self._sides.items()}
        return {
            "tiles": {of: [(state, held.get(state, 0)) for state in STATES] for of, held in counts.items()},
            "of": place.of,
            "status": place.status,
            "entries": [_withheld(entry, redactor) for entry in entries],
            "further": further,
            "now": middleware.clock().isoformat(sep=" ", timespec="seconds")[:19],
            "stopped": middleware.clock.stopped_at is not None,
            "next_due": due.isoformat(sep=" ", timespec="seconds")[:19] if due else "",
            "holding": middleware.background.holding,
        }

    def _next_due(self) -> datetime | None:
        return min(filter(None, (side.queue.next_due() for side in self._sides.values())), default=None)

    async def _show(self, request: Request) -> Response:
        asked, after = request.query_params, request.query_params.get("after", "")
        place = _Place(asked.get("of", CPI), asked.get("status", ""))
        if place.of not in self._sides or place.status not in ("", *STATES):
            raise HTTPException(404, "there is no such state")
        hidden = hidden_names(self._parts.ici)
        try:
            content = await anyio.to_thread.run_sync(self.read, place, after, hidden)
        except LookupError as unknown:
            raise HTTPException(404, str(unknown)) from None
        shown = {"alerts": await self._read_alerts(), "codes": codes_of(self._parts.ici)}
        return self._pages.page("monitor", {**content, **shown, **({} if after else {"follow": str(place)})})

    async def _alerts(self, _: Request) -> Response:
        return HTMLResponse(encoded(self._pages.part("alerts", {"alerts": await self._read_alerts()})))

    async def _read_alerts(self) -> list[Alert]:
        redactor = Redactor([], hidden_names(self._parts.ici))
        alerts = await anyio.to_thread.run_sync(self._parts.middleware.middleware.alerts)
        if self._parts.connector is not None:
            alerts += await anyio.to_thread.run_sync(self._parts.connector.connector.alerts)
        return [Alert(*(redactor.redact(text) for text in one)) for one in alerts]

    async def part(self, looked_at: str) -> str:
        """Render the tiles and the last messages at a place; or the story of one message."""
        codes, hidden = codes_of(self._parts.ici), hidden_names(self._parts.ici)
        place = _Place.read(looked_at)
        if place.of in self._sides and place.status in ("", *STATES):
            content = await anyio.to_thread.run_sync(self.read, place, "", hidden)
            return self._pages.part("messages", {**content, "codes": codes})
        try:
            return self._pages.part("story", await self._story(looked_at))
        except HTTPException as gone:  # everything has been emptied
            return self._pages.part("words", {"reply": ActReply(gone.detail, True)})

    async def _message(self, request: Request) -> Response:
        return self._pages.page("message", await self._story(request.path_params["guid"]))

    async def _story(self, guid: str) -> dict[str, Any]:
        """Read a message. Raises HTTPException for one that there is not."""
        for of, side in self._sides.items():
            entry = await anyio.to_thread.run_sync(side.log.entry, guid)
            if entry is not None:
                entry = _withheld(entry, Redactor([], hidden_names(self._parts.ici)))
                shown = {"follow": guid, "story": _story(entry, of), "codes": codes_of(self._parts.ici)}
                return {"entry": entry, "of": of, **shown}
        raise HTTPException(404, "there is no such message")

    async def _retry(self, request: Request) -> Response:
        await read_form(request)
        guid = request.path_params["guid"]
        root = self._sides[(await self._story(guid))["of"]].root
        return await self._do(request, [f"{root}/messages/{quote(guid)}/retry"], f"monitor/message/{quote(guid)}")

    async def _retry_all(self, request: Request) -> Response:
        await read_form(request)
        return await self._do(request, [f"{side.root}/retry" for side in self._sides.values()], "monitor")

    async def _do(self, request: Request, paths: Sequence[str], back: str) -> Response:
        assert self._admin is not None
        self._recent.expect()
        retried = [guid for path in paths for guid in (await self._admin.ask("POST", path))["guids"]]
        if not retried:
            return self._pages.reply(request, ActReply("nothing has failed, so nothing is retried", True), 409)
        await self._work()
        words = "1 message is" if len(retried) == 1 else f"{len(retried)} messages are"
        return (
            self._pages.reply(request, ActReply(f"{words} tried again.")) if is_within(request) else go(request, back)
        )

    async def _work(self) -> None:
        """Let CPI and the connector do what is due, unless they are paused."""
        assert self._admin is not None
        for side in self._sides.values():
            await self._admin.ask("POST", f"{side.root}/work")
        self._recent.touch()

    async def _clock(self, request: Request) -> Response:
        assert self._admin is not None
        by = (await read_form(request)).get("by", "")
        now = self._parts.middleware.clock()
        try:
            if by == "real":
                await self._admin.ask("DELETE", "/clock")
            else:
                await self._admin.ask("PUT", "/clock", {"now": self._later(by, now).isoformat()})
        except Refused as why:
            return self._pages.reply(request, ActReply(str(why), True), 409)
        await self._work()
        return go(request, "monitor")

    def _later(self, by: str, now: datetime) -> datetime:
        """Return the time to move to. Raises Refused where nothing waits."""
        if by in _AHEAD:
            return now + _AHEAD[by]
        due = self._next_due()
        if due is None:
            raise Refused("nothing waits for its next attempt")
        return max(now, due)


def _withheld(entry: LogEntry, redactor: Redactor) -> LogEntry:
    """Withhold the subject of an event of a confidential agreement (SEC-2)."""
    if redactor.mentions([entry.sys_id, entry.agreement_sys_id]):
        return replace(entry, sys_id="", agreement_sys_id="", source="", contract_type="", action="")
    return entry


def _story(entry: LogEntry, of: str) -> list[StoryLine]:
    """Tell what has become of an event, in the order in which it goes."""
    lines = [StoryLine(entry.received_at[:19], f"{entry.action or 'An event'} came in and was stored")]
    if entry.attempts:
        lines.append(StoryLine("", f"reading the agreement failed after {_times(entry.attempts)}", is_bad=True))
    if entry.error and entry.error not in entry.system_errors.values():
        lines.append(StoryLine("", _words(entry.error), is_bad=True))
    for system, state in entry.systems.items():
        attempts = entry.system_attempts.get(system, 0)
        tried = f" after {_times(attempts)}" if attempts else ""
        error = entry.system_errors.get(system)
        text = f"{system}: {state}{tried}{f'; {_words(error)}' if error else ''}"
        lines.append(StoryLine("", text, is_bad=error is not None))
    lines.append(
        StoryLine(
            entry.changed_at[:19], f"it is {entry.status}{f': {entry.note}' if entry.note else ''}", entry.is_failed
        )
    )
    if entry.next_attempt:
        lines.append(StoryLine(entry.next_attempt[:19], f"{'CPI' if of == CPI else 'the connector'} tries again"))
    return lines


def _times(attempts: int) -> str:
    return f"{attempts} attempt{'s' if attempts != 1 else ''}"


def _words(error: LoggedError) -> str:
    return f"{' '.join(filter(None, (error.id, error.field)))}: {error.message}"
