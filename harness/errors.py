"""The one error that a command reports to its user without a traceback."""


class UserError(Exception):
    """Raised for files and arguments that a command cannot work with; its text is written for the user."""
