"""Load what runs of features and `zicm serve` load, by running one condition; see `loaded_process`.

The features come first: pytest could not rewrite the asserts of a plugin that has been imported before.
"""

import gc
import os
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest

from harness.files import TEST_FEATURES
from harness.tests.support.pytest_process import OPTIONS, pytest_environment

with (
    patch.dict(os.environ, pytest_environment(), clear=True),
    redirect_stdout(StringIO()) as said,
    TemporaryDirectory() as reports,
):
    one_condition = ("-m", "condition_1", "--reports", reports)
    assert pytest.main([*OPTIONS, *one_condition, str(TEST_FEATURES)]) == 0, said.getvalue()

for _name in ("harness.cli.serve", "harness.console.app", "harness.server.admin.app", "faker"):
    import_module(_name)

gc.collect()
gc.freeze()  # a copy never searches it
