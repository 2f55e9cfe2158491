"""What `verify` remembers: while nothing changes nothing is started, and whatever changes is asked again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from normfix.cli.verify import VerifyRequest, verify
from normfix.config import store
from normfix.runtime.verdict import ProofError
from tests.install import CALL, LONG_AGO, OK, Install

CODE = "import tensorflow as tf\ntf.keras.layers.BatchNormalization()\n"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """An interpreter without an answer kept of it, and a project without settings around the working directory."""
    made = Install(tmp_path)
    made.set_up()
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text("")
    (project / "code.py").write_text(CODE)
    monkeypatch.chdir(project)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_HOME", raising=False)
    return made


class Run(NamedTuple):
    status: int
    out: str
    errors: str


@pytest.fixture
def run(install: Install, capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """`verify` in this process, on the interpreter above."""

    def once(*paths: str, output_format: str = "full", no_cache: bool = False, timeout: float | None = None) -> Run:
        python = str(install.python)
        request = VerifyRequest(
            paths, color="never", python=python, timeout=timeout, output_format=output_format, no_cache=no_cache
        )
        status = verify(request)
        said = capsys.readouterr()
        return Run(status, said.out, said.err)

    return once


Verify = Callable[..., Run]


def kept() -> list[Path]:
    folder = Path(store.user_cache())
    return [file for file in folder.iterdir() if file.name.startswith("verify-")] if folder.exists() else []


@pytest.mark.parametrize("paths", [(), ("code.py",)])
def test_what_has_not_changed_is_not_asked_again(install: Install, run: Verify, paths: tuple[str, ...]) -> None:
    install.answer(*OK, call=CALL if paths else None)
    first, second, third = run(*paths), run(*paths), run(*paths)
    assert install.starts == 2
    assert (first.status, first.errors) == (0, "")
    assert "passed on TensorFlow 2.21.0" in first.out
    assert second == third == Run(0, first.out, second.errors)
    assert second.errors.startswith("Nothing has changed since 2")
    assert second.errors.endswith("; --no-cache runs it again.\n")


def test_what_does_not_matter_changes_nothing(
    install: Install, run: Verify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    (install.packages / "__pycache__").mkdir()
    (install.packages / ".hidden").touch()
    (tmp_path / "project" / "more.py").touch()
    monkeypatch.setenv("EDITOR", "ed")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")  # the checks run without one
    run()
    assert install.starts == 2


def edit(file: Path, text: str = "# changed\n") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((file.read_text() if file.exists() else "") + text)


def replace_in_place(file: Path) -> None:
    """Another file of the same length, in a folder of the same time, as a tool that keeps times leaves it."""
    before = {path: path.stat().st_mtime_ns for path in (file, file.parent)}
    file.with_suffix(".new").write_bytes(file.read_bytes())
    file.with_suffix(".new").replace(file)
    for path, moment in before.items():
        os.utime(path, ns=(moment, moment))


CHANGES: dict[str, Callable[[Install], object]] = {
    "a loaded file": lambda install: edit(install.loaded),
    "a loaded file, by its time alone": lambda install: os.utime(install.loaded, (LONG_AGO + 1, LONG_AGO + 1)),
    "a loaded file, but not its time": lambda install: replace_in_place(install.loaded),
    "a loaded file that is gone": lambda install: install.loaded.unlink(),
    "a name beside a loaded file": lambda install: (install.loaded.parent / "keras").mkdir(),
    "another release": lambda install: (install.packages / "tensorflow-2.21.0.dist-info").rename(
        install.packages / "tensorflow-2.22.0.dist-info"
    ),
    "the same release, put there again": lambda install: (
        install.packages / "tensorflow-2.21.0.dist-info" / "RECORD"
    ).touch(),
    "a new package": lambda install: (install.packages / "tf_keras").mkdir(),
    "a new path file": lambda install: edit(install.packages / "more.pth"),
    "the interpreter": lambda install: edit(install.python),
    "the environment's settings": lambda install: edit(install.python.parent.parent / "pyvenv.cfg"),
    "Keras's settings": lambda install: edit(install.root / ".keras" / "keras.json"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_has_changed_is_asked_again(install: Install, run: Verify, change: str) -> None:
    run()
    CHANGES[change](install)
    assert run().errors == ""
    assert install.starts == 4


@pytest.mark.parametrize(
    "name", ["TF_USE_LEGACY_KERAS", "TF_ENABLE_ONEDNN_OPTS", "PYTHONPATH", "KERAS_HOME", "XLA_FLAGS", "LD_LIBRARY_PATH"]
)
def test_another_environment_is_asked_again(
    install: Install, run: Verify, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    run()
    with monkeypatch.context() as patched:
        patched.setenv(name, str(install.root / "1"))
        assert run().errors == ""
    assert install.starts == 4
    assert run().errors != ""  # the answer of before is still there
    assert install.starts == 4


def test_other_calls_and_limits_are_asked_again(install: Install, run: Verify) -> None:
    install.answer(*OK, call=CALL)
    run("code.py")
    Path("code.py").write_text(CODE.replace("()", "(axis=1)"))
    assert run("code.py").errors == ""
    assert run("code.py", timeout=60).errors == ""
    assert run("code.py", timeout=60).errors != ""
    assert install.starts == 6


def test_other_rules_of_the_project_are_asked_again(install: Install, run: Verify) -> None:
    run()
    Path("own.toml").write_text('family = "team"\ntitle = "Our own"\n')
    edit(Path("pyproject.toml"), '[tool.normfix]\nextend-rules = ["own.toml"]\n')
    assert run().errors == ""
    edit(Path("own.toml"))
    assert run().errors == ""
    assert run().errors != ""
    assert install.starts == 6


def test_another_table_is_asked_again(install: Install, run: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    sources = store.sources()
    monkeypatch.setattr(store, "sources", lambda: [(path, size, time + 1) for path, size, time in sources])
    assert run().errors == ""
    assert install.starts == 4


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:99] + b"?" + data[100:], lambda _: b""])
def test_a_damaged_entry_is_none(install: Install, run: Verify, damage: Callable[[bytes], bytes]) -> None:
    run()
    (file,) = kept()
    file.write_bytes(damage(file.read_bytes()))
    assert (run().errors, install.starts) == ("", 4)
    assert (run().errors != "", install.starts) == (True, 4)


@pytest.mark.parametrize("body", [b"", b"nothing", b"\xe9\x00", b"N"])
def test_an_entry_of_another_form_is_none(install: Install, run: Verify, body: bytes) -> None:
    run()
    (file,) = kept()
    store.write(str(file.parent), file.name, body)
    assert (run().errors, install.starts) == ("", 4)


def test_without_the_cache_nothing_is_used_and_nothing_kept(install: Install, run: Verify) -> None:
    run(no_cache=True)
    assert kept() == []
    run()
    assert run(no_cache=True).errors == ""
    assert install.starts == 6


def test_failed_checks_are_answers_too(install: Install, run: Verify) -> None:
    install.answer(("ok", ""), ("failed", "ValueError: no"))
    first, second = run(), run()
    assert (first.status, first.out) == (second.status, second.out)
    assert (first.status, install.starts) == (1, 2)
    assert "ValueError: no" in second.out


def crash_in_a_step(install: Install) -> None:
    install.answer(*OK[:3], ("trying", ""))
    install.behave("kill -9 $$")


UNSETTLED: dict[str, Callable[[Install], object]] = {
    "a crash": lambda install: install.behave("kill -SEGV $$"),
    "a bad end": lambda install: install.behave("exit 3"),
    "a crash within a step": crash_in_a_step,
    "no more answers": lambda install: install.answer(*OK[:3]),
    "a TensorFlow that cannot be imported": lambda install: install.answer(begin="failed"),
    "a full disk": lambda install: install.answer(*OK[:6], ("failed", "OSError: No space left on device")),
    "too little memory": lambda install: install.answer(("failed", "MemoryError")),
    "a file that is being written": lambda install: os.utime(install.loaded),
    "a package that comes meanwhile": lambda install: install.behave(f"mkdir -p {install.packages}/keras-$$.dist-info"),
    "a command that chooses an interpreter": lambda install: install.profile(sys.executable),
}


@pytest.mark.parametrize("trouble", UNSETTLED)
def test_what_may_end_otherwise_is_not_kept(install: Install, run: Verify, trouble: str) -> None:
    UNSETTLED[trouble](install)
    first, second = run(output_format="json"), run(output_format="json")
    assert (kept(), install.starts) == ([], 4)
    assert (first.errors, second.errors) == ("", "")


def test_a_timeout_is_not_kept(install: Install, run: Verify) -> None:
    install.behave("sleep 60")
    assert "no answer within 1 s" in run(timeout=1).out
    assert kept() == []


def test_no_tensorflow_is_not_kept(install: Install, run: Verify) -> None:
    install.say("profile", {"python": "3.12.1", "executable": str(install.python), "folders": []})
    with pytest.raises(ProofError, match="there is no TensorFlow"):
        run()
    assert kept() == []


def test_another_look_is_drawn_from_what_is_kept(install: Install, run: Verify) -> None:
    page = run().out
    drawn = run(output_format="json")
    assert json.loads(drawn.out)["profile"]["tensorflow"] == "2.21.0"
    assert drawn.errors != ""
    assert run(output_format="json").out == drawn.out
    assert run().out == page
    assert install.starts == 2


def remembered(folder: Path, *arguments: str) -> tuple[list[subprocess.CompletedProcess[str]], set[str]]:
    """A command run twice with a cache of its own, and the modules that the second run has imported beside click's."""
    code = (
        "import sys\nfrom normfix.cli.main import main\nsys.argv[0] = 'normfix'\nstatus = 0\n"
        "try: main()\nexcept SystemExit as end: status = end.code\n"
        "open('modules', 'w').write('\\n'.join(sys.modules))\nsys.exit(status)"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "kept")}
    command = [sys.executable, "-c", code, *arguments]
    runs = [
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        for _ in range(2)
    ]
    # Some releases of Python and click import more than others.
    brought = subprocess.run(
        [sys.executable, "-c", "import sys, click\nprint(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return runs, set((folder / "modules").read_text().split()) - set(brought.stdout.split())


NEEDLESS = {
    *("tensorflow", "keras", "numpy", "libcst", "rich", "subprocess", "multiprocessing", "tempfile", "pickle", "json"),
    *(
        "normfix.table.load",
        "normfix.table.table",
        "normfix.report",
        "normfix.run.session",
        "normfix.checks.scanner",
        "normfix.fixes",
    ),
    *("normfix.runtime.checks", "normfix.runtime.process", "normfix.runtime.verify", "normfix.runtime.verdict"),
}


def test_a_remembered_answer_starts_and_imports_nothing(install: Install, tmp_path: Path) -> None:
    (first, second), modules = remembered(tmp_path, "verify", "--python", str(install.python))
    assert first.returncode == second.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert install.starts == 2
    assert "normfix.runtime.verify_cache" in modules
    assert not modules & NEEDLESS


@pytest.mark.tensorflow
def test_the_whole_table_on_the_installed_tensorflow(tmp_path: Path) -> None:
    (first, second), modules = remembered(tmp_path, "verify", "--python", sys.executable)
    assert (second.returncode, second.stdout) == (first.returncode, first.stdout)
    assert first.stderr == ""
    assert second.stderr.startswith("Nothing has changed since ")
    assert not modules & NEEDLESS
