"""The options that choose an environment: a run is the one that was asked for, or it does not begin."""

import pytest

PLUGINS = [f"harness.environments.{name}" for name in ("abap_plugin", "plugin", "postgres_plugin")]
pytest_plugins = ["pytester"]

CONNECTOR = ("--connector-url", "http://127.0.0.1:1/events")
MIDDLEWARE = ("--middleware-url", "http://127.0.0.1:1/events")
EITHER = "--middleware-url or --connector-url"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--flow-parameter", "A=b"], "--flow-parameter goes with --flow"),
        (["--wire", "--settle", "1"], f"--settle goes with {EITHER}"),
        (["--pending-url", "http://127.0.0.1:1/"], f"--pending-url goes with {EITHER}"),
        (["--webhook-header", "apikey:b"], f"--webhook-header goes with {EITHER}"),
        (["--flow", "--listen", "127.0.0.1:0"], f"--listen goes with {EITHER}"),
        (["--ici-token", "b"], f"--ici-token goes with {EITHER}"),
        (["--ici-client", "a:b"], f"--ici-client goes with {EITHER}"),
        (["--ecc-login", "a:b", *CONNECTOR], "--ecc-login goes with --middleware-url"),
        (["--scm-client", "a:b", *MIDDLEWARE], "--scm-client goes with --connector-url"),
        (["--connector-job", "connect=http://127.0.0.1:1/", *MIDDLEWARE], "--connector-job goes with --connector-url"),
        (["--postgres", "--flow"], "--postgres does not go with --flow"),
        (["--postgres", *MIDDLEWARE], "--postgres does not go with --middleware-url"),
        (["--postgres", *CONNECTOR], "--postgres does not go with --connector-url"),
        (["--abap", "folder", *CONNECTOR], "--abap does not go with --connector-url"),
    ],
)
def test_option_that_would_have_no_effect_is_wrong_use(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # whichever other plugins are installed
    monkeypatch.setattr("harness.abap.build.missing_engine", lambda: "Node.js")  # nothing is translated
    with pytest.raises(pytest.UsageError) as refused:
        pytester.parseconfigure(*(one for plugin in PLUGINS for one in ("-p", plugin)), *options)
    assert str(refused.value) == message
