"""The pack of a run, with everything else that goes into it: register, features, approvals, findings, ledger."""

from pathlib import Path

from harness import census
from harness.approvals.content import Contents
from harness.approvals.evidence import shown
from harness.approvals.file import Approved
from harness.approvals.states import states
from harness.evidence.stream import Run
from harness.findings import load_findings
from harness.register import Register
from harness.signoff.fidelity import load_ledger
from harness.signoff.pack import Pack


def pack_of(run: Run, features: Path, approved: dict[str, Approved]) -> Pack:
    """Raises OSError, or ValueError for a register or a feature that is broken."""
    register = Register.load()
    contents = Contents(register, features, shown(run))
    return Pack(
        run,
        register,
        census.read(features),
        ledger=load_ledger(),
        findings=load_findings(register),
        approvals=states(contents, approved, str(run.facts.get("mode", ""))),
    )
