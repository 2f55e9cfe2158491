"""What is kept of calls on one release: a file for each repository, and one for all trials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from normfix.fleet.tables import BUILDS, CALLS, Row, as_parquet, emptied_of_halves, file_name, put

_KEY = b"normfix.key"


@dataclass(frozen=True, slots=True)
class CallStore:
    """The calls and trials in the folder of the results, for one TensorFlow."""

    folder: Path
    tensorflow: str

    def prepare(self) -> None:
        """Make the folders, and remove what a killed run has half written. Raises OSError."""
        for folder in (self._calls, self._builds.parent):
            emptied_of_halves(folder)

    def key(self, repository: str) -> str:
        """The key of what is known of the calls of a repository, empty where nothing is."""
        file = self._file(repository)
        if not file.exists():
            return ""
        known: Mapping[bytes, bytes] = pq.read_schema(file).metadata or {}
        return known.get(_KEY, b"").decode()

    def calls(self, repository: str) -> list[Row]:
        """The calls of a repository."""
        return _rows(self._file(repository))

    def keep_calls(self, repository: str, key: str, rows: Iterable[Row]) -> None:
        """Write the calls of a repository. Raises OSError."""
        put(self._file(repository), as_parquet(CALLS.with_metadata({_KEY: key.encode()}), list(rows)))

    def builds(self, environment: Mapping[str, str]) -> dict[str, Row]:
        """What is known of trials in that environment and holds."""
        rows = _rows(self._builds) if self._builds.exists() else []
        return {row["trial"]: row for row in rows if not row["again"] and environment.items() <= row.items()}

    def keep_builds(self, rows: Iterable[Row]) -> None:
        """Write what is known of all trials. Raises OSError."""
        put(self._builds, as_parquet(BUILDS, sorted(rows, key=lambda row: str(row["trial"]))))

    @property
    def _calls(self) -> Path:
        return self.folder / "calls" / f"tensorflow-{self.tensorflow}"

    @property
    def _builds(self) -> Path:
        return self.folder / "builds" / f"tensorflow-{self.tensorflow}.parquet"

    def _file(self, repository: str) -> Path:
        return self._calls / f"{file_name(repository)}.parquet"


def every_call(folder: Path) -> Iterator[Row]:
    """The calls of all repositories, one release after the other."""
    for file in sorted((folder / "calls").glob("*/*.parquet")):
        yield from _rows(file)


def _rows(file: Path) -> list[Row]:
    return list(pq.read_table(file, partitioning=None).to_pylist())
