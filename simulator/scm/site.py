"""SCM without HTTP: a request in, an answer out, with the checks that stand before OData."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from simulator.http_support import basic_credential, bearer_token
from simulator.scm.access import LIFETIME_SECONDS, EntraTenant
from simulator.scm.odata.batch import Batches
from simulator.scm.odata.service import ODataAnswer, ODataRequest, ODataService
from simulator.scm.system import ScmSystem

_TOKEN = "/oauth2/v2.0/token"  # noqa: S105 - a path
_JSON = {"Content-Type": "application/json"}


class ScmSite:
    """One environment, and the token endpoint of its tenant."""

    def __init__(self, system: ScmSystem, access: EntraTenant, base: str) -> None:
        """Take the URL of the environment, without a slash at its end."""
        self._system = system
        self._access = access
        self._base = base
        self._service = ODataService(system)
        self._batches = Batches(system, self._service)

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> ODataAnswer:
        """Answer a request below the environment: 503 while it is down, 401 without a valid token."""
        if not self._system.is_up:
            return ODataAnswer(503, b"{}", _JSON)
        if not self._access.is_valid(bearer_token(headers.get("Authorization", "")), self._base):
            return ODataAnswer(401, b"{}", _JSON)
        if not path.startswith("/data"):
            return ODataAnswer(404, b"{}", _JSON)
        url = path.removeprefix("/data")
        request = ODataRequest(method, url, {name.lower(): value for name, value in headers.items()}, body, self._base)
        is_batch = method == "POST" and url == "/$batch"
        return (self._batches if is_batch else self._service).answer(request)

    def answer_token(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> ODataAnswer:
        """Issue a token for client credentials."""
        form = dict(parse_qsl(body.decode("latin-1")))
        login = (basic_credential(headers.get("Authorization", "").encode()) or b"").decode().partition(":")
        client = (login[0], login[2]) if login[1] else (form.get("client_id", ""), form.get("client_secret", ""))
        if method != "POST" or not path.endswith(_TOKEN) or form.get("grant_type") != "client_credentials":
            return ODataAnswer(400, b'{"error": "invalid_request"}', _JSON)
        token = self._access.issue_token(*client, form)
        if token is None:
            return ODataAnswer(401, b'{"error": "invalid_client"}', _JSON)
        content = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS}
        return ODataAnswer(200, json.dumps(content).encode(), _JSON)
