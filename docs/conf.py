"""How Sphinx builds the site from these pages: `python -m sphinx -W -b html docs build/site`."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

from normfix import __version__

DOCS = Path(__file__).parent
_REPOSITORY = "https://github.com/normfix/normfix/blob/main/"
_LINK = re.compile(r"(?<=\]\()(?:\.\./)+[^)#\s]+")
_RAW_LINK = re.compile(r'(?<=href="rules/)(NF\d+)\.md')
_RULE_PAGES = "\n```{toctree}\n:hidden:\n:glob:\n\nNF*\n```\n"

project = "normfix"
version = release = __version__
project_copyright = "the normfix authors, MIT licence"
extensions = ["myst_parser"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"normfix {__version__}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sourcelink = False


def for_the_site(_app: Sphinx, page: str, source: list[str]) -> None:
    """What the site needs otherwise than GitHub, where the same files are read: links and the list of rule pages."""
    text = _LINK.sub(lambda link: _link(page, link[0]), source[0])
    text = _RAW_LINK.sub(r"\1.html", text)
    source[0] = text + (_RULE_PAGES if page == "rules/README" else "")


def _link(page: str, target: str) -> str:
    """A link to a file of the repository that is no page of the site leads to the repository."""
    file = (DOCS / page).parent.joinpath(target).resolve()
    if file.is_relative_to(DOCS):
        return target
    return _REPOSITORY + file.relative_to(DOCS.parent).as_posix()


def setup(app: Sphinx) -> None:
    """What Sphinx calls."""
    app.connect("source-read", for_the_site)
