"""The commands of `normfix fleet`: options in, exit status out."""

# ruff: noqa: PLC0415

from __future__ import annotations

from typing import Any

import click

from normfix.cli.completion import files, folders
from normfix.cli.guard import guarded
from normfix.cli.help import Group
from normfix.cli.options import FLEET, FLEET_VERIFY, SPLIT


@click.group(cls=Group)
def fleet() -> None:
    """Check many repositories, here or on a Dask cluster. Needs `pip install 'normfix[fleet]'`."""


@fleet.command("run")
@FLEET
@SPLIT
@click.option("--label", metavar="TEXT", default="", help="What to call this run in the trend [its number].")
def fleet_run(**options: Any) -> int:
    """Check every repository in SOURCES that is not known at its commit; the results are Parquet files.

    SOURCES are folders, wheels and source archives, git URLs, and files that list such or requirements.
    """
    from normfix.cli import fleet as commands

    return guarded(lambda: commands.run(commands.FleetRequest(**options)))


@fleet.command("fix")
@FLEET
@click.option("--write", is_flag=True, help="Make the branches and patches; else say what they would be.")
@click.option("--branch", metavar="NAME", default="normfix", help="The branch that each commit is on [normfix].")
def fleet_fix(**options: Any) -> int:
    """Fix what is safe in every repository of SOURCES: a branch with one commit, or a patch where git is not there.

    Nothing is pushed, and without --write nothing is written.
    """
    from normfix.cli import fleet as commands

    return guarded(lambda: commands.fix(commands.FleetRequest(**options)))


@fleet.command("report")
@click.argument("folder", metavar="DIR", shell_complete=folders)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["html", "markdown", "json"]),
    default="html",
    help="How it is shown [html].",
)
@click.option("-o", "--output-file", metavar="FILE", shell_complete=files, help="Write it to a file.")
def fleet_report(folder: str, output_format: str, output_file: str | None) -> int:
    """Show what runs into DIR have found: by repository, owner, release, rule and symbol, and from run to run."""
    from normfix.cli import fleet as commands

    return guarded(lambda: commands.report(folder, output_format, output_file))


@fleet.command("verify")
@FLEET_VERIFY
@SPLIT
def fleet_verify(**options: Any) -> int:
    """Build each layer as the repositories of SOURCES call it on the release of --target, once for all that do alike.

    Needs an interpreter that has this TensorFlow; it is asked on this machine, and code of a repository is never run.
    """
    from normfix.cli import fleet as commands

    return guarded(lambda: commands.verify(commands.FleetRequest(**options)))
