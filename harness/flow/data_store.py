"""The data store of a flow, in memory."""

from typing import NamedTuple

from lxml import etree

from harness.flow.definition import FlowStep
from harness.flow.exchange import FlowExchange
from harness.flow.simple import as_text, template
from harness.flow.xml import NotXml, read_xml

ENTRY_ID = "SapDataStoreId"


class DataStoreError(Exception):
    """An operation that the data store refuses."""


class _Entry(NamedTuple):
    body: bytes
    headers: dict[str, object]


class DataStore:
    """Keeps messages by the name of the store and their id."""

    def __init__(self) -> None:
        self._stores: dict[str, dict[str, _Entry]] = {}

    def do(self, step: FlowStep, exchange: FlowExchange) -> None:
        """Do the operation of a step. Raises DataStoreError."""
        name = as_text(template(step.properties.get("storageName", ""))(exchange))
        store = self._stores.setdefault(name, {})
        operation = step.kind.removeprefix("data store ")
        if operation == "select":
            self._select(step, exchange, store)
            return
        stated = step.properties.get("messageId") or step.properties.get("dataStoreId") or ""
        entry_id = as_text(template(stated)(exchange)) or as_text(exchange.headers.get(ENTRY_ID)) or exchange.id
        if operation == "put":
            self._put(step, exchange, store, entry_id)
        elif operation == "delete":
            store.pop(entry_id, None)
        else:
            self._get(step, exchange, store, entry_id)

    def clear(self) -> None:
        self._stores.clear()

    def text(self) -> str:
        """Return everything that it holds."""
        return str(self._stores)

    def _put(self, step: FlowStep, exchange: FlowExchange, store: dict[str, _Entry], entry_id: str) -> None:
        if entry_id in store and step.properties.get("override") != "true":
            raise DataStoreError("an entry with this id exists, and the step does not overwrite it")
        keeps_headers = step.properties.get("includeMessageHeaders") == "true"
        store[entry_id] = _Entry(exchange.body or b"", dict(exchange.headers) if keeps_headers else {})
        exchange.headers[ENTRY_ID] = entry_id

    def _get(self, step: FlowStep, exchange: FlowExchange, store: dict[str, _Entry], entry_id: str) -> None:
        found = store.get(entry_id)
        exchange.headers["SAP_DatastoreEntryFound"] = found is not None
        if found is None:
            if step.properties.get("stopOnMissingEntry", "true") == "true":
                raise DataStoreError("there is no entry with this id")
            return
        exchange.body = found.body
        exchange.headers.update(found.headers)
        if step.properties.get("delete") == "true":
            del store[entry_id]

    def _select(self, step: FlowStep, exchange: FlowExchange, store: dict[str, _Entry]) -> None:
        chosen = list(store)[: int(step.properties.get("maxresults") or 1)]
        messages = etree.Element("messages")
        for entry_id in chosen:
            message = etree.SubElement(messages, "message", id=entry_id)
            try:
                message.append(read_xml(store[entry_id].body))
            except NotXml as why:
                raise DataStoreError(f"an entry: {why}") from None
        exchange.body = etree.tostring(messages, xml_declaration=True, encoding="UTF-8")
        exchange.headers["SAP_DatastoreEntryFound"] = bool(chosen)
        if step.properties.get("delete") == "true":
            for entry_id in chosen:
                del store[entry_id]
