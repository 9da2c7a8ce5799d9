"""ABAP in place of the create-or-update logic that is written in Python: check it, translate it, run it on Node."""
