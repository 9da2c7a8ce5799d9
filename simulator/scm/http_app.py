"""OData of SCM over HTTP, as an ASGI application below `/data`."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.types import Receive, Scope, Send

from simulator.http_support import (
    BodyError,
    bearer_token,
    client_origin,
    header,
    read_body,
    respond,
    respond_body_problem,
    respond_problem,
    text_headers,
)
from simulator.scm.access import TENANT, EntraTenant
from simulator.scm.odata.batch import Batches
from simulator.scm.odata.packages import PACKAGES, find_package
from simulator.scm.odata.service import ODataAnswer, ODataRequest, ODataService
from simulator.scm.system import ScmSystem
from simulator.site_transport import SiteAnswer

ROOT = "/scm"
"""The path of the environment; `ROOT/data` is that of its OData."""

TOKENS = (f"/{TENANT}/oauth2/v2.0/token", f"/{TENANT}/oauth2/token")
"""The paths of its token endpoint; the second one takes a resource in place of a scope."""

MAX_BYTES = 8 * 1024 * 1024
_THREADS = 8
_DATA = "/data"


Usual: TypeAlias = Callable[[], SiteAnswer]
ScmTap: TypeAlias = Callable[[ODataRequest, Usual], SiteAnswer]
"""Gets a request and what answers it; tests put a double there."""


class ScmOverHttp:
    """Serve OData of one environment."""

    def __init__(self, system: ScmSystem, access: EntraTenant, tap: ScmTap = lambda _, answer: answer()) -> None:
        self._tap = tap
        self._system = system
        self._access = access
        self._service = ODataService(system)
        self._batches = Batches(system, self._service)
        self._limiter = CapacityLimiter(_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scheme, host = client_origin(scope)
        base = f"{scheme}://{host}{ROOT}"
        path = scope["raw_path"].decode("latin-1").removeprefix(ROOT)
        token = bearer_token(header(scope, b"authorization").decode("latin-1"))
        if not self._system.is_up:
            await respond_problem(send, 503, "the environment is down", "SCM-6", unread=receive)
        elif path.startswith(PACKAGES) and scope["method"] == "GET":
            await self._send_package(path.removeprefix(PACKAGES).removesuffix(".zip"), send)
        elif not self._access.is_valid(token, base):
            challenge = {"WWW-Authenticate": f'Bearer realm="{base}"'}
            await respond_problem(send, 401, "the token is missing or wrong", "SCM-6", challenge, unread=receive)
        elif not path.startswith(_DATA):
            await respond_problem(send, 404, "OData is below /data", "SCM-6", unread=receive)
        else:
            try:
                body = await read_body(scope, receive, MAX_BYTES)
            except BodyError as why:
                await respond_body_problem(receive, send, why)
                return
            query = scope["query_string"].decode("latin-1")
            url = path.removeprefix(_DATA) + (f"?{query}" if query else "")
            request = ODataRequest(scope["method"], url, text_headers(scope), body, base)
            is_batch = url == "/$batch" and request.method == "POST"
            answer = self._batches.answer if is_batch else self._service.answer
            usual: Callable[[], ODataAnswer] = partial(answer, request)
            found = await anyio.to_thread.run_sync(self._tap, request, usual, limiter=self._limiter)
            await respond(send, found.status, found.body, found.headers)

    async def _send_package(self, ticket: str, send: Send) -> None:
        """Send a package. Its URL is the credential, as that of a blob is."""

        def find() -> bytes | None:
            with self._system.transaction() as db:
                return find_package(db, ticket)

        content = await anyio.to_thread.run_sync(find, limiter=self._limiter)
        if content is None:
            await respond_problem(send, 404, "there is no such package", "SCM-7")
        else:
            await respond(send, 200, content, {"Content-Type": "application/zip"})
