"""A group of commands whose help shows each line whole."""

from typing import Any

from typer.core import TyperGroup


class CommandGroup(TyperGroup):
    """List commands with the first sentence of their help, folded where it is long; Typer would cut it off."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands of this group."""
        lines = [
            (name, (command.help or "").strip().split("\n\n", 1)[0].replace("\n", " "))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) and not command.hidden
        ]
        if lines:
            with formatter.section("Commands"):
                formatter.write_dl(lines)
