"""Each tenant of ICI is read at its own address, with its own credential (D-68)."""

import pytest
import requests
import responses
from pydantic import ValidationError

from simulator.middleware import Middleware
from simulator.settings import Settings

DEV, UAT, PRODUCTION = "/icertis/syensqo-dev", "/icertis/syensqo-uat", "/icertis/syensqo"
BASE = {source: f"https://{source.rpartition('-')[2].strip('/').replace('/', '.')}.invalid" for source in (DEV, UAT)}
BASE[PRODUCTION] = "https://production.invalid"


def test_each_tenant_is_read_at_its_own_address_with_its_own_credential() -> None:
    settings = Settings(
        source=UAT,
        ici_base_url=BASE[UAT],
        ici_token="of-uat",  # noqa: S106
        ici={
            DEV: {"base_url": BASE[DEV], "token": "of-dev"},
            PRODUCTION: {
                "base_url": BASE[PRODUCTION],
                "token_url": "https://token.invalid/",
                "client_id": "cpi",
                "client_secret": "secret",
            },
        },
    )
    read = {}
    with requests.Session() as session, responses.RequestsMock() as network:
        network.post("https://token.invalid/", json={"access_token": "of-production"})
        middleware = Middleware(settings, None, {}, session=session)
        for source in (DEV, UAT, PRODUCTION):
            answer = network.get(f"{BASE[source]}/v1/agreements/ICMStandaloneAgreement/a", status=404)
            middleware.webhook.receive(
                f'{{"source": "{source}", "ContractTypeName": "ICMStandaloneAgreement", "SysId": "a", '
                '"ActionName": "Executed"}'.encode(),
                {"apikey": settings.api_key or ""},
            )
            read[source] = [call.request.headers["Authorization"] for call in answer.calls]
    assert read == {DEV: ["Bearer of-dev"], UAT: ["Bearer of-uat"], PRODUCTION: ["Bearer of-production"]}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"tenants": ["/icertis/other"]}, "a source is one of"),
        ({"tenants": []}, "at least 1 item"),
        ({"ici": {"/icertis/other": {"base_url": "https://a.invalid", "token": "a"}}}, "a source is one of"),
        ({"ici": {UAT: {"base_url": "https://a.invalid", "token": "a"}}}, "ici_base_url is the ICI of source"),
        ({"ici": {DEV: {"base_url": "a.invalid", "token": "a"}}}, "should match pattern"),
        ({"ici": {DEV: {"base_url": "https://a.invalid"}}}, "give token, or token_url"),
        ({"ici": {DEV: {"base_url": "https://a.invalid", "token_url": "https://b.invalid"}}}, "token_url needs"),
    ],
)
def test_settings_of_tenants_that_fit_together_badly_are_refused(given: dict[str, object], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Settings.model_validate(given)
