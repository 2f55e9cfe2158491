"""What is kept of a project while its files are looked at, and what is let go of."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.semantics import project as under_test
from normfix.semantics.module import Module
from normfix.semantics.project import Project
from normfix.semantics.projects import Projects
from normfix.semantics.walk import collect
from normfix.table.load import shipped_table

TABLE = shipped_table()


def laid_out(folder: Path, *names: str, text: str = "import tensorflow as tf\n") -> list[Path]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return [folder / name for name in names]


def test_files_below_one_package_share_a_project_and_others_do_not(tmp_path: Path) -> None:
    one, deep, other = laid_out(tmp_path, "a/pkg/__init__.py", "a/pkg/sub/__init__.py", "b/script.py")
    projects = Projects(TABLE)
    first = projects.of(str(one))
    assert projects.of(str(deep)) is first
    second = projects.of(str(other))
    assert second is not first
    assert projects.of(str(one)) not in (first, second)


def test_a_project_that_is_left_keeps_nothing(tmp_path: Path) -> None:
    compat, other = laid_out(tmp_path, "a/compat.py", "b/script.py")
    projects = Projects(TABLE)
    module = projects.of(str(compat)).module(compat)
    assert module is not None
    assert module.meaning("tf").paths == ("tensorflow",)
    projects.of(str(other))
    assert not any(scope.bindings for scope in module.bindings.scopes.values())


def test_a_file_that_is_done_is_released_unless_others_may_ask_for_it(tmp_path: Path) -> None:
    (file,) = laid_out(tmp_path, "compat.py")
    project = Project(TABLE)
    module = project.module(file)
    assert module is not None
    project.leave(module.bindings)
    assert module.bindings.module.bindings
    alone = collect(module.bindings.tree)
    project.leave(alone)
    assert not alone.module.bindings


def test_parsed_files_are_kept_up_to_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = laid_out(tmp_path, *(f"n{number}.py" for number in range(6)), text="a = 1\n" * 100)
    monkeypatch.setattr(under_test, "_MOST_TEXT", 1800)
    reads: list[str] = []
    read = Project._read

    def noted(self: Project, path: str) -> Module | None:
        reads.append(Path(path).name)
        return read(self, path)

    monkeypatch.setattr(Project, "_read", noted)
    project = Project(TABLE)
    for file in (*files[:4], files[3], files[1], files[0]):
        assert project.module(file) is not None
    assert reads == ["n0.py", "n1.py", "n2.py", "n3.py", "n0.py"]


def test_a_file_larger_than_all_that_is_kept_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = laid_out(tmp_path, "large.py")
    monkeypatch.setattr(under_test, "_MOST_TEXT", 1)
    assert Project(TABLE).module(file) is not None


def test_imports_of_a_package_lead_to_it_and_to_its_modules(tmp_path: Path) -> None:
    laid_out(tmp_path, "train.py", text="from nets import unet, missing, size\nimport nets.ops as o, numpy\n")
    laid_out(tmp_path, "nets/__init__.py", "nets/unet.py", "nets/ops.py", text="")
    programs = Project(TABLE).programs(str(tmp_path / "train.py"))
    start = (tmp_path / "train.py").resolve()
    assert {file.relative_to(tmp_path.resolve()).as_posix() for file in programs.below([start]) - {start}} == {
        *("nets/__init__.py", "nets/unet.py", "nets/ops.py")
    }
