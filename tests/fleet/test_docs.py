"""The queries of docs/fleet.md, on the results of a run."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from tests.fleet.conftest import Fleet

DOCS = (Path(__file__).parents[2] / "docs" / "fleet.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", DOCS, re.DOTALL)

pytestmark = pytest.mark.hook


def test_the_queries(fleet: Fleet, sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sources / "repositories" / "plain" / "CODEOWNERS").write_text("* @b @a\n")
    fleet.run("repositories", f"file://{sources}/absent", "--out", "fleet", "--label", "first", cwd=sources, status=2)
    monkeypatch.chdir(sources)
    owners, symbols, failed, runs = (duckdb.execute(query).fetchall() for query in QUERIES)
    assert [owner for owner, _, _ in owners] == ["@a", "@b"]
    assert owners[0][1] >= owners[0][2] > 0
    assert any(symbol == "tensorflow.layers.batch_normalization" for symbol, _, _ in symbols)
    assert [name for name, _ in failed] == [f"{sources}/absent".lstrip("/")]
    assert [row[:3] for row in runs] == [(1, "first", 5)]
