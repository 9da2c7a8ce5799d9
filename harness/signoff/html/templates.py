"""The templates of what is shown in a browser."""

from jinja2 import Environment, PackageLoader, StrictUndefined


def templates(package: str, folder: str) -> Environment:
    """Those in a folder of a package. Whatever they show is escaped, and what is not there is an error."""
    return Environment(
        loader=PackageLoader(package, folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
