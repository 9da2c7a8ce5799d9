"""The calls of the connector: JSON with a bearer token that it gets by client credentials, and the values in it."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import requests

JsonFields = Mapping[str, Any]

_INFOLOG = re.compile(r"Warning: (?P<reason>.*?); Warning: (?:validateField failed on field '\w+\.(?P<field>\w+)')?")
_BATCH_REFUSED = re.compile(r"HTTP/1\.1 [45]\d\d .*?\r\n\r\n(?P<body>\{.*\})", re.DOTALL)


class ScmRefusalError(Exception):
    """SCM does not take something. The text is its field and its reason."""


class LaterError(Exception):
    """The call is worth another attempt."""


class Login(NamedTuple):
    """A client and the endpoint that gives it tokens."""

    url: str
    client: str
    """Id and secret, with a colon between them."""

    scope: str
    """Blank for none."""


class JsonService:
    """One service."""

    def __init__(self, base: str, login: Login) -> None:
        self.base = base
        self._login = login
        self._token = ""
        self._session = requests.Session()
        self._session.trust_env = False

    def call(self, method: str, path: str, content: object = None, headers: JsonFields | None = None) -> Any:
        """Return the JSON of an answer. Raises ScmRefusalError, LaterError."""
        body = None if content is None else json.dumps(content).encode()
        return self.send(method, path, body, {"Content-Type": "application/json", **(headers or {})})

    def send(self, method: str, path: str, body: bytes | None, headers: JsonFields) -> Any:
        """Do the same with a body of any kind."""
        answer = self._once(method, path, body, headers)
        if answer.status_code == 401:
            self._token = ""
            answer = self._once(method, path, body, headers)
        if answer.status_code in (401, 412, 429) or answer.status_code >= 500:
            raise LaterError(f"HTTP status {answer.status_code}")
        if not answer.ok:
            raise ScmRefusalError(reason_of(answer.text))
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            return answer.json() if answer.content else None
        if refused := _BATCH_REFUSED.search(answer.text):
            raise ScmRefusalError(reason_of(refused["body"]))
        return None

    def _once(self, method: str, path: str, body: bytes | None, headers: JsonFields) -> requests.Response:
        try:
            return self._session.request(
                method,
                self.base + path,
                data=body,
                headers={"Authorization": f"Bearer {self._bearer()}", **headers},
                timeout=10,
            )
        except requests.RequestException as failure:
            raise LaterError(type(failure).__name__) from None

    def _bearer(self) -> str:
        if not self._token:
            form = {"grant_type": "client_credentials"} | ({"scope": self._login.scope} if self._login.scope else {})
            name, _, secret = self._login.client.partition(":")
            answer = self._session.post(self._login.url, form, auth=(name, secret), timeout=10)
            if not answer.ok:
                raise LaterError("no token")
            self._token = answer.json()["access_token"]
        return self._token


def reason_of(body: str) -> str:
    """Read field and reason out of an error of SCM."""
    try:
        message = json.loads(body)["error"]["innererror"]["message"]
    except (ValueError, KeyError, TypeError):
        return "refused"
    found = _INFOLOG.search(message)
    if not found:
        return str(message)
    return f"{found['field']}: {found['reason']}" if found["field"] else found["reason"]


def text(value: Any) -> str:
    """Read a text, also of a lookup."""
    value = value[0] if isinstance(value, list) and value else value
    value = value.get("DisplayValue", "") if isinstance(value, dict) else value
    return "" if value is None or value == [] else str(value).strip()


def number(value: Any) -> float:
    return float(text(value) or 0)


def flag(value: Any) -> bool:
    return text(value).lower() in ("true", "yes", "1")


def differing(wanted: JsonFields, held: JsonFields) -> dict[str, Any]:
    """Return the fields that a row has otherwise."""
    return {name: value for name, value in wanted.items() if held.get(name) != value}


def without_blanks(row: JsonFields) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in ("", 0.0)}
