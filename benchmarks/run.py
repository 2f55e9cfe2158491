"""Measures normfix beside its peers on published packages and writes RESULTS.md with two plots.

    python benchmarks/run.py [--cache DIR] [--runs N] [--out DIR] [--no-peers]

Everything is downloaded once, by name and version. All tools read the same files on the same cores, in turns.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import measure
import plots
import report
from bench import CHECK, HERE, NORMFIX, Bench, prepare

from normfix.prefilter.vocabulary import vocabulary_of
from normfix.table.load import shipped_table

COPIES = (1, 2, 4, 6, 8, 10)
LIBCST = (
    "import sys,libcst\nfor f in sys.argv[1:]:\n try: libcst.parse_module(open(f,'rb').read())\n except Exception: pass"
)
LISTED = (
    "import os\nfor folder, _, names in os.walk('src'):\n for name in names:\n  path = folder + '/' + name\n"
    "  if name.endswith('.py'): {each}"
)
PARSED = "import ast,sys\nfor f in sys.argv[1:]:\n try: {each}\n except SyntaxError: pass"
LIMIT = 300.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure normfix beside its peers.")
    parser.add_argument(
        "--cache", type=Path, default=HERE.parent / ".corpus", metavar="DIR", help="keep downloads here"
    )
    parser.add_argument("--out", type=Path, default=HERE, metavar="DIR", help="where RESULTS.md and the plots go")
    parser.add_argument("--runs", type=int, default=measure.RUNS, help="runs that each median is of")
    parser.add_argument("--no-peers", action="store_true", help="leave out what has to be installed: TorchFix, Fixit")
    options = parser.parse_args(arguments)
    bench = prepare(options.cache.resolve(), options.runs, with_peers=not options.no_peers)
    rows = [
        *whole_tree(bench),
        changed_row(bench),
        libcst_row(bench),
        fix_row(bench),
        *start_rows(bench),
        *verify_rows(bench),
    ]
    growth = grown(bench)
    rows += [*growth_rows(growth), *long_files(bench)]
    floors = floor_costs(bench)
    slow = slow_peers(bench)
    modes = agreement(bench)
    profile = json.loads(measure.run([sys.executable, str(HERE / "stages.py"), "src"], bench.work).output)
    write_plots(options.out, growth, profile)
    text = report.results(rows, floors, slow, modes, profile, files=len(bench.files), size=_megabytes(bench))
    (options.out / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)
    return 0 if len(set(modes.values())) == 1 else 1


def whole_tree(bench: Bench) -> list[report.Row]:
    """The whole corpus, cold and warm."""
    kept = str(bench.work / "kept")
    commands = {
        "cold": (*CHECK, "--no-cache", "src"),
        "warm": (*CHECK, "--cache-dir", kept, "src"),
        "ruff cold": bench.ruff("--no-cache", "src"),
        "ruff warm": bench.ruff("--cache-dir", f"{kept}-ruff", "src"),
        "grep": ("grep", "-rlE", "BatchNormalization|batch_norm", "src"),
    }
    cost = measure.side_by_side(commands, bench.work, runs=bench.runs)
    return [
        report.ratio("`check`, cold", cost["cold"], cost["ruff cold"], 1.0, "ruff, no cache"),
        report.ratio("`check`, warm", cost["warm"], cost["ruff warm"], 1.0, "ruff, warm"),
        report.plain("grep, for comparison", f"{cost['grep'].wall:.2f} s", "-", met=None),
        report.plain(
            "peak memory", f"{cost['cold'].peak:.0f} MiB per process", "120 MiB", met=cost["cold"].peak <= 120
        ),
    ]


def changed_row(bench: Bench) -> report.Row:
    """One file of the tree has got a line since the last run, each time another one, against an unchanged tree."""
    kept = str(bench.work / "kept-changed")
    step = len(bench.files) // (bench.runs + 1)
    changed = [bench.work / name for name in bench.files[:: max(1, step)]]
    before = {file: file.read_bytes() for file in changed}
    coming = iter(changed)

    def add(name: str) -> None:
        if name == "changed":
            with next(coming).open("ab") as file:
                file.write(b"\n# a remark\n")

    check = (*CHECK, "--cache-dir", kept, "src")
    measure.run(check, bench.work)
    try:
        cost = measure.side_by_side({"changed": check, "warm": check}, bench.work, add, runs=bench.runs)
    finally:
        for file, data in before.items():
            file.write_bytes(data)
    return report.ratio("`check`, one file changed", cost["changed"], cost["warm"], 1.3, "`check`, warm")


def libcst_row(bench: Bench) -> report.Row:
    """The hundred files with most findings against libcst's parser alone."""
    done = measure.run(
        (*NORMFIX, "check", "--isolated", "-q", "--no-cache", "--output-format", "json", "src"), bench.work
    )
    counts: dict[str, int] = {}
    for finding in json.loads(done.output):
        counts[finding["filename"]] = counts.get(finding["filename"], 0) + 1
    worst = sorted(counts, key=lambda name: (-counts[name], name))[:100]
    commands = {
        "normfix": (*CHECK, "--no-cache", *worst),
        "libcst": (sys.executable, "-W", "ignore", "-c", LIBCST, *worst),
    }
    cost = measure.side_by_side(commands, bench.work, runs=bench.runs)
    return report.ratio("100 worst files, cold", cost["normfix"], cost["libcst"], 0.2, "libcst parse, CPU", cpu=True)


def fix_row(bench: Bench) -> report.Row:
    """`fix` on a copy of the tree, a new one each time, against `check`."""
    copy = bench.work / "copy"

    def renew(name: str) -> None:
        if name == "fix":
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(bench.work / "src", copy)

    fix = (*NORMFIX, "fix", "--isolated", "--quiet", "--output-format", "concise", "copy")
    commands = {"fix": fix, "check": (*CHECK, "--no-cache", "src")}
    cost = measure.side_by_side(commands, bench.work, renew, runs=bench.runs)
    shutil.rmtree(copy)
    return report.ratio("`fix` of all", cost["fix"], cost["check"], 3.0, "`check`")


def start_rows(bench: Bench) -> list[report.Row]:
    """What one clean file and --version cost beyond the interpreter's own start."""
    clean = bench.work / "clean.py"
    clean.write_text("import tensorflow as tf\n\nlayer = tf.keras.layers.Dense(4)\n")
    commands = {
        "pass": (sys.executable, "-c", "pass"),
        "click": (sys.executable, "-c", "import click"),
        "version": (*NORMFIX, "--version"),
        "file": (*NORMFIX, "check", "clean.py"),
    }
    cost = measure.side_by_side(commands, bench.work, runs=max(bench.runs, 5) * 2)
    return [
        report.beyond(name, cost[key], cost["click"], cost["pass"], 2.0)
        for name, key in (("`normfix --version`", "version"), ("`normfix check clean.py`", "file"))
    ]


def verify_rows(bench: Bench) -> list[report.Row]:
    """The whole table tried on the TensorFlow beside this Python, and remembered; nothing where there is none."""
    if find_spec("tensorflow") is None:
        return []
    commands = {
        "import": (sys.executable, "-c", "import tensorflow"),
        "table": (*NORMFIX, "verify", "--no-cache"),
        "again": (*NORMFIX, "verify"),
        "file": (*NORMFIX, "check", "clean.py"),
    }
    cost = measure.side_by_side(commands, bench.work, runs=bench.runs)
    return [
        report.ratio("`verify`, whole table", cost["table"], cost["import"], 1.5, "`import tensorflow`, CPU", cpu=True),
        report.ratio("`verify`, unchanged", cost["again"], cost["file"], 1.5, "`check` of one file, CPU", cpu=True),
    ]


def grown(bench: Bench) -> dict[str, list[tuple[float, measure.Cost]]]:
    """Cost of a tree of the same packages once, twice and up to ten times: only the number of files grows."""
    found: dict[str, list[tuple[float, measure.Cost]]] = {"normfix": [], "ruff": []}
    folder = bench.work / "part"
    shutil.rmtree(folder, ignore_errors=True)
    many = 0
    for copies in range(1, COPIES[-1] + 1):
        for name in bench.files:
            if name.startswith(tuple(f"{one}/" for one in bench.multiplied)):
                target = folder / str(copies) / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.hardlink_to(bench.work / name)
                many += 1
        if copies in COPIES:
            commands = {"normfix": (*CHECK, "--no-cache", "part"), "ruff": bench.ruff("--no-cache", "part")}
            for tool, cost in measure.side_by_side(commands, bench.work, runs=max(1, bench.runs // 2)).items():
                found[tool].append((float(many), cost))
    shutil.rmtree(folder)
    return found


def growth_rows(growth: Mapping[str, Sequence[tuple[float, measure.Cost]]]) -> list[report.Row]:
    (few, small), (many, large) = growth["normfix"][0], growth["normfix"][-1]
    scale = many / few
    time = large.cpu / small.cpu
    memory = large.peak / small.peak
    return [
        report.plain(
            f"{scale:.1f} x the files, CPU", f"{time:.1f} x", f"{scale * 1.05:.1f} x", met=time <= scale * 1.05
        ),
        report.plain(f"{scale:.1f} x the files, memory", f"{memory:.2f} x", "1.1 x", met=memory <= 1.1),
    ]


def long_files(bench: Bench) -> list[report.Row]:
    """A file of twice the size, or with twice the findings, must take about twice the time."""
    imports, legacy = "import tensorflow as tf\n", "y = tf.layers.batch_normalization(x)\n"
    body = "def f(x):\n    y = x + 1\n    return tf.reshape(y, [-1])\n" * 1000
    shapes = {"a file of 5 MB": (body + legacy, 86), "5,000 findings": (legacy, 5000)}
    rows = []
    for name, (text, times) in shapes.items():
        (bench.work / "half.py").write_text(imports + text * (times // 2))
        (bench.work / "full.py").write_text(imports + text * times)
        commands = {size: (*CHECK, "--no-cache", f"{size}.py") for size in ("half", "full")}
        cost = measure.side_by_side(commands, bench.work, runs=1)
        times_longer = cost["full"].cpu / cost["half"].cpu
        rows.append(
            report.plain(f"{name} against half of it", f"{times_longer:.2f} x", "2.2 x", met=times_longer <= 2.2)
        )
    return rows


def floor_costs(bench: Bench) -> dict[str, measure.Cost]:
    """What a program in Python pays before it has done anything, each in a process of its own."""
    done = measure.run((*CHECK, "--no-cache", "-e", "src"), bench.work)
    stems = list(vocabulary_of(shipped_table()).stems)
    searched = f"data = open(path, 'rb').read(); [data.find(stem) for stem in {stems!r}]"
    parsing, tree = (sys.executable, "-W", "ignore", "-c"), "ast.parse(open(f, 'rb').read())"
    found = sorted({line.partition(b":")[0].decode() for line in done.output.splitlines() if b": NF" in line})
    commands = {
        "start of the interpreter": (sys.executable, "-c", "pass"),
        "`import click`": (sys.executable, "-c", "import click"),
        "list the folders and `stat` each file": (sys.executable, "-c", LISTED.format(each="os.stat(path)")),
        "list the folders and read each file": (sys.executable, "-c", LISTED.format(each="open(path, 'rb').read()")),
        "the same, and look for the stems of the prefilter": (sys.executable, "-c", LISTED.format(each=searched)),
        f"`ast.parse` of the {len(found)} files with findings": (*parsing, PARSED.format(each=tree), *found),
        "the same, and `ast.walk` over them": (*parsing, PARSED.format(each=f"len(list(ast.walk({tree})))"), *found),
        "`import libcst`": (sys.executable, "-c", "import libcst"),
    }
    return measure.side_by_side(commands, bench.work, runs=bench.runs)


def slow_peers(bench: Bench) -> dict[str, measure.Cost]:
    """One run of each tool of the same kind on the named subset."""
    upgrade = Path(sys.executable).parent / "tf_upgrade_v2"
    commands: dict[str, Sequence[str]] = {
        "normfix check": (*CHECK, "--no-cache", *bench.subset),
        "ruff NPY201": bench.ruff("--no-cache", *bench.subset),
        "grep": ("grep", "-rlE", "BatchNormalization|batch_norm", *bench.subset),
    }
    if upgrade.exists():
        trees = (
            f"'{upgrade}' --intree {one} --outtree up/{number} --reportfile up.txt"
            for number, one in enumerate(bench.subset)
        )
        commands["tf_upgrade_v2"] = ("sh", "-c", "; ".join(trees))
    if bench.peers is not None:
        commands["TorchFix"] = (str(bench.peers / "torchfix"), *bench.subset)
        commands["Fixit, one rule"] = (
            str(bench.peers / "fixit"),
            "--rules",
            "fixit.rules:UseFstring",
            "lint",
            *bench.subset,
        )
    return {name: measure.once(command, bench.work, LIMIT) for name, command in commands.items()}


def agreement(bench: Bench) -> dict[str, str]:
    """A sum over the findings in every mode; all must be the same."""
    kept = str(bench.work / "agree")
    shutil.rmtree(kept, ignore_errors=True)
    command = (*NORMFIX, "check", "--isolated", "-q", "--output-format", "json")
    modes = {
        "no cache": (*command, "--no-cache", "src"),
        "first with cache": (*command, "--cache-dir", kept, "src"),
        "from the cache": (*command, "--cache-dir", kept, "src"),
        "one worker": ("taskset", "-c", "0", *command, "--no-cache", "src"),
        "other order": (
            *command,
            "--no-cache",
            *sorted((f"src/{one.name}" for one in (bench.work / "src").iterdir()), reverse=True),
        ),
    }
    return {name: _sum(measure.run(command, bench.work).output) for name, command in modes.items()}


def _sum(output: bytes) -> str:
    findings = sorted(json.dumps(finding, sort_keys=True) for finding in json.loads(output))
    return f"{len(findings)} findings, {hashlib.sha256(''.join(findings).encode()).hexdigest()[:12]}"


def write_plots(
    out: Path, growth: Mapping[str, Sequence[tuple[float, measure.Cost]]], profile: Mapping[str, float]
) -> None:
    curves = {f"{name}, seconds": [(count, cost.wall) for count, cost in points] for name, points in growth.items()}
    (out / "growth.svg").write_text(
        plots.lines("Time by number of files", "files", "seconds", curves), encoding="utf-8"
    )
    (out / "profile.svg").write_text(
        plots.stacked("Processor time by stage", {"check, cold": profile}), encoding="utf-8"
    )


def _megabytes(bench: Bench) -> float:
    return sum((bench.work / name).stat().st_size for name in bench.files) / 1e6


if __name__ == "__main__":
    sys.exit(main())
