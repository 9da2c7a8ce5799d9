"""The option --reports."""

from pathlib import Path
from typing import Annotated

import typer

Reports = Annotated[
    Path, typer.Option("--reports", metavar="DIR", help="The folder in which the last run left its evidence.")
]
