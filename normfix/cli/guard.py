"""A command whose faults become one line and status 2."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click


class Failure(click.ClickException):
    """A message for one line of stderr; the job could not be done."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print it in the way of the other messages."""
        click.echo(f"error: {self.format_message()}", err=True, file=file)


def guarded(job: Callable[[], int | None]) -> int:
    """Run a command; what a person can cause becomes one line and status 2."""
    from normfix.config.errors import UserError  # noqa: PLC0415 - `--version` needs none

    try:
        status = job() or 0
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except UserError as error:
        raise Failure(str(error)) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise Failure(f"{where}{error.strerror or error}") from error
    return status
