"""A flow of somebody in this process: the faults that its scenarios may provoke."""

import pytest

from harness.environments.flow import FlowEnvironment
from harness.environments.interfaces import NotSupported
from harness.environments.missing_tools import skip_without
from harness.files import REFERENCE_FLOW
from harness.flow.jvm import INSTALL, missing
from simulator.settings import Settings

pytestmark = pytest.mark.whole_run


def test_ici_fails_for_a_flow_in_every_way_but_with_retry_after() -> None:
    if lacks := missing():
        skip_without(lacks, INSTALL)
    environment = FlowEnvironment(REFERENCE_FLOW)
    try:
        ici = environment.create_landscape(Settings()).ici
        ici.answer_call_once(1, "status 503")
        with pytest.raises(NotSupported, match="whatever Retry-After says"):
            ici.answer_call(1, "status 503 with Retry-After 30")
    finally:
        environment.close()
