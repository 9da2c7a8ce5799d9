"""The landscape under any sequence of actions and faults, and the tables that must result."""
