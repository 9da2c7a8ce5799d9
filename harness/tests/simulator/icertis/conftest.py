"""The fixture of the tests of Icertis."""

import pytest

from harness.tests.support.icertis_under_test import IcertisUnderTest


@pytest.fixture
def ici() -> IcertisUnderTest:
    return IcertisUnderTest()
