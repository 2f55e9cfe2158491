"""The rule table for people and for machines: `normfix rules`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from normfix.report.paint import wants_colour
from normfix.table.table import Rule, Table

_HEADINGS = ("code", "slug", "kind", "numbers", "summary")


def show(table: Table, output_format: str, colour: str) -> None:
    """Print the rules as `text`, `json` or `markdown`; `colour` is `auto`, `always` or `never`."""
    if output_format == "json":
        sys.stdout.write(as_json(table))
    elif output_format == "markdown":
        sys.stdout.write(as_markdown(table))
    elif wants_colour(colour, sys.stdout):
        print_table(table)
    else:
        sys.stdout.write(as_text(table))


def as_text(table: Table) -> str:
    """Aligned columns, one rule a line."""
    rows = [_HEADINGS, *(_cells(rule) for rule in _sorted(table))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS) - 1)]
    return "".join(_line(row, widths) + "\n" for row in rows)


def as_json(table: Table) -> str:
    """One array with an object for each rule, with all that the table says of it."""
    rows = [
        {
            "code": rule.code,
            "name": rule.slug,
            "kind": rule.kind.value,
            "grade": rule.grade.value,
            "summary": rule.summary,
            "family": rule.family,
            "works": list(rule.works),
            "history": rule.history,
            "advice": rule.advice,
            "note": rule.note,
            "errors": list(rule.errors),
            "links": list(rule.links),
        }
        for rule in _sorted(table)
    ]
    return json.dumps(rows, indent=2) + "\n"


def as_markdown(table: Table) -> str:
    """A table that code hosts and documentation tools render."""
    rows = [_HEADINGS, tuple("---" for _ in _HEADINGS), *(_cells(rule) for rule in _sorted(table))]
    return "".join(f"| {' | '.join(escaped(cell) for cell in row)} |\n" for row in rows)


def escaped(text: str) -> str:
    """Text for a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;")


def print_table(table: Table) -> None:
    """A table that folds its last column to the width of the terminal."""
    from rich.console import Console  # noqa: PLC0415 - text without colour needs no rich
    from rich.table import Table as Grid  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for heading, style in zip(_HEADINGS, ("red", "bold", None, None, None), strict=True):
        grid.add_column(heading, style=style, no_wrap=heading in ("code", "kind"))
    for rule in _sorted(table):
        grid.add_row(*(Text(cell) for cell in _cells(rule)))
    Console(force_terminal=True).print(grid)


def _cells(rule: Rule) -> tuple[str, ...]:
    return rule.code, rule.slug, rule.kind.value, rule.grade.value, rule.summary


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    columns = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
    return "  ".join((*columns, row[-1]))


def _sorted(table: Table) -> list[Rule]:
    return [table.rules[code] for code in sorted(table.rules)]
