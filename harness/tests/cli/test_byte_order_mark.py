"""A file that an editor of Windows has saved begins with a byte order mark, and says what it says without."""

import json
from pathlib import Path

from harness.abap.mapping import FILE, AbapMapping
from harness.server.credentials import Credentials
from harness.signoff.approvals.answers import read_answers
from harness.signoff.approvals.storage import read, read_roles
from harness.specification.register import Register, Target
from simulator.settings import Settings


def saved(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8-sig")
    return file


def test_settings(tmp_path: Path) -> None:
    assert Settings.read(saved(tmp_path / "settings.toml", "max_attempts = 3\n")).max_attempts == 3


def test_credentials(tmp_path: Path) -> None:
    made = Credentials.create()
    assert Credentials.read(saved(tmp_path / "credentials.json", json.dumps(made.as_json()))) == made


def test_names_of_the_abap(tmp_path: Path) -> None:
    saved(tmp_path / FILE, '[tables]\nZMM_ICMCONTRACT = "ZCONTRACT"\n')
    assert AbapMapping.read(tmp_path).table("ZMM_ICMCONTRACT") == "ZCONTRACT"


def test_roles_approvals_and_answers(tmp_path: Path) -> None:
    assert read_roles(saved(tmp_path / "signoff.toml", 'roles = ["Buyer"]\n')) == dict.fromkeys(Target, ("Buyer",))
    assert read(saved(tmp_path / "approvals.toml", "# nobody yet\n"), ["1"]) == {}
    assert read_answers(saved(tmp_path / "answers.toml", "# nobody yet\n"), Register.load()) == {}
