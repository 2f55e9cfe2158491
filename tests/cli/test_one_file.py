"""What happens to one file is a finding of that file: every other one is checked, fixed and written."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path

import pytest

from tests.cli.test_main import put
from tests.conftest import Command

OLD = b"from keras.layers.normalization import BatchNormalization\n\nBatchNormalization()(given)\n"
DEEP = {
    "brackets": b"x = " + b"(" * 3000 + b"1" + b")" * 3000,
    "open brackets": b"x = " + b"[" * 100_000,
    "braces": b"x = " + b"{1:" * 3000 + b"1" + b"}" * 3000,
    "minus": b"x = " + b"- " * 10_000 + b"1",
    "not": b"x = " + b"not " * 10_000 + b"1",
    "lambda": b"x = " + b"lambda: " * 10_000 + b"1",
    "power": b"x = " + b"a ** " * 10_000 + b"a",
    "choice": b"x = " + b"a if b else " * 10_000 + b"a",
    "blocks": b"".join(b" " * depth + b"if a:\n" for depth in range(150)) + b" " * 150 + b"pass",
    "f-strings": b"x = " + b"f'{" * 300 + b"1" + b"}'" * 300,
}


@pytest.fixture(autouse=True)
def _isolated_from_the_surroundings(tmp_path: Path) -> None:
    put(tmp_path / "pyproject.toml", b"[tool.normfix]\n")


@pytest.mark.parametrize("strategy", ["keras", "legacy"])
@pytest.mark.parametrize("kind", DEEP)
def test_a_file_that_is_nested_too_deep_is_said_and_the_others_are_written(
    normfix: Command, tmp_path: Path, kind: str, strategy: str
) -> None:
    put(tmp_path / "a.py", OLD + DEEP[kind] + b"\n")
    put(tmp_path / "b.py", b"from a import BatchNormalization as BN\n" + OLD)
    result = normfix("fix", "--no-cache", "--strategy", strategy, ".")
    assert (result.returncode, b"a.py:" in result.stdout, b"NF001" in result.stdout) == (2, True, True)
    assert b"from keras.layers import BatchNormalization" in (tmp_path / "b.py").read_bytes()
    assert normfix("check", "--no-cache", "-", stdin=OLD + DEEP[kind]).returncode == 2


@pytest.mark.parametrize(
    "long",
    [
        b"x = " + b"a + " * 1500 + b"a",
        b"x = a" + b".b" * 1500,
        b"x = a" + b".b()" * 700,
        b"if a:\n    pass\n" + b"elif a:\n    pass\n" * 1000,
        b"x = (" + b"'a' " * 5000 + b")",
        b"".join(b"a%d = a%d\n" % (number + 1, number) for number in range(4000)),
        b"".join(b"a%d = a%d\n" % (number, number + 1) for number in range(4000)),
        b"def f():\n    return q" + b".g(1)" * 1000,
        b"def f0():\n    return a\n" + b"".join(b"def f%d():\n    return f%d()\n" % (n + 1, n) for n in range(1000)),
    ],
)
def test_long_code_that_python_reads_is_scanned(normfix: Command, tmp_path: Path, long: bytes) -> None:
    put(tmp_path / "a.py", long + b"\n" + OLD)
    result = normfix("fix", "--no-cache", ".")
    assert result.returncode == 0, result.stdout
    assert b"from keras.layers import BatchNormalization" in (tmp_path / "a.py").read_bytes()


@pytest.mark.parametrize(
    "code", [b"x = [a " + b"for a in b " * 100_000 + b"]", b"x = " + b"[a for a in [b] if " * 60 + b"c" + b"]" * 60]
)
def test_code_that_ends_a_compiler_ends_no_run(normfix: Command, tmp_path: Path, code: bytes) -> None:
    put(tmp_path / "a.py", OLD + code + b"\n")
    put(tmp_path / "b.py", OLD)
    result = normfix("fix", "--no-cache", ".")
    assert (result.returncode, result.stdout) == (0, b"")
    assert b"from keras.layers import BatchNormalization" in (tmp_path / "a.py").read_bytes()
    assert b"from keras.layers import BatchNormalization" in (tmp_path / "b.py").read_bytes()


def test_what_a_long_chain_of_names_means(normfix: Command, tmp_path: Path) -> None:
    chain = b"".join(b"a%d = a%d\n" % (number + 1, number) for number in range(3000))
    put(tmp_path / "a.py", b"import tensorflow as tf\na0 = tf.layers\n" + chain + b"a3000.batch_normalization(x)\n")
    assert b"a.py:3003:1: NF301" in normfix("check", "--no-cache", "--output-format", "concise", ".").stdout


def test_a_name_that_is_handed_on_through_many_files(normfix: Command, tmp_path: Path) -> None:
    for number in range(300):
        put(tmp_path / f"m{number}.py", b"from m%d import layers\n" % (number + 1))
    put(tmp_path / "m300.py", b"from tensorflow import layers\n")
    put(tmp_path / "z.py", b"from m0 import layers\nlayers.batch_normalization(x)\n")
    assert b"z.py:2:1: NF301" in normfix("check", "--no-cache", "--output-format", "concise", "z.py").stdout


@pytest.mark.parametrize("strategy", ["keras", "legacy"])
def test_packages_whose_files_import_the_package(normfix: Command, tmp_path: Path, strategy: str) -> None:
    put(tmp_path / "p/__init__.py", b"from p import a\nfrom p.a import *\n")
    put(tmp_path / "p/a/__init__.py", b"from p.a.f import f\nfrom p import a\n")
    put(
        tmp_path / "p/a/f.py",
        b"import tensorflow as tf\nfrom p import a\n\n\ndef f(x):\n    y = a.f(x)\n    z = a.f.g.a.f\n"
        b"    z.batch_normalization(y)\n    return tf.layers.batch_normalization(y)\n",
    )
    put(tmp_path / "run.py", b"import tensorflow as tf\nfrom p import a\n\ntf.Session().run(a.f(1))\n" + OLD)
    result = normfix("fix", "--no-cache", "--strategy", strategy, "--unsafe-fixes", ".")
    assert result.returncode in (0, 1)
    assert b"NF008" not in result.stdout
    assert b"from keras.layers import BatchNormalization" in (tmp_path / "run.py").read_bytes()


@pytest.mark.parametrize(
    "code",
    [
        b"match a:\n    case 3:\n        ",
        b"match a:\n    case 3:\n        match b:\n            case _:\n                ",
        b"try:\n    pass\nexcept ValueError:\n    ",
        b"try:\n    pass\nfinally:\n    ",
        b"for a in b:\n    pass\nelse:\n    ",
        *([b"try:\n    pass\nexcept* ValueError:\n    "] if sys.version_info >= (3, 11) else []),
    ],
)
def test_an_import_in_each_kind_of_block(normfix: Command, tmp_path: Path, code: bytes) -> None:
    put(tmp_path / "a.py", code + b"from keras.layers.normalization import BatchNormalization\n")
    put(tmp_path / "b.py", OLD)
    assert normfix("fix", "--no-cache", ".").returncode == 0
    assert code + b"from keras.layers import BatchNormalization\n" == (tmp_path / "a.py").read_bytes()


def _special(place: Path, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(os.path.relpath(place))
    elif kind == "folder":
        place.mkdir()
    elif kind == "link to itself":
        place.symlink_to(place.name)
    else:
        place.symlink_to("/dev/zero")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "folder", "link to itself"])
def test_what_is_no_file_is_not_opened(
    normfix: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "a.py", b"from tools import helper\nfrom . import tools\nfrom package import x\n" + OLD)
    (tmp_path / "package").mkdir()
    names = ("tools.py", "x.ipynb", "requirements.txt", "setup.py", ".gitignore", "package/__init__.py", "uv.lock")
    for name in names:
        _special(tmp_path / name, kind)
    for strategy in ("keras", "legacy"):
        result = normfix("check", "--no-cache", "--strategy", strategy, ".")
        assert (result.returncode, b"NF101" in result.stdout, b"NF002" in result.stdout) == (1, True, False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_named_and_is_no_file(normfix: Command, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.py")
    put(tmp_path / "a.py", OLD)
    result = normfix("fix", "--no-cache", "p.py", "a.py", "/dev/zero")
    assert result.returncode == 2
    assert b"it is a pipe, not a file" in result.stdout
    assert b"it is a device, not a file" in result.stdout
    assert b"from keras.layers import" in (tmp_path / "a.py").read_bytes()
    assert normfix("check", "--config", "p.py", "a.py").stderr == b"error: p.py: not a file\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", b"a = " + b"[" * 5000 + b"]" * 5000),
        ("pyproject.toml", b"[tool.ruff]\nline-length = " + b"9" * 5000),
        ("setup.cfg", b"[flake8]\nmax-line-length = " + b"9" * 5000),
        ("pyproject.toml", b"\xff\xfe"),
    ],
)
def test_a_hostile_configuration_of_others_ends_no_run(
    normfix: Command, tmp_path: Path, name: str, text: bytes
) -> None:
    put(tmp_path / name, text)
    put(tmp_path / "a.py", OLD)
    assert b"NF008" not in normfix("fix", "--no-cache", ".").stdout
    assert b"from keras.layers import BatchNormalization" in (tmp_path / "a.py").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="links are those of POSIX")
@pytest.mark.parametrize("arguments", [["fix"], ["check", "--fix"], ["check", "--add-noqa"]], ids=" ".join)
def test_a_file_that_cannot_be_written_keeps_its_findings(
    normfix: Command, tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    for name in ("a.py", "b.py"):
        put(tmp_path / name, OLD)
    (tmp_path / "elsewhere" / "a.txt").hardlink_to(tmp_path / "a.py")
    result = normfix(*arguments, "--select", "NF1", "--output-format", "json")
    assert result.returncode == 2
    assert b"error: a.py: it has 2 names (hard links)" in result.stderr
    assert (tmp_path / "a.py").read_bytes() == OLD
    assert (tmp_path / "b.py").read_bytes() != OLD
    told = json.loads(result.stdout)
    assert [(Path(one["filename"]).name, one["code"], one["fix"]) for one in told] == [("a.py", "NF101", None)]
    assert "1 remaining" in result.stderr.decode()


@pytest.mark.skipif(os.name == "nt", reason="links are those of POSIX")
def test_a_file_that_cannot_be_written_keeps_the_names_that_it_takes(normfix: Command, tmp_path: Path) -> None:
    base = b"from tensorflow.layers import batch_normalization\n"
    user = b"from base import batch_normalization\n\ny = batch_normalization(x, training=True)\n"
    (tmp_path / "elsewhere").mkdir()
    for name, text in (("base.py", base), ("other.py", user), ("user.py", user)):
        put(tmp_path / name, text)
    (tmp_path / "elsewhere" / "user.txt").hardlink_to(tmp_path / "user.py")
    result = normfix("fix", "--unsafe-fixes")
    assert result.returncode == 2
    assert b"error: user.py: it has 2 names (hard links)" in result.stderr
    assert b"`user.py:1` uses `batch_normalization` of this file" in result.stdout
    assert ((tmp_path / "base.py").read_bytes(), (tmp_path / "user.py").read_bytes()) == (base, user)
    (tmp_path / "elsewhere" / "user.txt").unlink()
    assert normfix("fix", "--unsafe-fixes").returncode == 0
    assert b"batch_normalization" not in (tmp_path / "base.py").read_bytes()
