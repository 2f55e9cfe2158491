"""`check x.whl` and `check x.tar.gz`: members are found where they are, and nothing is left or written outside."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Command

Refused = Callable[..., str]

OLD = "from keras.layers.normalization import BatchNormalization\n"


def _wheel(path: Path, members: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name, text)


def _sdist(path: Path, *members: tarfile.TarInfo) -> None:
    with tarfile.open(path, "w:gz") as packed:
        for one in members:
            packed.addfile(one, io.BytesIO(OLD.encode()[: one.size]))


def _member(name: str, link: str | None = None) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    if link is None:
        member.size = len(OLD)
    else:
        member.type, member.linkname = tarfile.SYMTYPE, link
    return member


@pytest.fixture
def refused(normfix: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refused:
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setenv("TMPDIR", str(kept))

    def run(*arguments: str) -> str:
        done = normfix(*arguments)
        said = done.stderr.decode()
        assert done.returncode == 2, (done.stdout, said)
        assert said.startswith("error: ")
        assert said.count("\n") == 1
        assert not list(kept.iterdir())
        return said

    return run


def test_a_clean_archive(normfix: Command, tmp_path: Path) -> None:
    _wheel(tmp_path / "a.whl", {"a/__init__.py": "import keras\n", "a/data.txt": OLD})
    assert normfix("check", "a.whl").returncode == 0


def test_members_are_found_where_they_are(normfix: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setenv("TMPDIR", str(kept))
    _wheel(tmp_path / "a.whl", {"a/__init__.py": "", "a/net.py": OLD, "a-1.dist-info/METADATA": "Name: a\n"})
    _sdist(tmp_path / "a-1.tar.gz", _member("a-1/a/net.py"))
    for name, place in (("a.whl", "a.whl/a/net.py:1:40"), ("a-1.tar.gz", "a-1.tar.gz/a-1/a/net.py:1:40")):
        done = normfix("check", "--output-format", "concise", name)
        assert done.returncode == 1
        (line,) = done.stdout.decode().splitlines()
        assert line.startswith(f"{place}: NF101 error")
        assert str(kept) not in done.stdout.decode() + done.stderr.decode()
    assert not list(kept.iterdir())


def test_what_is_no_archive(refused: Refused, tmp_path: Path) -> None:
    for name in ("a.whl", "a.tar.gz", "a.tar.xz", "a.tar.bz2"):
        (tmp_path / name).write_bytes(b"no archive")
        assert f"{name}: it cannot be unpacked" in refused("check", name)


def test_nothing_is_written_outside(refused: Refused, tmp_path: Path) -> None:
    _wheel(tmp_path / "a.whl", {"../../outside.py": OLD})
    _sdist(tmp_path / "a.tar.gz", _member("../../outside.py"))
    _sdist(tmp_path / "b.tar.gz", _member("a", "/etc"), _member("a/outside.py"))
    for name in ("a.whl", "a.tar.gz", "b.tar.gz"):
        assert "it cannot be unpacked" in refused("check", name)
    assert not list(tmp_path.rglob("outside.py"))


def test_one_that_says_it_would_fill_the_disk(refused: Refused, tmp_path: Path) -> None:
    _wheel(tmp_path / "a.whl", {"a.py": OLD, "b.py": OLD})
    data = (tmp_path / "a.whl").read_bytes()
    size = len(OLD).to_bytes(4, "little")
    (tmp_path / "a.whl").write_bytes(data.replace(size, (4_000_000_000).to_bytes(4, "little")))
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as tar:
        huge = tarfile.TarInfo("a.py")
        huge.size = 5 << 30
        tar.addfile(huge, None)
    for name in ("a.whl", "a.tar.gz"):
        assert "it would be more than 4096 MB" in refused("check", name)


def test_no_fix_of_an_archive(refused: Refused, tmp_path: Path) -> None:
    _wheel(tmp_path / "a.whl", {"a.py": OLD})
    assert "is an archive" in refused("fix", "a.whl")
    assert "is an archive" in refused("fix", "--diff", "a.whl")
    assert "stands alone" in refused("check", "a.whl", ".")
