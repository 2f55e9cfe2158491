"""The wheel, installed in a fresh environment, does what the source tree does."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from normfix import __version__

ROOT = Path(__file__).parent.parent
OLD = "from keras.layers.normalization import BatchNormalization\n"


def run(*command: str | Path, cwd: Path, source_tree: bool = False) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    if source_tree:
        environment["PYTHONPATH"] = str(ROOT)
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    isolation = ["--no-isolation"] if importlib.util.find_spec("hatchling") else []
    built = run(sys.executable, "-m", "build", "--wheel", *isolation, "--outdir", out, ROOT, cwd=out)
    assert built.returncode == 0, built.stdout + built.stderr
    (file,) = out.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has the wheel and its dependencies, and nothing else."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = run(python, "-m", "pip", "install", "--quiet", wheel, cwd=wheel.parent)
    assert done.returncode == 0, done.stderr
    return python


def test_what_the_wheel_carries(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert f"normfix-{__version__}" in wheel.name
    rules = {f"normfix/rules/{path.name}" for path in (ROOT / "rules").glob("*.toml")}
    assert rules <= names
    assert {"normfix/report/page/style.css", "normfix/report/page/script.js"} <= names
    assert {"normfix/py.typed", "normfix/__main__.py", "normfix/runtime/probe.py"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    metadata = next(name for name in names if name.endswith("dist-info/METADATA"))
    assert {b"Provides-Extra: lsp", b"Provides-Extra: fleet"} <= set(zipfile.ZipFile(wheel).read(metadata).splitlines())
    assert not any(name.startswith(("tests/", "fixtures/", "benchmarks/")) for name in names)


@pytest.mark.parametrize(
    "arguments",
    [
        ["rules"],
        ["rules", "--output-format", "json"],
        ["rule", "NF101"],
        ["check", "--isolated"],
        ["check", "--isolated", "--output-format", "json"],
        ["check", "--isolated", "--output-format", "html"],
        ["fix", "--isolated", "--diff"],
    ],
    ids=" ".join,
)
def test_installed_and_source_tree_say_the_same(installed: Path, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "old.py").write_text(OLD, encoding="utf-8")
    script = installed.with_name("normfix.exe" if os.name == "nt" else "normfix")
    there = run(script, *arguments, cwd=tmp_path)
    here = run(sys.executable, "-m", "normfix", *arguments, cwd=tmp_path, source_tree=True)
    assert (there.returncode, there.stdout, there.stderr) == (here.returncode, here.stdout, here.stderr)
    assert there.stdout


def test_what_an_extra_adds_is_said_where_it_is_missing(installed: Path, tmp_path: Path) -> None:
    script = installed.with_name("normfix.exe" if os.name == "nt" else "normfix")
    done = run(script, "server", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: the language server needs more packages: pip install 'normfix[lsp]'\n"
    done = run(script, "fleet", "run", ".", "--out", "out", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: `normfix fleet` needs more packages: pip install 'normfix[fleet]'\n"


def test_the_installed_one_runs_from_its_own_files(installed: Path, tmp_path: Path) -> None:
    code = "from normfix.table.load import rules_directory; print(rules_directory())"
    folder = run(installed, "-c", code, cwd=tmp_path).stdout.strip()
    assert folder.endswith(str(Path("normfix", "rules")))
    assert not folder.startswith(str(ROOT))
