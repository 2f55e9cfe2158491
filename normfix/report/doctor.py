"""What `doctor` found, as a text or as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from normfix.report.paint import Paint, printable
from normfix.runtime.doctor import Problem
from normfix.runtime.installation import Installation
from normfix.runtime.inventory import PACKAGES

_WIDTH = 96


def render(found: Installation, said: Sequence[Problem], paint: Paint) -> str:
    """The installation in one line for each package, then each problem with its cure."""
    asked = f"{printable(str(found.interpreter.path))} ({found.interpreter.origin})"
    lines = [f"{paint.strong('Python')} {found.python}  {asked}", *(f"  {one}" for one in _packages(found))]
    for problem in said:
        lines += ["", *_problem(problem, paint)]
    counted = f"Found {len(said)} problem{'s' if len(said) > 1 else ''}." if said else paint.good("Nothing is wrong.")
    lines += ["", counted]
    return "".join(line + "\n" for line in lines)


def render_json(found: Installation, said: Sequence[Problem]) -> str:
    """One object: the interpreter, the packages, the problems."""
    packages = {name: one.version for name in _names() if (one := found.first(name)) is not None}
    whole = {
        "python": found.python,
        "interpreter": str(found.interpreter.path),
        "origin": found.interpreter.origin,
        "packages": packages,
        "problems": [asdict(one) for one in said],
    }
    return json.dumps(whole, indent=2) + "\n"


def _names() -> list[str]:
    return [*(package.replace("_", "-") for package in PACKAGES), "numpy", "protobuf"]


def _packages(found: Installation) -> Iterator[str]:
    for name in _names():
        one = found.first(name)
        if one is not None:
            yield f"{one.name} {printable(one.version)}"


def _problem(problem: Problem, paint: Paint) -> Iterator[str]:
    first, *rest = textwrap.wrap(printable(problem.says), _WIDTH, break_long_words=False, break_on_hyphens=False)
    yield f"{paint.alarm(problem.slug)}: {first}"
    yield from (f"  {line}" for line in rest)
    yield f"  {paint.strong('cure:')} {printable(problem.cure)}"
    yield from (f"  {paint.quiet('see:')}  {link}" for link in problem.links)
