"""`zicm completion`: complete commands and options in the shell, with what Typer has for it."""

from enum import StrEnum
from typing import Annotated

import typer
from typer.completion import get_completion_script, install  # type: ignore[attr-defined]

from harness.cli.options import examples, new_app
from harness.errors import UserError

app = new_app()


class Shell(StrEnum):
    """The shells that Typer knows."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"
    PWSH = "pwsh"


@app.command("completion", epilog=examples("zicm completion bash --install", "zicm completion zsh > _zicm"))
def completion_command(
    *,
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help=f"One of {', '.join(Shell)}.")],
    install_it: Annotated[
        bool, typer.Option("--install", help="Write the script where the shell reads it, and name that file.")
    ] = False,
) -> None:
    """Print the script with which a shell completes commands and options of zicm, or install it."""
    if not install_it:
        typer.echo(get_completion_script(prog_name="zicm", complete_var="_ZICM_COMPLETE", shell=shell))
        return
    try:
        _, file = install(shell=shell, prog_name="zicm", complete_var="_ZICM_COMPLETE")
    except OSError as error:
        raise UserError(f"the script cannot be installed: {error.strerror}") from None
    typer.echo(f"{file} written: start a new shell")
