"""HTML that cannot be forgotten to escape: what is no `Markup` yet is text, and is escaped where it is put in."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from normfix.report.paint import printable

_VOID = frozenset({"col", "input", "meta", "wbr"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(tag: str, /, *children: str, **attributes: str | int | bool | None) -> Markup:
    """One element. `class_` stands for `class` and `data_x` for `data-x`; None and False leave an attribute out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    opened = f"<{tag}{written}>"
    return Markup(opened if tag in _VOID else f"{opened}{joined(children)}</{tag}>")


def joined(parts: Iterable[str]) -> Markup:
    """Parts in a row."""
    return Markup("".join(part if isinstance(part, Markup) else escape(part, quote=False) for part in parts))


def prose(text: str) -> Markup:
    """A text with its code in backticks."""
    parts = printable(text).split("`")
    if len(parts) % 2 == 0:
        return joined(["`".join(parts)])
    return joined(element("code", part) if index % 2 else part for index, part in enumerate(parts))


def line_of_code(text: str) -> str:
    """A line as it can be shown: no character that a page would swallow, tabs as blanks."""
    return printable(text.replace("\t", "    "))
