"""Reads `rules/*.toml` into a `Table` and refuses a table that does not hold together.

Every refusal is a TableError that names the file and the rule, so that a bad row is found by reading one line.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from normfix import __version__
from normfix.config import store
from normfix.table.read_rules import Draft, read_file
from normfix.table.rows import TableError
from normfix.table.table import Table
from normfix.table.whole_table import (
    refuse_legacy_targets,
    refuse_other_kinds,
    refuse_other_measures,
    refuse_unproved_rows,
    with_proved_grades,
    with_proved_modules,
)

__all__ = ["RECORDING", "TableError", "extended_table", "load_table", "rule_files", "rules_directory", "shipped_table"]


RECORDING = "availability.toml"
"""Large, so it is no part of the table: availability.py reads it."""


def rules_directory() -> Path:
    """Where the rule files are: inside an installed wheel, or beside the package in a source tree."""
    package = Path(__file__).parent.parent
    packaged = package / "rules"
    return packaged if packaged.is_dir() else package.parent / "rules"


def rule_files() -> list[Path]:
    """The rule files that ship; the recording beside them is read where it is needed."""
    return sorted(file for file in rules_directory().glob("*.toml") if file.name != RECORDING)


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
    table = load_table(rule_files())
    store.write(store.user_cache(), name, pickle.dumps(table, pickle.HIGHEST_PROTOCOL))
    return table


def extended_table(own: Sequence[Path]) -> Table:
    """The shipped table with a project's own rule files added. Raises TableError."""
    return load_table(rule_files(), own) if own else shipped_table()


def load_table(files: Iterable[Path], own: Iterable[Path] = (), *, proved: bool = True) -> Table:
    """Read and validate rule files. Raises TableError for the first thing that does not hold.

    `own` are those of a project, read behind the others. Without `proved` the grades are taken as they stand: only what
    makes the proofs may ask for that.
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
    table = Table(
        rules=draft.rules,
        entries=draft.entries,
        modules=draft.modules,
        arguments=tuple(draft.arguments),
        layers=draft.layers,
        aliases=draft.aliases,
        surface=draft.surface,
        probes=draft.probes,
        proofs=draft.proofs,
        releases=draft.releases,
        graph=draft.graph,
        messages=draft.messages,
        keywords=draft.keywords,
        positional=draft.positional,
        families=draft.families,
        effects=draft.effects,
    )
    refuse_legacy_targets(table, draft.origin)
    refuse_other_kinds(table, draft.origin)
    refuse_other_measures(table, draft.origin)
    if not proved:
        return table
    refuse_unproved_rows(table, draft.origin, shipped)
    return with_proved_modules(with_proved_grades(table, draft), draft)
