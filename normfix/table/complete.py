"""What a shipped rule needs beside its rows, refused where it is missing: words for people, a recording of each path.

A project's own rules may leave all of it out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from normfix.config.releases import version
from normfix.table.availability import AXES, concerns
from normfix.table.rows import TableError
from normfix.table.table import Kind, Rule, Table

_PATH = re.compile(r'^  "([^"]+)",$', re.MULTILINE)
_KERAS = re.compile(r"^keras = (\[.*\])$", re.MULTILINE)
_WITHOUT_ERRORS = (Kind.USAGE, Kind.ARGUMENTS)


def refuse_incomplete(table: Table, origin: Mapping[str, str], shipped: Collection[str], recording: Path) -> None:
    """Raise TableError for the first thing that a shipped rule does not say, or that nobody has recorded."""
    for code in shipped:
        _refuse_wordless(table.rules[code], f"{origin[code]}: {code}")
    text = recording.read_text(encoding="utf-8")
    recorded = frozenset(_PATH.findall(text))
    entries, targets = table.entries.values(), frozenset(table.targets)
    rows = [(entry.rule.code, entry.old) for entry in entries]
    rows += [(entry.rule.code, entry.new) for entry in entries if entry.new in targets]
    rows += [(move.rule.code, move.old) for move in table.modules.values()]
    for code, path in rows:
        if code in shipped and path not in recorded and any(concerns(path, axis) for axis in AXES):
            how = "`python -m tools.matrix --here` asks the newest release"
            raise TableError(f"{origin[code]}: {code}: {path} is not in {recording.name}; {how}")
    paired = {profile.keras for profile in table.releases.pairs}
    for release in json.loads(found[1]) if (found := _KERAS.search(text)) else ():
        if version(release) not in paired:
            raise TableError(f"releases.toml: pairs: Keras {release} is recorded and goes with no TensorFlow")


def _refuse_wordless(rule: Rule, where: str) -> None:
    if not rule.advice:
        raise TableError(f"{where}: advice is missing: what is to be done about it")
    if rule.kind is Kind.FILE:
        return
    if not rule.history:
        raise TableError(f"{where}: history is missing: in which releases the old form worked, for people")
    if not rule.links:
        raise TableError(f"{where}: links is missing: the public page of what replaces it")
    if not rule.errors and rule.kind not in _WITHOUT_ERRORS:
        raise TableError(f"{where}: errors is missing: the texts that the old form raises, for `normfix explain`")
