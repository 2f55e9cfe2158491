"""The options that several commands share, each in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from normfix.cli.completion import codes, files, folders
from normfix.config.settings import FAIL_ON, FORMATS, STRATEGIES

_F = TypeVar("_F", bound=Callable[..., Any])


def _split(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """`--select NF1,NF2 --select NF3` as one tuple."""
    return tuple(one.strip() for value in values for one in value.split(",") if one.strip())


def _many(name: str, text: str, offered: Callable[..., Any] | None = None) -> Callable[[_F], _F]:
    return click.option(name, multiple=True, callback=_split, metavar="LIST", help=text, shell_complete=offered)


def together(*options: Callable[[_F], _F]) -> Callable[[_F], _F]:
    """Several options as one decorator, in reading order."""

    def decorate(function: _F) -> _F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


COLOUR = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colour."
)
PYTHON = click.option(
    "--python", metavar="PATH", shell_complete=files, help="Interpreter that has the TensorFlow of your project."
)
FILES = together(
    click.argument("paths", nargs=-1, metavar="[PATHS]...", shell_complete=files),
    _many("--exclude", "Globs to leave out instead of the default ones."),
    _many("--extend-exclude", "Globs to leave out as well."),
    click.option("--force-exclude", is_flag=True, help="Leave out excluded files even when they are named."),
    click.option(
        "--respect-gitignore/--no-respect-gitignore",
        default=None,
        help="Whether to leave out what .gitignore files name [yes].",
    ),
    click.option("--config", metavar="FILE", shell_complete=files, help="Read [tool.normfix] of this file."),
    click.option("--isolated", is_flag=True, help="Read no configuration file."),
)
RULES = together(
    _many("--select", "Codes or prefixes of the rules to use.", codes),
    _many("--ignore", "Codes or prefixes of the rules to leave out.", codes),
    _many("--extend-select", "Codes or prefixes to use as well.", codes),
)
BASELINE = click.option("--baseline", metavar="FILE", shell_complete=files, help="Leave out what this baseline knows.")
TARGET = together(
    click.option("--strategy", type=click.Choice(STRATEGIES), help="What becomes of graph programs [keras]."),
    click.option(
        "--target", metavar="SPEC", help="Releases to run on: tensorflow>=2.12,<2.16, keras>=3, legacy [auto]."
    ),
)
SHARED = together(
    FILES,
    RULES,
    click.option(
        "--output-format",
        type=click.Choice(list(FORMATS)),
        metavar="FORMAT",
        help=f"How findings are shown [full]: {', '.join(FORMATS)}.",
    ),
    click.option("-o", "--output-file", metavar="FILE", shell_complete=files, help="Write the findings to a file."),
    click.option("--unsafe-fixes/--no-unsafe-fixes", default=None, help="Also make fixes that may change numbers."),
    TARGET,
    click.option("--diff", is_flag=True, help="Show what the fixes would change; write nothing."),
    BASELINE,
    click.option(
        "--docstrings/--no-docstrings",
        default=None,
        help="Whether to look at the examples in docstrings too [no].",
    ),
    click.option("--since", metavar="REV", help="Only what stands in lines that changed since this revision of git."),
    click.option("--statistics", is_flag=True, help="Show counts for each rule instead of findings."),
    click.option("--fail-on", type=click.Choice(FAIL_ON), help="The mildest finding that fails the run [warning]."),
    click.option("-e", "--exit-zero", is_flag=True, help="The same as --fail-on never."),
    click.option("-q", "--quiet", is_flag=True, help="Print findings and nothing else."),
    click.option("--no-cache", is_flag=True, help="Neither use nor keep the results of an earlier run."),
    click.option(
        "--cache-dir", metavar="FOLDER", shell_complete=folders, help="Where to keep results [.normfix_cache]."
    ),
    click.option("--no-prefilter", is_flag=True, hidden=True, help="Scan every file in full."),
    click.option("--show-files", is_flag=True, help="Print the files that would be read, and check nothing."),
    click.option("--show-settings", is_flag=True, help="Print the settings that hold, and check nothing."),
    click.option(
        "--stdin-filename", metavar="PATH", shell_complete=files, help="Name to give to what comes from standard input."
    ),
    COLOUR,
)
KEPT_IN = click.option(
    "--baseline",
    metavar="FILE",
    shell_complete=files,
    help="The file [that of the settings, or normfix-baseline.json].",
)
_FLEET = together(
    click.argument("sources", nargs=-1, required=True, metavar="SOURCES...", shell_complete=files),
    click.option(
        "--out", required=True, metavar="DIR", shell_complete=folders, help="The folder of the results; a run goes on."
    ),
    click.option("--scheduler", metavar="ADDRESS", help="The Dask scheduler to use, tcp://HOST:8786 [one of its own]."),
    click.option("--workers", type=click.IntRange(min=1), help="Processes, where the cluster is its own [all cores]."),
    click.option("--timeout", type=click.FloatRange(min=1), default=600, help="Seconds for one repository [600]."),
    click.option("--memory", type=click.IntRange(min=256), default=4096, help="Megabytes for one repository [4096]."),
    click.option("--isolated", is_flag=True, help="Read no configuration file."),
)
FLEET = together(
    _FLEET,
    RULES,
    click.option("--target", metavar="SPEC", help="Releases to run on, for all of them [what each one says]."),
)
SPLIT = click.option(
    "--split",
    type=click.IntRange(min=1),
    default=2000,
    help="Files above which a repository is divided by folder among workers [2000].",
)
FLEET_VERIFY = together(
    _FLEET,
    click.option("--target", required=True, metavar="SPEC", help="The release to build on, tensorflow==2.21."),
    PYTHON,
)
