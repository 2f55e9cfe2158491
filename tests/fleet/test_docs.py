"""The queries and commands of docs/fleet.md, on the results of a run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.fleet.conftest import Fleet
from tests.fleet.stand import CODE, Stand
from tests.fleet.test_verify import verify

DOCS = (Path(__file__).parents[2] / "docs" / "fleet.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("normfix fleet ") and "--scheduler" not in line
]
QUERIES = re.findall(r"```sql\n(.*?)```", DOCS, re.DOTALL)

pytestmark = pytest.mark.hook


def test_the_queries(fleet: Fleet, sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sources / "repositories" / "plain" / "CODEOWNERS").write_text("* @b @a\n")
    fleet.run("repositories", f"file://{sources}/absent", "--out", "fleet", "--label", "first", cwd=sources, status=2)
    monkeypatch.chdir(sources)
    chosen = [query for query in QUERIES if "fleet/calls/" not in query]
    owners, symbols, failed, runs = (duckdb.execute(query).fetchall() for query in chosen)
    assert [owner for owner, _, _ in owners] == ["@a", "@b"]
    assert owners[0][1] >= owners[0][2] > 0
    assert any(symbol == "tensorflow.layers.batch_normalization" for symbol, _, _ in symbols)
    assert [name for name, _ in failed] == [f"{sources}/absent".lstrip("/")]
    assert [row[:3] for row in runs] == [(1, "first", 5)]


def test_the_queries_of_calls(fleet: Fleet, stand: Stand, two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (two / "repositories" / "one" / "CODEOWNERS").write_text("* @b @a\n")
    (two / "repositories" / "one" / "new.py").write_text(f"{CODE}b = tf.keras.layers.BatchNormalization(fused=True)\n")
    verify(fleet, stand, two, "repositories", out="fleet", status=1)
    (two / "fleet" / "calls" / "tensorflow-2.20.0").mkdir()
    monkeypatch.chdir(two)
    older = "fleet/calls/tensorflow-2.20.0/all.parquet"
    columns = "* replace (case when line = 3 then 'ok' else status end as status, '2.20.0' as tensorflow)"
    duckdb.execute(f"copy (select {columns} from 'fleet/calls/tensorflow-2.21.0/*.parquet') to '{older}'")
    owners, other, tries = (duckdb.execute(query).fetchall() for query in QUERIES if "fleet/calls/" in query)
    layer = "tensorflow.keras.layers.BatchNormalization"
    assert owners == [(owner, f"{layer}(fused=True)", "ValueError: no fused", 1, 1) for owner in ("@a", "@b")]
    assert other == [("repositories/one", "new.py", 3, f"{layer}(fused=True)", "2.21.0")]
    assert tries == [(f"{layer}(axis=1)", 1, 3, 2), (f"{layer}(fused=True)", 1, 1, 1)]


def test_the_commands(fleet: Fleet, stand: Stand, sources: Path) -> None:
    """In their order, in a folder with repositories.txt and a virtual environment; findings are no failure."""
    listed = [line for line in (sources / "list.txt").read_text().splitlines() if line.startswith("file:")]
    (sources / "repositories.txt").write_text("\n".join([*listed, "repositories/checkout"]))
    (sources / ".venv" / "bin").mkdir(parents=True)
    (sources / ".venv" / "bin" / "python").symlink_to(stand.python)
    env = {
        **os.environ,
        **{f"GIT_{role}_{name}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for name in ("NAME", "EMAIL")},
    }
    assert len(COMMANDS) == 7
    for command in COMMANDS:
        words = fleet.command(action="")[:1] + shlex.split(command)[1:]
        if "report" not in words:
            words += ["--scheduler", fleet.scheduler]
        done = subprocess.run(words, cwd=sources, env=env, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode in (0, 1), (command, done.stderr)
        assert done.stdout or done.stderr or "-o" in words
