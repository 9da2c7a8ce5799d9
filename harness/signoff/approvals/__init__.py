"""Approvals of conditions, each bound to the approved content: when that changes, the approval reopens."""
