"""Sign-off: approvals, and the evidence of a run as an HTML page and as a workbook."""
