"""Run pytest, with a tag as it is written in a feature: ``-m @condition_2a``.

Pytest takes an argument that begins with @ for a file of arguments.
"""

import sys

import pytest


def without_at(arguments: list[str]) -> list[str]:
    """Drop the @ at the beginning of each expression of tags."""
    before = ["", *arguments]
    return [
        argument.lstrip("@") if option in ("-m", "--markexpr") else argument
        for option, argument in zip(before, arguments, strict=False)
    ]


if __name__ == "__main__":
    sys.exit(pytest.main(without_at(sys.argv[1:])))
