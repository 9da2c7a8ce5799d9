"""The calls by which an integration writes into ICI: findings on an agreement, master data of another system."""

import json
import re
from collections import deque
from collections.abc import Mapping
from urllib.parse import unquote

from simulator.icertis.authentication import Authenticator
from simulator.icertis.rest import CALL_1_PATH, Answer, IcertisRequest, RestSite, data_answer, error_answer, not_found
from simulator.icertis.tenant import IcertisTenant

WRITABLE = (
    "ICMSCMValidation",
    "ICMSCMMessage",
    "ICMSCMPurchaseAgreement",
    "ICMSCMContractStatus",
    "ICMSCMAgreementStatus",
    "ICMSCMCommitments",
)
"""The attributes that an integration keeps; all others belong to the users of ICI."""

_MASTER_DATA = re.compile(r"/v[0-9]+/masterdata/(?P<name>\w{1,80})")


class IntegrationApi:
    """The REST API of a tenant, with what an integration may write."""

    def __init__(
        self, site: RestSite, tenant: IcertisTenant, authenticator: Authenticator, kept_requests: int | None = None
    ) -> None:
        """`site` answers what is read; the last `kept_requests` writes are kept, None keeps all."""
        self.writes: deque[IcertisRequest] = deque(maxlen=kept_requests)
        """The requests that have changed something."""

        self._site = site
        self._tenant = tenant
        self._authenticator = authenticator

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request as ICI would, also with ICI's errors."""
        agreement, master_data = CALL_1_PATH.fullmatch(path), _MASTER_DATA.fullmatch(path)
        is_write = (method == "PATCH" and agreement) or (method == "PUT" and master_data)
        if not is_write or not self._authenticator.is_authorised(headers):
            return self._site.answer(method, path, headers)
        self.writes.append(IcertisRequest(method, path))
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            return error_answer(400, "BadRequest", "The body is no JSON", "")
        if agreement:
            return self._write(agreement["type"], unquote(agreement["id"]), content)
        if not isinstance(content, list):
            return error_answer(400, "BadRequest", "The body is no list of rows", "")
        assert master_data is not None  # noqa: S101 - one of both matched
        self._tenant.master_data[master_data["name"]] = content
        return data_answer(None)

    def _write(self, kind: str, sys_id: str, content: object) -> Answer:
        found = self._tenant.find(kind, sys_id)
        if found is None:
            return not_found("agreementId")
        if not isinstance(content, dict) or not set(content) <= set(WRITABLE):
            return error_answer(400, "BadRequest", "An integration does not write this attribute", "")
        self._tenant.set_attributes(found, content)
        return data_answer(None)
