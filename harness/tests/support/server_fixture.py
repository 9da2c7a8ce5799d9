"""A landscape that a thread of the test process serves at a free port."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import requests

from harness.server.app import MakeConsole, ServeConfig, ServedLandscape
from harness.server.uvicorn_server import listening_socket, run_in_thread
from simulator.http_support import client_session
from simulator.settings import Settings

STANDALONE = {"type": "ICMStandaloneAgreement", "seed": 1}


class Served(NamedTuple):
    """A served landscape with a client for it."""

    base: str
    site: ServedLandscape
    client: requests.Session

    @property
    def key(self) -> dict[str, str]:
        """The header with the webhook's API key."""
        return {"apikey": self.site.credentials.apikey}

    @property
    def bearer(self) -> dict[str, str]:
        """The header with a token of ICI."""
        known = self.site.credentials
        form = {"grant_type": "client_credentials", "client_id": known.client_id, "client_secret": known.client_secret}
        token = self.client.post(self.site.urls["token"], form).json()["access_token"]
        return {"Authorization": f"Bearer {token}"}

    @property
    def operator(self) -> dict[str, str]:
        """The header with the token of the administration."""
        return {"Authorization": f"Bearer {self.site.credentials.admin_token}"}

    @property
    def login(self) -> tuple[str, str]:
        """User and password of the ECC systems."""
        return self.site.credentials.ecc_user, self.site.credentials.ecc_password

    def admin(self, method: str, path: str, body: object = None) -> Any:
        """Send a request to the administration that has to succeed. Return its answer."""
        answer = self.client.request(method, f"{self.base}/__admin{path}", json=body, headers=self.operator)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def executed(self, **draft: object) -> dict[str, Any]:
        """Execute a new agreement, and let the middleware process its event. Return the draft."""
        made: dict[str, Any] = self.admin("POST", "/agreements", {**STANDALONE, **draft})
        self.admin("POST", f"/agreements/{quote(made['sys_id'], safe='')}/execute")
        self.admin("POST", "/work")
        return made


@contextmanager
def served(
    folder: Path,
    settings: Settings | None = None,
    make_console: MakeConsole | None = None,
    port: int = 0,
    **config: Any,
) -> Iterator[Served]:
    """Serve a landscape while the context is open."""
    listening = listening_socket("127.0.0.1", port)
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    site = ServedLandscape(ServeConfig(folder, settings or Settings(), **config), base, make_console)
    with client_session() as client:
        try:
            with run_in_thread(site.app, listening, site.start, site.stop):
                yield Served(base, site, client)
        finally:
            site.close()
