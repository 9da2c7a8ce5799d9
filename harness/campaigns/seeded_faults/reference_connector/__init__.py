"""A small connector between ICI and Dynamics 365 SCM, written from the guides alone.

It shares no code with ours and imports neither of our packages: with its faults it proves that the features of SCM find
what is wrong. It keeps everything in memory and works on one event after the other.
"""
