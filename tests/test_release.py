"""What is published: checked by twine, the same bytes from the same sources, one version, and a valid citation file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest
import yaml

from normfix import __version__
from tests.report.published import published

ROOT = Path(__file__).parent.parent
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "build", "dist", ".corpus", ".matrix")
_EPOCH = "1750000000"


def built(folder: Path, *, times: int, mask: int) -> dict[str, bytes]:
    """Name -> bytes of what a copy of the sources is built to; its files have other times and other rights."""
    tree = folder / "tree"
    shutil.copytree(ROOT, tree, ignore=_LEFT_OUT)
    for file in tree.rglob("*"):
        if file.is_file():
            file.chmod(file.stat().st_mode & ~mask)
            os.utime(file, (times, times))
    isolation = ["--no-isolation"] if find_spec("hatchling") else []
    command = [sys.executable, "-m", "build", *isolation, "--outdir", str(folder / "dist"), str(tree)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": _EPOCH}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {file.name: file.read_bytes() for file in sorted((folder / "dist").iterdir())}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    built(folder, times=1_600_000_000, mask=0)
    return folder / "dist"


def test_the_same_sources_are_built_to_the_same_bytes(first: Path, tmp_path: Path) -> None:
    again = built(tmp_path, times=1_700_000_000, mask=0o022)
    assert sorted(again) == [f"normfix-{__version__}-py3-none-any.whl", f"normfix-{__version__}.tar.gz"]
    for name, content in again.items():
        assert (first / name).read_bytes() == content, name


def test_twine_has_nothing_to_say(first: Path) -> None:
    files = [str(file) for file in first.iterdir()]
    command = [sys.executable, "-m", "twine", "check", "--strict", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 2


def test_the_source_archive_is_what_one_needs_to_work_on_it(first: Path) -> None:
    with tarfile.open(next(first.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= {
        *("CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "PKG-INFO", "README.md", "SECURITY.md"),
        *(".ci/run", "pyproject.toml", "rules/availability.toml", "normfix/report/page/script.js"),
    }
    assert not any(".venv" in name or "__pycache__" in name for name in names)


def test_the_version_is_written_once() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'dynamic = ["version"]' in pyproject
    assert __version__ not in pyproject
    modules = [
        file for file in (ROOT / "normfix").rglob("*.py") if f'"{__version__}"' in file.read_text(encoding="utf-8")
    ]
    assert modules == [ROOT / "normfix" / "__init__.py"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"rev: v(\S+)", readme)) == {__version__}


def test_the_citation_file() -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    citation, schema = yaml.safe_load(text), published("https://citation-file-format.github.io/1.2.0/schema.json")
    jsonschema.validators.validator_for(schema)(schema).validate(citation)
    assert "version" not in citation
