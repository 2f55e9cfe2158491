"""Which files a path stands for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from normfix.run.discovery import DEFAULT_EXCLUDE, DiscoveryError, discover, excludes


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def grow(*files: str) -> None:
    for file in files:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text("", encoding="utf-8")


def ignore(text: str, folder: str = ".") -> None:
    Path(folder, ".gitignore").write_text(text, encoding="utf-8")


def found(*paths: str, exclude: Iterable[str] = DEFAULT_EXCLUDE, force: bool = False) -> list[str]:
    files = discover(paths or (".",), excludes(exclude, Path.cwd()), force_exclude=force)
    return [Path(file).as_posix() for file in files]


def test_an_empty_folder_has_no_files() -> None:
    assert found() == []


def test_other_files_are_left_alone() -> None:
    grow("a.txt", "b.pyc", "c.ipy", "py")
    assert found() == []


@pytest.mark.parametrize("folder", [".git", ".venv", "venv", "node_modules", "__pycache__", "build", "site-packages"])
def test_default_excludes(folder: str) -> None:
    grow(f"{folder}/a.py", f"deep/{folder}/b.py", "c.py")
    assert found() == ["c.py"]


def test_a_missing_path_is_one_line() -> None:
    with pytest.raises(DiscoveryError) as caught:
        found("nope")
    assert str(caught.value) == "nope: no such file or folder"


def test_folders_are_searched_in_order_and_paths_stay_as_given(tmp_path: Path) -> None:
    grow("b.py", "a/z.pyw", "a/b/c.pyi", "a.py")
    assert found() == ["a/b/c.pyi", "a/z.pyw", "a.py", "b.py"]
    assert found("./a") == ["a/b/c.pyi", "a/z.pyw"]
    assert found(str(tmp_path / "a")) == [f"{tmp_path}/a/b/c.pyi", f"{tmp_path}/a/z.pyw"]


def test_no_file_twice() -> None:
    grow("a/b.py")
    assert found("a", "a/b.py", ".", "./a/../a") == ["a/b.py"]


def test_a_named_file_is_taken_whatever_it_is() -> None:
    grow("build/a.py", "script", "ignored.py")
    ignore("ignored.py\n")
    assert found("build/a.py", "script", "ignored.py") == ["build/a.py", "ignored.py", "script"]
    assert found("build") == ["build/a.py"]


def test_force_exclude_leaves_out_named_files_too() -> None:
    grow("build/deep/a.py", "a.py")
    assert found("build/deep/a.py", "build", "a.py", force=True) == ["a.py"]


def test_force_exclude_looks_no_higher_than_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grow("build/project/a.py")
    monkeypatch.chdir(tmp_path / "build/project")
    assert found("a.py", force=True) == ["a.py"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("old", ["keep.py", "src/gen/a.py", "src/gen/b_pb2.py"]),
        ("old/", ["keep.py", "src/gen/a.py", "src/gen/b_pb2.py"]),
        ("*_pb2.py", ["keep.py", "old/a.py", "src/gen/a.py", "src/old/a.py"]),
        ("src/gen", ["keep.py", "old/a.py", "src/old/a.py"]),
        ("src/gen/*_pb2.py", ["keep.py", "old/a.py", "src/gen/a.py", "src/old/a.py"]),
        ("./old", ["keep.py", "src/gen/a.py", "src/gen/b_pb2.py", "src/old/a.py"]),
        ("gen/a.py", ["keep.py", "old/a.py", "src/gen/a.py", "src/gen/b_pb2.py", "src/old/a.py"]),
    ],
)
def test_exclude_patterns(pattern: str, left: list[str]) -> None:
    grow("keep.py", "old/a.py", "src/old/a.py", "src/gen/a.py", "src/gen/b_pb2.py")
    assert found(exclude=[pattern]) == left


def test_an_absolute_exclude_pattern(tmp_path: Path) -> None:
    grow("a.py", "src/a.py")
    assert found(exclude=[f"{tmp_path}/a.py"]) == ["src/a.py"]


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(DiscoveryError, match="not a pattern"):
        found(exclude=["[z-a]"])


def test_gitignore_with_negation_and_nested_files() -> None:
    grow("a.py", "gen/a.py", "gen/keep.py", "sub/x.py", "sub/y.py", "sub/deep/x.py", "out/a.py")
    ignore("# comment\n/gen/*\n!/gen/keep.py\nx.py\nout/\n")
    ignore("!x.py\ny.py\n", "sub")
    ignore("x.py\n", "sub/deep")
    assert found() == ["a.py", "gen/keep.py", "sub/x.py"]


def test_nothing_comes_back_from_an_ignored_folder() -> None:
    grow("out/a.py")
    ignore("out/\n")
    ignore("!a.py\n", "out")
    assert found() == []


def test_gitignore_above_counts_up_to_the_git_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grow("repo/.git/HEAD", "repo/src/a.py", "repo/src/b.py", "repo/src/c.py")
    ignore("a.py\n")
    ignore("b.py\n", "repo")
    assert found("repo/src") == ["repo/src/a.py", "repo/src/c.py"]
    monkeypatch.chdir(tmp_path / "repo/src")
    assert found() == ["a.py", "c.py"]


def test_a_named_folder_is_searched_though_it_is_ignored() -> None:
    grow(".git/HEAD", "out/deep/a.py")
    ignore("out/\n")
    assert found() == []
    assert found("out") == ["out/deep/a.py"]
    assert found("out/deep") == ["out/deep/a.py"]


def test_bad_lines_of_a_gitignore_are_skipped_as_git_does() -> None:
    grow("a.py", "b.py")
    ignore("!\n[z-a]\nb.py\n\udcff\n".encode("utf-8", "surrogateescape").decode("latin-1"))
    assert found() == ["a.py"]


def test_links_are_safe() -> None:
    grow("real/a.py", "zz.py")
    Path("real/loop").symlink_to("..")
    Path("other").symlink_to("real")
    Path("a_link.py").symlink_to("zz.py")
    Path("dangling.py").symlink_to("nowhere.py")
    assert found() == ["real/a.py", "zz.py"]
    assert found("other") == ["other/a.py"]
    assert found("a_link.py") == ["a_link.py"]
    assert found("dangling.py") == ["dangling.py"]


def test_a_folder_with_a_python_name_is_a_folder() -> None:
    grow("odd.py/a.py")
    assert found() == ["odd.py/a.py"]
