"""Reads `rules/*.toml` into a `Table` and refuses a table that does not hold together.

Every refusal is a TableError that names the file and the rule, so that a bad row is found by reading one line.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache, lru_cache
from pathlib import Path

from normfix import __version__
from normfix.config import store
from normfix.table.files import RECORDING, rule_files, rules_directory
from normfix.table.read_rules import Draft, read_file
from normfix.table.rows import TableError
from normfix.table.table import Table
from normfix.table.whole_table import (
    refuse_legacy_targets,
    refuse_other_kinds,
    refuse_other_measures,
    refuse_unproved_arguments,
    with_proved_grades,
    with_proved_modules,
)

__all__ = ["TableError", "extended_table", "load_table", "shipped_table"]


@cache
def shipped_table() -> Table:
    """The table that ships with normfix, from the user's cache where an earlier run left it."""
    name = f"table-{store.key_of(__version__, sys.version_info, store.sources())}"
    kept = store.read(store.user_cache(), name)
    try:
        known = pickle.loads(kept) if kept is not None else None
    except (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, KeyError, TypeError, ValueError):
        known = None
    if isinstance(known, Table):
        return known
    table = load_table(rule_files(), recording=rules_directory() / RECORDING)
    store.write(store.user_cache(), name, pickle.dumps(table, pickle.HIGHEST_PROTOCOL))
    return table


def extended_table(own: Sequence[Path]) -> Table:
    """The shipped table with a project's own rule files added, read again when one has changed. Raises TableError."""
    return _extended(tuple((file, _written(file)) for file in own)) if own else shipped_table()


@lru_cache(maxsize=4)
def _extended(own: tuple[tuple[Path, tuple[int, int] | None], ...]) -> Table:
    return load_table(rule_files(), [file for file, _ in own], recording=rules_directory() / RECORDING)


def _written(file: Path) -> tuple[int, int] | None:
    """When a file was written, and its size; None for one that is not there, which reading it will say."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def load_table(
    files: Iterable[Path], own: Iterable[Path] = (), *, proved: bool = True, recording: Path | None = None
) -> Table:
    """Read and validate rule files. Raises TableError for the first thing that does not hold.

    `own` are those of a project, read behind the others. Without `proved` the grades are taken as they stand: only what
    makes the proofs may ask for that. With a `recording` every rule of `files` must say what people need, and each
    of its paths be recorded.
    """
    draft = Draft()
    for file in files:
        read_file(file, draft)
    shipped = frozenset(draft.rules)
    recorded = dict(draft.ran), dict(draft.moved)
    for file in own:
        read_file(file, draft)
    if (draft.ran, draft.moved) != recorded:
        raise TableError("ran: a project's own rules cannot say where a path ran; only the recorded releases can")
    read = {one.name: getattr(draft, one.name) for one in fields(Table)}
    table = Table(**{**read, "arguments": tuple(draft.arguments)})
    refuse_legacy_targets(table, draft.origin)
    refuse_other_kinds(table, draft.origin)
    refuse_other_measures(table, draft.origin)
    if not proved:
        return table
    if recording is not None:
        from normfix.table.complete import refuse_incomplete  # noqa: PLC0415 - a table from the cache is complete

        refuse_incomplete(table, draft.origin, shipped, recording)
    table = with_proved_grades(table, draft)
    refuse_unproved_arguments(table, draft)
    return with_proved_modules(table, draft)
