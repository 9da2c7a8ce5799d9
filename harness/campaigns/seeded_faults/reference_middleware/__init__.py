"""A second middleware for the same interface, and its faults: the proof that the features find faults.

It is written from the register of the specification alone (ids in brackets name the rules), and import-linter keeps it
away from `simulator` and from the rest of the harness. It tries everything once, as its clock cannot be set.
"""
