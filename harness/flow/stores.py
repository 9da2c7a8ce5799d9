"""The JMS queues and the data stores of a flow, in memory: messages that wait."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from lxml import etree

from harness.flow.definition import FlowStep
from harness.flow.exchange import FlowExchange
from harness.flow.failure import FlowFailure
from harness.flow.log import MessageRun
from harness.flow.simple import as_text, template
from harness.flow.xml import NotXml, read_xml

ENTRY_ID = "SapDataStoreId"
RETRIES = {"JMS": "SAPJMSRetries", "DataStoreConsumer": "SAP_DataStoreRetries"}
"""The header that counts the attempts before this one, by the kind of the sender channel."""


@dataclass
class StoredMessage:
    """A message in a queue, or an entry of a data store."""

    number: int
    kind: str
    """The kind of the sender channel that would take it."""

    store: str
    id: str
    body: bytes | None
    headers: dict[str, object]
    properties: dict[str, object]
    run: MessageRun
    due: datetime
    origin: str = ""
    """The queue whose consumer has put it here; blank if a sender did."""


class MessageStores:
    """All messages that wait, oldest first."""

    def __init__(self, run_for: Callable[[str, str, FlowExchange], MessageRun], now: Callable[[], datetime]) -> None:
        """`run_for` returns the run of a message that an exchange puts into a store of a kind."""
        self._run_for = run_for
        self._now = now
        self._numbers = count(1)
        self.messages: list[StoredMessage] = []
        self.current: StoredMessage | None = None
        """The one that is worked on."""

    def send(self, queue: str, exchange: FlowExchange, *, with_properties: bool) -> None:
        """Put a message into a queue, as a JMS receiver channel does."""
        headers = {name: value for name, value in exchange.headers.items() if not name.startswith("Camel")}
        properties = dict(exchange.properties) if with_properties else {}
        self._put("JMS", queue, "", exchange, headers, properties)

    def do(self, step: FlowStep, exchange: FlowExchange) -> None:
        """Do the operation of a data store step. Raises FlowFailure."""
        name = as_text(template(step.properties.get("storageName", ""))(exchange))
        operation = step.kind.removeprefix("data store ")
        if operation == "select":
            self._select(step, exchange, name)
            return
        stated = step.properties.get("messageId") or step.properties.get("dataStoreId") or ""
        entry_id = as_text(template(stated)(exchange)) or as_text(exchange.headers.get(ENTRY_ID)) or exchange.id
        found = next((one for one in self._entries(name) if one.id == entry_id), None)
        if operation == "put":
            if found and step.properties.get("override") != "true":
                raise FlowFailure(f"{step.name}: an entry with this id exists, and the step does not overwrite it")
            keeps_headers = step.properties.get("includeMessageHeaders") == "true"
            self._put("DataStoreConsumer", name, entry_id, exchange, dict(exchange.headers) if keeps_headers else {})
            if found:
                self.messages.remove(found)
            exchange.headers[ENTRY_ID] = entry_id
        elif operation == "get":
            self._get(step, exchange, found)
        elif found:
            self.messages.remove(found)
            if found.run is not exchange.run:
                found.run.destroy()

    def _entries(self, name: str) -> list[StoredMessage]:
        return [one for one in self.messages if (one.kind, one.store) == ("DataStoreConsumer", name)]

    def _put(  # noqa: PLR0913, PLR0917 - the parts of a message
        self,
        kind: str,
        store: str,
        entry_id: str,
        exchange: FlowExchange,
        headers: dict[str, object],
        properties: dict[str, object] | None = None,
    ) -> None:
        for header in RETRIES.values():
            headers.pop(header, None)
        origin = self.current.store if self.current else ""
        run = self._run_for(kind, store, exchange)
        number, now = next(self._numbers), self._now()
        self.messages.append(
            StoredMessage(
                number=number,
                kind=kind,
                store=store,
                id=entry_id,
                body=exchange.body,
                headers=headers,
                properties=properties or {},
                run=run,
                due=now,
                origin=origin,
            )
        )

    def _get(self, step: FlowStep, exchange: FlowExchange, found: StoredMessage | None) -> None:
        exchange.headers["SAP_DatastoreEntryFound"] = found is not None
        if found is None:
            if step.properties.get("stopOnMissingEntry", "true") == "true":
                raise FlowFailure(f"{step.name}: there is no entry with this id")
            return
        exchange.body, exchange.taken = found.body, found.run
        exchange.headers.update(found.headers)
        if step.properties.get("delete") == "true":
            self.messages.remove(found)
            found.run.due = None

    def _select(self, step: FlowStep, exchange: FlowExchange, name: str) -> None:
        chosen = self._entries(name)[: int(step.properties.get("maxresults") or 1)]
        messages = etree.Element("messages")
        for entry in chosen:
            try:
                etree.SubElement(messages, "message", id=entry.id).append(read_xml(entry.body or b""))
            except NotXml as why:
                raise FlowFailure(f"{step.name}: an entry: {why}") from None
        exchange.body = etree.tostring(messages, xml_declaration=True, encoding="UTF-8")
        exchange.headers["SAP_DatastoreEntryFound"] = bool(chosen)
        if step.properties.get("delete") == "true":
            for entry in chosen:
                self.messages.remove(entry)
