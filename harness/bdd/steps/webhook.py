"""Steps of the webhook: its settings, the bodies that reach it, and its answers."""

import json
from collections.abc import Mapping

import pytest
from pytest_bdd import given, parsers, when

from harness.bdd.comparison import assert_equal, assert_same_fields
from harness.bdd.context import ScenarioContext
from harness.bdd.feature_error import FeatureError, check_known
from harness.bdd.steps.assertion import assertion
from harness.bdd.vocabulary.arguments import DraftedCode
from harness.bdd.vocabulary.attributes import Table, named_values
from harness.bdd.vocabulary.event_bodies import NON_EVENT_BODIES, event_payload
from harness.environments.interfaces import NotSupported
from simulator.apim.webhook import Reply


class WebhookClient:
    """Sends bodies to the webhook, past ICI, and keeps the last answer."""

    def __init__(self, context: ScenarioContext) -> None:
        self._context = context
        self._reply: Reply | None = None

    @property
    def reply(self) -> Reply:
        """The webhook's last answer."""
        assert self._reply is not None, "no step has sent anything to the webhook yet"
        return self._reply

    def send(self, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Send a body; `headers` take the place of ICI's credential."""
        self._keep(self._context.cpi.post(body, headers))

    def send_in_binary_mode(self, fields: dict[str, object]) -> None:
        """Send a CloudEvent whose attributes are headers, and whose data is the body."""
        source = str(fields.pop("source"))
        attributes = {"ce-specversion": "1.0", "ce-id": "1", "ce-type": "icertis.agreement", "ce-source": source}
        self._keep(self._context.cpi.post(json.dumps(fields).encode(), None, attributes))

    def _keep(self, reply: Reply) -> None:
        self._reply = reply
        self._context.own_statuses.append(reply.status)

    def send_batch(self, events: list[object]) -> None:
        """Send several events in one body."""
        self.send(json.dumps(events).encode())

    def executed(self, code: str) -> dict[str, object]:
        """Make the event Executed of an agreement."""
        agreement = self._context.agreements[code]
        fields = {"ContractTypeName": agreement.kind.name, "SysId": agreement.sys_id, "ActionName": "Executed"}
        return {"source": self._context.settings.source, "data": fields}

    def send_executed(self, code: str, headers: Mapping[str, str] | None = None) -> None:
        """Send the event Executed of an agreement."""
        self.send(json.dumps(self.executed(code)).encode(), headers)


@pytest.fixture
def webhook(context: ScenarioContext) -> WebhookClient:
    """Provide the sender of one scenario's own bodies."""
    return WebhookClient(context)


@given("the webhook asks for no API key")
def require_no_api_key(context: ScenarioContext) -> None:
    context.set_up(api_key=None)


@given(parsers.parse("the webhook lets one message in within {seconds:d} seconds"))
def limit_rate(context: ScenarioContext, seconds: int) -> None:
    context.set_up(max_per_second=1 / seconds)


@given("the webhook lets messages in however fast they come")
def remove_rate_limit(context: ScenarioContext) -> None:
    context.set_up(max_per_second=0)


@given(parsers.parse('an event of "{code}" has reached the webhook'))
def send_event_before(context: ScenarioContext, webhook: WebhookClient, code: DraftedCode) -> None:
    context.do_given(lambda: webhook.send_executed(code))


@given("this event has reached the webhook:")
def send_stated_event_before(context: ScenarioContext, webhook: WebhookClient, datatable: Table) -> None:
    body = json.dumps(event_payload(datatable, "as one object")).encode()
    context.do_given(lambda: webhook.send(body))


@when(parsers.re(r"this event reaches the webhook(?: (?P<form>.+))?:"))
def send_event_in_form(context: ScenarioContext, webhook: WebhookClient, form: str | None, datatable: Table) -> None:
    payload = event_payload(datatable, form or "as one object")
    context.do_when(lambda: webhook.send(json.dumps(payload).encode()))


@when("this CloudEvent reaches the webhook in binary mode:")
def send_event_in_binary_mode(context: ScenarioContext, webhook: WebhookClient, datatable: Table) -> None:
    payload = event_payload(datatable, "as one object")
    assert isinstance(payload, dict)
    context.do_when(lambda: webhook.send_in_binary_mode(payload))


@when(parsers.re('events of "(?P<one>[^"]+)" and "(?P<other>[^"]+)" reach the webhook in one array'))
def send_two_events(context: ScenarioContext, webhook: WebhookClient, one: str, other: str) -> None:
    context.do_when(lambda: webhook.send_batch([webhook.executed(one), webhook.executed(other)]))


@when(parsers.parse('an array of an empty object, an event of "{code}" and a text reaches the webhook'))
def send_event_among_others(context: ScenarioContext, webhook: WebhookClient, code: DraftedCode) -> None:
    context.do_when(lambda: webhook.send_batch([{}, webhook.executed(code), "Executed"]))


@when(parsers.parse('an event grid asks the webhook to repeat the code "{code}"'))
def send_validation_event(context: ScenarioContext, webhook: WebhookClient, code: str) -> None:
    context.do_when(lambda: webhook.send_batch([_handshake(code)]))


@when(parsers.parse('a handshake of an event grid and an event of "{code}" reach the webhook in one array'))
def send_handshake_among_events(context: ScenarioContext, webhook: WebhookClient, code: str) -> None:
    context.do_when(lambda: webhook.send_batch([_handshake("2d17-ABC"), webhook.executed(code)]))


def _handshake(code: str) -> dict[str, object]:
    event = {"id": "1", "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "dataVersion": "1"}
    return {**event, "data": {"validationCode": code}}


@when(parsers.parse('an event of "{code}" reaches the webhook with the API key "{key}"'))
def send_event_with_key(context: ScenarioContext, webhook: WebhookClient, code: DraftedCode, key: str) -> None:
    context.do_when(lambda: webhook.send_executed(code, {"apikey": key}))


@when(parsers.parse('an event of "{code}" reaches the webhook at once after it'))
def send_event_at_once(context: ScenarioContext, webhook: WebhookClient, code: DraftedCode) -> None:
    context.do_when(lambda: webhook.send_executed(code))


@when(parsers.parse('an event of "{code}" reaches the webhook without an API key'))
def send_event_without_key(context: ScenarioContext, webhook: WebhookClient, code: DraftedCode) -> None:
    context.do_when(lambda: webhook.send_executed(code, {}))


@when(parsers.parse("{body} reaches the webhook in place of an event"))
def send_other_body(context: ScenarioContext, webhook: WebhookClient, body: str) -> None:
    check_known("body", [body], NON_EVENT_BODIES)
    context.do_when(lambda: webhook.send(NON_EVENT_BODIES[body]))


@assertion(parsers.parse("the webhook answers {status:d}"))
def check_status(webhook: WebhookClient, status: int) -> None:
    assert_equal("the HTTP status of the webhook", webhook.reply.status, status)


@assertion(parsers.parse('the webhook names the rule {rule} and says "{message}"'))
def check_refusal(webhook: WebhookClient, rule: str, message: str) -> None:
    if not webhook.reply.body:
        raise NotSupported("the middleware answers in words of its own")
    said = {name: webhook.reply.body[name] for name in ("id", "detail")}
    assert_same_fields("the answer of the webhook", "", said, {"id": rule, "detail": message})


@assertion(parsers.parse('the webhook repeats the code "{code}"'))
def check_validation_response(webhook: WebhookClient, code: str) -> None:
    if not webhook.reply.body:
        raise NotSupported("the middleware answers in words of its own")
    assert_same_fields("the answer of the webhook", "", dict(webhook.reply.body), {"validationResponse": code})


@assertion(parsers.parse("the webhook says that it took {count:d} event and rejected these:"))
def check_batch(webhook: WebhookClient, count: int, datatable: Table) -> None:
    if datatable[0] != ["index", "reason"]:
        raise FeatureError(f"the table needs the columns index and reason, not {' and '.join(datatable[0])}")
    if not webhook.reply.body:
        raise NotSupported("the middleware answers in words of its own")
    accepted, rejected = webhook.reply.body["accepted"], webhook.reply.body["rejected"]
    assert isinstance(accepted, list)
    assert isinstance(rejected, list)
    assert_equal("the number of events that the webhook took", len(accepted), count)
    found = {str(one["index"]): one["reason"] for one in rejected}
    assert_same_fields("what the webhook rejected", "", found, named_values(datatable[1:], what="index"))


@assertion(parsers.parse("the webhook asks for a pause of {least:d} to {most:d} seconds"))
def check_retry_after(webhook: WebhookClient, least: int, most: int) -> None:
    stated = webhook.reply.headers.get("Retry-After", "(absent)")
    is_within = stated.isdecimal() and least <= int(stated) <= most
    assert_equal("Retry-After in seconds", f"{least} to {most}" if is_within else stated, f"{least} to {most}")
