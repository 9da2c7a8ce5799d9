"""The formats of the consolidation report, a module each."""
