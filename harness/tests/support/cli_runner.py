"""Run `zicm`, make its output comparable, and make folders with recorded exchanges for it."""

import json
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from harness.cli.main import app
from simulator.ecc.tables import CONTRACT

SUB, MASTER = "22222222-0000-4000-8000-000000002001", "11111111-0000-4000-8000-000000001001"
AMENDMENT = "33333333-0000-4000-8000-000000003001"
CALL_1 = f"GET /v1/agreements/ICMSubAgreement/{SUB}"
CALL_2 = f"{CALL_1}/associatinginstances/ICMMasterAgreement"

AGREEMENT: dict[str, object] = {
    "ICMAgreementCode": "PSUB2001",
    "ICMConfidentialContract": False,
    "Name": " Acrylic acid for Tavaux ",
    "ICMAppSrcSupplierID": "0000104711",
    "ICMEffectiveDate": "2025-01-01T00:00:00",
    "ICMExpiryDate": "2027-12-31T00:00:00",
    "ICMTotalContractValue": {"Value": 1250000.5},
    "ICMCurrency": "EUR",
    "ICMLegalEntityCode": [{"DisplayValue": "FR01"}],
    "ICMPurchasingOrgCode": "FR10, BE10",
    "ICMOrgTeam": "Specialty Polymers",
    "ICMPrimaryOwnerName": "Zoë Laurent",
    "ICMIncotermsCode": "FCA",
    "ICMIncotermslocation": "Tavaux",
    "ICMPaymentTerms": "Z060",
    "ICMSomethingElse": "of no use",
}
MASTERS = [{"SysId": MASTER, "ICMConfidentialContract": False, "ICMAgreementCode": "PMA1001"}]

ENTRY = {
    **dict.fromkeys(CONTRACT.columns.keys(), ""),
    "TENANTID": "/icertis/syensqo-uat",
    "CONTRACTTYPENAME": "SUB",
    "SYSID": "22222222-0000-4000-8000-000000002001",
    "ICMAGREEMENTCODE": "PSUB2001",
    "NAME": "Acrylic acid for Tavaux",
    "ASSOCIATINGTYPE": "MAS",
    "ASSOCIATINGCODE": "PMA1001",
    "ASSOCIATINGSYSID": "11111111-0000-4000-8000-000000001001",
    "ICMAPPSRCSUPPLIERID": "0000104711",
    "ICMEFFECTIVEDATE": "20250101",
    "ICMEXPIRYDATE": "20271231",
    "ICMTOTALCONTRACTVALUE": "1250000.50",
    "ICMCURRENCY": "EUR",
    "ICMLEGALENTITYCODE": "FR01",
    "ICMPURCHASINGORGCODE": "FR10, BE10",
    "ICMORGTEAM": "Specialty Polymers",
    "ICMPRIMARYOWNERNAME": "Zoë Laurent",
    "ICMINCOTERMSCODE": "FCA",
    "ICMINCOTERMSLOCATION": "Tavaux",
    "ICMPAYMENTTERMS": "Z060",
}

OUTLINE_AGREEMENT = {
    "BSART": "MK",
    "LIFNR": "0000104711",
    "BUKRS": "FR01",
    "EKORG": "FR10",
    "EKGRP": "001",
    "WAERS": "EUR",
    "KDATB": "20260101",
    "KDATE": "20271231",
}
"""The fields required for a quantity contract, as EKKO holds them."""
ORGANISATIONS = [{"SYSID": SUB, "PURCHASINGORG": "BE10"}, {"SYSID": SUB, "PURCHASINGORG": "FR10"}]

_ZICM = get_command(app)


class CommandRun(NamedTuple):
    """Exit code and output of a command."""

    code: int
    out: str
    err: str


def zicm(*arguments: object, width: int = 100) -> CommandRun:
    """Run it in this process, with the command that is made once: `CliRunner.invoke` would make it each time."""
    runner = CliRunner(env={"COLUMNS": str(width), "FORCE_COLOR": None, "NO_COLOR": None})
    with runner.isolation() as (out, err, _):
        with pytest.raises(SystemExit) as ended:
            _ZICM([str(argument) for argument in arguments], "zicm")
        sys.stdout.flush()
        sys.stderr.flush()
        return CommandRun(int(ended.value.code or 0), out.getvalue().decode(), err.getvalue().decode())


def stable(text: str, **replaced: object) -> str:
    """Make output comparable: name what differs between runs, and drop blanks at the ends of lines.

    Each keyword argument is the name that its value gets; a short one is padded to keep columns aligned.
    """
    for name, value in replaced.items():
        width = len(str(value)) if len(str(value)) < 16 else 0
        text = text.replace(str(value), f"<{name}>".ljust(width))
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "<time to minute>", text)
    return re.sub(r" +$", "", text, flags=re.MULTILINE)


def replayed(*arguments: object) -> list[dict[str, Any]]:
    """Replay with --json. Returns the exchanges."""
    exchanges: list[dict[str, Any]] = json.loads(zicm("replay", "--json", *arguments).out)["exchanges"]
    return exchanges


def rows(file: Path, table: str) -> list[dict[str, str]]:
    """Read a table of a database file."""
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - of the checks


class Folder:
    """Make folders with recorded exchanges."""

    def __init__(self, base: Path) -> None:
        self.base = base

    def __call__(self, name: str, action: str, agreement: object = None, masters: object = None, **event: str) -> Path:
        """Make an exchange about the Sub Agreement, unless `event` says otherwise; None is not recorded."""
        made = self.base / name
        made.mkdir(parents=True)
        fields = {"ContractTypeName": "ICMSubAgreement", "SysId": SUB, "ActionName": action, **event}
        (made / "event.json").write_text(json.dumps({"source": "/icertis/syensqo-uat", "data": fields}))
        for file, answer in (("agreement.json", agreement), ("associatinginstances.json", masters)):
            if answer is not None:
                (made / file).write_text(json.dumps({"Data": answer, "Messages": []}))
        return made

    def executed(self, **changes: object) -> Path:
        return self(f"executed-{len(list(self.base.glob('*')))}", "Executed", {**AGREEMENT, **changes}, MASTERS)

    def amended(self) -> Path:
        parent = {"ICMParentContractId": "PSUB2001", "ICMParentEntityInstanceId": SUB}
        amendment = {**AGREEMENT, "ICMAgreementCode": "PSUB-AMD1", **parent, "ICMPurchasingOrgCode": "FR10"}
        of = {"ContractTypeName": "ICMSubAgreementAmendment", "SysId": AMENDMENT}
        return self("amended", "AmendmentExecuted", amendment, **of)
