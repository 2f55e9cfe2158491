"""A scheduler and two workers, each a process of its own, that talk over TCP; and repositories for them to check."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fleet.stand import CODE, Stand

RULES = Path(__file__).parents[2] / "fixtures" / "rules"
_GIT = """#!/bin/sh
# The user's git, but for repositories whose names say what happens to whoever asks for them.
case "$*" in
*deadly*) kill -9 $PPID; exit 1 ;;
*hanging*) echo hanging >> "{flags}/tried"; exec sleep 1000 ;;
*filling*) echo filling >> "{flags}/tried"; exec cat /dev/zero > /dev/full ;;
*fragile*) if mkdir "{flags}/fragile" 2>&-; then kill -9 $PPID; exit 1; fi ;;
*signalling*)
    if [ -e "{flags}/client" ]; then
        kill -s "$(cat "{flags}/signal")" "$(cat "{flags}/client")"
        rm "{flags}/client"
    fi ;;
esac
exec "{git}" "$@"
"""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The command, the address of the scheduler, the folder by which tests speak with workers, that of their git."""

    script: str
    scheduler: str
    flags: Path
    programs: Path

    def command(self, *arguments: str, action: str = "run") -> list[str]:
        """`normfix fleet run`, or another action, on the cluster."""
        return [self.script, "fleet", action, "--scheduler", self.scheduler, *arguments]

    def run(self, *arguments: str, cwd: Path, status: int = 1, action: str = "run") -> str:
        """What a run says. It must end with a status."""
        done = subprocess.run(
            self.command(*arguments, action=action), cwd=cwd, capture_output=True, check=False, timeout=120
        )
        assert done.returncode == status, done.stderr.decode()
        return done.stderr.decode()


@pytest.fixture(scope="session")
def fleet(script: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A running cluster."""
    folder = tmp_path_factory.mktemp("cluster")
    programs, flags = folder / "programs", folder / "flags"
    programs.mkdir()
    flags.mkdir()
    git = programs / "git"
    git.write_text(_GIT.format(flags=flags, git=shutil.which("git")))
    git.chmod(0o755)
    env = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        "DASK_TEMPORARY_DIRECTORY": str(folder),
    }
    with scheduler_of(folder, env) as (address, _), worker_of(address, folder, env, 2):
        yield Fleet(script, address, flags, programs)


@contextmanager
def scheduler_of(
    folder: Path, env: Mapping[str, str] = os.environ, protocol: str = "tcp"
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a scheduler without workers, and its process, which writes to scheduler.log."""
    announced = folder / "scheduler.json"
    place = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(announced)]
    place += ["--protocol", protocol]
    with _started(["scheduler", *place], env, folder / "scheduler.log") as process:
        yield _address(announced, process), process


@contextmanager
def worker_of(address: str, folder: Path, env: Mapping[str, str], count: int = 1) -> Iterator[None]:
    """So many workers of a scheduler, which are started anew when they die."""
    place = ["--host", "127.0.0.1", "--no-dashboard", "--nthreads", "1", "--nworkers", str(count)]
    with _started(["worker", address, *place], env, folder / "workers.log"):
        yield


@contextmanager
def _started(words: list[str], env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program of Dask, until the end of the block."""
    with (
        log.open("wb") as stream,
        subprocess.Popen([sys.executable, "-m", "dask", *words], env=env, stdout=stream, stderr=stream) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()


def _address(announced: Path, scheduler: subprocess.Popen[bytes]) -> str:
    """The address in a file that the scheduler writes when it is ready."""
    while scheduler.poll() is None:
        # It may be there and not whole yet.
        with suppress(OSError, ValueError):
            return str(json.loads(announced.read_text(encoding="utf-8"))["address"])
        time.sleep(0.05)
    pytest.fail("the scheduler did not start")


def git(folder: Path, *words: str) -> str:
    """What git says in a folder."""
    known = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *known, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def repository(folder: Path, *codes: str) -> Path:
    """A git repository with the examples of some rules, in a folder for each."""
    for code in codes:
        shutil.copytree(RULES / code, folder / code.lower())
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Begin")
    return folder


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder with a checkout, a plain folder, a wheel and a source archive, beside a list of git URLs."""
    below = tmp_path / "repositories"
    repository(below / "checkout", "NF101", "NF401")
    shutil.copytree(RULES / "NF207", below / "plain" / "package")
    (below / "plain" / "setup.cfg").touch()
    with zipfile.ZipFile(below / "wheel-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("wheel/layers.py", "import tensorflow as tf\ny = tf.layers.batch_normalization(0)\n")
    with tarfile.open(below / "packed-2.0.tar.gz", "w:gz") as packed:
        packed.add(RULES / "NF101", "packed-2.0/package")
    first = repository(tmp_path / "remote" / "signalling", "NF103")
    second = repository(tmp_path / "remote" / "other", "NF104", "NF701")
    (second / "later.py").write_text("from keras.layers.normalization import BatchNormalization\n")
    old = git(second, "rev-parse", "HEAD").strip()
    git(second, "add", ".")
    git(second, "commit", "-q", "-m", "Go on")
    (tmp_path / "list.txt").write_text(f"# fetched by git\nfile://{first}\ngit+file://{second}@{old}\n")
    return tmp_path


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """An interpreter with a TensorFlow that is none."""
    made = Stand(tmp_path / "stand")
    made.set_up()
    return made


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two repositories that use one layer the same way, in files of different names."""
    for name, file in (("one", "model.py"), ("two", "other.py")):
        folder = tmp_path / "repositories" / name
        folder.mkdir(parents=True)
        (folder / "setup.cfg").touch()
        (folder / file).write_text(CODE)
    return tmp_path
