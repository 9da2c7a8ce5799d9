"""An Icertis tenant with its REST API and a Standalone Agreement, for the tests of both."""

import json
from typing import Any

from harness.testdata.agreements import make_attributes
from simulator.icertis.agreement import STANDALONE, Agreement
from simulator.icertis.authentication import Authenticator
from simulator.icertis.rest import Answer, IcertisRest
from simulator.icertis.tenant import IcertisTenant

CREDENTIAL = {"Authorization": "Bearer ici-token"}

PATH = "/v1/agreements/ICMStandaloneAgreement/id-1"
"""The path of the agreement that `standalone` drafts."""


class IcertisUnderTest:
    """A tenant, its REST API, and the events that it emitted."""

    def __init__(self, seed: int = 0) -> None:
        self.events: list[dict[str, object]] = []
        self.tenant = IcertisTenant("/icertis/syensqo-uat", self.events.append, seed=seed)
        self.rest = IcertisRest(self.tenant, Authenticator("ici-token"), seed)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self.rest.answer("GET", path, CREDENTIAL if headers is None else headers)

    def body(self, path: str) -> Any:
        return json.loads(self.get(path).body)


def standalone(ici: IcertisUnderTest, **attributes: object) -> Agreement:
    return ici.tenant.draft(STANDALONE, {**make_attributes(STANDALONE, 1), **attributes}, code="PST1", sys_id="id-1")
