"""Check JSON against the schemas in `fixtures/contracts/` without showing its values."""

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


class MissingField(NamedTuple):
    """A missing field that the schema requires."""

    field: str
    perhaps: str
    """An unexpected field with almost the same name; blank where none has."""


class TypeMismatch(NamedTuple):
    """A field with a value of another type than the schema says."""

    field: str
    expected: str
    found: str


class UnexpectedField(NamedTuple):
    """A field that the schema does not name."""

    field: str
    found: str


class SchemaDiff(NamedTuple):
    """The differences between a sample and the schema, without values."""

    missing: list[MissingField]
    type_mismatches: list[TypeMismatch]
    unexpected: list[UnexpectedField]

    @property
    def is_as_expected(self) -> bool:
        """Accept unexpected fields: an answer holds many more than the interface uses (CALL-4)."""
        return not self.missing and not self.type_mismatches


def violations(reference: str, content: object) -> list[str]:
    """List where content violates a schema, each as path and keyword; values are never shown."""
    errors = _validator(reference).iter_errors(content)
    return sorted(f"{error.json_path}: {error.validator}" for error in errors)


def compare(content: Mapping[str, object], expected: Iterable[str]) -> SchemaDiff:
    """Compare an object with several definitions of agreement.schema.json at once."""
    schemas = [_definition(name) for name in expected]
    properties: dict[str, Any] = {}
    for schema in schemas:
        properties |= schema.get("properties", {})
    required = {name: None for schema in schemas for name in schema.get("required", ())}
    unexpected = [
        UnexpectedField(name, describe_type(value)) for name, value in content.items() if name not in properties
    ]
    names = [one.field for one in unexpected]
    return SchemaDiff(
        [MissingField(name, similar_name(name, names)) for name in required if name not in content],
        [
            TypeMismatch(name, _title(schema), describe_type(content[name]))
            for name, schema in properties.items()
            if name in content and next(_field_validator(json.dumps(schema)).iter_errors(content[name]), None)
        ],
        unexpected,
    )


def describe_type(value: object) -> str:
    """Describe the type of a value, with the names of its fields but without values."""
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
        inside = sorted({describe_type(one) for one in value})
        return f"an array of {number}: {'; '.join(inside)}"
    return "a number"


def similar_name(name: str, others: list[str]) -> str:
    """Return the one of other names that is almost the same; blank where none is."""
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
