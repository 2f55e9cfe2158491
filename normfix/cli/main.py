"""The command line: options in, exit status out.

Nothing but click is imported before a command is chosen, so that `--version` and a clean `check` stay quick.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from normfix import __version__
from normfix.cli.completion import names
from normfix.cli.fleet_commands import fleet
from normfix.cli.guard import guarded
from normfix.cli.help import Group
from normfix.cli.options import COLOUR, FILES, KEPT_IN, PYTHON, RULES, SHARED, TARGET, together
from normfix.config.terminal import make_safe

if TYPE_CHECKING:
    from normfix.run.request import Request

_INTERRUPTED = 130
_MANY = 20


def main() -> None:
    """Entry point of the `normfix` command: runs it and exits with its status."""
    for stream in (sys.stdout, sys.stderr):
        make_safe(stream)
    _end_on_signals()
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")
    try:
        sys.exit(_normfix.main(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(_INTERRUPTED)
    except Exception as error:
        from normfix.checks.findings import fault

        sys.stderr.write(f"error: normfix failed: {fault(error)}; please report it\n")
        sys.exit(2)


def _end_on_signals() -> None:
    """SIGTERM and SIGHUP end a run as Ctrl-C does: what is half written goes, and the status says what it was.

    A second one ends it at once.
    """
    mine = os.getpid()
    told: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        if os.getpid() != mine:
            # A forked worker has nothing to put away.
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        told.append(number)
        if len(told) > 1:
            os._exit(128 + number)
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(128 + number)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, end)


@click.group(
    cls=Group, name="normfix", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="normfix", message="%(prog)s %(version)s")
def _normfix() -> None:
    """Find, explain, fix and prove TensorFlow and Keras normalization code.

    Exit status: 0 nothing to do, 1 findings remain, 2 the job could not be done.
    """


@_normfix.command()
@SHARED
@click.option("--fix", is_flag=True, help="Make the fixes, as `normfix fix` does.")
@click.option("--add-noqa", is_flag=True, help="Silence what is found with comments; --diff shows them.")
@click.option("--reason", metavar="TEXT", help="What to write behind the comments of --add-noqa.")
@click.option("--package", metavar="NAME", help="An installed package instead of paths; nothing of it is imported.")
@PYTHON
def check(**options: Any) -> int:
    """Report normalization code that no longer runs. PATHS are files, folders or `-`; the default is `.`."""
    return _run(options)


@_normfix.command()
@SHARED
@click.option("--verify", is_flag=True, help="Make only fixes whose calls build and run on the installed TensorFlow.")
@click.option(
    "--verify-imports",
    is_flag=True,
    help="Import every edited module, and those that import one, before and after, and take back what breaks one. "
    "This runs your project's own modules.",
)
@PYTHON
@click.option("--installed", is_flag=True, help="Also fix files of installed packages.")
@click.option("-i", "--interactive", is_flag=True, help="Ask about each fix, one at a time.")
def fix(**options: Any) -> int:
    """Rewrite normalization code that no longer runs. PATHS are files, folders or `-`; the default is `.`."""
    return _run({**options, "fix": True})


@_normfix.group()
def baseline() -> None:
    """Put up with what there is: write down the findings of today, so that `check` reports new ones alone."""


@baseline.command("write")
@together(FILES, RULES, TARGET, KEPT_IN)
def baseline_write(**options: Any) -> int:
    """Write down every finding in PATHS, the default being `.`, in the place of what the baseline said."""
    return _baseline("write", options)


@baseline.command("update")
@together(FILES, RULES, TARGET, KEPT_IN)
def baseline_update(**options: Any) -> int:
    """Take out what is gone and follow renamed files; nothing new comes in."""
    return _baseline("update", options)


@baseline.command("show")
@together(KEPT_IN, COLOUR)
def baseline_show(**options: Any) -> int:
    """Show what the baseline has, file by file."""
    return _baseline("show", options)


def _baseline(action: str, options: dict[str, Any]) -> int:
    from normfix.cli import baseline as commands
    from normfix.run.request import Request

    return guarded(lambda: getattr(commands, action)(Request(**options)))


@_normfix.command()
@FILES
@PYTHON
@click.option("--timeout", type=click.FloatRange(min=1), help="Seconds that the checks may take.")
@click.option("--output-format", type=click.Choice(["full", "json"]), default="full", help="How verdicts are shown.")
@click.option("--no-cache", is_flag=True, help="Neither use nor keep the results of an earlier run.")
@COLOUR
def verify(**options: Any) -> int:
    """Prove on an installed TensorFlow that every replacement, or every call site in PATHS, builds and runs."""
    from normfix.cli.verify import VerifyRequest, verify

    return guarded(lambda: verify(VerifyRequest(**options)))


@_normfix.command()
@PYTHON
@click.option("--output-format", type=click.Choice(["full", "json"]), default="full", help="How it is shown.")
@click.option("--config", metavar="FILE", help="Read [tool.normfix] of this file.")
@click.option("--isolated", is_flag=True, help="Read no file of the project.")
@COLOUR
def doctor(**options: Any) -> int:
    """Say what is wrong with the TensorFlow, Keras and NumPy that are installed, and what cures it.

    Nothing of it is imported.
    """
    from normfix.cli.doctor import DoctorRequest, doctor

    return guarded(lambda: doctor(DoctorRequest(**options)))


@_normfix.command()
def server() -> int:
    """Serve an editor: the Language Server Protocol on stdin and stdout. Needs `pip install 'normfix[lsp]'`."""
    from normfix.cli.server import serve

    return guarded(serve)


_normfix.add_command(fleet)


@_normfix.command()
@click.argument("name", shell_complete=names)
@COLOUR
def rule(name: str, color: str) -> int:
    """Explain a rule (NF101, or its slug) or a layer (BatchNormalization)."""
    from normfix.explanations.pages import show
    from normfix.run.request import project_table

    return guarded(lambda: show(project_table(), name, color))


@_normfix.command()
@click.argument("text", nargs=-1, required=True)
@COLOUR
def explain(text: tuple[str, ...], color: str) -> int:
    """Say what a pasted error message or traceback means and what cures it. TEXT is the message; `-` reads it."""
    from normfix.explanations.answer_page import show
    from normfix.run.request import project_table

    message = sys.stdin.read() if text == ("-",) else " ".join(text)
    return guarded(lambda: show(project_table(), message, color))


@_normfix.command()
@click.option(
    "--output-format", type=click.Choice(["text", "json", "markdown"]), default="text", help="How rules are shown."
)
@COLOUR
def rules(output_format: str, color: str) -> int:
    """List every rule."""
    from normfix.report.rules import show
    from normfix.run.request import project_table

    return guarded(lambda: show(project_table(), output_format, color))


@_normfix.command()
@click.argument("symbol")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", help="How it is shown.")
@COLOUR
def matrix(symbol: str, output_format: str, color: str) -> int:
    """Show in which releases SYMBOL works: a path (tf.layers.batch_normalization) or its end (BatchNormalization)."""
    from normfix.report.matrix import show
    from normfix.table.availability import shipped_availability
    from normfix.table.load import shipped_table

    return guarded(lambda: show(shipped_table(), shipped_availability(), symbol, output_format, color))


@_normfix.command()
@click.option("--cache-dir", metavar="FOLDER", help="The folder to remove beside the user's own.")
def clean(cache_dir: str | None) -> int:
    """Remove what earlier runs have kept."""
    from normfix.run.request import forget_caches

    return guarded(lambda: forget_caches(cache_dir))


def _run(options: dict[str, Any]) -> int:
    from normfix.run.request import Request

    return guarded(lambda: _looked(Request(**options)))


def _looked(request: Request) -> int:
    if request.show_files or request.show_settings:
        from normfix.cli.show import show

        return show(request)
    from normfix.run.discovery import is_archive

    if any(map(is_archive, request.paths)):
        from normfix.cli.check import check_archive

        return check_archive(request)
    from normfix.cli.fast_path import prepare

    prepared = prepare(request, _load)
    if isinstance(prepared, int):
        return prepared
    from normfix.cli.check import check_files

    return check_files(request, prepared)


def _load(admitted: int) -> None:
    """Import what so many files that may have a finding will need, while other processes are still at work."""
    import normfix.cli.check

    if admitted == _MANY:
        import normfix.fixes.calls  # noqa: F401 - one of so many will be rewritten, and every worker would import it
