"""`check --package`: an installed package, found by what its distribution says, and never imported."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Command

OLD = "from keras.layers.normalization import BatchNormalization\n"
METADATA = "Metadata-Version: 2.1\nName: old-net\nVersion: 1.2\n"


Text = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(normfix: Command) -> Text:
    """The command; its status and what it wrote to both streams, as text."""

    def done(*arguments: str) -> tuple[int, str, str]:
        result = normfix(*arguments)
        return result.returncode, result.stdout.decode(), " ".join(result.stderr.decode().split())

    return done


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root)], check=True)
    packages = site_packages(root)
    (packages / "oldnet").mkdir()
    (packages / "oldnet/__init__.py").write_text("raise SystemExit('imported')\n")
    (packages / "oldnet/net.py").write_text(OLD)
    (packages / "other.py").write_text(OLD)
    info = packages / "old_net-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    (info / "RECORD").write_text(
        "oldnet/__init__.py,,\noldnet/net.py,sha256=x,1\noldnet/gone.py,,\nold_net-1.2.dist-info/METADATA,,\n"
    )
    empty = packages / "empty-1.0.dist-info"
    empty.mkdir()
    (empty / "METADATA").write_text(METADATA.replace("old-net", "empty"))
    return root


def site_packages(root: Path) -> Path:
    (folder,) = (*root.glob("lib/python*/site-packages"), *root.glob("Lib/site-packages"))
    return folder


def python(root: Path) -> str:
    return str(root / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


@pytest.mark.parametrize("name", ["old-net", "Old_Net", "old.net"])
def test_the_files_of_the_package_are_checked(run: Text, environment: Path, name: str) -> None:
    status, out, words = run("check", "--package", name, "--python", python(environment), "--output-format", "concise")
    assert status == 1
    assert [line.partition(": ")[0] for line in out.splitlines()] == [
        f"{site_packages(environment) / 'oldnet/net.py'}:1:40"
    ]
    assert "`old-net` 1.2 is installed in" in words


def test_its_files_can_be_listed(run: Text, environment: Path) -> None:
    _, out, _ = run("check", "--package", "old-net", "--python", python(environment), "--show-files")
    assert [Path(line).name for line in out.splitlines()] == ["__init__.py", "net.py"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--package", "nobody"), "has no package `nobody`"),
        (("--package", "empty"), "names no Python files"),
        (("--package", "old-net", "."), "--package stands alone"),
    ],
)
def test_what_cannot_be_done_is_said(run: Text, environment: Path, arguments: tuple[str, ...], reason: str) -> None:
    status, out, words = run("check", *arguments, "--python", python(environment))
    assert (status, out) == (2, "")
    assert reason in words


def test_a_clean_package_is_clean(run: Text, environment: Path) -> None:
    status, _, words = run("check", "--package", "old-net", "--python", python(environment), "--ignore", "NF")
    assert (status, "is installed in" in words) == (0, False)


def test_fix_leaves_installed_packages_alone_unless_told(run: Text, environment: Path) -> None:
    file = site_packages(environment) / "oldnet/net.py"
    status, _, words = run("fix", str(file))
    assert (status, file.read_text()) == (2, OLD)
    assert "belongs to an installed package" in words
    assert run("check", "--fix", str(file.parent), "--exclude", "none")[0] == 2
    assert run("fix", "--diff", str(file))[0] == 1
    try:
        assert run("fix", "--installed", str(file))[0] == 0
        assert file.read_text() != OLD
    finally:
        file.write_text(OLD)
