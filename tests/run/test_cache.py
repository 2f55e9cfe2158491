"""A cache makes a run shorter and never different."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from normfix.run.cache import ResultCache, forget, seen
from normfix.run.options import Options
from normfix.run.session import run
from normfix.run.workers import spread
from normfix.table.load import shipped_table

LEGACY = "from keras.layers.normalization import BatchNormalization\n"
CLEAN = "import os\nprint(os.sep)\n"


@pytest.fixture
def tree(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"m{number}.py" for number in range(5)]
    for number, file in enumerate(files):
        file.write_text(LEGACY if number == 3 else CLEAN)
        os.utime(file, (1_000_000_000, 1_000_000_000))
    return files


def cache(tree: list[Path], *identity: object) -> ResultCache:
    return ResultCache(str(tree[0].parent / "cache"), *identity)


def recalled(tree: list[Path], *identity: object) -> ResultCache:
    kept = cache(tree, *identity)
    kept.recall([str(file) for file in tree])
    return kept


def found(tree: list[Path], kept: ResultCache | None) -> list[tuple[str, str]]:
    results = run(tree, shipped_table(), Options(cache=kept))
    return [(Path(one.path).name, finding.code) for one in results for finding in one.findings]


def rewritten(file: Path, text: str, stamp: int) -> None:
    file.write_text(text)
    os.utime(file, (stamp, stamp))


def test_the_second_run_says_the_same_without_reading(tree: list[Path]) -> None:
    first = found(tree, cache(tree))
    kept = recalled(tree)
    assert first == found(tree, cache(tree)) == [("m3.py", "NF101")]
    assert kept.unchanged
    assert kept.clean == {str(file) for file in tree} - {str(tree[3])}


def test_a_changed_file_is_read_again(tree: list[Path]) -> None:
    found(tree, cache(tree))
    rewritten(tree[0], LEGACY, 1_100_000_000)
    rewritten(tree[3], CLEAN, 1_100_000_000)
    assert not recalled(tree).unchanged
    assert found(tree, cache(tree)) == [("m0.py", "NF101")] == found(tree, cache(tree))


def test_a_new_time_alone_changes_nothing(tree: list[Path]) -> None:
    found(tree, cache(tree))
    rewritten(tree[3], LEGACY, 1_200_000_000)
    assert recalled(tree).unchanged


def test_the_same_size_and_time_with_other_bytes_is_told_while_the_file_is_young(tree: list[Path]) -> None:
    tree[1].write_text(LEGACY)
    assert found(tree, cache(tree)) == [("m1.py", "NF101"), ("m3.py", "NF101")]
    tree[1].write_text("#" * (len(LEGACY) - 1) + "\n")
    assert found(tree, cache(tree)) == [("m3.py", "NF101")]


def test_what_another_file_says_counts(tmp_path: Path) -> None:
    (tmp_path / "compat.py").write_text("import torch as tf\n")
    user = tmp_path / "user.py"
    user.write_text("from compat import tf\ntf.layers.batch_normalization(x)\n")
    for file in tmp_path.iterdir():
        os.utime(file, (1_000_000_000, 1_000_000_000))
    assert found([user], cache([user])) == []
    rewritten(tmp_path / "compat.py", "import tensorflow as tf\n", 1_100_000_000)
    assert found([user], cache([user])) == [("user.py", "NF301")]
    rewritten(tmp_path / "compat.py", "import torch as tf\n", 1_200_000_000)
    assert found([user], cache([user])) == []


def test_what_the_metadata_of_a_project_says_counts(tmp_path: Path) -> None:
    files = [tmp_path / "src/keras/__init__.py", tmp_path / "src/keras/layers.py", tmp_path / "tests/use.py"]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        rewritten(file, LEGACY + "print(BatchNormalization)\n" if file.name == "use.py" else CLEAN, 1_000_000_000)
    metadata = tmp_path / "pyproject.toml"
    for number, (name, expected) in enumerate((("keras", []), ("other", [("use.py", "NF101")]), ("keras", []))):
        rewritten(
            metadata, f'[project]\nname = "{name}"\n[tool.setuptools]\npackages = ["{name}"]\n', 1_100_000_000 + number
        )
        kept = ResultCache(str(tmp_path / "cache"))
        assert found(files, kept) == found(files, None) == expected


def test_files_that_come_and_go(tree: list[Path]) -> None:
    found(tree, cache(tree))
    assert found(tree[:3], cache(tree)) == []
    assert found(tree, cache(tree)) == [("m3.py", "NF101")]


def test_another_identity_shares_nothing(tree: list[Path]) -> None:
    found(tree, cache(tree, "a"))
    other = recalled(tree, "b")
    assert (other.unchanged, other.clean) == (False, frozenset())


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 400, None])
def test_a_damaged_cache_is_no_cache(tree: list[Path], damage: bytes | None) -> None:
    found(tree, cache(tree))
    (kept,) = (tree[0].parent / "cache").glob("run-*")
    kept.write_bytes(kept.read_bytes()[:-7] if damage is None else damage)
    lost = recalled(tree)
    assert (lost.unchanged, lost.clean) == (False, frozenset())
    assert found(tree, cache(tree)) == [("m3.py", "NF101")]


def test_a_folder_that_cannot_be_written_is_no_error(tree: list[Path]) -> None:
    (tree[0].parent / "cache").write_text("a file")
    assert found(tree, cache(tree)) == [("m3.py", "NF101")] == found(tree, cache(tree))


def test_the_folder_is_in_nobodys_way_and_only_a_cache_is_removed(tree: list[Path]) -> None:
    found(tree, cache(tree))
    folder = tree[0].parent / "cache"
    assert (folder / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55")
    assert (folder / ".gitignore").read_text() == "*\n"
    assert not forget(str(tree[0].parent))
    assert forget(str(folder))
    assert not folder.exists()


def test_a_file_that_is_being_written_is_not_trusted(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(CLEAN)
    assert seen(str(file), CLEAN.encode(), alone=True).time == -1


def _given_up(item: int, number: int) -> int:
    return -1000 * item - number


def test_workers_keep_the_order_and_make_up_for_a_dead_one() -> None:
    home = os.getpid()

    def job(number: int) -> int | None:
        if number == 77 and os.getpid() != home:
            os._exit(3)
        return None if number % 2 else number

    assert list(spread(job, range(500), 3, lost=_given_up)) == list(range(0, 500, 2))


def test_an_item_that_ends_each_process_is_lost_alone() -> None:
    home = os.getpid()

    def job(number: int) -> int:
        if number in (33, 34) and os.getpid() != home:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    expected = [number if number not in (33, 34) else _given_up(number, signal.SIGKILL) for number in range(500)]
    assert list(spread(job, range(500), 3, lost=_given_up)) == expected


def test_a_worker_that_is_killed_once_costs_nothing(tmp_path: Path) -> None:
    def job(number: int) -> int:
        if number == 33:
            try:
                (tmp_path / "killed").mkdir()
            except FileExistsError:
                return number
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert list(spread(job, range(500), 3, lost=_given_up)) == list(range(500))


HELPED = """
import os
import signal
from normfix.run.workers import spread
begun, helped = os.pipe(), os.pipe()
def job(number):
    if number == 0:
        os.read(begun[0], 1)  # until the other worker is at its own part
    if number == 40:
        os.write(begun[1], b"x")
        os.read(helped[0], 1)  # until somebody else has gone on with this part
    if number == 44:
        os.write(helped[1], b"x")
    return number, os.getpid()
for number, owner in spread(job, range(80), 2, lost=None, fewest=1, chunk=4):
    print(number, owner)
"""


def test_neighbours_go_to_one_worker_and_who_is_done_helps() -> None:
    done = subprocess.run([sys.executable, "-c", HELPED], capture_output=True, text=True, check=True, timeout=60)
    numbers, owners = zip(*(line.split() for line in done.stdout.splitlines()), strict=True)
    assert list(numbers) == [str(number) for number in range(80)]
    assert len(set(owners)) == 2
    assert len(set(owners[:40])) == 1
    assert owners[40] != owners[0] == owners[44]


@pytest.mark.usefixtures("tree")
def test_two_runs_at_once_and_the_command(tmp_path: Path) -> None:
    for number in range(130):
        (tmp_path / f"n{number}.py").write_text(CLEAN)
    command = [sys.executable, "-m", "normfix", "check", "--isolated", "--output-format", "concise", "."]
    runs = [subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) for _ in range(3)]
    said = {run.communicate()[0] for run in runs}
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    without = subprocess.run([*command, "--no-cache"], cwd=tmp_path, capture_output=True, check=False)
    assert said == {again.stdout} == {without.stdout}
    assert again.returncode == 1
    assert (tmp_path / ".normfix_cache").is_dir()
    subprocess.run([sys.executable, "-m", "normfix", "clean"], cwd=tmp_path, check=True, env=_own_cache(tmp_path))
    assert not (tmp_path / ".normfix_cache").exists()


def _own_cache(folder: Path) -> dict[str, str]:
    return {**os.environ, "XDG_CACHE_HOME": str(folder)}


def test_an_unchanged_tree_says_the_same_in_every_way_to_show_it(tmp_path: Path) -> None:
    for number in range(130):
        (tmp_path / f"n{number}.py").write_text(LEGACY if number % 50 == 7 else CLEAN)
    for options in ([], ["-q"], ["--output-format", "json"], ["--statistics"], ["-e"], ["--select", "NF2"], ["n7.py"]):
        command = [sys.executable, "-m", "normfix", "check", "--isolated", *options, "."]
        runs = [subprocess.run(command, cwd=tmp_path, capture_output=True, check=False) for _ in range(3)]
        fresh = subprocess.run([*command, "--no-cache"], cwd=tmp_path, capture_output=True, check=False)
        assert {(run.stdout, run.stderr, run.returncode) for run in runs} == {
            (fresh.stdout, fresh.stderr, fresh.returncode)
        }, options
    command = [sys.executable, "-m", "normfix", "check", "--isolated", "-o", "found.txt", "."]
    written = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert (written.stdout, written.returncode) == (b"", 1)
    assert "NF101" in (tmp_path / "found.txt").read_text()
