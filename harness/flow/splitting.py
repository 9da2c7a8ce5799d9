"""Split a message, and gather what has become of its parts."""

from collections.abc import Mapping, Sequence
from typing import cast

from lxml import etree

from harness.flow.definition import FlowStep
from harness.flow.exchange import FlowExchange
from harness.flow.xml import find, read_xml

_MULTIMAP = "http://sap.com/xi/XI/SplitAndMerge"
SAME_FORMAT, OTHER_FORMATS, PLAIN = "sap-identical-multi-mapping", "sap-pi-multi-mapping", "concatenate"
ALGORITHMS = (SAME_FORMAT, OTHER_FORMATS, PLAIN)


def split(step: FlowStep, exchange: FlowExchange, namespaces: Mapping[str, str]) -> list[FlowExchange]:
    """Return the parts of a message. Raises NotXml for a body that has to be XML and is not."""
    if step.properties.get("exprType", "XPath") == "Token":
        token = step.properties.get("tokenValue") or step.properties.get("splitExprValue") or "\n"
        bodies = [one.encode() for one in exchange.text().split(token.encode().decode("unicode_escape")) if one]
    else:
        root = read_xml(exchange.body or b"")
        found = find(root, step.properties.get("splitExprValue", ""), namespaces)
        nodes = [one for one in found if not isinstance(one, str)]
        with_parents = step.kind == "general splitter"
        bodies = [_with_parents(one) if with_parents else etree.tostring(one, with_tail=False) for one in nodes]
    parts = []
    for index, body in enumerate(bodies):
        part = exchange.copy()
        part.body = body
        part.properties |= {
            "CamelSplitIndex": index,
            "CamelSplitSize": len(bodies),
            "CamelSplitComplete": index == len(bodies) - 1,
        }
        parts.append(part)
    return parts


def _with_parents(element: etree._Element) -> bytes:
    """Write an element within the elements around it, as the general splitter does."""
    inner = etree.fromstring(etree.tostring(element, with_tail=False))
    for parent in element.iterancestors():
        around = etree.Element(parent.tag, nsmap=cast("dict[str, str]", parent.nsmap))
        around.attrib.update(parent.attrib)
        around.append(inner)
        inner = around
    return etree.tostring(inner)


def gather(step: FlowStep, bodies: Sequence[bytes]) -> bytes:
    """Join the bodies of the parts. Raises NotXml for parts that have to be XML and are not."""
    if step.properties.get("aggregationAlgorithm") == PLAIN or step.properties.get("messageType") == "PlainText":
        return b"".join(bodies)
    messages = etree.Element(f"{{{_MULTIMAP}}}Messages", nsmap={"multimap": _MULTIMAP})
    together = step.properties.get("aggregationAlgorithm") == SAME_FORMAT
    message = None
    for number, body in enumerate(bodies, 1):
        if message is None or not together:
            message = etree.SubElement(messages, f"{{{_MULTIMAP}}}Message{number}")
        message.append(read_xml(body))
    return etree.tostring(messages, xml_declaration=True, encoding="UTF-8")
