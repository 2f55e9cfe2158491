"""A page for a browser that needs nothing else: its head, its style and script, and what is the same on each."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from normfix import __version__
from normfix.report.page.markup import Markup, element

_PARTS = Path(__file__).parent


def document(title: str, said: str, sections: Sequence[Markup], skip: tuple[str, str], command: str) -> str:
    """The page, in letters of ASCII. `said` stands below the title; `skip` are the words and the target of the link
    past both; `command` is what makes such a page.
    """
    style, script = (_raw(name) for name in ("style.css", "script.js"))
    body = element(
        "body",
        element("a", skip[0], href=f"#{skip[1]}", class_="skip"),
        _header(title, said),
        element("main", *sections),
        element("footer", f"Made by normfix {__version__}. ", element("code", command)),
        element("script", script),
    )
    page = element("html", _head(title, style, script), body, lang="en")
    return f"<!doctype html>\n{page}\n".encode("ascii", "xmlcharrefreplace").decode()


def section(name: str, title: str, parts: Iterable[Markup]) -> Markup:
    """A part of the page with a title, which `#name` leads to."""
    heading = element("h2", title, id=f"{name}-title")
    return element("section", heading, *parts, id=name, aria_labelledby=f"{name}-title", tabindex=-1)


def _raw(name: str) -> Markup:
    return Markup((_PARTS / name).read_text(encoding="ascii"))


def _head(title: str, style: Markup, script: Markup) -> Markup:
    """The page may run and show what is in it, and load nothing."""
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=f"{policy}; form-action 'none'"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", style),
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _header(title: str, said: str) -> Markup:
    choices = (
        element("button", name, type="button", data_theme=theme, aria_pressed=str(not theme).lower())
        for theme, name in (("", "System"), ("light", "Light"), ("dark", "Dark"))
    )
    return element(
        "header",
        element("div", element("h1", title), element("p", said)),
        element("div", *choices, role="group", aria_label="Colours of the page", class_="themes scripted"),
    )
