"""The pack of a run, with everything else that goes into it: register, features, approvals, findings, ledger."""

from pathlib import Path

from harness.evidence.run import Run
from harness.signoff.approvals.evidence import shown
from harness.signoff.approvals.fingerprint import Contents
from harness.signoff.approvals.status import states
from harness.signoff.approvals.storage import ApprovalRecord
from harness.signoff.html.page import Pack
from harness.specification.fidelity import load_ledger
from harness.specification.register import Register
from harness.specification.sap_findings import load_findings
from harness.specification.scenarios import read_scenarios


def pack_of(run: Run, features: Path, approved: dict[str, ApprovalRecord]) -> Pack:
    """Raises OSError, or ValueError for a register or a feature that is broken."""
    register = Register.load()
    contents = Contents(register, features, shown(run))
    return Pack(
        run,
        register,
        read_scenarios(features),
        ledger=load_ledger(),
        findings=load_findings(register),
        approvals=states(contents, approved, str(run.facts.get("mode", ""))),
    )
