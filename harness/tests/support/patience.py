"""The longest that tests wait for what has to come. They go on as soon as it is there: a busy machine is no error."""

PATIENCE = 60.0
"""Seconds until what is asked of something that runs is there."""

PROCESS_PATIENCE = 900.0
"""Seconds until a process has started, and has done what it is for."""
