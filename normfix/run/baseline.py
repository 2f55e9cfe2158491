"""A baseline: the findings that a project has put up with for now, so that only new ones are reported.

They are counted by rule, symbol and the scope around them, not by line: code may move within its scope, and a file may
be renamed, without a finding becoming new.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from normfix.checks.finding import Finding
from normfix.checks.findings import CANNOT_DO
from normfix.config.errors import UserError
from normfix.run.results import FileResult
from normfix.run.writing import replace_file
from normfix.source.contents import contents

FORMAT = 1
DEFAULT_FILE = "normfix-baseline.json"
_ANEW = "`normfix baseline write` makes it anew"


class BaselineError(UserError):
    """A baseline that is not there or cannot be used."""


class Kind(NamedTuple):
    """What findings have in common that are counted together: all of it but their lines."""

    code: str
    symbol: str
    argument: str
    scope: str

    def __str__(self) -> str:
        argument = f"({self.argument}=)" if self.argument else ""
        return f"{self.code} {self.symbol}{argument}" + (f" in {self.scope}" if self.scope else "")


Counts = Mapping[str, Mapping[Kind, int]]
"""How many findings of each kind there are in each file."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is put up with; paths are relative to the folder that the baseline is in, with slashes."""

    folder: Path
    counts: Counts

    def name_of(self, path: str) -> str:
        """The name that a file has in the baseline."""
        try:
            return Path(os.path.relpath(os.path.realpath(path), self.folder)).as_posix()
        except ValueError:
            # It is on another drive.
            return Path(os.path.realpath(path)).as_posix()

    def has(self, name: str) -> bool:
        """Whether a file of that name is there, whatever the baseline says of it."""
        return (self.folder / name).exists()


def kind_of(finding: Finding) -> Kind:
    """The kind of a finding."""
    return Kind(finding.code, finding.symbol, finding.argument or "", finding.scope)


def accepts(finding: Finding) -> bool:
    """Whether a finding can be put up with: a file that could not be looked at cannot."""
    return finding.code not in CANNOT_DO


def baseline_of(results: Iterable[FileResult], file: Path) -> Baseline:
    """The baseline of all that some results found, to be kept in a file."""
    made = Baseline(_folder(file), {})
    counts = {
        made.name_of(one.path): Counter(kind_of(finding) for finding in one.findings if accepts(finding))
        for one in results
    }
    return Baseline(made.folder, counts)


def read_baseline(file: Path) -> Baseline:
    """Read a baseline. Raises BaselineError, in one line, for a file that is none."""
    try:
        data = json.loads(contents(file))
    except FileNotFoundError as error:
        raise BaselineError(f"{file}: no such file; `normfix baseline write` makes it") from error
    except OSError as error:
        raise BaselineError(f"{file}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, json.JSONDecodeError) else "it is no JSON"
        raise BaselineError(f"{file}: not a baseline: {reason}; {_ANEW}") from error
    version = data.get("version") if isinstance(data, dict) else None
    if version != FORMAT:
        if isinstance(version, int) and version > FORMAT:
            raise BaselineError(f"{file}: made by a newer normfix (format {version}, this one reads {FORMAT})")
        known = f"format {version}" if isinstance(version, int) else "no version is in it"
        raise BaselineError(f"{file}: not a baseline of this normfix ({known}, it reads {FORMAT}); {_ANEW}")
    try:
        return Baseline(_folder(file), dict(_files(data["files"])))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BaselineError(f"{file}: not a baseline: an entry is damaged ({error}); {_ANEW}") from error


def write_baseline(baseline: Baseline, file: Path) -> None:
    """Write a baseline: one line for each kind of finding, in a fixed order, so that differences read well."""
    files = []
    for name, kinds in sorted(baseline.counts.items()):
        rows = [_row(kind, count) for kind, count in sorted(kinds.items()) if count > 0]
        if rows:
            files.append(f"    {json.dumps(name)}: [\n" + ",\n".join(f"      {row}" for row in rows) + "\n    ]")
    body = "{\n" + ",\n".join(files) + "\n  }" if files else "{}"
    data = f'{{\n  "version": {FORMAT},\n  "files": {body}\n}}\n'.encode()
    target = Path(os.path.realpath(file))
    if target.exists() and not target.is_file():
        # A pipe or a device has nothing to lose.
        target.write_bytes(data)
    else:
        replace_file(target, data)


def total(counts: Counts) -> int:
    """How many findings there are in all."""
    return sum(count for kinds in counts.values() for count in kinds.values())


def _folder(file: Path) -> Path:
    return Path(os.path.realpath(file)).parent


def _row(kind: Kind, count: int) -> str:
    """An entry in one line; what it does not have is left out."""
    said = {name: value for name, value in kind._asdict().items() if value or name in ("code", "symbol")}
    return json.dumps({**said, "count": count}, ensure_ascii=False)


def _files(files: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[Kind, int]]]:
    for name, rows in files.items():
        counts: Counter[Kind] = Counter()
        for row in rows:
            said = {key: _text(row[key]) for key in ("code", "symbol")}
            kind = Kind(**said, argument=_text(row.get("argument", "")), scope=_text(row.get("scope", "")))
            if type(row["count"]) is not int or row["count"] < 1:
                raise ValueError(f"count {row['count']!r} of {kind}")
            counts[kind] += row["count"]
        yield name, counts


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value
