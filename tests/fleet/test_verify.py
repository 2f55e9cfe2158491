"""`fleet verify`: what repositories call, built once on a release, in an interpreter that does as its code says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from normfix.fleet.builds import batches
from normfix.fleet.calls import check_of, trial_of
from normfix.runtime.checks import Check, LiteralCall
from normfix.runtime.environment import Interpreter
from normfix.runtime.verify import profile
from tests.conftest import Command
from tests.fleet.conftest import Fleet
from tests.fleet.stand import CODE, Stand
from tests.fleet.test_cluster import files


def verify(
    fleet: Fleet, stand: Stand, cwd: Path, *places: str, status: int = 0, out: str = "out", target: str = "2.21"
) -> str:
    words = (*places, "--target", f"tensorflow=={target}", "--python", str(stand.python), "--out", out)
    return fleet.run(*words, cwd=cwd, status=status, action="verify")


def rows(cwd: Path, query: str) -> list[tuple[object, ...]]:
    return duckdb.execute(
        query.replace("CALLS", f"'{cwd}/out/calls/*/*.parquet'").replace("BUILDS", f"'{cwd}/out/builds/*.parquet'")
    ).fetchall()


@pytest.mark.parametrize(
    ("packages", "target", "said"),
    [
        (
            {"tensorflow": None},
            "tensorflow==2.21",
            "there is no TensorFlow in {python} (--python), and --target asks for ",
        ),
        (
            {"tensorflow": "2.15.1"},
            "tensorflow==2.21",
            "{python} (--python) has TensorFlow 2.15.1, and --target asks for ",
        ),
        ({"tensorflow": "unknown"}, "tensorflow==2.21", "{python} (--python) has TensorFlow unknown, and "),
        (
            {"keras": "3.3.0"},
            "keras>=3.9",
            "{python} (--python) has TensorFlow 2.21.0 and Keras 3.3.0, and --target asks ",
        ),
        ({}, "legacy", "TF_USE_LEGACY_KERAS is not set, and --target asks for legacy"),
        ({}, "tensorflow", "--target: 'tensorflow' is no target"),
        ({}, "newest", "--target: name a release, such as tensorflow==2.21"),
    ],
)
def test_another_release_is_refused_in_one_line(
    normfix: Command, stand: Stand, two: Path, packages: dict[str, str | None], target: str, said: str
) -> None:
    stand.has(**packages)
    words = ("repositories", "--target", target, "--python", str(stand.python), "--out", "out")
    done = normfix("fleet", "verify", *words, cwd=two)
    (line,) = done.stderr.decode().splitlines()
    assert (done.returncode, done.stdout, stand.tried) == (2, b"", [])
    assert line.startswith(f"error: {said.format(python=stand.python)}")
    assert not (two / "out").exists()


def test_what_is_no_interpreter(normfix: Command, two: Path) -> None:
    done = normfix("fleet", "verify", "repositories", "--target", "tensorflow==2.21", "--python", "/no", "--out", "o")
    assert (done.returncode, done.stderr) == (2, b"error: /no cannot be run: No such file or directory\n")
    assert two.exists()


@pytest.mark.hook
def test_nothing_is_built_where_nothing_is_called(fleet: Fleet, stand: Stand, two: Path) -> None:
    for file in two.rglob("*.py"):
        if file.parent.parent.name == "repositories":
            file.write_text("import torch\ntorch.nn.BatchNorm2d(3)\n")
    said = verify(fleet, stand, two, "repositories")
    assert (
        "2 repositories, 0 known already, 0 failed; 0 calls in 0 ways, 0 built now on TensorFlow 2.21.0: none" in said
    )
    assert stand.tried == []
    assert "2 known already" in verify(fleet, stand, two, "repositories")


@pytest.mark.hook
def test_what_two_repositories_call_alike_is_built_once(fleet: Fleet, stand: Stand, two: Path) -> None:
    said = verify(fleet, stand, two, "repositories")
    assert "2 calls in 1 ways, 1 built now on TensorFlow 2.21.0: 2 ok" in said
    assert stand.tried == ['tensorflow.keras.layers.BatchNormalization[["axis", "1"]]']
    call = "tensorflow.keras.layers.BatchNormalization(axis=1)"
    assert rows(two, "select repository, path, line, symbol, call, status from CALLS order by all") == [
        ("repositories/one", "model.py", 2, call.partition("(")[0], call, "ok"),
        ("repositories/two", "other.py", 2, call.partition("(")[0], call, "ok"),
    ]
    joined = "select call, tries, count(distinct repository) from CALLS join BUILDS using (trial, call) group by all"
    assert rows(two, joined) == [(call, 1, 2)]


@pytest.mark.hook
def test_what_is_known_of_a_release_is_not_built_again(fleet: Fleet, stand: Stand, two: Path) -> None:
    verify(fleet, stand, two, "repositories")
    before = files(two / "out")
    said = verify(fleet, stand, two, "repositories")
    assert "2 known already, 0 failed; 2 calls in 1 ways, 0 built now" in said
    assert (len(stand.tried), files(two / "out")) == (1, before)
    (two / "repositories" / "one" / "more.py").write_text(CODE + "b = tf.keras.layers.LayerNormalization()\n")
    assert "1 known already, 0 failed; 4 calls in 2 ways, 1 built now" in verify(fleet, stand, two, "repositories")
    stand.has(keras="3.14.0")
    assert "2 ways, 2 built now" in verify(fleet, stand, two, "repositories")
    assert rows(two, "select distinct keras from CALLS union select distinct keras from BUILDS") == [("3.14.0",)]


@pytest.mark.hook
def test_parts_of_a_repository_come_to_what_one_run_comes_to(fleet: Fleet, stand: Stand, two: Path) -> None:
    for name in ("a/b/one", "a/two", "c/three"):
        file = two / "repositories" / "one" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(CODE)
    whole = verify(fleet, stand, two, "repositories", out="whole")
    assert "5 calls in 1 ways" in whole
    place = ("--target", "tensorflow==2.21", "--python", str(stand.python), "--out", "parts")
    assert fleet.run("repositories", *place, "--split", "1", cwd=two, status=0, action="verify").startswith(whole[:90])
    assert files(two / "parts") == files(two / "whole")
    assert len(stand.tried) == 2


@pytest.mark.hook
def test_releases_stand_beside_each_other(fleet: Fleet, normfix: Command, stand: Stand, two: Path) -> None:
    verify(fleet, stand, two, "repositories")
    stand.has(tensorflow="2.15.1", keras="2.15.0")
    verify(fleet, stand, two, "repositories", target="2.15")
    known = json.loads(normfix("fleet", "report", "out", "--format", "json", cwd=two).stdout)["verified"]
    assert [(one["release"], one["ok"]) for one in known] == [
        ("TensorFlow 2.15.1 with Keras 2.15.0", 2),
        ("TensorFlow 2.21.0 with Keras 3.15.1", 2),
    ]


@pytest.mark.hook
def test_a_call_that_ends_the_interpreter_fails_alone_and_is_tried_again(fleet: Fleet, stand: Stand, two: Path) -> None:
    calls = [f"tf.keras.layers.BatchNormalization(axis=1, name={name!r})" for name in ("deadly", "x", "y", "z")]
    (two / "repositories" / "one" / "model.py").write_text("\n".join(["import tensorflow as tf", *calls]))
    said = verify(fleet, stand, two, "repositories", status=1)
    assert "5 calls in 5 ways, 5 built now on TensorFlow 2.21.0: 1 fails, 4 ok" in said
    query = "select step, reason, again from BUILDS where status <> 'ok'"
    assert rows(two, query) == [("built", "crashed with signal 11 (SIGSEGV)", True)]
    assert "5 ways, 1 built now" in verify(fleet, stand, two, "repositories", status=1)


@pytest.mark.hook
def test_a_run_that_was_ended_goes_on_to_the_same_bytes(fleet: Fleet, stand: Stand, two: Path) -> None:
    many = [f"tf.keras.layers.BatchNormalization(axis=1, momentum=0.{number})" for number in range(250)]
    (two / "repositories" / "one" / "model.py").write_text("\n".join(["import tensorflow as tf", *many]))
    verify(fleet, stand, two, "repositories", out="whole")
    (stand.folder / "second").unlink()
    place = ("--target", "tensorflow==2.21", "--python", str(stand.python), "--out", "ended")
    command = fleet.command("repositories", *place, action="verify")
    started = f'echo $$ > "{stand.folder}/client"; exec "$@"'
    ended = subprocess.run(["sh", "-c", started, "sh", *command], cwd=two, capture_output=True, check=False)
    assert ended.returncode == -9, ended.stderr.decode()
    (stand.folder / "client").unlink()
    assert "2 known already, 0 failed; 251 calls in 251 ways, 151 built now" in verify(
        fleet, stand, two, "repositories", out="ended"
    )
    assert files(two / "ended") == files(two / "whole")


@pytest.mark.hook
def test_what_fails_or_is_not_known(fleet: Fleet, normfix: Command, stand: Stand, two: Path) -> None:
    (two / "repositories" / "one" / "CODEOWNERS").write_text("* @one\n")
    (two / "repositories" / "one" / "model.py").write_text(
        CODE + "b = tf.keras.layers.BatchNormalization(fused=True)\nc = tf.keras.layers.BatchNormalization(axis=n)\n"
    )
    (two / "repositories" / "two" / "old.py").write_text(f"print 'two'\n{CODE}")
    places = ("repositories", f"file://{two}/hanging", "--timeout", "5")
    assert f"{two}/hanging: it took longer than 5 seconds".lstrip("/") in verify(fleet, stand, two, *places, status=2)
    query = "select path, line, status, step, reason, owners from CALLS where status <> 'ok' order by all"
    failed, unknown, unread, absent = rows(two, query)
    assert failed == ("model.py", 3, "fails", "built", "ValueError: no fused", ["@one"])
    assert unknown == ("model.py", 4, "unknown", None, "it runs without what is no literal: axis", ["@one"])
    assert unread[:3] == ("old.py", 1, "unknown")
    assert str(unread[4]).startswith("NF001 ")
    assert absent == (None, None, "unknown", None, "it took longer than 5 seconds", None)
    text = normfix("fleet", "report", "out", "--format", "markdown", cwd=two).stdout.decode()
    assert "4 calls in 2 repositories, in 3 ways: 2 build and run, 1 fail, 1 are not known; 2 files or" in text
    assert "(fused=True) | Fails | cannot be built: ValueError: no fused | 1 | 1 |" in text
    assert "findings" not in text


def test_a_trial_is_the_same_wherever_the_call_stands() -> None:
    one, other = (
        Check(f"{path}:1:1", "a.B", ("1",), (("b", "2"),), (4, 8), site=LiteralCall(path, 1, 1, "a.B"))
        for path in ("x.py", "y.py")
    )
    assert trial_of(one) == trial_of(other)
    again = check_of(trial_of(one))
    assert ({**again.request(), "id": ""}, trial_of(again)) == ({**one.request(), "id": ""}, trial_of(one))
    switched = Check("z", "a.B", site=LiteralCall("z.py", 1, 1, "a.B", legacy=True))
    assert trial_of(switched) != trial_of(Check("z", "a.B", site=LiteralCall("z.py", 1, 1, "a.B")))
    assert [len(one) for one in batches([trial_of(switched), trial_of(one)])] == [1, 1]


@pytest.mark.hook
@pytest.mark.tensorflow
def test_on_the_installed_tensorflow(fleet: Fleet, two: Path) -> None:
    target = profile(Interpreter(Path(sys.executable), "the tests")).tensorflow
    place = ("--target", f"tensorflow=={target}", "--python", sys.executable, "--out", "out")
    said = fleet.run("repositories", *place, cwd=two, status=0, action="verify")
    assert "2 calls in 1 ways, 1 built now" in said
    (two / "repositories" / "one" / "old.py").write_text("import tensorflow as tf\ntf.layers.batch_normalization(0)\n")
    said = fleet.run("repositories", *place, cwd=two, status=0, action="verify")
    assert "3 calls in 2 ways, 1 built now" in said
    assert said.count("1 known, 2 ok") == 1
    (two / "repositories" / "two" / "new.py").write_text("import keras\nkeras.layers.BatchNormalization(fused=True)\n")
    fleet.run("repositories", *place, cwd=two, status=1, action="verify")
    assert rows(two, "select path, status, step from CALLS where status <> 'ok' order by all") == [
        ("new.py", "fails", "built"),
        ("old.py", "known", "imported"),
    ]
    assert rows(two, "select tries, count(*) from BUILDS group by tries") == [(1, 3)]
