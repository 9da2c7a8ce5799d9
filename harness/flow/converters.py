"""The converters between JSON and XML, with the habits of CPI's.

To XML: an array becomes repeated elements, a member `@name` an attribute, `$` the text of an element that has
attributes, and null an empty element. To JSON: every value is a text, one element is no array (unless the step says
so), and an element without content is a blank text.
"""

import json
import re
from collections.abc import Mapping

from lxml import etree

from harness.flow.xml import NotXml, read_xml

_MAX_DEPTH = 200
_MAPPING = re.compile(r"(?:xmlns:)?([\w.-]+)=([^\s;<]+)")


class NotConverted(ValueError):  # noqa: N818 - the result of the step
    """A message that cannot be converted. The text shows nothing of its content."""


def json_to_xml(body: bytes, properties: Mapping[str, str]) -> bytes:
    """Convert as a step with these properties does. Raises NotConverted."""
    try:
        content = json.loads(body, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise NotConverted("the body is no JSON") from None
    if not isinstance(content, dict):
        raise NotConverted("the body is no JSON object")
    namespaces = _namespaces(properties)
    if properties.get("addXMLRootElement", "true") != "false":
        name = properties.get("additionalRootElementName") or "root"
        root = etree.Element(_qualified(name, namespaces), nsmap=namespaces)
        _fill(root, content, namespaces, 0)
    else:
        members = [(name, value) for name, value in content.items() if not name.startswith(("@", "$"))]
        if len(members) != 1 or isinstance(members[0][1], list):
            raise NotConverted("the body has not exactly one member, and the step adds no root element")
        root = etree.Element(_qualified(members[0][0], namespaces), nsmap=namespaces)
        _fill(root, members[0][1], namespaces, 0)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _fill(element: etree._Element, value: object, namespaces: Mapping[str, str], depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise NotConverted(f"the body is nested deeper than {_MAX_DEPTH} levels")
    if not isinstance(value, dict):
        _set_text(element, value)
        return
    for name, held in value.items():
        if name.startswith("@"):
            try:
                element.set(_qualified(name[1:], namespaces), _scalar(held))
            except ValueError:
                raise NotConverted("an attribute cannot be written as XML") from None
        elif name == "$":
            _set_text(element, held)
        else:
            for one in held if isinstance(held, list) else [held]:
                child = etree.SubElement(element, _qualified(name, namespaces))
                _fill(child, one, namespaces, depth + 1)


def _set_text(element: etree._Element, value: object) -> None:
    if isinstance(value, list):
        raise NotConverted("an array stands inside of an array")
    try:
        element.text = _scalar(value)
    except ValueError:
        raise NotConverted("a text holds a character that XML cannot hold") from None


def _scalar(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _qualified(name: str, namespaces: Mapping[str, str]) -> str:
    prefix, colon, local = name.rpartition(":")
    name = f"{{{namespaces[prefix]}}}{local}" if colon and prefix in namespaces else name
    try:
        etree.QName(name)
    except ValueError:
        raise NotConverted("a name in the body is no name of XML") from None
    return name


def xml_to_json(body: bytes, properties: Mapping[str, str]) -> bytes:
    """Convert as a step with these properties does. Raises NotConverted."""
    try:
        root = read_xml(body)
    except NotXml as why:
        raise NotConverted(f"the body: {why}") from None
    converter = _ToJson(properties)
    name, content = converter.name(root), converter.content(root, f"/{converter.name(root)}", 0)
    if properties.get("xmlJsonSuppressRootElement") == "true":
        return json.dumps(content, ensure_ascii=False).encode()
    return json.dumps({name: content}, ensure_ascii=False).encode()


class _ToJson:
    def __init__(self, properties: Mapping[str, str]) -> None:
        with_namespaces = properties.get("useNamespaces") == "true"
        self._prefixes = {uri: prefix for prefix, uri in _namespaces(properties).items()} if with_namespaces else {}
        self._separator = properties.get("jsonNamespaceSeparator") or ":"
        streams = properties.get("xmlJsonUseStreaming") == "true"
        chosen = properties.get("xmlJsonConvertAllElements")
        self._all_arrays = streams and chosen == "all"
        paths = re.findall(r"<cell[^>]*>([^<]*)</cell>", properties.get("xmlJsonPathTable", ""))
        self._arrays = {path.strip() for path in paths} if streams and chosen != "all" else set()

    def name(self, element: etree._Element) -> str:
        qualified = etree.QName(element)
        prefix = self._prefixes.get(qualified.namespace or "")
        return f"{prefix}{self._separator}{qualified.localname}" if prefix else qualified.localname

    def content(self, element: etree._Element, path: str, depth: int) -> object:
        if depth > _MAX_DEPTH:
            raise NotConverted(f"the body is nested deeper than {_MAX_DEPTH} levels")
        members: dict[str, object] = {
            f"@{etree.QName(name).localname}": value for name, value in element.attrib.items()
        }
        children = [child for child in element if isinstance(child.tag, str)]
        text = "".join([element.text or "", *(child.tail or "" for child in element)])
        if not children:
            return {**members, "$": text} if members and text else members or text
        groups: dict[str, list[object]] = {}
        for child in children:
            name = self.name(child)
            groups.setdefault(name, []).append(self.content(child, f"{path}/{name}", depth + 1))
        for name, found in groups.items():
            is_array = len(found) > 1 or self._all_arrays or f"{path}/{name}" in self._arrays
            members[name] = found if is_array else found[0]
        return {**members, "$": text.strip()} if text.strip() else members


def _namespaces(properties: Mapping[str, str]) -> dict[str, str]:
    return dict(_MAPPING.findall(properties.get("jsonNamespaceMapping", "")))
