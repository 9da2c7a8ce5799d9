"""The WSDL of the function module: document/literal and wrapped, as SAP generates it for an RFC web service.

Every field of a structure is a text without a length (STRING in ABAP): a value that is too long for its column is then
refused by the function module, which names the field, and not by the schema (D-47). So an amount comes in any notation
that ABAP assigns to its column.
"""

import sys
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from xml.sax.saxutils import quoteattr

from simulator.ecc.tables import CONTRACT, KEY, ORGANISATION

FUNCTION = "Z_MM_ICMCONTRACT_UPSERT"
NAMESPACE = "urn:sap-com:document:sap:rfc:functions"
PATH = f"/sap/bc/srt/rfc/sap/{FUNCTION.lower()}"

SOAP_ACTION = f"{NAMESPACE}:{FUNCTION}:{FUNCTION}Request"

FIELDS = tuple(column.name for column in CONTRACT.columns)
FLAG_FIELDS = (*(name for name in FIELDS if name not in KEY), "PURCHORG")
"""The fields with a flag in CONTRACTX: all but the key, and the table of organisations."""


BAPIRET2: Mapping[str, str] = MappingProxyType(
    {
        "TYPE": "char1",
        "ID": "char20",
        "NUMBER": "numeric3",
        "MESSAGE": "char220",
        "LOG_NO": "char20",
        "LOG_MSG_NO": "numeric6",
        "MESSAGE_V1": "char50",
        "MESSAGE_V2": "char50",
        "MESSAGE_V3": "char50",
        "MESSAGE_V4": "char50",
        "PARAMETER": "char32",
        "ROW": "xsd:int",
        "FIELD": "char30",
        "SYSTEM": "char10",
    }
)
"""SAP's structure BAPIRET2: field to type."""


def wsdl(address: str) -> str:
    """Render the WSDL of a system whose function module is called at `address`."""
    return _WSDL.format(
        namespace=NAMESPACE,
        function=FUNCTION,
        soap_action=SOAP_ACTION,
        address=quoteattr(address),
        simple_types="".join(_simple_types()),
        contract=_elements((name, "xsd:string") for name in FIELDS),
        contract_x=_elements((name, "tns:XFELD") for name in FLAG_FIELDS),
        organisation=_elements([(ORGANISATION, "xsd:string")]),
        bapiret2=_elements((name, kind if ":" in kind else f"tns:{kind}") for name, kind in BAPIRET2.items()),
    )


def _elements(fields: Iterable[tuple[str, str]]) -> str:
    return "".join(f'\n          <xsd:element name="{name}" type="{kind}" minOccurs="0"/>' for name, kind in fields)


def _simple_types() -> Iterable[str]:
    for kind in sorted({kind for kind in BAPIRET2.values() if ":" not in kind}):
        length = kind.removeprefix("char").removeprefix("numeric")
        facet = (
            f'<xsd:maxLength value="{length}"/>'
            if kind.startswith("char")
            else f'<xsd:maxLength value="{length}"/><xsd:pattern value="\\d*"/>'
        )
        yield (
            f'\n      <xsd:simpleType name="{kind}">'
            f'<xsd:restriction base="xsd:string">{facet}</xsd:restriction></xsd:simpleType>'
        )


_WSDL = """\
<?xml version="1.0" encoding="utf-8"?>
<wsdl:definitions name="{function}" targetNamespace="{namespace}" xmlns:tns="{namespace}"
    xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <wsdl:documentation>Creates or changes one entry of ZMM_ICMCONTRACT and replaces its rows of ZMM_ICMPURCHORG.
A field other than the key is set where its flag in CONTRACTX is X, to blank where CONTRACT does not hold it; one whose
flag is blank stays as it is. The rows of PURCHORG replace those of the agreement where the flag PURCHORG is X.
An amount has its decimals after a point and its sign before or behind it, and is rounded to two decimals; scientific
notation is no number.
</wsdl:documentation>
  <wsdl:types>
    <xsd:schema targetNamespace="{namespace}" xmlns:tns="{namespace}" attributeFormDefault="qualified">{simple_types}
      <xsd:simpleType name="XFELD"><xsd:restriction base="xsd:string">\
<xsd:enumeration value=""/><xsd:enumeration value="X"/></xsd:restriction></xsd:simpleType>
      <xsd:complexType name="ZMM_S_ICMCONTRACT">
        <xsd:sequence>{contract}
        </xsd:sequence>
      </xsd:complexType>
      <xsd:complexType name="ZMM_S_ICMCONTRACTX">
        <xsd:sequence>{contract_x}
        </xsd:sequence>
      </xsd:complexType>
      <xsd:complexType name="ZMM_S_ICMPURCHORG">
        <xsd:sequence>{organisation}
        </xsd:sequence>
      </xsd:complexType>
      <xsd:complexType name="ZMM_T_ICMPURCHORG">
        <xsd:sequence>
          <xsd:element name="item" type="tns:ZMM_S_ICMPURCHORG" minOccurs="0" maxOccurs="unbounded"/>
        </xsd:sequence>
      </xsd:complexType>
      <xsd:complexType name="BAPIRET2">
        <xsd:sequence>{bapiret2}
        </xsd:sequence>
      </xsd:complexType>
      <xsd:complexType name="BAPIRET2_T">
        <xsd:sequence>
          <xsd:element name="item" type="tns:BAPIRET2" minOccurs="0" maxOccurs="unbounded"/>
        </xsd:sequence>
      </xsd:complexType>
      <xsd:element name="{function}">
        <xsd:complexType>
          <xsd:all>
            <xsd:element name="CONTRACT" type="tns:ZMM_S_ICMCONTRACT"/>
            <xsd:element name="CONTRACTX" type="tns:ZMM_S_ICMCONTRACTX"/>
            <xsd:element name="PURCHORG" type="tns:ZMM_T_ICMPURCHORG" minOccurs="0"/>
          </xsd:all>
        </xsd:complexType>
      </xsd:element>
      <xsd:element name="{function}Response">
        <xsd:complexType>
          <xsd:all>
            <xsd:element name="RETURN" type="tns:BAPIRET2_T"/>
          </xsd:all>
        </xsd:complexType>
      </xsd:element>
    </xsd:schema>
  </wsdl:types>
  <wsdl:message name="{function}"><wsdl:part name="parameters" element="tns:{function}"/></wsdl:message>
  <wsdl:message name="{function}Response"><wsdl:part name="parameters" element="tns:{function}Response"/></wsdl:message>
  <wsdl:portType name="{function}">
    <wsdl:operation name="{function}">
      <wsdl:input message="tns:{function}"/>
      <wsdl:output message="tns:{function}Response"/>
    </wsdl:operation>
  </wsdl:portType>
  <wsdl:binding name="{function}" type="tns:{function}">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>
    <wsdl:operation name="{function}">
      <soap:operation soapAction="{soap_action}" style="document"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="{function}">
    <wsdl:port name="{function}" binding="tns:{function}"><soap:address location={address}/></wsdl:port>
  </wsdl:service>
</wsdl:definitions>
"""

if __name__ == "__main__":
    sys.stdout.write(wsdl(f"https://ecc.invalid{PATH}"))
