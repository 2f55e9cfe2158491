"""The pre-commit hooks, run by the real pre-commit in a real git repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.hook

ROOT = Path(__file__).parent.parent
PARTS = ("normfix", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
OLD = "from keras.layers.normalization import BatchNormalization\n"
CLEAN = OLD.replace(".normalization", "")


@dataclass(frozen=True)
class Hooks:
    """A git snapshot of this tree to take the hooks from, and the surroundings to run them in."""

    snapshot: Path
    revision: str
    environment: Mapping[str, str]


def git(folder: Path, environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit_all(folder: Path, environment: Mapping[str, str]) -> str:
    git(folder, environment, "init", "--quiet")
    git(folder, environment, "add", "--all")
    git(folder, environment, "commit", "--quiet", "--no-verify", "--message", "snapshot")
    return git(folder, environment, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    home = tmp_path_factory.mktemp("home")
    names = {f"GIT_{role}_{what}": "tester" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHONPATH"))}
    environment = {**inherited, **names, "PRE_COMMIT_HOME": str(home / "cache"), "GIT_CONFIG_GLOBAL": os.devnull}
    snapshot = home / "normfix"
    snapshot.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, snapshot / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, snapshot / part)
    return Hooks(snapshot, commit_all(snapshot, environment), environment)


def project(hooks: Hooks, folder: Path, hook: str, **files: str) -> Path:
    """A repository that uses some hooks, between blanks, and has the given Python files staged."""
    config = f"repos:\n- repo: {hooks.snapshot}\n  rev: {hooks.revision}\n  hooks:\n"
    config += "".join(f"  - id: {one}\n" for one in hook.split())
    (folder / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    git(folder, hooks.environment, "init", "--quiet")
    git(folder, hooks.environment, "add", "--all")
    return folder


def pre_commit(hooks: Hooks, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--verbose"],
        cwd=folder,
        env=hooks.environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("hook", ["normfix-check", "normfix-fix"])
def test_no_python_file(hooks: Hooks, tmp_path: Path, hook: str) -> None:
    done = pre_commit(hooks, project(hooks, tmp_path, hook))
    assert done.returncode == 0, done.stdout
    assert "Skipped" in done.stdout


@pytest.mark.parametrize("hook", ["normfix-check", "normfix-fix"])
def test_a_clean_file_passes(hooks: Hooks, tmp_path: Path, hook: str) -> None:
    done = pre_commit(hooks, project(hooks, tmp_path, hook, clean=CLEAN))
    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout
    assert (tmp_path / "clean.py").read_text(encoding="utf-8") == CLEAN


def test_check_fails_and_changes_nothing(hooks: Hooks, tmp_path: Path) -> None:
    done = pre_commit(hooks, project(hooks, tmp_path, "normfix-check", clean=CLEAN, old=OLD))
    assert done.returncode == 1
    assert "old.py:1:" in done.stdout
    assert "NF101" in done.stdout
    assert (tmp_path / "old.py").read_text(encoding="utf-8") == OLD


def test_fix_fails_once_and_then_passes(hooks: Hooks, tmp_path: Path) -> None:
    folder = project(hooks, tmp_path, "normfix-fix", clean=CLEAN, old=OLD)
    first = pre_commit(hooks, folder)
    assert first.returncode == 1
    assert "files were modified by this hook" in first.stdout
    assert (tmp_path / "old.py").read_text(encoding="utf-8") == CLEAN
    git(folder, hooks.environment, "add", "--all")
    assert pre_commit(hooks, folder).returncode == 0


def test_excluded_files_are_left_out_though_they_are_named(hooks: Hooks, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.normfix]\nextend-exclude = ['old.py']\n", encoding="utf-8")
    done = pre_commit(hooks, project(hooks, tmp_path, "normfix-check", old=OLD))
    assert done.returncode == 0, done.stdout


def as_documented(hooks: Hooks) -> str:
    """The configuration in docs/ci.md, with the snapshot in the place of what is published."""
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    config = text.partition("# .pre-commit-config.yaml\n")[2].partition("```")[0]
    assert "https://github.com/normfix/normfix\n" in config
    local = config.replace("https://github.com/normfix/normfix", str(hooks.snapshot))
    return local.replace("v0.1.0", hooks.revision)


def test_the_documented_hooks_on_a_repository_with_notebooks(hooks: Hooks, tmp_path: Path) -> None:
    """Fix comes first: what it mends is no finding of the check, which says what is left."""
    left = "from keras.layers.normalization import *\n\nlayer = BatchNormalization()\n"
    cells = [{"cell_type": "code", "source": [OLD]}, {"cell_type": "markdown", "source": [OLD]}]
    folder = project(hooks, tmp_path, "normfix-check", clean=CLEAN, old=OLD, **{f"left{one}": left for one in range(5)})
    (folder / "notes").mkdir()
    (folder / "notes" / "my notes.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (folder / ".pre-commit-config.yaml").write_text(as_documented(hooks), encoding="utf-8")
    git(folder, hooks.environment, "add", "--all")
    first = pre_commit(hooks, folder)
    assert first.returncode == 1
    fixing, checking = first.stdout.split("normfix check")
    assert "files were modified by this hook" in fixing
    places = [line.split()[1].partition(":")[0] for line in checking.splitlines() if " --> " in line]
    assert places == [f"left{one}.py" for one in range(5)]
    notebook = json.loads((folder / "notes" / "my notes.ipynb").read_text(encoding="utf-8"))
    assert [cell["source"] for cell in notebook["cells"]] == [[CLEAN], [OLD]]
    assert "..." not in fixing.partition("Make")[2]
    assert "normfix fix --unsafe-fixes ." in fixing
    git(folder, hooks.environment, "rm", "--cached", "--quiet", *(f"left{one}.py" for one in range(5)))
    git(folder, hooks.environment, "add", "old.py", "notes")
    assert pre_commit(hooks, folder).returncode == 0
