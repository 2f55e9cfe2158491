"""Runs on a scheduler with two workers, which are processes of their own and talk over TCP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from operator import neg
from pathlib import Path
from threading import Timer

import duckdb
import pytest
from distributed.security import Security

from normfix.fleet.cluster import ClusterError, connected, spread
from tests.conftest import Command
from tests.fleet.conftest import Fleet, repository, scheduler_of, worker_of

pytestmark = pytest.mark.hook


def files(folder: Path) -> dict[str, bytes]:
    """The bytes of all files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_findings_are_those_of_single_runs(fleet: Fleet, normfix: Command, sources: Path) -> None:
    said = fleet.run("repositories", "list.txt", "--out", "out", cwd=sources)
    assert "6 repositories checked, 0 known already, 0 failed" in said
    checkouts = {
        "repositories/checkout": sources / "repositories" / "checkout",
        "repositories/plain": sources / "repositories" / "plain",
        f"{sources}/remote/signalling".lstrip("/"): sources / "remote" / "signalling",
    }
    for name, folder in checkouts.items():
        alone = json.loads(normfix("check", "--output-format", "json", cwd=folder).stdout)
        single = Counter(
            (
                str(Path(one["filename"]).relative_to(folder)),
                one["location"]["row"],
                one["location"]["column"],
                one["code"],
                one["message"],
                one["symbol"],
                one["replacement"],
                one["severity"],
                one["withheld"],
                one["fix"] and one["fix"]["message"],
            )
            for one in alone
        )
        columns = 'path, line, "column", code, message, symbol, replacement, severity, withheld, fix'
        query = f"select {columns} from '{sources}/out/findings/*.parquet' where repository = ?"
        assert Counter(duckdb.execute(query, [name]).fetchall()) == single, name
        assert single


def test_the_commit_asked_for_is_the_one_that_is_checked(fleet: Fleet, sources: Path) -> None:
    fleet.run("list.txt", "--out", "out", cwd=sources)
    paths = duckdb.execute(f"select distinct path from '{sources}/out/findings/*.parquet'").fetchall()
    assert ("later.py",) not in paths


def test_what_is_known_is_not_done_again(fleet: Fleet, sources: Path) -> None:
    fleet.run("repositories", "list.txt", "--out", "out", cwd=sources)
    before = files(sources / "out")
    assert "0 repositories checked, 6 known already" in fleet.run(
        "repositories", "list.txt", "--out", "out", cwd=sources
    )
    assert files(sources / "out") == before
    (sources / "repositories" / "plain" / "new.py").write_text(
        "from keras.layers.normalization import BatchNormalization\n"
    )
    assert "1 repositories checked, 5 known already" in fleet.run(
        "repositories", "list.txt", "--out", "out", cwd=sources
    )
    said = fleet.run("repositories", "list.txt", "--out", "out", "--target", "tensorflow==2.4", cwd=sources)
    assert "6 repositories checked, 0 known already" in said


@pytest.mark.parametrize("name", ["INT", "TERM", "KILL"])
def test_a_run_that_was_ended_goes_on_to_the_same_bytes(fleet: Fleet, sources: Path, name: str) -> None:
    fleet.run("repositories", "list.txt", "--out", "whole", cwd=sources)
    (fleet.flags / "signal").write_text(name)
    started = f'echo $$ > "{fleet.flags}/client"; exec "$@"'
    command = fleet.command("repositories", "list.txt", "--out", "ended")
    ended = subprocess.run(["sh", "-c", started, "sh", *command], cwd=sources, capture_output=True, check=False)
    assert ended.returncode == {"INT": 130, "TERM": 143, "KILL": -9}[name], ended.stderr.decode()
    assert not (sources / "ended" / "runs" / "000001.parquet").exists()
    fleet.run("repositories", "list.txt", "--out", "ended", cwd=sources)
    assert files(sources / "ended") == files(sources / "whole")


def test_a_worker_that_dies_costs_nothing_but_time(fleet: Fleet, sources: Path) -> None:
    fragile = repository(sources / "remote" / "fragile", "NF101")
    said = fleet.run(f"file://{fragile}", "repositories", "--out", "out", cwd=sources)
    assert (fleet.flags / "fragile").exists()
    assert "5 repositories checked, 0 known already, 0 failed" in said


def test_a_repository_that_ends_every_worker_is_reported(fleet: Fleet, sources: Path) -> None:
    said = fleet.run(f"file://{sources}/deadly", "repositories/plain", "--out", "out", cwd=sources, status=2)
    assert f"{sources}/deadly: every worker that tried it has died\n".lstrip("/") in said
    assert "1 repositories checked, 0 known already, 1 failed" in said


def test_a_repository_that_hangs_is_reported(fleet: Fleet, sources: Path) -> None:
    before = tried(fleet).count("hanging")
    said = fleet.run(f"file://{sources}/hanging", "--timeout", "1", "--out", "out", cwd=sources, status=2)
    assert said.count("it took longer than 1 seconds") == 1
    assert tried(fleet).count("hanging") == before + 2
    query = f"select status, reason from '{sources}/out/repositories/*.parquet'"
    assert duckdb.execute(query).fetchall() == [("failed", "it took longer than 1 seconds")]


def tried(fleet: Fleet) -> list[str]:
    file = fleet.flags / "tried"
    return file.read_text().split() if file.exists() else []


def test_a_repository_that_fills_the_disk_is_reported(fleet: Fleet, sources: Path) -> None:
    before = tried(fleet).count("filling")
    places = (f"file://{sources}/filling", "repositories/plain")
    said = fleet.run(*places, "--out", "out", cwd=sources, status=2)
    assert said.count("No space left on device") == 1
    assert "1 repositories checked, 0 known already, 1 failed" in said
    assert tried(fleet).count("filling") == before + 2
    fleet.run(*places, "--out", "out", cwd=sources, status=2)
    assert tried(fleet).count("filling") == before + 4


def test_a_disk_that_is_full_ends_a_run_that_goes_on(fleet: Fleet, sources: Path) -> None:
    fleet.run("repositories", "--out", "whole", cwd=sources)
    # No file may become longer than that, so that the first results cannot be written.
    command = ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", *fleet.command("repositories", "--out", "full")]
    done = subprocess.run(command, cwd=sources, capture_output=True, check=False, timeout=120)
    (said,) = done.stderr.decode().splitlines()
    assert (done.returncode, said.startswith("error: ")) == (2, True), said
    assert "File too large" in said
    fleet.run("repositories", "--out", "full", cwd=sources)
    assert files(sources / "full") == files(sources / "whole")


def test_a_scheduler_that_is_not_there(normfix: Command, sources: Path) -> None:
    env = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"}
    done = normfix(
        "fleet", "run", "repositories", "--out", "out", "--scheduler", "tcp://127.0.0.1:9", cwd=sources, env=env
    )
    assert (done.returncode, done.stderr) == (2, b"error: no scheduler answers at tcp://127.0.0.1:9\n")


@pytest.mark.parametrize("address", ["nonsense", "tcp://host", "http://host:8787", "foo://host:1"])
def test_what_is_no_address(normfix: Command, sources: Path, address: str) -> None:
    done = normfix("fleet", "run", "repositories", "--out", "out", "--scheduler", address, cwd=sources)
    said = f"error: {address}: no address of a scheduler; write e.g. tcp://HOST:8786\n"
    assert (done.returncode, done.stderr.decode()) == (2, said)


def test_a_scheduler_that_asks_for_certificates(normfix: Command, sources: Path) -> None:
    temporary = Security.temporary()
    names = {"CA_FILE": "tls_ca_file", "CLIENT__CERT": "tls_client_cert", "CLIENT__KEY": "tls_client_key"}
    for field in names.values():
        (sources / field).write_text(getattr(temporary, field))
    both = {name.replace("CLIENT", role): field for name, field in names.items() for role in ("SCHEDULER", "WORKER")}
    settings = {f"DASK_DISTRIBUTED__COMM__TLS__{name}": field for name, field in {**names, **both}.items()}
    env = {**os.environ, **{name: str(sources / field) for name, field in settings.items()}}
    words = ("fleet", "run", "repositories", "--out", "out", "--scheduler")
    with (
        scheduler_of(sources, {**env, "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True"}, "tls") as (address, _),
        worker_of(address, sources, env),
    ):
        done = normfix(*words, address, cwd=sources)
        assert (done.returncode, done.stderr.decode().partition(":")[0]) == (2, "error")
        assert f"{address} needs certificates: DASK_" in done.stderr.decode()
        lost = {**env, "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(sources / "absent")}
        done = normfix(*words, address, cwd=sources, env=lost)
        assert done.stderr.decode().startswith(f"error: {address}: a certificate cannot be read: ")
        done = normfix(*words, address, cwd=sources, env=env)
        assert b"4 repositories checked, 0 known already, 0 failed" in done.stderr


def test_a_scheduler_that_goes(fleet: Fleet, script: str, sources: Path) -> None:
    env = {**os.environ, "PATH": f"{fleet.programs}{os.pathsep}{os.environ['PATH']}"}
    with scheduler_of(sources, env) as (address, process):
        (fleet.flags / "signal").write_text("KILL")
        (fleet.flags / "client").write_text(str(process.pid))
        command = [script, "fleet", "run", "list.txt", "--out", "out", "--scheduler", address]
        with worker_of(address, sources, env):
            done = subprocess.run(command, cwd=sources, capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (2, b"error: the scheduler is gone; the same command goes on from here\n")


def test_a_scheduler_that_goes_with_a_result(sources: Path) -> None:
    with (
        scheduler_of(sources) as (address, process),
        worker_of(address, sources, os.environ),
        connected(address, None) as client,
    ):
        results = spread(client, neg, [1, 2], lambda _: False)
        next(results)
        while any(future.status != "finished" for future in client.futures.values()):
            time.sleep(0.01)
        # It is asked for the other result, does not answer, and goes.
        process.send_signal(signal.SIGSTOP)
        Timer(0.5, process.kill).start()
        with pytest.raises(ClusterError, match="the scheduler is gone"):
            next(results)


def test_a_cluster_of_its_own(normfix: Command, sources: Path) -> None:
    done = normfix("fleet", "run", "repositories/plain", "--out", "out", "--workers", "1", cwd=sources)
    assert done.returncode == 1, done.stderr
    assert b"1 repositories checked, 0 known already, 0 failed" in done.stderr


def test_ctrl_c_ends_a_cluster_of_its_own_without_a_word(fleet: Fleet, script: str, sources: Path) -> None:
    command = [
        script,
        "fleet",
        "run",
        "repositories/plain",
        f"file://{sources}/hanging",
        "--out",
        "out",
        "--workers",
        "2",
    ]
    env = {**os.environ, "PATH": f"{fleet.programs}{os.pathsep}{os.environ['PATH']}"}
    with subprocess.Popen(command, cwd=sources, env=env, stderr=subprocess.PIPE, start_new_session=True) as process:
        while not list((sources / "out").glob("repositories/*.parquet")):
            assert process.poll() is None
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate()
    assert (process.returncode, said.strip()) == (130, b"")
