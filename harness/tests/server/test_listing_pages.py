"""A landscape that runs for long answers every page of the listing; only made-up answers are counted."""

import pytest

from harness.doubles.icertis_faults import MAX_PAGES, FaultySite
from simulator.icertis.rest import Answer, data_answer

PAGE = "/v1/agreements/ICMSubAgreement?pageNumber={}&rowsPerPage=100"


class Site:
    def answer(self, *_: object) -> Answer:
        return data_answer([])


def test_reconciling_again_and_again_is_answered_each_time() -> None:
    site = FaultySite(Site())
    for _ in range(2 * MAX_PAGES):
        assert site.answer("GET", PAGE.format(1), {}).status == 200
    site.listing = data_answer([])
    for _ in range(2 * MAX_PAGES):
        assert site.answer("GET", PAGE.format(1), {}).status == 200


def test_pages_that_are_made_up_do_not_go_on_without_end() -> None:
    site = FaultySite(Site())
    site.listing = data_answer([])
    for number in range(1, MAX_PAGES + 1):
        site.answer("GET", PAGE.format(number), {})
    with pytest.raises(AssertionError, match="without end"):
        site.answer("GET", PAGE.format(MAX_PAGES + 1), {})
