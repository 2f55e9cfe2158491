"""What `normfix fleet` costs on this machine: one worker and two, a run that is killed, one with nothing new, `verify`.

    python benchmarks/fleet.py [--repositories N] [--packages DIR]

The repositories are copies of the folders of fixtures/rules, and the folders of DIR (of `benchmarks/corpus.py`:
.corpus/source). Layers are built on the TensorFlow of the Python that runs this; without one they are left out.
A table goes to standard output. Exit status 1 where two runs do not leave the same bytes, or where a
repository has other findings than `normfix check` has in its folder.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import duckdb
from measure import Cost, once

from normfix.runtime.environment import Interpreter
from normfix.runtime.verify import profile

RULES = Path(__file__).resolve().parent.parent / "fixtures" / "rules"
NORMFIX = (sys.executable, "-m", "normfix")
LIMIT = 3600


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure normfix fleet run.")
    parser.add_argument("--repositories", type=int, default=100, metavar="N", help="how many in all [100]")
    parser.add_argument("--packages", type=Path, metavar="DIR", help="folders to take before copies of fixtures")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
        work = Path(folder).resolve()
        names = make(work / "all", options.repositories, options.packages)
        print(f"{len(names)} repositories, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
        print("| | seconds | repositories a minute | processor seconds | largest process, MB |")
        print("| --- | ---: | ---: | ---: | ---: |")
        alone = [once((*NORMFIX, "check", "--no-cache", "-q", "."), work / "all" / name, LIMIT) for name in names]
        summed = Cost(sum(one.wall for one in alone), sum(one.cpu for one in alone), max(one.peak for one in alone), 0)
        tell("`normfix check`, one after the other", len(names), summed)
        for workers in (1, 2):
            tell(f"{workers} worker{'s' * (workers > 1)}", len(names), fleet(work, f"out{workers}", workers))
        tell("nothing new, 2 workers", len(names), fleet(work, "out2", 2))
        killed(work, len(names) // 2)
        tell("killed after half, the rest", len(names) - len(names) // 2, fleet(work, "ended", 2))
        verified(work, len(names))
        wrong = [out for out in ("out2", "ended") if contents(work / out) != contents(work / "out1")]
        wrong += [name for name in names if of_fleet(work, name) != of_check(work / "all" / name)]
    print(f"\nDifferent: {', '.join(wrong) or 'nothing'}")
    return int(bool(wrong))


def make(folder: Path, count: int, packages: Path | None) -> list[str]:
    """Repositories, by name."""
    given = sorted(packages.iterdir()) if packages is not None else []
    rules = itertools.cycle(sorted(one for one in RULES.iterdir() if one.is_dir()))
    chosen = [*given, *itertools.islice(rules, max(count - len(given), 0))][:count]
    names = [f"{number:04}-{source.name}" for number, source in enumerate(chosen)]
    for name, source in zip(names, chosen, strict=True):
        shutil.copytree(source, folder / name, symlinks=True)
    return names


def fleet(work: Path, out: str, workers: int) -> Cost:
    cost = once(command(out, workers), work, LIMIT)
    if cost.ended != 1:
        raise SystemExit(f"the run ended with status {cost.ended}")
    return cost


def command(out: str, workers: int) -> tuple[str, ...]:
    return (*NORMFIX, "fleet", "run", "all", "--out", out, "--workers", str(workers))


def killed(work: Path, count: int) -> None:
    """A run that is killed, with all of its processes, when so many repositories are done."""
    with subprocess.Popen(command("ended", 2), cwd=work, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        while len(list((work / "ended" / "repositories").glob("*.parquet"))) < count:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)


def verified(work: Path, count: int) -> None:
    """What the repositories call, built on the TensorFlow of this Python, and nothing new then."""
    release = profile(Interpreter(Path(sys.executable), "")).tensorflow
    if release is None:
        return
    place = ("--out", "verified", "--workers", "2", "--target", f"tensorflow=={release}", "--python", sys.executable)
    for name in ("verify, 2 workers", "verify, nothing new"):
        tell(name, count, once((*NORMFIX, "fleet", "verify", "all", *place), work, LIMIT))
    query = f"""select count(*), count(distinct trial), (select sum(tries) from '{work}/verified/builds/*.parquet')
        from '{work}/verified/calls/*/*.parquet' where trial is not null"""
    ((calls, ways, tries),) = duckdb.execute(query).fetchall()
    print(f"\n{calls} calls in {ways} ways, {tries} trials on TensorFlow {release}")
    query = f"select status, count(*) from '{work}/verified/calls/*/*.parquet' where trial is not null group by status"
    print(", ".join(f"{number} {status}" for status, number in sorted(duckdb.execute(query).fetchall())))


def tell(name: str, count: int, cost: Cost) -> None:
    minute = 60 * count / cost.wall
    print(f"| {name} | {cost.wall:.1f} | {minute:.0f} | {cost.cpu:.1f} | {cost.peak:.0f} |", flush=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.parquet")}


def of_fleet(work: Path, name: str) -> Counter[tuple[object, ...]]:
    query = f"""select path, line, "column", code, message, withheld, fix from '{work}/out1/findings/*.parquet'
        where repository = 'all/{name}'"""
    return Counter(duckdb.execute(query).fetchall())


def of_check(folder: Path) -> Counter[tuple[object, ...]]:
    words = (*NORMFIX, "check", "--no-cache", "--output-format", "json", ".")
    done = subprocess.run(words, cwd=folder, capture_output=True, check=False)
    return Counter(
        (
            Path(one["filename"]).relative_to(folder).as_posix(),
            one["location"]["row"],
            one["location"]["column"],
            one["code"],
            one["message"],
            one["withheld"],
            one["fix"] and one["fix"]["message"],
        )
        for one in json.loads(done.stdout)
    )


if __name__ == "__main__":
    sys.exit(main())
