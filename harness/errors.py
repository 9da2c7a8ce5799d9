"""The one error that the commands tell their user without a traceback."""


class UserError(Exception):
    """Something on the disk or in the arguments that a command cannot work with. Its text is for the user."""
