"""The release matrix: `python -m tools.matrix` builds every release, asks it, and writes what it says.

With `--check` it asks the interpreter that runs it instead, with Keras 3 and with TF_USE_LEGACY_KERAS=1, and compares;
with `--here` it adds what that one says of the paths that are not recorded yet, and nothing of older releases.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from normfix.runtime.checks import table_checks
from normfix.runtime.environment import Interpreter, Profile
from normfix.runtime.process import Limits, converse
from normfix.runtime.verify import profile, run_checks
from normfix.table.availability import RUN, Availability, concerns, load_availability, order, shipped_availability
from normfix.table.files import RECORDING, rule_files, rules_directory
from normfix.table.load import load_table, shipped_table
from tools.matrix.builds import BuildError, Release, build, interpreter, known_releases, remove
from tools.matrix.recipes import requests
from tools.matrix.record import Answers, availability_text, disagreements, recorded_answers
from tools.replacing import replace_file

_SCRIPT = Path(__file__).with_name("reach.py")
_LIMITS = Limits(seconds=3600, megabytes=16384)
_LEGACY = "TF_USE_LEGACY_KERAS"

Ways = dict[str, dict[str, str]]
"""path -> way -> "ok" or the words of the exception."""


class AskError(Exception):
    """An interpreter that did not answer to the end; the message is one line."""


def ask(python: Path, checks: Sequence[Mapping[str, Any]], variables: Mapping[str, str], fresh: bool = False) -> Ways:
    """What an interpreter says of each check: first by attribute, then by import. Raises AskError."""
    answers: Ways = {}
    for how in ("attribute", "from"):
        called = {path for path, ways in answers.items() if ways.get("attribute") == "ok"}
        asked = [{**check, "call": None if check["path"] in called else check["call"]} for check in checks]
        request = {"how": how, "fresh": fresh, "checks": asked}
        transcript = converse(python, _SCRIPT, request, _LIMITS, {_LEGACY: "0", **variables})
        if transcript.failure:
            raise AskError(f"{python} {transcript.failure}")
        for path, way, words in transcript.answers:
            ways = answers.setdefault(path, {})
            # A call is tried in several ways: one that works counts, else the first words stand.
            ways[way] = "ok" if "ok" in (words, ways.get(way)) else ways.get(way, words)
    answers.pop("", None)
    return answers


def failures(python: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """The words of each layer that can be imported and that `verify` does not get to run. Raises AskError."""
    checks = table_checks(shipped_table())
    report = run_checks(
        Interpreter(python, "the release matrix"), checks, _LIMITS, variables={_LEGACY: "0", **variables}
    )
    if report.failure:
        raise AskError(report.failure)
    steps = {one.check.target: one.decisive for one in report.failed}
    return {path: step.words for path, step in steps.items() if step is not None and step.name != "imported"}


def settle(python: Path, checks: Sequence[Mapping[str, Any]], variables: Mapping[str, str], answers: Ways) -> list[str]:
    """Ask again, each in an interpreter of its own, where attribute and import disagree; the fresh answer stands.

    One path stands for those that are odd in the same way; where its answer changes, all of them are asked.
    Returns the paths whose answer changed.
    """
    odd: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for check in checks:
        ways = answers[check["path"]]
        kinds = [ways.get(how, "").partition(":")[0] for how in ("attribute", "from")]
        if kinds.count("ok") == 1:
            odd.setdefault((*check["path"].split(".")[:2], *kinds), []).append({**check, "call": None})
    changed = _replace(answers, ask(python, [group[0] for group in odd.values()], variables, fresh=True)) if odd else []
    again = [check for group in odd.values() if group[0]["path"] in changed for check in group[1:]]
    return changed + (_replace(answers, ask(python, again, variables, fresh=True)) if again else [])


def _replace(answers: Ways, fresh: Ways) -> list[str]:
    changed = []
    for path, ways in fresh.items():
        if any((words == "ok") != (answers[path].get(how) == "ok") for how, words in ways.items()):
            answers[path].update(ways)
            changed.append(path)
    return changed


def run(release: Release, work: Path, keep: bool, settling: bool) -> None:
    """Ask one release for what is not recorded yet. Raises BuildError and AskError."""
    file = work / f"{release.name}.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"answers": {}, "settled": []}
    answers, settled = known["answers"], set(known["settled"])
    wanted = [check for check in requests(shipped_table()) if _wanted(check["path"], release.axes)]
    missing = [check for check in wanted if check["path"] not in answers]
    doubtful = [check for check in wanted if check["path"] not in settled] if settling else []
    if not missing and not doubtful:
        return
    begin = time.monotonic()
    folder = work / "environments" / release.name
    build(release, folder)
    python = interpreter(folder).absolute()
    answers |= ask(python, missing, release.environment) if missing else {}
    for path, words in failures(python, release.environment).items():
        answers.setdefault(path, {})[RUN] = words
    changed = settle(python, doubtful, release.environment, answers)
    installed = profile(Interpreter(python, release.name))
    record = {
        "release": release.name,
        "axes": dict(release.axes),
        "installed": _versions(installed),
        "settled": sorted(settled | {check["path"] for check in doubtful}),
        "changed": [*known.get("changed", ()), *changed],
        "answers": answers,
    }
    replace_file(file, json.dumps(record, indent=1))
    if not keep:
        remove(folder)
    click.echo(f"{release.name}: {len(missing)} paths in {time.monotonic() - begin:.0f} s", err=True)


def _wanted(path: str, axes: Iterable[str]) -> bool:
    return any(concerns(path, axis) for axis in axes)


def _versions(found: Profile) -> Mapping[str, str | None]:
    names = ("python", "tensorflow", "keras", "tf_keras", "tensorflow_addons", "tf_slim")
    return {name: getattr(found, name) for name in names}


def here(recorded: Availability) -> list[tuple[dict[str, str], dict[str, str]]]:
    """The axes that this interpreter stands for, each set with its variables. Raises AskError for an old TensorFlow."""
    found = profile(Interpreter(Path(sys.executable), "the interpreter that runs this"))
    release = ".".join(map(str, order(found.tensorflow or "")))
    newest = recorded.releases["tensorflow"][-1]
    if release != newest:
        raise AskError(f"TensorFlow {newest} is the newest recorded release; installed: {found.tensorflow or 'none'}")
    runs: list[tuple[dict[str, str], dict[str, str]]] = [({"tensorflow": release}, {})]
    keras = ".".join(map(str, order(found.keras or "")))
    if keras in recorded.releases["keras"]:
        runs[0][0]["keras"] = keras
    if found.tf_keras and release in recorded.releases["tf_keras"]:
        runs[0][0]["tf_keras"] = release
    if found.tf_keras and release in recorded.releases["legacy"]:
        runs.append(({"legacy": release}, {_LEGACY: "1"}))
    return runs


def check(recorded: Availability) -> list[str]:
    """Where this interpreter disagrees with the recording, with Keras 3 and with legacy Keras. Raises AskError."""
    lines: list[str] = []
    for axes, variables in here(recorded):
        checks = [one for one in requests(shipped_table()) if _wanted(one["path"], axes)]
        lines += disagreements(recorded, Answers(axes, ask(Path(sys.executable), checks, variables)))
    return lines


def add_from_here(target: Path) -> list[str]:
    """Add what this interpreter says of each path that is not recorded yet; the paths. Raises AskError."""
    recorded = load_availability(target)
    asked = [one for one in requests(load_table(rule_files(), proved=False)) if _wanted(one["path"], recorded.releases)]
    missing = [one for one in asked if one["path"] not in recorded.paths]
    answers = [*recorded_answers(recorded)]
    for axes, variables in here(recorded) if missing else ():
        checks = [one for one in missing if _wanted(one["path"], axes)]
        if checks:
            answers.append(Answers(axes, ask(Path(sys.executable), checks, variables)))
    replace_file(target, availability_text(answers), load_availability)
    return [one["path"] for one in missing]


def write_recording(work: Path, target: Path) -> int:
    """Add what the releases in `work` have answered to a recording; what it says of others stays. How many have.

    Raises ClickException where none has, and TableError for a recording that cannot be read.
    """
    files = [work / f"{release.name}.json" for release in known_releases()]
    raw = [json.loads(file.read_text(encoding="utf-8")) for file in files if file.exists()]
    if not raw:
        raise click.ClickException("no release has answered")
    before = recorded_answers(load_availability(target)) if target.exists() else ()
    text = availability_text([*before, *(Answers(one["axes"], one["answers"]) for one in raw)])
    replace_file(target, text, load_availability)
    return len(raw)


@click.command(name="python -m tools.matrix")
@click.option("--releases", metavar="LIST", help="Names from releases.toml, separated by commas [all].")
@click.option("--work", type=click.Path(path_type=Path), default=Path(".matrix"), help="Where answers are kept.")
@click.option("--keep", is_flag=True, help="Keep each environment after use.")
@click.option("--settle", "settling", is_flag=True, help="Ask again, in fresh interpreters, what looks odd.")
@click.option("--check", "checking", is_flag=True, help="Compare the recording with this interpreter; write nothing.")
@click.option("--here", "asking_here", is_flag=True, help="Ask this interpreter alone, for what is not recorded.")
def main(releases: str | None, work: Path, keep: bool, settling: bool, checking: bool, asking_here: bool) -> None:
    """Record in which releases each path of the rule table works. Run again after an interruption, it goes on."""
    target = rules_directory() / RECORDING
    try:
        if checking:
            lines = check(shipped_availability())
            click.echo("\n".join(lines) or "the recording agrees")
            sys.exit(bool(lines))
        if asking_here:
            click.echo("\n".join(add_from_here(target)) or "every path is recorded")
            return
    except AskError as error:
        raise click.ClickException(str(error)) from error
    work.mkdir(parents=True, exist_ok=True)
    names = releases.split(",") if releases else [release.name for release in known_releases()]
    unknown = set(names) - {release.name for release in known_releases()}
    if unknown:
        raise click.UsageError(f"releases.toml has no {', '.join(sorted(unknown))}")
    failed = False
    for release in known_releases():
        if release.name in names:
            try:
                run(release, work, keep, settling)
            except (BuildError, AskError) as error:
                failed = True
                click.echo(f"{release.name}: {error}", err=True)
    count = write_recording(work, target)
    click.echo(f"{target}: {count} of {len(known_releases())} releases asked, what is known of others kept", err=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
