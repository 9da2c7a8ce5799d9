"""The connector reads SCM page by page, and no page twice."""

from itertools import cycle

import pytest
import requests
import responses

from simulator.clock import utc_now
from simulator.connector.json_client import JsonClient
from simulator.connector.scm_client import ScmClient
from simulator.cpi.oauth2 import FixedToken
from simulator.errors import InterfaceError

SCM = "https://scm.invalid"


def test_pages_that_lead_back_to_an_earlier_one_are_an_error() -> None:
    links = cycle([f"{SCM}/data/Contracts?page=2", f"{SCM}/data/Contracts?page=3"])
    with requests.Session() as session, responses.RequestsMock() as mocked:
        for _ in range(3):
            mocked.get(f"{SCM}/data/Contracts", json={"value": [], "@odata.nextLink": next(links)})
        scm = ScmClient(JsonClient("SCM", session, SCM, FixedToken("token"), utc_now))
        with pytest.raises(InterfaceError, match=r"SCM @odata\.nextLink: it leads back to an earlier page"):
            scm.find("Contracts")
        assert len(mocked.calls) == 3
