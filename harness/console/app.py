"""The pages of the console, for those who have opened the link or know the administration's token.

They change nothing but by the administration. Holding CPI's worker, and its single steps, are the console's own: only
somebody who looks on has a use for them.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.confidentiality import names_in_scm
from harness.console.condition_screen import ConditionScreen, SignOffFiles
from harness.console.contract_acts import CONTRACT_ACTS, TAKE_STEP, TYPES, create_contract
from harness.console.decide_screen import DecideScreen
from harness.console.deeds import SeenResult
from harness.console.monitor_screen import MonitorScreen
from harness.console.operations import ACTS, CHIPS, CREATE_INPUTS, Act, Refused, Subject, create
from harness.console.origin import TracedValue, origin, scm_origin
from harness.console.pages import ActReply, Pages, ScreenParts, encoded, go, is_within, number, read_form
from harness.console.picture import IcertisState, LandscapeParts, Picture, draw, hidden_names, read_icertis
from harness.console.recent import RecentExchanges, guids_of
from harness.console.saved_scenario import Journal
from harness.console.table_screen import TableScreen
from harness.evidence.lineage import LineageBuilder
from harness.evidence.redaction import Redactor
from harness.server.admin.faults import FaultTargets
from harness.server.app import CONSOLE, ServedLandscape
from simulator.http_support import same_credential
from simulator.icertis.agreement import Agreement

MAX_STREAMS = 64
_HEARTBEAT_SECONDS = 15.0
_FRAGMENTS = ("controls", "tree", "play", "verdict", "acts", "lanes", "entry")
_HERE = Path(__file__).parent
_PACK = _HERE.parent / "signoff" / "html" / "pack"
VENDORED = {
    "htmx.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
    "sse.min.js": "98a46496de0c3605fbffdce9167ba427bdd9553184f83f149c261891a92c0136",
}
"""Files of htmx 2.0.11 and htmx-ext-sse 2.2.4, with the SHA-256 of each."""

_STATIC = {
    "pack.css": _PACK / "style.css",
    "console.css": _HERE / "templates" / "console.css",
    "console.js": _HERE / "templates" / "console.js",
    **{name: _HERE / "vendor" / name for name in VENDORED},
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
]


class ServedConsole:
    """The console of one served landscape."""

    def __init__(self, site: ServedLandscape, admin: ASGIApp | None, signoff: SignOffFiles | None = None) -> None:
        """`admin` is the administration; None leaves no buttons. `signoff` names the evidence and the approvals."""
        assert site.ici is not None
        assert site.middleware is not None
        assert site.ecc is not None
        self._parts = LandscapeParts(site.ici, site.middleware, site.ecc, site.scm, site.connector)
        self._tenant = site.ici.tenant
        self._faults = FaultTargets(site.ici, site.ecc)
        token, address = site.credentials.admin_token, urlsplit(site.base)
        self._token = token
        self._admin = None if admin is None else Journal(admin, token, address.netloc)
        self._cookie = f"zicm-console-{address.port}"  # cookies of one host go to all its ports
        self._session = hmac.new(token.encode(), b"the live console", sha256).hexdigest()
        self._key = self._used_key = token_urlsafe(24)
        self.link = f"{site.base}{CONSOLE}/?key={self._key}"
        self._recent = RecentExchanges({**site.ecc.systems, **self._parts.systems(for_scm=True)})
        site.exchange_log.watch(self._recent.watch)
        for pool in self._parts.pools:
            pool.after_task = self._recent.touch
        self._drawing = asyncio.Lock()
        self._rendered: tuple[int, dict[int | str, dict[str, bytes]]] = (-1, {})
        """The number of a picture, and its parts as they are sent, by the agreement or the state that is looked at."""

        self._pages = Pages(can_act=admin is not None)
        shared = ScreenParts(self._pages, self._parts, self._admin, self._recent)
        self._conditions = ConditionScreen(shared, site, signoff)
        self._monitor = MonitorScreen(shared)
        self._decide = DecideScreen(shared, self._conditions)
        self._tables = TableScreen(shared)
        self.app = self._routes()

    def notice(self) -> None:
        if self._parts.ici.tenant is self._tenant:
            self._recent.touch()
        else:  # the administration has emptied everything
            self._tenant = self._parts.ici.tenant
            self._recent.forget()
            self._tables.forget()
            if self._admin is not None:
                self._admin.forget()

    def stop(self) -> None:
        self._conditions.leave()
        self._tables.forget()
        self._recent.stop()

    def _routes(self) -> ASGIApp:
        routes = [
            Route("/", self._stage),
            Route("/sign-in", self._sign_in, methods=["POST"]),
            Route("/stream", self._stream),
            Route("/field", self._field),
            Route("/create", self._create_form),
            Route("/act/{name}", self._act_form),
            Route("/static/{name}", self._static),
            *self._conditions.routes(),
            *self._monitor.routes(),
            *self._decide.routes(),
            *self._tables.routes(),
        ]
        if self._admin is not None:
            routes += [
                Route("/create", self._create, methods=["POST"]),
                Route("/act/{name}", self._act, methods=["POST"]),
                Route("/scenario", self._scenario),
                Route("/worker/{deed}", self._worker, methods=["POST"]),
            ]
        app = Starlette(routes=routes, exception_handlers={HTTPException: self._as_page})
        return _with_headers(self._guarded(app))

    def _guarded(self, app: ASGIApp) -> ASGIApp:
        """Let nobody in without the cookie, and take forms from our own pages alone."""

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope)
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            is_open = path.startswith("/static/") or path == "/sign-in"
            answer: Response | None = None
            if request.method == "POST" and not request.headers.get("origin"):
                answer = self._pages.reply(request, ActReply("a form comes from a page of the console", True), 403)
            elif self._is_key(request) or not (is_open or self._knows(request)):
                answer = self._admit(request)
            await (answer or app)(scope, receive, send)

        return guarded

    def _knows(self, request: Request) -> bool:
        return same_credential(request.cookies.get(self._cookie, ""), self._session)

    def _is_key(self, request: Request) -> bool:
        return bool(self._key) and same_credential(request.query_params.get("key", ""), self._key)

    def _admit(self, request: Request) -> Response:
        """Take the key of the printed link, once; ask everybody else for the token."""
        key = request.query_params.get("key", "")
        if self._is_key(request):
            self._key = ""
            # Not a redirection: the first request after it would still come from elsewhere, and have no strict cookie.
            return self._remembered(Response(headers={"Refresh": f"0; url={CONSOLE}/"}))
        if is_within(request):  # a sign-in page has no place within the page that asked
            return Response(status_code=401, headers={"HX-Redirect": f"{CONSOLE}/"})
        what = "this link has been used" if same_credential(key, self._used_key) else "this link has a wrong key"
        reply = ActReply(f"{what}: the token of the administration opens the console as well", True)
        return self._pages.page("sign-in", {"reply": reply if key else None}, 401)

    def _remembered(self, answer: Response) -> Response:
        """Give the browser the cookie by which it is known from now on."""
        answer.set_cookie(self._cookie, self._session, path=CONSOLE, httponly=True, samesite="strict")
        return answer

    async def _sign_in(self, request: Request) -> Response:
        form = await read_form(request)
        if same_credential(form.get("token", "").strip(), self._token):
            return self._remembered(RedirectResponse(f"{CONSOLE}/", 303))
        return self._pages.page(
            "sign-in", {"reply": ActReply("that is not the token of the administration", True)}, 401
        )

    async def _as_page(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return self._pages.reply(request, ActReply(error.detail, True), error.status_code)

    async def _static(self, request: Request) -> Response:
        file = _STATIC.get(request.path_params["name"])
        if file is None:
            raise HTTPException(404, "there is no such file")
        return FileResponse(file)

    async def _stage(self, request: Request) -> Response:
        state, picture = await self._picture(number(request.query_params.get("agreement")))
        shown: dict[str, Any] = {"play": self._conditions.play}
        if "field" in request.query_params:
            shown["origin"] = await self._origin(request, state, picture)
        return self._pages.page("stage", {"picture": picture, **_offered(picture), **shown})

    async def _picture(self, selected: int | None) -> tuple[IcertisState, Picture]:
        state = read_icertis(self._parts.ici, selected, self._faults.active().faults)
        return state, await anyio.to_thread.run_sync(draw, self._parts, self._recent, state)

    async def _fragments(self, looked_at: int | str) -> dict[str, bytes]:
        """Render every part of the stage, once for all consoles that look at the same agreement.

        For a text it is the monitor: the messages in that state, or the story of the message with that guid.
        """
        async with self._drawing:
            if self._rendered[0] != self._recent.picture:
                self._rendered = self._recent.picture, {}
            known = self._rendered[1]
            if looked_at in known:
                return known[looked_at]
            if isinstance(looked_at, str):
                text = await self._monitor.part(looked_at)
                known[looked_at] = {"monitor": _event("monitor", text)}
            else:
                _, picture = await self._picture(looked_at)
                known[looked_at] = await anyio.to_thread.run_sync(self._render, picture)
            return known[looked_at]

    def _render(self, picture: Picture) -> dict[str, bytes]:
        content = {"picture": picture, "play": self._conditions.play, **_offered(picture)}
        return {name: _event(name, self._pages.part(name, content)) for name in _FRAGMENTS}

    async def _stream(self, request: Request) -> Response:
        if self._recent.consoles >= MAX_STREAMS:
            raise HTTPException(503, f"{MAX_STREAMS} consoles are open already")
        asked = request.query_params
        looked_at: int | str = number(asked.get("agreement")) or 0
        if "monitor" in asked:
            looked_at = asked["monitor"]
        headers = {"X-Accel-Buffering": "no"}
        return StreamingResponse(self._events(looked_at), media_type="text/event-stream", headers=headers)

    async def _events(self, looked_at: int | str) -> AsyncIterator[bytes]:
        """Yield the present state, then each part that has changed. What a slow console has missed is left out."""
        sent: dict[str, bytes] = {}
        # The kept parts of this picture may be older than the page that asks, and name what is confidential by now.
        seen = self._recent.picture if self._recent.is_behind else -1
        with self._recent.looking_on():
            yield b"retry: 1000\n\n"
            while not self._recent.ended:
                if seen == self._recent.picture:
                    yield b": nothing new\n\n"
                else:
                    seen = self._recent.picture
                    events = await self._fragments(looked_at)
                    news = b"".join(event for name, event in events.items() if sent.get(name) != event)
                    sent = events
                    if news:
                        yield news
                await self._recent.changed(seen, _HEARTBEAT_SECONDS)
                if isinstance(looked_at, str) and seen == self._recent.picture:
                    self._recent.touch()  # the monitor shows the time

    async def _field(self, request: Request) -> Response:
        state, picture = await self._picture(number(request.query_params.get("agreement")))
        found = await self._origin(request, state, picture)
        if is_within(request):
            return HTMLResponse(encoded(self._pages.part("origin", {"origin": found})))
        return self._pages.page("field", {"picture": picture, "origin": found})

    async def _origin(self, request: Request, state: IcertisState, picture: Picture) -> Any:
        asked = TracedValue(request.query_params.get("code", ""), request.query_params.get("field", ""))
        kept = self._recent.kept()
        redactor = Redactor(kept, state.confidential)
        settings = self._parts.middleware.middleware.settings
        builder = partial(LineageBuilder, redactor, settings)
        if picture.for_scm:
            found = await anyio.to_thread.run_sync(scm_origin, asked, picture, settings, kept, state.root_sys_id)
        else:
            found = await anyio.to_thread.run_sync(origin, asked, picture, builder, kept)
        if found is None:
            raise HTTPException(404, "the tables have no such field of this agreement")
        return found._replace(raw=redactor.redact(found.raw))  # of a master, it may be what the tables withhold

    async def _create_form(self, request: Request) -> Response:
        kind, *others = CREATE_INPUTS
        if self._parts.connector is not None:
            kind = kind._replace(choices=(*kind.choices, *TYPES))
        return await self._form_page(request, "create", "Create", (kind, *others))

    async def _act_form(self, request: Request) -> Response:
        act = _act(request)
        self._agreement(request.query_params.get("agreement"))
        return await self._form_page(request, f"act/{act.name}", act.title, act.inputs)

    async def _form_page(self, request: Request, action: str, title: str, inputs: Sequence[Any]) -> Response:
        if self._admin is None:
            raise HTTPException(403, "the administration is switched off")
        _, picture = await self._picture(number(request.query_params.get("agreement")))
        content = {"action": action, "title": title, "inputs": inputs, "picture": picture}
        if is_within(request):
            return HTMLResponse(encoded(self._pages.part("form", content)))
        return self._pages.page("form", content)

    async def _create(self, request: Request) -> Response:
        assert self._admin is not None
        held = self._parts.ici.tenant.all_agreements
        values = await read_form(request)
        await self._admin.begin("")
        kind = values.get("type", "")
        try:
            if self._parts.connector is not None and kind in TYPES:
                self._recent.begin()
                self._recent.subject = await create_contract(self._admin, kind, values.get("Name", ""), len(held()) + 1)
            else:
                await create(self._admin, self._with_master(values), len(held()) + 1)
                self._recent.begin()
        except Refused as why:
            return self._pages.reply(request, ActReply(f"Create: {why}", True), 409)
        return go(request, f"?agreement={len(held())}")

    async def _act(self, request: Request) -> Response:
        assert self._admin is not None
        act, values = _act(request), await read_form(request)
        one = self._agreement(values.get("agreement"))
        if one.parent is not None and act is not TAKE_STEP:
            return self._pages.reply(request, ActReply(f"{act.title}: act on the agreement that it amends", True), 409)
        subject = Subject(one.sys_id, one.kind.name, one.status.value)
        whole = (one.parent or one).sys_id
        if act.sends_event:
            self._recent.expect(whole)
        else:
            self._recent.begin(whole)
            self._recent.remember([whole])
        await self._admin.begin(whole)
        try:
            done = await act.perform(self._admin, subject, self._with_master(values))
        except Refused as why:
            self._recent.expect()
            return self._pages.reply(request, ActReply(f"{act.title}: {why}", True), 409)
        if not is_within(request):
            return go(request, f"?agreement={number(values.get('agreement')) or 0}")
        answer = self._pages.reply(request, ActReply(f"{done[:1].upper()}{done[1:]}."))
        answer.headers["HX-Trigger-After-Swap"] = "acted"  # which takes the form away
        return answer

    async def _scenario(self, request: Request) -> Response:
        """Show what was done last with an agreement as a scenario, or send it as a file."""
        assert self._admin is not None
        one = self._agreement(request.query_params.get("agreement"))
        one = one.parent or one
        hidden = hidden_names(self._parts.ici)
        self._recent.drop(hidden, names_in_scm(self._parts.ici.tenant.all_agreements()))
        systems = self._parts.systems(for_scm=one.kind.name in self._parts.ici.connector_types)
        now = {name: system.tables_of(one.sys_id) for name, system in systems.items()}
        before = {name: self._recent.before(name, one.sys_id) or rows for name, rows in now.items()}
        drawn = self._recent.drawn()
        log = await anyio.to_thread.run_sync(lambda: [entry for log in self._parts.logs for entry in log.entries()])
        guids = {*guids_of(drawn)}
        of_act, earlier = ([one for one in log if (one.guid in guids) is is_of_act] for is_of_act in (True, False))
        try:
            seen = SeenResult(before, now, of_act, earlier) if self._recent.subject == one.sys_id else None
            text = await self._admin.scenario(one.sys_id, seen, hidden)
        except Refused as why:
            return self._pages.reply(request, ActReply(f"Save as a scenario: {why}", True), 409)
        if "file" in request.query_params:
            headers = {"Content-Disposition": 'attachment; filename="saved.feature"'}
            return Response(encoded(text), media_type="text/plain", headers=headers)
        content = {"text": text, "number": request.query_params["agreement"]}
        if is_within(request):
            return HTMLResponse(encoded(self._pages.part("saved", content)))
        return self._pages.page("saved", content)

    def _with_master(self, values: dict[str, str]) -> dict[str, str]:
        """Put the System ID of a chosen master in place of its number. Raises Refused for a number of none."""
        if not values.get("master"):
            return values
        with suppress(HTTPException):
            return {**values, "master": self._agreement(values["master"]).sys_id}
        raise Refused("Master: choose an agreement")

    def _agreement(self, text: str | None) -> Agreement:
        """Return an agreement by its number on the stage, counted from 1. Raises HTTPException."""
        held, at = self._parts.ici.tenant.all_agreements(), number(text) or 0
        if not 0 < at <= len(held):
            raise HTTPException(404, "there is no such agreement")
        return held[at - 1]

    async def _worker(self, request: Request) -> Response:
        pools, deed = self._parts.pools, request.path_params["deed"]
        form = await read_form(request)
        reply = ActReply("CPI works again.")
        if deed == "pause":
            for pool in pools:
                pool.hold()
            reply = ActReply("CPI is paused: Step lets it do one task at a time.")
        elif deed == "step":
            done = await anyio.to_thread.run_sync(lambda: next((pool for pool in pools if pool.step()), None))
            who = "CPI" if done is pools[0] else "The connector"
            reply = ActReply(f"{who} has done one task." if done else "Nothing is due.")
        elif deed == "go-on":
            for pool in pools:
                pool.go_on()
        else:
            raise HTTPException(404, "there is no such button")
        self._recent.touch()
        if not is_within(request):
            return go(request, f"?agreement={number(form.get('agreement')) or 0}")
        return self._pages.reply(request, reply)


_HIDE = "confidential"
_BY_NAME = {one.name: one for one in (*ACTS, *CHIPS, *CONTRACT_ACTS)}


def _offered(picture: Picture) -> dict[str, list[Act]]:
    """Return the acts and the chips that the selected agreement allows; an amendment is done with by its execution."""
    one = picture.selected
    if one is None or one.is_amendment:
        return {"acts": [TAKE_STEP] if picture.for_scm else [], "chips": []}
    offered = CONTRACT_ACTS if picture.for_scm else ACTS
    acts = [
        act for act in offered if act.fits(one.status, one.kind) and not (one.is_confidential and act.name == _HIDE)
    ]
    chips = () if picture.for_scm else CHIPS
    return {"acts": acts, "chips": [chip for chip in chips if chip.fits(one.status, one.kind)]}


def _act(request: Request) -> Act:
    act = _BY_NAME.get(request.path_params["name"])
    if act is None:
        raise HTTPException(404, "there is no such act")
    return act


def _event(name: str, text: str) -> bytes:
    data = "".join(f"data: {line}\n" for line in text.replace("\r", "").split("\n"))
    return encoded(f"event: {name}\n{data}\n")


def _with_headers(app: ASGIApp) -> ASGIApp:
    async def with_headers(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *_HEADERS]}
            await send(message)

        await app(scope, receive, send_with_headers)

    return with_headers
