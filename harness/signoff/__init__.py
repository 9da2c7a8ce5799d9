"""The sign-off pack: everything that a run shows, on one page for people who read no code."""
