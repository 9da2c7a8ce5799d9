"""A served landscape with its console."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from harness.console.app import ServedConsole
from harness.console.condition_screen import SignOffFiles
from harness.server.app import MakeConsole
from harness.tests.support.server_fixture import Served, served


class Visitor(NamedTuple):
    """Somebody who has signed in to the console."""

    landscape: Served
    client: requests.Session

    def get(self, path: str = "/", **headers: str) -> requests.Response:
        return self.client.get(f"{self.landscape.base}/console{path}", headers=headers)

    def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> requests.Response:
        """Send a form as a page of the console does, and follow no redirection."""
        where, origin = f"{self.landscape.base}/console{path}", {"Origin": self.landscape.base, **headers}
        return self.client.post(where, form or {}, headers=origin, allow_redirects=False)

    def act(self, name: str, number: int = 1, **form: str) -> str:
        """Do something that has to succeed, and let CPI work. Returns the page of the agreement."""
        self.do(name, number, **form)
        return self.get(f"/?agreement={number}").text

    def do(self, name: str, number: int = 1, **form: str) -> None:
        """Do the same without a look at the page."""
        answer = self.post(f"/act/{name}", {"agreement": str(number), **form})
        assert answer.status_code == 303, answer.text
        self.landscape.admin("POST", "/work")


def without_evidence(folder: Path) -> MakeConsole:
    """Make a console that finds no evidence; else it would read that of the last run of the checkout."""
    return partial(ServedConsole, signoff=SignOffFiles(folder / "reports"))


@pytest.fixture(scope="session")
def console_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a landscape with its console that all tests share."""
    folder = tmp_path_factory.mktemp("console")
    with served(folder, make_console=without_evidence(folder)) as one:
        yield one


@pytest.fixture
def visitor(console_once: Served) -> Iterator[Visitor]:
    """Empty the landscape, and sign in."""
    console_once.site.middleware.background.go_on()  # type: ignore[union-attr]
    console_once.admin("POST", "/reset")
    with signed_in(console_once) as found:
        yield found
        found.post("/play/leave")


@contextmanager
def signed_in(landscape: Served) -> Iterator[Visitor]:
    """Sign in."""
    with requests.Session() as client:
        found = Visitor(landscape, client)
        token = landscape.site.credentials.admin_token
        assert found.post("/sign-in", {"token": token}).status_code == 303
        yield found


@pytest.fixture
def executed(visitor: Visitor) -> Visitor:
    """Execute a Sub Agreement, number 2, below a Master Agreement, number 1."""
    attributes = {"ICMPurchasingOrgCode": "FR10", "ICMExpiryDate": "2027-12-31T00:00:00", "Name": "Steel drums"}
    visitor.landscape.admin("POST", "/agreements", {"type": "ICMMasterAgreement", "code": "PMA7", "seed": 1})
    sub = {"type": "ICMSubAgreement", "code": "PSUB7", "seed": 2, "attributes": attributes}
    visitor.landscape.admin("POST", "/agreements", sub)
    visitor.landscape.admin("POST", "/agreements/PSUB7/associate", {"master": "PMA7"})
    visitor.do("execute", 2)
    return visitor
