"""Messages that come too fast are refused, and senders of events send them again (D-61)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.server.uvicorn_server import listening_socket, run_in_thread
from harness.tests.support.server_fixture import served
from simulator.apim.http_app import WebhookOverHttp
from simulator.apim.spike_arrest import SpikeArrest
from simulator.apim.webhook import WebhookEndpoint
from simulator.icertis.event_delivery import DirectDelivery, HttpDelivery, wait_after_429
from simulator.settings import Settings

EVENT = {"source": "/icertis/syensqo-uat", "ContractTypeName": "ICMBaselineAgreement"}


class SleepClock:
    """A clock that only `sleep` moves on."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def seconds(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept += [seconds] if seconds else []
        self.now += seconds


class LimitedWebhook:
    """A webhook behind a spike arrest, and the events that it has taken."""

    def __init__(self, per_second: float, time: SleepClock) -> None:
        self.events: list[object] = []
        self.webhook = WebhookEndpoint(None, self._take, SpikeArrest(per_second, time.seconds))

    def _take(self, event: object) -> str:
        self.events.append(event)
        return f"guid {len(self.events)}"


def test_messages_that_come_too_fast_get_429_and_retry_after() -> None:
    time = SleepClock()
    webhook = LimitedWebhook(0.5, time).webhook
    assert webhook.receive(b"{}", {}).status == 202
    time.now += 0.7
    early = webhook.receive(b"{}", {})
    assert (early.status, early.headers) == (429, {"Retry-After": "2"})
    time.now += 1.3
    assert webhook.receive(b"{}", {}).status == 202, "one that was turned away does not count"


@contextmanager
def delivery_with_three_events(webhook: WebhookEndpoint, time: SleepClock) -> Iterator[HttpDelivery]:
    listening = listening_socket("127.0.0.1", 0)
    with run_in_thread(WebhookOverHttp(webhook), listening):
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        delivery = HttpDelivery(url, seconds=time.seconds, sleep=time.sleep)
        for number in range(3):
            delivery.emit({"source": number})
        yield delivery
        delivery.close()


@pytest.mark.parametrize(
    ("per_second", "slept", "statuses", "waiting"),
    [
        (100_000, [1, 1], [202, 429, 202, 429, 202], 0),
        (0.5, [2, 2], [202, 429, 202, 429, 202], 0),
        (0.05, [20], [202, 429, 202, 429], 1),
        (0.01, [], [202, 429], 2),
    ],
)
def test_http_delivery_waits_for_the_webhook_at_most_half_a_minute(
    per_second: float, slept: list[float], statuses: list[int], waiting: int
) -> None:
    time = SleepClock()
    taken = LimitedWebhook(per_second, time)
    with delivery_with_three_events(taken.webhook, time) as delivery:
        delivery.send()
        assert (time.slept, list(delivery.statuses)) == (slept, statuses)
        assert len(delivery.waiting) == waiting
        assert delivery.problem == ("the webhook answered 429" if waiting else "")
    assert taken.events == [{"source": number} for number in range(3 - waiting)]


def test_http_delivery_sends_nothing_before_retry_after() -> None:
    time = SleepClock()
    taken = LimitedWebhook(0.01, time)
    with delivery_with_three_events(taken.webhook, time) as delivery:
        delivery.send()
        delivery.send()
        assert list(delivery.statuses) == [202, 429], "it has not asked again"
        time.now += 99
        delivery.send()
        assert (time.slept, list(delivery.statuses)) == ([1], [202, 429, 202, 429])
        delivery.clear()
        delivery.emit({"source": "after a reset"})
        delivery.send()
        assert list(delivery.statuses) == [429], "a reset forgets that it was to wait"


def test_direct_delivery_waits_for_retry_after_up_to_its_limit() -> None:
    time = SleepClock()
    webhook = LimitedWebhook(0.5, time).webhook
    delivery = DirectDelivery(lambda _: webhook.receive(b"{}", {}), max_wait=2, sleep=time.sleep)
    sent = [delivery.send({}).body["guid"] for _ in range(3)]
    assert (sent, time.slept) == (["guid 1", "guid 2", "guid 3"], [2, 2])
    impatient = DirectDelivery(lambda _: webhook.receive(b"{}", {}), max_wait=1, sleep=time.sleep)
    assert impatient.send({}).status == 429
    assert time.slept == [2, 2]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "Mon, 05 Jan 9999 08:00:01 GMT"}, 86_400),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "soon"}, 1),
        ({}, 1),
    ],
)
def test_retry_after_is_at_least_one_second(headers: dict[str, str], seconds: int) -> None:
    assert wait_after_429(headers) == seconds


@pytest.mark.parametrize(("written", "rate"), [("", 100_000), ("max_per_second = 0", None), ("max_per_second = 2", 2)])
def test_spike_arrest_is_100000_by_default_and_0_switches_it_off(
    tmp_path: Path, written: str, rate: float | None
) -> None:
    (tmp_path / "settings.toml").write_text(written)
    assert Settings.read(tmp_path / "settings.toml").max_per_second == rate


def test_settings_set_the_spike_arrest_of_a_server(tmp_path: Path) -> None:
    with served(tmp_path, Settings.model_validate({"max_per_second": 0.001})) as landscape:
        for status in (202, 429):
            answer = landscape.client.post(landscape.site.urls["webhook"], json=EVENT, headers=landscape.key)
            assert answer.status_code == status
        assert 990 < int(answer.headers["Retry-After"]) <= 1000
