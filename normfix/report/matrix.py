"""Symbol by release, from the recording: `normfix matrix SYMBOL`."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from normfix.config.errors import UserError
from normfix.report.paint import wants_colour
from normfix.table.availability import WAYS, Availability, Reach, spell_ranges
from normfix.table.table import LAYER_HOMES, Table

_HEADINGS = ("axis", "releases", *WAYS, "words")
_MOST_PATHS = 8
_SHORT = {"tf": "tensorflow", "tfa": "tensorflow_addons", "slim": "tf_slim"}
_MARKS = {True: "ok", False: "no", None: "-"}


class UnknownSymbolError(UserError):
    """A name that is the end of no recorded path."""


@dataclass(frozen=True, slots=True)
class Row:
    """Neighbouring releases on one axis where a path behaves alike; None stands for a way that was not tried."""

    axis: str
    releases: str
    verdicts: tuple[bool | None, ...]
    words: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as texts."""
        return (self.axis, self.releases, *(_MARKS[one] for one in self.verdicts), self.words.partition("\n")[0])


def show(table: Table, recorded: Availability, symbol: str, output_format: str, colour: str) -> None:
    """Print where a symbol works, as `text` or `json`. Raises UnknownSymbolError with the nearest name."""
    paths = find_paths(table, recorded, symbol)
    if output_format == "json":
        sys.stdout.write(as_json(table, recorded, paths))
    elif wants_colour(colour, sys.stdout):
        print_tables(table, recorded, paths)
    else:
        sys.stdout.write(as_text(table, recorded, paths))


def find_paths(table: Table, recorded: Availability, symbol: str) -> tuple[str, ...]:
    """The recorded paths that a symbol means: itself, or those that end in it, public homes first.

    `tf.` and other usual short names stand for their package. Raises UnknownSymbolError with the nearest name.
    """
    root, dot, rest = symbol.strip().partition(".")
    full = _SHORT.get(root, root) + dot + rest
    for spelling, _, _ in table.spellings(full):
        if spelling in recorded.paths:
            return (spelling,)
    for ending in ("." + symbol, "." + symbol.lower()):
        found = [path for path in recorded.paths if path.endswith(ending) or path.lower().endswith(ending)]
        if found:
            return tuple(sorted(found, key=lambda path: _prominence(recorded, path)))
    raise UnknownSymbolError(f"nothing recorded is called {symbol!r}{_nearest(recorded, full)}")


def rows(recorded: Availability, path: str) -> Iterator[Row]:
    """Where a path works, axis by axis, oldest releases first."""
    for axis, reach in recorded.paths[path].items():
        releases = recorded.releases_for(path, axis)
        runs: list[list[str]] = []
        for release in releases:
            if runs and _verdicts(reach, runs[-1][-1]) == _verdicts(reach, release):
                runs[-1].append(release)
            else:
                runs.append([release])
        for run in runs:
            yield Row(axis, spell_ranges(frozenset(run), releases), _verdicts(reach, run[-1]), _words(reach, run[-1]))


def as_text(table: Table, recorded: Availability, paths: Sequence[str]) -> str:
    """Aligned columns below each path."""
    lines = []
    for path in paths[:_MOST_PATHS]:
        grid = [_HEADINGS, *(row.cells for row in rows(recorded, path))]
        widths = [max(len(cells[column]) for cells in grid) for column in range(len(_HEADINGS) - 1)]
        lines += [_title(table, path), *(_line(cells, widths) for cells in grid), ""]
    return "\n".join(lines + _more(paths)) + "\n"


def as_json(table: Table, recorded: Availability, paths: Sequence[str]) -> str:
    """An object for each path with everything recorded of it."""
    found = []
    for path in paths:
        match = table.match(path)
        axes = {axis: _as_object(recorded, path, axis, reach) for axis, reach in recorded.paths[path].items()}
        rule, new = (match.entry.rule.code, match.new) if match else (None, None)
        found.append({"path": path, "rule": rule, "replacement": new, "axes": axes})
    return json.dumps(found, indent=2) + "\n"


def print_tables(table: Table, recorded: Availability, paths: Sequence[str]) -> None:
    """A coloured table for each path, folded to the width of the terminal."""
    from rich.console import Console  # noqa: PLC0415 - text without colour needs no rich
    from rich.table import Table as Grid  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(force_terminal=True, highlight=False)
    styles = {"ok": "green", "no": "bold red"}
    for path in paths[:_MOST_PATHS]:
        console.print(Text(_title(table, path), style="bold"))
        grid = Grid(box=None, header_style="dim", padding=(0, 2, 0, 0))
        for heading in _HEADINGS:
            grid.add_column(heading, no_wrap=heading != "words")
        for row in rows(recorded, path):
            grid.add_row(*(Text(cell, style=styles.get(cell, "")) for cell in row.cells))
        console.print(grid)
        console.print()
    for line in _more(paths):
        console.print(Text(line))


def _verdicts(reach: Reach, release: str) -> tuple[bool | None, ...]:
    return tuple(release in reach.works[how] if how in reach.works else None for how in WAYS)


def _words(reach: Reach, release: str) -> str:
    """What the first way that fails says."""
    return next((reach.errors[how][release] for how in WAYS if release in reach.errors.get(how, {})), "")


def _title(table: Table, path: str) -> str:
    match = table.match(path)
    if match is None:
        return path
    return f"{path} ({match.entry.rule.code}: {match.new or 'nothing replaces it'})"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    columns = [f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=False)]
    return "  " + "  ".join((*columns, cells[-1])).rstrip()


def _more(paths: Sequence[str]) -> list[str]:
    hidden = paths[_MOST_PATHS:]
    return (
        [f"{len(hidden)} more end in that name, such as {hidden[0]}; ask for one by its full path."] if hidden else []
    )


def _as_object(recorded: Availability, path: str, axis: str, reach: Reach) -> object:
    releases = recorded.releases_for(path, axis)
    works = {how: [one for one in releases if one in found] for how, found in reach.works.items()}
    return {"releases": list(releases), "works": works, "errors": reach.errors}


def _prominence(recorded: Availability, path: str) -> tuple[bool, bool, int, str]:
    """Public homes before other modules, what ever worked before what never did, short paths before long ones."""
    return path.rpartition(".")[0] not in LAYER_HOMES, not _ever_worked(recorded, path), path.count("."), path


def _ever_worked(recorded: Availability, path: str) -> bool:
    return any(any(reach.works.values()) for reach in recorded.paths[path].values())


def _nearest(recorded: Availability, symbol: str) -> str:
    """The nearest path, or end of one, among those that ever worked."""
    real = [path for path in recorded.paths if _ever_worked(recorded, path)]
    near = difflib.get_close_matches(symbol, real, 1, 0.8)
    names = {path.rpartition(".")[2] for path in real}
    near = near or difflib.get_close_matches(symbol.rpartition(".")[2], names, 1)
    return f"; did you mean {near[0]}?" if near else ""
