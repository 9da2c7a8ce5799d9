"""The bodies that a feature sends to the webhook: events in the forms of D-32, and bodies that are not events."""

import base64
import json
from collections.abc import Callable

from harness.bdd.feature_error import check_known
from harness.bdd.vocabulary.attributes import Table, named_values

NON_EVENT_BODIES = {
    "an empty body": b"",
    "a text that is no JSON": b"{ContractTypeName: ",
    "a JSON text": b'"Executed"',
    "a JSON number": b"42",
    "a JSON null": b"null",
    "a JSON true": b"true",
    "an empty array": b"[]",
    "an array of two texts": b'["Executed", "Renewed"]',
    "an array of two empty objects": b"[{}, {}]",
    "an event with data that is no JSON": b'{"data": "SysId"}',
    "an array of one text": b'["Executed"]',
    "an event in an array in an array": b'[[{"SysId": "a"}]]',
    "an empty object": b"{}",
    "an array of one empty object": b"[{}]",
    "an object with none of the fields": b'{"id": "a", "Event": "Executed"}',
    "an object with none of the fields under data": b'{"id": "a", "data": {"id": "a"}}',
    "an object with the fields deeper than data": b'{"data": {"data": {"SysId": "a"}, "others": [{"SysId": "a"}]}}',
    "a body that is too large": b'{"padding": "' + b"x" * 256 * 1024 + b'"}',
    "a JSON that is nested without end": b"[" * 100_000,
}


def event_payload(table: Table, form: str) -> object:
    """Make the event whose fields a table lists, in one of the forms of D-32.

    Raises FeatureError for a form that is not one of these, and for a field that no event has.
    """
    check_known("form of an event", [form], _FORMS)
    named = named_values(table, _FIELDS, "field of an event")
    fields = {name: _value(words) for name, words in named.items() if words != "(absent)"}
    return _FORMS[form](fields)


_FIELDS = ("source", "ContractTypeName", "SysId", "ActionName", "time", "eventTime", "id")


def _value(words: str) -> object:
    if words.startswith("(") and words.endswith(")"):
        check_known("special value", [words], _WORDS)
    return _WORDS.get(words, words)


_WORDS = {
    "(null)": None,
    "(a number)": 4711,
    "(blanks)": "   ",
    "(control)": "a\x00b",
    "(surrogate)": "a\ud800b",
    "(unseen)": "a\u200bb",
}


def _under_data(fields: dict[str, object]) -> dict[str, object]:
    below = {name: value for name, value in fields.items() if name != "source"}
    return {"source": fields["source"], "data": below}


def _with_data(fields: dict[str, object], write: Callable[[object], object]) -> dict[str, object]:
    """Make a CloudEvent in structured mode whose data is written in one of the ways that senders use."""
    event = _under_data(fields)
    envelope: dict[str, object] = {"specversion": "1.0", "id": "1", "type": "icertis.agreement"}
    return {**envelope, "source": event["source"], "data": write(event["data"])}


def _base64_in_lines(content: object) -> str:
    return base64.encodebytes(json.dumps(content).encode()).decode()


def _base64_for_urls(content: object) -> str:
    assert isinstance(content, dict)
    text = json.dumps({**content, "subject": "?????"}) + " "  # which base64 writes with a slash, and with padding
    packed = base64.urlsafe_b64encode(f"{text}{' ' * (len(text) % 3 == 0)}".encode()).decode()
    assert {"_", "="} <= {*packed}
    return packed.rstrip("=")


def _base64(content: object) -> str:
    text = content if isinstance(content, str) else json.dumps(content)
    return base64.b64encode(text.encode()).decode()


class _Second(str):
    """The same name a second time: no key of a dict equals it."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


_FORMS: dict[str, Callable[[dict[str, object]], object]] = {
    "as one object": lambda fields: fields,
    "as an array of one object": lambda fields: [fields],
    "with its fields under data": _under_data,
    "with data as JSON text": lambda fields: _with_data(fields, json.dumps),
    "with data as base64": lambda fields: _with_data(fields, _base64),
    "with data as base64 of JSON text": lambda fields: _with_data(fields, lambda data: _base64(json.dumps(data))),
    "with data as base64 in lines": lambda fields: _with_data(fields, _base64_in_lines),
    "with data as base64 for URLs, unpadded": lambda fields: _with_data(fields, _base64_for_urls),
    "with data_base64": lambda fields: {
        ("data_base64" if name == "data" else name): value for name, value in _with_data(fields, _base64).items()
    },
    "with data as an array of one object": lambda fields: _with_data(fields, lambda data: [data]),
    "with data as an array of one JSON text": lambda fields: _with_data(fields, lambda data: [json.dumps(data)]),
    "with data as JSON text of an array of one object": lambda fields: _with_data(
        fields, lambda data: json.dumps([data])
    ),
    "as the event of an event grid": lambda fields: [
        {"id": "1", "topic": "/x", "subject": "", "eventType": "icertis.agreement", "data": json.dumps(fields)}
    ],
    "with data that breaks off": lambda fields: _with_data(fields, lambda data: json.dumps(data)[:-12]),
    "with data as an array of two objects": lambda fields: _with_data(fields, lambda data: [data, data]),
    "with data of two agreements": lambda fields: _with_data(fields, lambda data: [data, {"SysId": "another"}]),
    "with data as a sentence": lambda fields: _with_data(fields, lambda _: "an agreement was executed"),
    "as an array of one object with its fields under data": lambda fields: [_under_data(fields)],
    "with everything under data": lambda fields: {"data": fields},
    "with the names of its fields in upper case": lambda fields: {
        name.upper(): value for name, value in fields.items()
    },
    "with the names of its fields in lower case": lambda fields: {
        name.lower(): value for name, value in fields.items()
    },
    "with a second SysId": lambda fields: {**fields, _Second("SysId"): "another"},
    "with a second SysId in lower case": lambda fields: {**fields, "sysid": "another"},
    "with a second ActionName under data": lambda fields: _under_data({**fields, _Second("ActionName"): "Renewed"}),
    "with a second data": lambda fields: {**_under_data(fields), _Second("data"): {}},
    "with a second id": lambda fields: {**fields, "id": "1", "ID": "2"},
    "with another SysId under data": lambda fields: {**fields, "data": {"SysId": "another"}},
}
