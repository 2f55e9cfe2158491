"""The tables of a run: their columns, and the Parquet files of one repository, which stand whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Row = Mapping[str, Any]

_TEXT, _NUMBER = pa.string(), pa.int64()


def _schema(text: str, **kinds: pa.DataType) -> pa.Schema:
    return pa.schema([(name, kinds.get(name, _TEXT)) for name in text.split()])


FINDINGS = _schema(
    "repository commit path cell line column end_line end_column code rule message symbol argument replacement kind "
    "severity grade effort fix withheld scope owners breaks_in",
    **dict.fromkeys(("cell", "line", "column", "end_line", "end_column"), _NUMBER),
    owners=pa.list_(_TEXT),
)
SYMBOLS = _schema("repository commit symbol findings axis release state", findings=_NUMBER)
REPOSITORIES = _schema(
    "repository commit kind status reason target files findings safe unsafe hand note undone key",
    **dict.fromkeys(("files", "findings", "safe", "unsafe", "hand", "note", "undone"), _NUMBER),
)
RUNS = _schema(
    "run label repository commit status findings safe unsafe hand note",
    **dict.fromkeys(("run", "findings", "safe", "unsafe", "hand", "note"), _NUMBER),
)
CALLS = _schema(
    "repository commit path cell line column symbol call not_evaluated owners status step reason cure trial tensorflow "
    "keras",
    **dict.fromkeys(("cell", "line", "column"), _NUMBER),
    **dict.fromkeys(("not_evaluated", "owners"), pa.list_(_TEXT)),
)
BUILDS = _schema(
    "trial symbol call status step reason cure tries again tensorflow keras tf_keras tensorflow_addons tf_slim python "
    "legacy_keras normfix",
    tries=_NUMBER,
    again=pa.bool_(),
)
SCHEMAS = {"findings": FINDINGS, "symbols": SYMBOLS, "repositories": REPOSITORIES}
"""Table -> its columns, in the order in which the files of a repository are written: the last one makes it done."""


def as_parquet(schema: pa.Schema, rows: Sequence[Row]) -> bytes:
    """Rows as the bytes of a Parquet file: the same rows are the same bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), sink, compression="zstd")
    return bytes(sink.getvalue())


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of the results."""

    folder: Path

    def prepare(self) -> None:
        """Make the folders, and remove what a killed run has half written. Raises OSError."""
        for table in (*SCHEMAS, "runs"):
            emptied_of_halves(self.folder / table)

    def keep(self, repository: str, pieces: Mapping[str, bytes]) -> None:
        """Write the files of a repository in the place of older ones. Raises OSError."""
        self._file("repositories", repository).unlink(missing_ok=True)
        for table in SCHEMAS:
            file = self._file(table, repository)
            if table in pieces:
                put(file, pieces[table])
            else:
                file.unlink(missing_ok=True)

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, one repository after the other, by name."""
        for file in sorted((self.folder / table).glob("*.parquet")):
            yield from pq.read_table(file, partitioning=None).to_pylist()

    def keep_run(self, label: str) -> None:
        """Note what the repositories have come to, unless the newest run has come to the same. Raises OSError."""
        columns = RUNS.names[2:]
        rows = [{name: row[name] for name in columns} for row in self.rows("repositories")]
        files = sorted((self.folder / "runs").glob("*.parquet"))
        number = len(files) + 1
        if files:
            last = pq.read_table(files[-1], partitioning=None).to_pylist()
            same_label = not label or {row["label"] for row in last} == {label}
            if same_label and [{name: row[name] for name in columns} for row in last] == rows:
                return
        told = [{"run": number, "label": label or str(number), **row} for row in rows]
        put(self.folder / "runs" / f"{number:06}.parquet", as_parquet(RUNS, told))

    def _file(self, table: str, repository: str) -> Path:
        return self.folder / table / f"{file_name(repository)}.parquet"


def emptied_of_halves(folder: Path) -> None:
    """Make a folder, and remove what a killed run has half written there. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(".*.tmp"):
        left.unlink()


def file_name(repository: str) -> str:
    """A name for what is kept of a repository: readable as far as a file system takes it, and no other has it."""
    plain = re.sub(r"[^\w.-]+", "_", repository, flags=re.ASCII).strip("._")[-80:]
    digest = blake2b(repository.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    return f"{plain}-{digest}"


def put(file: Path, data: bytes) -> None:
    """Write a file, whole or not at all. Raises OSError."""
    temporary = file.with_name(f".{file.name}.tmp")
    with temporary.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)
