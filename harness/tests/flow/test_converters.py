"""The converters between JSON and XML, with CPI's habits."""

import pytest

from harness.flow.converters import NotConverted, json_to_xml, xml_to_json

NAMESPACES = {"useNamespaces": "true", "jsonNamespaceMapping": "xmlns:n=urn:n"}


def to_xml(json: str, **properties: str) -> str:
    return json_to_xml(json.encode(), properties).decode().partition("?>\n")[2]


def to_json(xml: str, **properties: str) -> str:
    return xml_to_json(xml.encode(), properties).decode()


@pytest.mark.parametrize(
    ("json", "xml"),
    [
        ('{"a": 1.50, "b": true, "c": null, "d": ""}', "<root><a>1.50</a><b>true</b><c></c><d></d></root>"),
        ('{"a": [1, {"b": 2}]}', "<root><a>1</a><a><b>2</b></a></root>"),
        ('{"a": []}', "<root/>"),
        ('{"a": {"@id": "1", "$": "text"}}', '<root><a id="1">text</a></root>'),
    ],
)
def test_json_to_xml(json: str, xml: str) -> None:
    assert to_xml(json) == xml


def test_root_element_is_added_by_name_or_not_at_all() -> None:
    assert to_xml('{"a": 1}', additionalRootElementName="top") == "<top><a>1</a></top>"
    assert to_xml('{"a": {"b": 1}}', addXMLRootElement="false") == "<a><b>1</b></a>"
    with pytest.raises(NotConverted, match="the body has not exactly one member"):
        to_xml('{"a": 1, "b": 2}', addXMLRootElement="false")


def test_prefixes_become_namespaces() -> None:
    assert to_xml('{"n:a": 1}', addXMLRootElement="false", **NAMESPACES) == '<n:a xmlns:n="urn:n">1</n:a>'
    assert to_json('<x:a xmlns:x="urn:n">1</x:a>', **NAMESPACES) == '{"n:a": "1"}'
    assert to_json('<x:a xmlns:x="urn:n">1</x:a>', useNamespaces="false") == '{"a": "1"}'


@pytest.mark.parametrize(
    ("json", "why"),
    [
        ("[1]", "the body is no JSON object"),
        ("{", "the body is no JSON"),
        ('{"a b": 1}', "a name in the body is no name of XML"),
        ('{"a": [[1]]}', "an array stands inside of an array"),
        ('{"a": "\\u0001"}', "a text holds a character that XML cannot hold"),
    ],
)
def test_json_that_no_xml_can_hold_is_refused(json: str, why: str) -> None:
    with pytest.raises(NotConverted) as refused:
        to_xml(json)
    assert str(refused.value) == why


@pytest.mark.parametrize(
    ("xml", "json"),
    [
        ("<a><b>1</b></a>", '{"a": {"b": "1"}}'),
        ("<a><b>1</b><b>2</b></a>", '{"a": {"b": ["1", "2"]}}'),
        ('<a id="1"><b/></a>', '{"a": {"@id": "1", "b": ""}}'),
        ('<a id="1">text</a>', '{"a": {"@id": "1", "$": "text"}}'),
    ],
)
def test_xml_to_json(xml: str, json: str) -> None:
    assert to_json(xml) == json


def test_single_elements_become_arrays_where_the_step_says_so() -> None:
    stream = {"xmlJsonUseStreaming": "true"}
    assert to_json("<a><b>1</b></a>", xmlJsonConvertAllElements="all", **stream) == '{"a": {"b": ["1"]}}'
    path = "<row><cell id='xmlElementPath'>/a/b</cell></row>"
    chosen = to_json("<a><b>1</b><c>2</c></a>", xmlJsonConvertAllElements="specific", xmlJsonPathTable=path, **stream)
    assert chosen == '{"a": {"b": ["1"], "c": "2"}}'


def test_root_element_can_be_left_out() -> None:
    assert to_json("<a><b>1</b></a>", xmlJsonSuppressRootElement="true") == '{"b": "1"}'


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        ("<a>", "the body: it is not well-formed XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "the body: it has a document type, which is not read"),
    ],
)
def test_xml_that_is_not_read_is_refused(xml: str, why: str) -> None:
    with pytest.raises(NotConverted) as refused:
        to_json(xml)
    assert str(refused.value) == why
