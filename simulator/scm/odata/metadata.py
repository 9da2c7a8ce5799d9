"""`$metadata`: the entities as CSDL 4.0, made from their declarations."""

from functools import cache

from lxml import etree

from simulator.scm.edm import Enumeration, Text
from simulator.scm.entities import ENTITY_SETS, EntitySet, enumerations
from simulator.scm.odata.actions import ACTIONS
from simulator.scm.odata.request import NAMESPACE

_EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
_EDM = "http://docs.oasis-open.org/odata/ns/edm"
_ANNOTATIONS = "Microsoft.Dynamics.OData.Core.V1"


@cache
def metadata() -> bytes:
    """Return the metadata document."""
    root = etree.Element(f"{{{_EDMX}}}Edmx", {"Version": "4.0"}, nsmap={"edmx": _EDMX})
    services = etree.SubElement(root, f"{{{_EDMX}}}DataServices")
    schema = etree.SubElement(services, f"{{{_EDM}}}Schema", {"Namespace": NAMESPACE}, {None: _EDM})  # type: ignore[dict-item]
    for one in enumerations():
        _enumeration(schema, one)
    for entity_set in ENTITY_SETS.values():
        _entity_type(schema, entity_set)
    for action in ACTIONS:
        declared = _add(schema, "Action", Name=action.name, IsBound="true")
        bound = f"Collection({NAMESPACE}.{ENTITY_SETS[action.collection].type_name})"
        _add(declared, "Parameter", Name="collection", Type=bound, Nullable="false")
        for parameter in action.parameters:
            kind = "Edm.Boolean" if parameter == "reExecute" else "Edm.String"
            _add(declared, "Parameter", Name=parameter, Type=kind)
        _add(declared, "ReturnType", Type="Edm.String")
    container = _add(schema, "EntityContainer", Name="Resources")
    for entity_set in ENTITY_SETS.values():
        shown = _add(container, "EntitySet", Name=entity_set.name, EntityType=f"{NAMESPACE}.{entity_set.type_name}")
        if entity_set.lines:
            _add(shown, "NavigationPropertyBinding", Path=entity_set.lines, Target=entity_set.lines)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _enumeration(schema: etree._Element, one: Enumeration) -> None:
    declared = _add(schema, "EnumType", Name=one.name)
    for number, member in enumerate(one.members):
        _add(declared, "Member", Name=member.value, Value=str(number))  # numbers by order (D-141)


def _entity_type(schema: etree._Element, entity_set: EntitySet) -> None:
    declared = _add(schema, "EntityType", Name=entity_set.type_name)
    key = _add(declared, "Key")
    for name in entity_set.keys:
        _add(key, "PropertyRef", Name=name)
    for name, field in entity_set.fields.items():
        edm = field.type
        kind = f"{NAMESPACE}.{edm.name}" if isinstance(edm, Enumeration) else edm.name
        found = _add(declared, "Property", Name=name, Type=kind)
        if name in entity_set.keys or edm.name == "Edm.DateTimeOffset":
            found.set("Nullable", "false")
        if isinstance(edm, Text):
            found.set("MaxLength", str(edm.length))
        if edm.name == "Edm.Decimal":
            found.set("Scale", "variable")
        _annotate(found, "AllowEdit", value=field.allow_edit)
        _annotate(found, "IsRequired", value=field.required)
    if entity_set.lines:
        lines = ENTITY_SETS[entity_set.lines]
        kind = f"Collection({NAMESPACE}.{lines.type_name})"
        _add(declared, "NavigationProperty", Name=entity_set.lines, Type=kind)


def _annotate(element: etree._Element, name: str, *, value: bool) -> None:
    _add(element, "Annotation", Term=f"{_ANNOTATIONS}.{name}", Bool=str(value).lower())


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_EDM}}}{tag}", attributes)
