"""Write a workbook with everything to sign off."""

import json
from datetime import UTC, datetime
from pathlib import Path

from harness.bdd.outcome import FAILED, PASSED, SKIPPED
from harness.errors import UserError
from harness.evidence.last_run import load_evidence
from harness.evidence.xray import execution
from harness.files import FEATURES, atomic_write
from harness.signoff.service import SignOff
from harness.signoff.workbook.sheets import WorkbookData, sheets
from harness.signoff.workbook.writer import write
from harness.specification.register import Register
from harness.specification.sap_findings import load_findings
from harness.specification.scenarios import read_scenarios

_XRAY = rb'\A\{\s+"info": \{\s+"project": "'
"""Found at the beginning of results that were exported before, which may be replaced."""

_STATES = {"PASSED": PASSED, "SKIPPED": SKIPPED}


def export(signoff: SignOff, file: Path) -> dict[str, int]:
    """Write the workbook. Returns the number of rows by sheet. Raises UserError where there is no evidence."""
    run = signoff.run or load_evidence(signoff.reports)  # raises the UserError for missing evidence
    register = signoff.fingerprints.register
    workbook_sheets = sheets(
        WorkbookData(
            register=register,
            scenarios=read_scenarios(FEATURES),
            states={one.place: _STATES.get(one.status, FAILED) for one in run.scenarios},
            approvals=signoff.states(),
            answers=signoff.current_answers,
            findings=load_findings(register),
            run=run,
            roles=signoff.roles_by_target,
        )
    )
    at = datetime.fromtimestamp(run.began, UTC)
    try:
        write(
            file, workbook_sheets, f"zicm {run.facts['version']}, {run.facts['mode']}, run of {at:%Y-%m-%d %H:%M} UTC"
        )
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from None
    return {sheet.name.lower(): len(sheet.rows) for sheet in workbook_sheets}


def export_xray(reports: Path, file: Path, project: str) -> int:
    """Write the results of the last run for Xray. Returns the number of tests. Raises UserError where that fails."""
    results = execution(load_evidence(reports), Register.load(), project)
    try:
        with atomic_write(file, _XRAY) as unfinished:
            unfinished.write_text(json.dumps(results, indent=2, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from None
    return len(results["tests"])
