"""The connector reads SCM page by page, and no page twice, and quotes what it asks for."""

from contextlib import suppress
from itertools import cycle
from urllib.parse import unquote

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


def test_apostrophe_in_a_key_and_in_a_filter_is_doubled() -> None:
    with requests.Session() as session, responses.RequestsMock() as mocked:
        mocked.get(f"{SCM}/data/CLMIntegrationContracts", json={"value": []})
        mocked.patch(f"{SCM}/data/CLMIntegrationContracts(dataAreaId='usmf',ContractId='O''Neil')", status=204)
        scm = ScmClient(JsonClient("SCM", session, SCM, FixedToken("token"), utc_now))
        scm.find("CLMIntegrationContracts", ContractId="O'Neil")
        scm.change("CLMIntegrationContracts", {"dataAreaId": "usmf", "ContractId": "O'Neil"}, {"ContractName": "x"})
        asked = unquote(str(mocked.calls[0].request.url))
    assert "$filter=ContractId eq 'O''Neil'&" in asked


def test_only_a_call_that_ends_unlike_the_one_before_is_told() -> None:
    told = list[str]()
    with requests.Session() as session, responses.RequestsMock() as mocked:
        for answer in (200, 500, requests.Timeout(), requests.Timeout(), 404, 200):
            if isinstance(answer, int):
                mocked.get(f"{SCM}/data", status=answer)
            else:
                mocked.get(f"{SCM}/data", body=answer)
        client = JsonClient("SCM", session, SCM, FixedToken("token"), utc_now)
        client.on_change = lambda: told.append(client.unreachable)
        for _ in range(6):
            with suppress(InterfaceError):
                client.call("GET", "/data")
    assert told == ["it could not be reached (Timeout)", ""]
