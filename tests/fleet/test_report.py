"""Reports of what runs have left in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from normfix.fleet.call_tables import CallStore
from normfix.fleet.tables import SCHEMAS, Store, as_parquet
from tests.conftest import Command
from tests.report.test_browser import browser  # noqa: F401 - a fixture
from tests.report.test_page import Page


def _finding(
    repository: str, code: str, effort: str, breaks_in: str, *owners: str, symbol: str = "a.b"
) -> dict[str, Any]:
    row = {"repository": repository, "code": code, "effort": effort, "breaks_in": breaks_in, "symbol": symbol}
    return {**row, "owners": list(owners)}


def _keep(store: Store, repository: str, findings: list[dict[str, Any]], **more: Any) -> None:
    efforts = {
        effort: sum(one["effort"] == effort for one in findings) for effort in ("safe", "unsafe", "hand", "note")
    }
    row = {
        "repository": repository,
        "status": "done",
        "files": 2,
        "undone": 0,
        "findings": len(findings),
        **efforts,
        **more,
    }
    rows: Mapping[str, list[dict[str, Any]]] = {"findings": findings, "symbols": [], "repositories": [row]}
    store.keep(repository, {table: as_parquet(schema, rows[table]) for table, schema in SCHEMAS.items()})


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Two runs: in the second one a finding is gone, and a repository failed."""
    store = Store(tmp_path / "out")
    store.prepare()
    first = _finding("one", "NF101", "safe", "2.6", "@a", "@b")
    second = _finding("one", "NF401", "hand", "2.0", "@a")
    _keep(store, "one", [first, second])
    _keep(store, "two", [_finding("two", "NF101", "unsafe", "2.16"), _finding("two", "NF801", "note", "", symbol="")])
    _keep(store, "clean", [])
    store.keep_run("")
    store.keep_run("")
    _keep(store, "one", [first])
    _keep(store, "lost", [], status="failed", reason="it has no <main>", files=None)
    store.keep_run("second | last")
    calls = CallStore(tmp_path / "out", "2.21.0")
    calls.prepare()
    calls.keep_calls("one", "", [_call("one", "B()", "ok"), _call("one", "B(<main>)", "fails", "ValueError: <b>")])
    calls.keep_calls("two", "", [_call("two", "B(<main>)", "fails", "ValueError: <b>"), _call("two", "C()", "known")])
    return tmp_path


def _call(repository: str, call: str, status: str, reason: str = "") -> dict[str, Any]:
    row = {"repository": repository, "path": "a.py", "call": call, "trial": call, "status": status, "reason": reason}
    release = {"tensorflow": "2.21.0", "keras": "3.15.1"}
    return {**row, **release, "not_evaluated": [], "owners": [], "step": "built", "cure": "do this"}


def test_a_folder_without_results(normfix: Command) -> None:
    done = normfix("fleet", "report", "absent")
    assert (done.returncode, done.stdout) == (2, b"")
    said = b"error: absent: no results are in it; make them with: normfix fleet run SOURCES --out absent\n"
    assert done.stderr == said


def test_nothing_found(normfix: Command, tmp_path: Path) -> None:
    store = Store(tmp_path / "out")
    store.prepare()
    _keep(store, "clean", [])
    assert (
        b"0 findings in 0 of 1 repositories, 2 files"
        in normfix("fleet", "report", "out", "--format", "markdown").stdout
    )
    assert b"Nothing found" in normfix("fleet", "report", "out").stdout


def test_json_counts_everything(normfix: Command, results: Path) -> None:
    del results
    known = json.loads(normfix("fleet", "report", "out", "--format", "json").stdout)
    assert known["effort"] == {"safe": 1, "unsafe": 1, "hand": 0, "note": 1}
    assert known["failures"] == [{"repository": "lost", "reason": "it has no <main>"}]
    assert [(one["label"], one["repositories"], one["failed"], one["hand"]) for one in known["runs"]] == [
        ("1", 3, 0, 1),
        ("second | last", 4, 1, 0),
    ]
    (release,) = known["verified"]
    assert (release["ok"], release["fails"], release["known"], release["unknown"], release["ways"]) == (1, 2, 1, 0, 3)
    names = {
        kind: [(one["name"], one["repositories"], one["findings"]) for one in known[kind]]
        for kind in ("repository", "owner", "release", "rule", "symbol")
    }
    assert names == {
        "repository": [("two", 1, 2), ("one", 1, 1)],
        "owner": [("(no owner)", 1, 2), ("@a", 1, 1), ("@b", 1, 1)],
        "release": [("2.6", 1, 1), ("2.16", 1, 1), ("(none: it runs on the newest)", 1, 1)],
        "rule": [("NF101", 2, 2), ("NF801", 1, 1)],
        "symbol": [("a.b", 2, 2)],
    }


def test_markdown(normfix: Command, results: Path) -> None:
    del results
    text = normfix("fleet", "report", "out", "--format", "markdown").stdout.decode()
    assert "3 findings in 2 of 4 repositories, 6 files." in text
    assert "| two | 1 | 2 | 0 | 1 | 0 | 1 |" in text
    assert "| second \\| last | 4 | 1 | 3 | 1 | 1 | 0 | 1 |" in text
    assert "| lost | it has no \\<main\\> |" in text
    assert (
        "### On TensorFlow 2.21.0 with Keras 3.15.1\n\n4 calls in 2 repositories, in 3 ways: 1 build and run," in text
    )
    assert "| B(\\<main\\>) | Fails | cannot be built: ValueError: \\<b\\> (do this) | 2 | 2 |" in text


def test_the_page(normfix: Command, results: Path) -> None:
    assert normfix("fleet", "report", "out", "-o", "page.html").returncode == 0
    read = Page((results / "page.html").read_text(encoding="ascii"))
    assert "it has no <main>" in read.text
    sections = [has["id"] for name, has in read.elements if name == "section"]
    assert "B(<main>)" in read.text
    assert sections == ["effort", "calls-1", "trend", "repository", "owner", "release", "rule", "symbol", "failures"]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave(normfix: Command, results: Path, browser: Browser, scheme: str) -> None:  # noqa: F811
    normfix("fleet", "report", "out", "-o", "page.html")
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light", offline=True)
    page = context.new_page()
    page.goto((results / "page.html").as_uri())
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    context.close()
