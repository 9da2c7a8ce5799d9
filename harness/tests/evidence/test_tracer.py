"""The lines that ran are recorded, whatever went wrong in the recording before."""

import sys

import pytest
from coverage import Coverage
from coverage.exceptions import CoverageWarning

from harness.evidence.code.tracer import LineTracer
from simulator.http_support import same_credential

FILE = "simulator/http_support.py"


@pytest.mark.skipif(sys.gettrace() is not None, reason="a debugger or another measurement traces already")
def test_recording_that_ends_with_a_warning_leaves_the_next_one_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def warn(_: Coverage) -> None:
        raise CoverageWarning("of coverage.py, where warnings are errors")

    tracer = LineTracer()
    with monkeypatch.context() as patch:
        patch.setattr(Coverage, "get_data", warn)
        with pytest.raises(CoverageWarning), tracer.recording():
            same_credential("a", "b")
    with tracer.recording() as outer, tracer.recording() as inner:
        same_credential("a", "b")
    assert FILE in inner
    assert FILE not in outer
