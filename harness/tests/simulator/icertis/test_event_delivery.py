"""The webhook takes an event with a status from 200 to 299; after any other, ICI keeps it or gives it up."""

import pytest
import responses

from simulator.icertis import event_delivery
from simulator.icertis.event_delivery import HttpDelivery
from simulator.icertis.tenant import EventPayload

URL = "https://apim.invalid/icertis/events"
EVENTS: list[EventPayload] = [{"id": "1"}, {"id": "2"}]


@pytest.mark.parametrize(
    ("status", "location", "problem"),
    [
        (200, "", ""),
        (202, "", ""),
        (204, "", ""),
        (301, "https://new.invalid/events", "the webhook answered 301: it has moved to https://new.invalid/events"),
        (302, "/login", "the webhook answered 302: it has moved to https://apim.invalid/login"),
        (
            307,
            "https://me:secret@new.invalid:8443/a?key=1",
            "the webhook answered 307: it has moved to https://new.invalid:8443/a",
        ),
        (308, "https://[new/", "the webhook answered 308, and its Location is no URL"),
        (304, "", "the webhook answered 304"),
        (401, "", "the webhook answered 401"),
        (404, "", "the webhook answered 404"),
        (500, "", "the webhook answered 500"),
    ],
)
def test_events_stay_after_any_answer_that_does_not_take_them(status: int, location: str, problem: str) -> None:
    delivery = HttpDelivery(URL)
    with responses.RequestsMock() as webhook:
        webhook.post(URL, status=status, headers={"Location": location} if location else {})
        for event in EVENTS:
            delivery.emit(event)
        delivery.send()
    assert delivery.problem == problem
    assert delivery.waiting == (EVENTS if problem else [])
    delivery.close()


def test_events_of_an_earlier_process_go_first_in_their_order() -> None:
    delivery = HttpDelivery(URL)
    delivery.restore(EVENTS)
    delivery.emit({"id": "3"})
    assert [event["id"] for event in delivery.waiting] == ["1", "2", "3"]
    delivery.close()


def test_outbox_is_full_with_as_many_events_as_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_delivery, "MAX_WAITING", 3)
    delivery = HttpDelivery()
    found = [delivery.is_full]
    for number in range(3):
        delivery.holding = True
        delivery.emit({"id": str(number)})
        found.append(delivery.is_full)
    delivery.release()
    assert (found, delivery.is_full) == ([False, False, False, True], True)
    delivery.clear()
    assert not delivery.is_full
    delivery.close()
