"""The table of RESULTS.md."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from measure import Cost

HEAD = """# Results

Written by `python benchmarks/run.py`: {files:,} files, {size:.0f} MB of published packages, {python}, {cores}.
Medians; the tools take turns on the same cores. A ratio below the bar is good.

| work | measured | bar | met |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Row:
    """One line of the table; `met` is None where there is no bar."""

    work: str
    measured: str
    bar: str
    met: bool | None


def plain(work: str, measured: str, bar: str, *, met: bool | None) -> Row:
    return Row(work, measured, bar, met)


def ratio(work: str, ours: Cost, theirs: Cost, bar: float, beside: str, *, cpu: bool = False) -> Row:
    """Our cost in units of another's."""
    mine, other = (ours.cpu, theirs.cpu) if cpu else (ours.wall, theirs.wall)
    detail = f"{mine:.2f} s / {other:.2f} s, CPU {ours.cpu:.2f} s / {theirs.cpu:.2f} s"
    return Row(work, f"{mine / other:.2f} x ({detail})", f"{bar:.1f} x {beside}", mine / other <= bar)


def beyond(work: str, ours: Cost, unit: Cost, floor: Cost, bar: float) -> Row:
    """Our processor time beyond the interpreter's start, in units of `import click`."""
    value = (ours.cpu - floor.cpu) / (unit.cpu - floor.cpu)
    detail = f"{ours.cpu - floor.cpu:.3f} s / {unit.cpu - floor.cpu:.3f} s"
    return Row(work, f"{value:.2f} x ({detail})", f"{bar:.1f} x `import click`", value <= bar)


def results(
    rows: Sequence[Row],
    floors: Mapping[str, Cost],
    slow: Mapping[str, Cost],
    modes: Mapping[str, str],
    profile: Mapping[str, float],
    *,
    files: int,
    size: float,
) -> str:
    """The whole page."""
    import os  # noqa: PLC0415 - for one number

    python = f"Python {platform.python_version()}"
    lines = [HEAD.format(files=files, size=size, python=python, cores=f"{os.cpu_count()} cores").rstrip()]
    said = {True: "yes", False: "no", None: ""}
    lines += [f"| {row.work} | {row.measured} | {row.bar} | {said[row.met]} |" for row in rows]
    lines += ["", "![growth](growth.svg)", "", "## Floors: what any program in Python pays here", ""]
    lines += ["| work | seconds | CPU seconds |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {cost.wall:.3f} | {cost.cpu:.3f} |" for name, cost in floors.items()]
    lines += ["", "## Tools of the same kind, on the named subset", ""]
    lines += ["| tool | seconds | CPU seconds |", "| --- | ---: | ---: |"]
    for name, cost in slow.items():
        seconds = "over the limit" if cost.ended is None else f"{cost.wall:.2f}"
        lines.append(f"| {name} | {seconds} | {cost.cpu:.2f} |")
    lines += ["", "## The same findings in every mode", "", "| mode | findings |", "| --- | --- |"]
    lines += [f"| {name} | {text} |" for name, text in modes.items()]
    lines += [
        "",
        "## Where the time goes",
        "",
        "![profile](profile.svg)",
        "",
        "| stage | CPU seconds |",
        "| --- | ---: |",
    ]
    lines += [f"| {stage} | {seconds:.2f} |" for stage, seconds in profile.items()]
    return "\n".join(lines) + "\n"
