"""Repositories that are done in parts: what the parts find is what one run finds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from normfix.api.job import job_for
from normfix.fleet.parts import Gathering, checked_whole, parts_of
from normfix.fleet.shares import shares
from normfix.fleet.sources import Kind, Repository
from normfix.fleet.work import Asked, Found, Outcome, Part, Task, checked, own_identity
from normfix.run.request import Request, files_for, settings_for
from normfix.run.results import FileResult
from tests.fleet.conftest import Fleet
from tests.fleet.test_cluster import files

FIXTURES = Path(__file__).parents[2] / "fixtures"
ACROSS = {
    "setup.cfg": "",
    "base/__init__.py": "",
    "models/__init__.py": "",
    "models/deep/__init__.py": "",
    "base/layers.py": "from keras.layers.normalization import BatchNormalization as BN\nimport tensorflow as tf\n",
    "base/slim.py": "import tensorflow as tf\n\n\ndef get():\n    return tf.contrib.slim\n",
    "models/model.json": '{"class_name": "BatchNormalization", "config": {"mode": 0}}\n',
    "models/one.py": "from base.layers import BN\n\nlayer = BN(mode=0)\n",
    "models/two.py": "from base.slim import get\n\ny = get().batch_norm(0)\n",
    "models/deep/three.py": "from ..one import BN\n\nlayer = BN(mode=0, axis=1)\n",
    "models/loads.py": "from keras.models import model_from_json\n\nm = model_from_json(open('model.json').read())\n",
    "train.py": "from models.two import y\nfrom base.layers import tf\n\nz = tf.layers.batch_normalization(y)\n",
    "unused.py": "print('nothing')\n",
}


@pytest.fixture
def across(tmp_path: Path) -> Path:
    """A repository in which what a file means is said by files in other folders."""
    for name, text in ACROSS.items():
        file = tmp_path / "across" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "across"


def found(folder: Path, monkeypatch: pytest.MonkeyPatch, share: frozenset[str] | None = None) -> list[FileResult]:
    monkeypatch.chdir(folder)
    request = Request(paths=(os.curdir,))
    job = job_for(request, settings_for(request))
    return job.files(files_for(request, job.settings), replace(job.options, workers=1, share=share))


def listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(folder)
    request = Request(paths=(os.curdir,))
    return files_for(request, settings_for(request))


def said(results: Sequence[FileResult]) -> list[tuple[str, object]]:
    return sorted((one.path, one.findings) for one in results)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_few_files_are_not_divided(count: int) -> None:
    names = [f"a/{number}.py" for number in range(count)]
    assert shares(names, 5) == [frozenset(names)]


def test_folders_stay_together_as_far_as_they_are_not_larger() -> None:
    names = ["a/1.py", "a/2.py", "b/1.py", "b/2.py", "b/c/1.py", "b/c/2.py", "d.py", "e.py"]
    assert [sorted(one) for one in shares(names, 3)] == [
        ["a/1.py", "a/2.py", "b/1.py"],
        ["b/2.py", "b/c/1.py", "b/c/2.py"],
        ["d.py", "e.py"],
    ]
    assert [len(one) for one in shares(names, 1)] == [1] * 8


@pytest.mark.parametrize("most", [1, 2, 4])
def test_shares_find_what_one_run_finds(across: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    whole = found(across, monkeypatch)
    assert {one.path for one in whole} >= {"models/one.py", "models/two.py", "models/deep/three.py", "train.py"}
    parts = [found(across, monkeypatch, share) for share in shares(listed(across, monkeypatch), most)]
    assert sum(bool(one) for one in parts) > 1
    assert said([one for part in parts for one in part]) == said(whole)


def test_runs_over_the_files_of_a_share_alone_would_find_less(across: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = Request(paths=(os.curdir,))
    names = listed(across, monkeypatch)
    job = job_for(request, settings_for(request))
    alone = [job.files(sorted(share), replace(job.options, workers=1)) for share in shares(names, 1)]
    assert sum(map(len, alone)) < len(found(across, monkeypatch))


def test_shares_of_all_fixtures(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = FIXTURES / "repositories"
    parts = [found(folder, monkeypatch, share) for share in shares(listed(folder, monkeypatch), 5)]
    assert len(parts) > 3
    assert said([one for part in parts for one in part]) == said(found(folder, monkeypatch))


@pytest.mark.hook
def test_a_divided_run_leaves_the_bytes_of_an_undivided_one(fleet: Fleet, sources: Path, across: Path) -> None:
    places = ("across", "repositories", "list.txt")
    fleet.run(*places, "--out", "whole", cwd=sources)
    words = fleet.run(*places, "--out", "parts", "--split", "2", cwd=sources)
    assert "7 repositories checked, 0 known already, 0 failed" in words
    assert files(sources / "parts") == files(sources / "whole")
    assert "0 repositories checked, 7 known already" in fleet.run(
        *places, "--out", "parts", "--split", "3", cwd=sources
    )
    assert across.exists()


def task(folder: Path, part: Part | None, most: int = 2) -> Task:
    asked = Asked({}, 60, 4096 << 20, own_identity(), most)
    return Task(Repository("one", Kind.FOLDER, str(folder)), asked, part=part)


def test_a_repository_that_changes_between_its_parts_fails(across: Path) -> None:
    outcome = checked(task(across, None))
    first, second, *_ = parts_of(task(across, None), outcome)
    assert checked(first).failure == ""
    (across / "new.py").write_text("1\n")
    assert checked(second).failure == "it was changed while it was checked"


def test_a_part_that_fails_fails_the_repository(across: Path) -> None:
    gathering = Gathering(checked_whole)
    row = {"target": "", "findings": 0, "safe": 0, "unsafe": 0, "hand": 0, "note": 0, "undone": 0, "files": 2}
    done = Outcome("one", {}, found=Found("c", "k", {"findings": [], "places": [], "symbols": [], "repository": row}))
    assert gathering.add(task(across, Part(1, 3, "c")), Outcome("one", {}, failure="it hangs")) is None
    assert gathering.add(task(across, Part(0, 3, "c")), done) is None
    whole = gathering.add(task(across, Part(2, 3, "c")), done)
    assert whole is not None
    assert (whole.failure, set(whole.pieces)) == ("it hangs", {"repositories"})
    assert gathering.outcomes == {}
