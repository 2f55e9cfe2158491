"""The runtime checker's report: what is installed, a table of targets and steps, and each failure in its own words."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from normfix.runtime.checks import Check
from normfix.runtime.environment import Profile
from normfix.runtime.verdict import STEPS, TROUBLE, Outcome, Report, Step, Verdict

_PACKAGES = (
    ("TensorFlow", "tensorflow"),
    ("Keras", "keras"),
    ("tf_keras", "tf_keras"),
    ("tensorflow-addons", "tensorflow_addons"),
    ("tf-slim", "tf_slim"),
)
_CELLS = {Outcome.OK: ("ok", "green"), Outcome.FAILED: ("failed", "bold red"), Outcome.NOT_APPLICABLE: ("n/a", "dim")}
_TRIED = (Outcome.OK, Outcome.NOT_EVALUATED, Outcome.FAILED)
_PLAIN_WIDTH = 400


def render(report: Report, *, terminal: bool = False, colour: bool = False, width: int = 120) -> str:
    """The report for people: drawn and, if wanted, coloured for a terminal of that width, else aligned plain text."""
    text = io.StringIO()
    console = Console(
        file=text,
        force_terminal=terminal,
        color_system="standard" if colour else None,
        width=width if terminal else _PLAIN_WIDTH,
        highlight=False,
        legacy_windows=False,
    )
    for label, value in profile_lines(report.profile):
        console.print(Text(f"{label:<20}") + Text(value, "bold"))
    tried = [verdict for verdict in report.verdicts if verdict.outcome in _TRIED]
    if tried:
        console.print()
        console.print(_grid(tried, terminal))
    for verdict in tried:
        step = verdict.decisive
        if step is not None:
            console.print()
            console.print(Text(_headline(verdict.check, step), "bold"), soft_wrap=True)
            console.print(Text("\n".join(f"    {line}" for line in step.words.splitlines())), soft_wrap=True)
            if verdict.known:
                console.print(Text(f"    known: {verdict.known}"), soft_wrap=True)
    console.print()
    for line in closing_lines(report):
        console.print(Text(line), soft_wrap=True)
    return "".join(line.rstrip() + "\n" for line in text.getvalue().splitlines())


def render_json(report: Report) -> str:
    """The report for programs: the profile, every check with every step, and why there is no more."""
    profile = {name: getattr(report.profile, name) for name in ("python", *(name for _, name in _PACKAGES))}
    interpreter = report.profile.interpreter
    document = {
        "profile": {
            "interpreter": str(interpreter.path),
            "origin": interpreter.origin,
            **profile,
            "legacy_keras": report.profile.legacy_keras,
        },
        "failure": report.failure or None,
        "import_seconds": round(report.import_seconds, 2),
        "seconds": round(report.seconds, 2),
        "results": [_row(verdict) for verdict in report.verdicts],
    }
    return json.dumps(document, indent=2) + "\n"


def profile_lines(profile: Profile) -> Iterator[tuple[str, str]]:
    """The environment profile as label and value."""
    yield "Interpreter", f"{profile.interpreter.path} ({profile.interpreter.origin})"
    if profile.python is None:
        return
    yield "Python", profile.python
    for label, name in _PACKAGES:
        yield label, getattr(profile, name) or "not installed"
    yield "TF_USE_LEGACY_KERAS", profile.legacy_keras or "not set"


def closing_lines(report: Report) -> Iterator[str]:
    """The last lines: what was not tried, what ended the run early, and the count."""
    missing = Counter(
        one.check.target.partition(".")[0] for one in report.verdicts if one.outcome is Outcome.NOT_INSTALLED
    )
    for package, targets in sorted(missing.items()):
        yield f"Not tried, because {package} is not installed: {targets}."
    partial = [one.check.site for one in report.verdicts if one.outcome is Outcome.NOT_EVALUATED and one.check.site]
    if partial:
        yield f"Not evaluated, because not all arguments are literals, and run without those: {len(partial)}."
        yield from (f"    {site.place}: {', '.join(map(_argument, site.not_evaluated))}" for site in partial)
    if report.failure:
        yield f"{report.failure}."
    count = Counter(one.outcome for one in report.verdicts)
    if count[Outcome.NOT_RUN]:
        yield f"Not run because of that: {count[Outcome.NOT_RUN]}."
    tried = sum(count[outcome] for outcome in _TRIED)
    known = sum(bool(one.known) for one in report.verdicts)
    if known:
        yield f"Known failures on these releases: {known} of {count[Outcome.FAILED]}."
    if tried:
        seconds = f"{report.seconds:.1f} s, of which importing TensorFlow {report.import_seconds:.1f} s"
        yield f"{count[Outcome.OK]} of {tried} passed on TensorFlow {report.profile.tensorflow} ({seconds})."


def _grid(tried: list[Verdict], terminal: bool) -> Grid:
    grid = Grid(box=SIMPLE_HEAD if terminal else None, pad_edge=False, padding=(0, 1) if terminal else (0, 2, 0, 0))
    grid.add_column("target", overflow="fold")
    for step in STEPS:
        grid.add_column(step, no_wrap=True)
    for verdict in tried:
        cells = (_cell(step, verdict) for step in verdict.steps)
        grid.add_row(Text(_title(verdict.check)), *(Text(text, style) for text, style in cells))
    return grid


def _cell(step: Step, verdict: Verdict) -> tuple[str, str]:
    if step.outcome is Outcome.FAILED and verdict.known:
        return "known", "yellow"
    if step.outcome is Outcome.OK and verdict.outcome is Outcome.NOT_EVALUATED and step.name != "imported":
        return "partly", "yellow"
    return _CELLS.get(step.outcome, ("-", "dim"))


def _argument(name: str) -> str:
    return {"*": "one by place", "**": "`**`"}.get(name, f"`{name}`")


def _title(check: Check) -> str:
    return f"{check.site.place} {check.target.rpartition('.')[2]}" if check.site else check.target


def _headline(check: Check, step: Step) -> str:
    trouble = TROUBLE[step.name]
    if check.site is None:
        return f"{check.target} {trouble}"
    left_out = "" if check.site.complete else " (without the arguments that are not literals)"
    return f"{check.site.place}: {called(check)} {trouble}{left_out}"


def called(check: Check) -> str:
    """What is tried, as code would write it."""
    arguments = ", ".join([*check.positional, *(f"{name}={text}" for name, text in check.keywords)])
    return check.target if check.name_only else f"{check.target}({arguments})"


def _row(verdict: Verdict) -> Mapping[str, Any]:
    check = verdict.check
    return {
        "id": check.id,
        "target": check.target,
        "positional": list(check.positional),
        "keywords": dict(check.keywords),
        "filename": check.site.path if check.site else None,
        "cell": check.site.cell if check.site else None,
        "location": {"row": check.site.line, "column": check.site.column} if check.site else None,
        "complete": check.site.complete if check.site else True,
        "not_evaluated": list(check.site.not_evaluated) if check.site else [],
        "input_shape": list(check.shape),
        "outcome": verdict.outcome.value,
        "known": verdict.known or None,
        "steps": {
            step.name: {"outcome": step.outcome.value, "words": step.words or None, "seconds": step.seconds}
            for step in verdict.steps
        },
    }
