"""What a shell offers behind an option: files, folders, codes, layers. Asked only while a line is completed."""

# ruff: noqa: PLC0415

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def files(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What the shell knows of files."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def folders(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What the shell knows of folders."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="dir")]


def codes(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The codes of the rules, with what they say; the last one of a list that goes on."""
    from click.shell_completion import CompletionItem

    from normfix.table.load import shipped_table

    before, comma, begun = incomplete.rpartition(",")
    rules = sorted(shipped_table().rules.values(), key=lambda rule: rule.code)
    found = (rule for rule in rules if rule.code.startswith(begun.upper()))
    return [CompletionItem(f"{before}{comma}{rule.code}", help=rule.summary) for rule in found]


def names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What `normfix rule` explains: codes, and the names of layers."""
    from click.shell_completion import CompletionItem

    from normfix.table.load import shipped_table

    layers = shipped_table().layers.values()
    found = (layer for layer in layers if layer.name.lower().startswith(incomplete.lower()))
    offered = [CompletionItem(layer.name, help=layer.summary) for layer in found] if incomplete else []
    return [*codes(context, parameter, incomplete), *offered]
