"""The contracts of the wire in `fixtures/contracts/`, and holding JSON against them without showing its values."""

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from harness.files import FIXTURES

CONTRACTS = FIXTURES / "contracts"
EVENT = "event.schema.json"
ANSWER = "agreement.schema.json#/$defs/answer"
ASSOCIATIONS = "agreement.schema.json#/$defs/associations"


class Missing(NamedTuple):
    """A field that the contract expects and that is not there."""

    field: str
    perhaps: str
    """A field that is there, is not expected, and has almost the same name; blank where none has."""


class TypeMismatch(NamedTuple):
    """A field whose value looks otherwise than the contract expects."""

    field: str
    expected: str
    found: str


class New(NamedTuple):
    """A field that the contract does not know."""

    field: str
    found: str


class Findings(NamedTuple):
    """How a sample differs from the contract. No value stands in it."""

    missing: list[Missing]
    other_shape: list[TypeMismatch]
    new: list[New]

    @property
    def is_as_expected(self) -> bool:
        """New fields are: an answer holds many more than the interface uses (CALL-4)."""
        return not self.missing and not self.other_shape


def breaks(reference: str, content: object) -> list[str]:
    """Where content breaks a schema: a path and the keyword for each, never a value; empty where it does not."""
    errors = _validator(reference).iter_errors(content)
    return sorted(f"{error.json_path}: {error.validator}" for error in errors)


def compare(content: Mapping[str, object], expected: Iterable[str]) -> Findings:
    """Hold an object against some of the definitions of agreement.schema.json, all at once."""
    schemas = [_definition(name) for name in expected]
    properties: dict[str, Any] = {}
    for schema in schemas:
        properties |= schema.get("properties", {})
    required = {name: None for schema in schemas for name in schema.get("required", ())}
    new = [New(name, shape(value)) for name, value in content.items() if name not in properties]
    names = [one.field for one in new]
    return Findings(
        [Missing(name, _perhaps(name, names)) for name in required if name not in content],
        [
            TypeMismatch(name, _title(schema), shape(content[name]))
            for name, schema in properties.items()
            if name in content and next(_field_validator(json.dumps(schema)).iter_errors(content[name]), None)
        ],
        new,
    )


def shape(value: object) -> str:
    """What a value looks like; names of fields are told, values are not."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text" if value.strip() else "a blank text"
    if isinstance(value, Mapping):
        return f"an object with {', '.join(map(str, value))}" if value else "an empty object"
    if isinstance(value, list):
        if not value:
            return "an empty array"
        number = "one" if len(value) == 1 else str(len(value))
        inside = sorted({shape(one) for one in value})
        return f"an array of {number}: {'; '.join(inside)}"
    return "a number"


def _perhaps(name: str, others: list[str]) -> str:
    by_case = {other.lower(): other for other in others}
    if name.lower() in by_case:
        return by_case[name.lower()]
    return next(iter(get_close_matches(name, others, 1, cutoff=0.85)), "")


def _title(schema: Mapping[str, Any]) -> str:
    while "title" not in schema:
        schema = _definition(schema["$ref"].rpartition("/")[2])
    return str(schema["title"])


def _definition(name: str) -> dict[str, Any]:
    found: dict[str, Any] = _registry().contents("agreement.schema.json")["$defs"][name]
    return found


@cache
def _field_validator(schema: str) -> Draft202012Validator:
    whole = {**json.loads(schema), "$defs": _registry().contents("agreement.schema.json")["$defs"]}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


@cache
def _validator(reference: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference}, registry=_registry())


@cache
def _registry() -> Registry[Any]:
    files = sorted(CONTRACTS.glob("*.json"))
    contents = ((file.name, json.loads(file.read_text(encoding="utf-8"))) for file in files)
    return Registry().with_resources(
        [(name, Resource.from_contents(content, default_specification=DRAFT202012)) for name, content in contents]
    )
