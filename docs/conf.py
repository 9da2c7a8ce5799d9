"""Build README, CONTRIBUTING, CHANGELOG and docs/ into one site: ``tox -e docs``."""

import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import SphinxError

project = "zicm"
root_doc = "README"
include_patterns = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**"]
exclude_patterns = [".*", "build", "dist", "features", "fixtures", "harness", "mutants", "reports", "simulator"]
extensions = ["myst_parser"]
myst_heading_anchors = 3
nitpicky = True
smartquotes = False
html_theme = "furo"
html_title = "zicm"
html_theme_options = {"light_css_variables": {"code-font-size": "75%"}}
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False

MENUS = {
    root_doc: """
```{toctree}
:hidden:
:caption: Test and sign off

docs/run-and-read
docs/sign-off
docs/evidence
```
```{toctree}
:hidden:
:caption: Use the simulator

docs/replay
docs/reconcile
docs/outline-agreements
docs/report
docs/serve
docs/console
docs/databases
docs/settings
docs/environments
docs/abap
docs/scm
docs/connect-cpi
docs/connect-scm
```
```{toctree}
:hidden:
:caption: Change it

CONTRIBUTING
docs/extend
docs/steps
docs/architecture
docs/decisions/index
docs/performance
docs/workers
docs/words
CHANGELOG
```
""",
    "docs/decisions/index": """
```{toctree}
:hidden:
:glob:

*
```
""",
}
"""The menu of the site by page. It is added here because a code host would show it as text."""

_EXTERNAL_ASSET = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//|<link\b[^>]*\bhref=["']?(?:https?:)?//"""
    r"""|url\(\s*["']?(?:https?:)?//|@import\s+["'](?:https?:)?//""",
    re.IGNORECASE,
)


def add_menu(_: Sphinx, page: str, source: list[str]) -> None:
    """Append its part of the menu to a page."""
    source[0] += MENUS.get(page, "")


def finish(app: Sphinx, failure: Exception | None) -> None:
    """Make the README the index of the site. Fail if a page loads anything from the network."""
    if failure is not None or app.builder.format != "html":
        return
    site = Path(app.outdir)
    shutil.copyfile(site / "README.html", site / "index.html")
    pages = [file for file in site.rglob("*") if file.suffix in {".html", ".css"}]
    if loading := [file.name for file in pages if _EXTERNAL_ASSET.search(file.read_text(encoding="utf-8"))]:
        raise SphinxError(f"these files load something from the network: {', '.join(sorted(loading))}")


def setup(app: Sphinx) -> None:
    """Connect both to the build."""
    app.connect("source-read", add_menu)
    app.connect("build-finished", finish)
