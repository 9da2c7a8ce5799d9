"""OData of SCM as the connector uses it: rows by their fields, writes by key, refusals by their Infolog."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeAlias
from urllib.parse import quote

from simulator.connector.json_client import JsonClient
from simulator.connector.rules import ScmValue
from simulator.errors import Failure, InterfaceError

ScmRow: TypeAlias = Mapping[str, object]

CONTRACTS = "CLMIntegrationContracts"
AGREEMENTS = "CLMIntegrationPurchaseAgreements"
LINES = "CLMIntegrationPurchaseAgreementLines"
VALIDATE_AGREEMENTS = "CLMIntegrationValidationPurchaseAgreements"
VALIDATE_NEW_LINES = "CLMIntegrationValidateInsertPurchaseAgreementLines"
VALIDATE_LINES = "CLMIntegrationValidateUpdateDeletePurchaseAgreementLines"
FULFILLMENT = "PurchaseAgreementLineFulfillment"

KEYS: Mapping[str, tuple[str, ...]] = {
    CONTRACTS: ("dataAreaId", "ContractId"),
    AGREEMENTS: ("dataAreaId", "PurchaseAgreementId"),
    VALIDATE_AGREEMENTS: ("dataAreaId", "PurchaseAgreementId"),
    LINES: ("dataAreaId", "PurchaseAgreementId", "LineNumber"),
    VALIDATE_LINES: ("dataAreaId", "PurchaseAgreementId", "LineNumber"),
    "CLMIntegrationServiceInstances": ("ID",),
    "CLMIntegrationExternalNavigationLinks": ("NavigationType",),
    "CLMIntegrationExternalNavigationLinkKeyValues": ("NavigationType", "KeyValueType", "Key"),
    "CLMIntegrationContractTypes": ("Name",),
}

_ENUMERATIONS = {
    "NavigationType": "CLMIntegrationExternalNavigationType",
    "KeyValueType": "CLMIntegrationExternalNavigationKeyValueType",
    "AgreementOwnership": "CLMIntegrationPurchaseAgreementOwnershipType",
}
"""The fields in keys and filters that are members of an enumeration."""

_INFOLOG = re.compile(
    r"Infolog: Warning: (?P<reason>.*?); Warning: (?:validateField failed on field '\w+\.(?P<field>\w+)')?"
)
_REFUSED = re.compile(rb"HTTP/1\.1 [45]\d\d .*?\r\n\r\n(?P<body>\{.*\})", re.DOTALL)
_SAFE = "/?$&=(),'@"


class ScmWrite(NamedTuple):
    """A write of a changeset."""

    method: str
    collection: str
    fields: ScmRow
    row: ScmRow | None = None
    """The row that is changed, as it was read; None for a new one."""


class ScmClient:
    """The data entities of one environment."""

    def __init__(self, http: JsonClient) -> None:
        self.http = http

    def find(self, collection: str, **equal: str) -> list[ScmRow]:
        """Read the rows of every company whose fields have these values, over all pages."""
        condition = " and ".join(f"{name} eq {_literal(name, value)}" for name, value in equal.items())
        where = f"$filter={quote(condition, safe=_SAFE)}&" if condition else ""
        return self._pages(f"/data/{collection}?{where}cross-company=true", {})

    def read(self, collection: str, select: Iterable[str], page_rows: int) -> list[ScmRow]:
        """Read some fields of all rows, in pages of at most so many."""
        path = f"/data/{collection}?$select={','.join(select)}&cross-company=true"
        return self._pages(path, {"Prefer": f"odata.maxpagesize={page_rows}"})

    def _pages(self, first: str, headers: Mapping[str, str]) -> list[ScmRow]:
        path: str | None = first
        found: list[ScmRow] = []
        read = set[str]()
        while path:
            if path in read:
                raise InterfaceError(
                    "SCM", "@odata.nextLink", "it leads back to an earlier page", Failure.BROKEN_ANSWER
                )
            read.add(path)
            page = self.http.call("GET", path, None, headers)
            if not isinstance(page, Mapping) or not isinstance(page.get("value"), list):
                raise InterfaceError("SCM", "value", "the answer holds no rows", Failure.BROKEN_ANSWER)
            found += page["value"]
            link = page.get("@odata.nextLink")
            path = f"/data{link.partition('/data')[2]}" if isinstance(link, str) else None
        return found

    def create(self, collection: str, fields: ScmRow) -> ScmRow:
        """Create a row. Returns it as SCM has it."""
        row = self.http.call("POST", f"/data/{collection}", fields)
        if not isinstance(row, Mapping):
            raise InterfaceError("SCM", "", "the answer holds no row", Failure.BROKEN_ANSWER)
        return row

    def change(self, collection: str, row: ScmRow, fields: ScmRow) -> None:
        """Change a row that was read before, unless somebody has changed it since (D-133)."""
        tag = {"If-Match": str(row["@odata.etag"])} if "@odata.etag" in row else {}
        self.http.call("PATCH", _path(collection, row), fields, tag)

    def run_changeset(self, operations: Sequence[ScmWrite]) -> None:
        """Do all writes, or none. Raises InterfaceError with the first refusal."""
        if not operations:
            return
        boundary = "changeset"
        parts = "".join(_part(boundary, *one) for one in enumerate(operations, 1))
        inner = f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n{parts}--{boundary}--\r\n"
        body = f"--batch\r\n{inner}--batch--\r\n".encode()
        answer = self.http.send("POST", "/data/$batch", body, {"Content-Type": "multipart/mixed; boundary=batch"})
        # The status of the batch is 200 also where its part failed.
        refused = _REFUSED.search(answer) if isinstance(answer, bytes) else None
        if refused:
            field, reason = refusal(json.loads(refused["body"]))
            raise InterfaceError("SCM", field, reason, Failure.REFUSED)

    def delete(self, collection: str, row: ScmRow) -> None:
        self.http.call("DELETE", _path(collection, row))


def differing(wanted: Mapping[str, ScmValue], row: ScmRow) -> dict[str, ScmValue]:
    """Return the fields that a row of SCM has otherwise."""
    return {name: value for name, value in wanted.items() if not _equal(value, row.get(name))}


def filled(wanted: Mapping[str, ScmValue]) -> dict[str, ScmValue]:
    """Leave out what has its initial value, as a new row has it anyway."""
    return {name: value for name, value in wanted.items() if value not in ("", 0.0)}


def refusal(body: object) -> tuple[str, str]:
    """Read the field and the reason out of an error of the product."""
    error = body.get("error") if isinstance(body, Mapping) else None
    inner = error.get("innererror") if isinstance(error, Mapping) else None
    message = inner.get("message") if isinstance(inner, Mapping) else None
    if not isinstance(message, str):
        return "", ""
    parts = _INFOLOG.search(message)
    return (parts["field"] or "", parts["reason"]) if parts else ("", message)


def _equal(value: ScmValue, held: object) -> bool:
    if isinstance(value, float):
        return held is not None and not isinstance(held, str) and float(str(held)) == value
    return value == held


def _path(collection: str, row: ScmRow) -> str:
    key = ",".join(f"{name}={_literal(name, row[name])}" for name in KEYS[collection])
    return f"/data/{collection}({quote(key, safe=_SAFE)})?cross-company=true"


def _part(boundary: str, number: int, operation: ScmWrite) -> str:
    """Write an operation as a part of a changeset."""
    new = f"/data/{operation.collection}"
    resource = new if operation.row is None else _path(operation.collection, operation.row)
    head = f"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {number}\r\n\r\n"
    line = f"{operation.method} {resource} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"
    return f"--{boundary}\r\n{head}{line}{json.dumps(dict(operation.fields))}\r\n"


def _literal(name: str, value: object) -> str:
    if not isinstance(value, str):
        return f"{Decimal(str(value)).normalize():f}"
    kind = _ENUMERATIONS.get(name)
    return f"Microsoft.Dynamics.DataEntities.{kind}{_text(value)}" if kind else _text(value)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
