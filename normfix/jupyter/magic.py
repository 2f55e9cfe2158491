"""`%%normfix`: the findings in a cell under it, and the cell as it should be."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from typing import Any, NoReturn

from normfix.config.errors import UserError
from normfix.config.settings import STRATEGIES
from normfix.jupyter.cells import CellReport, look_at
from normfix.run.request import Request

_MAGIC = "%%normfix"
_PASSED = "All checks passed!"


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext normfix` calls: makes the magic known to a session."""

    def normfix(line: str, cell: str) -> None:
        """Show what is wrong with a cell and how it should be; `--help` lists the options."""
        try:
            _show(shell, line, cell)
        except UserError as error:
            # A traceback through normfix would say nothing to the person.
            print(f"error: {error}")

    shell.register_magic_function(normfix, "cell", "normfix")


def _show(shell: Any, line: str, cell: str) -> None:
    parser = _parser()
    try:
        options = parser.parse_args(shlex.split(line))
    except ValueError as error:
        raise UserError(f"{_MAGIC}: {error}") from error
    if options.help:
        print(parser.format_help())
        return
    request = Request(target=options.target, strategy=options.strategy, unsafe_fixes=options.unsafe_fixes or None)
    earlier = _earlier(shell, cell)
    report = look_at(cell, list(earlier.values()), request)
    shell.display_pub.publish(_page(report, cell, list(earlier)))
    if options.replace and report.code != cell:
        shell.set_next_input(report.code, replace=True)
    if options.run:
        shell.run_cell(report.code)


def _page(report: CellReport, cell: str, numbers: Sequence[int]) -> dict[str, str]:
    """The report in the forms that front ends choose from; `numbers` are those of the earlier cells."""
    parts = [("The cell after the fixes:", report.code)] if report.code != cell else []
    parts += [(f"In [{numbers[place]}] has to change as well:", text) for place, text in report.others.items()]
    words = report.findings.rstrip() or _PASSED
    plain = [words, *(f"{title}\n\n{text.rstrip()}" for title, text in parts)]
    marked = [f"```text\n{words}\n```", *(f"{title}\n\n```python\n{text.rstrip()}\n```" for title, text in parts)]
    return {"text/plain": "\n\n".join(plain), "text/markdown": "\n\n".join(marked)}


def _earlier(shell: Any, cell: str) -> dict[int, str]:
    """The cells that ran before this one by their numbers, without those that were only looked at."""
    history: list[str] = list(shell.history_manager.input_hist_raw)
    if history[-1].startswith(_MAGIC) and history[-1].partition("\n")[2].strip() == cell.strip():
        history.pop()
    ran = {number: text for number, text in enumerate(history) if number}
    for number, text in list(ran.items()):
        if text.startswith(_MAGIC):
            line, _, code = text.partition("\n")
            if "--run" in line:
                ran[number] = code
            else:
                del ran[number]
    return ran


class _Parser(argparse.ArgumentParser):
    """One whose errors do not end the session."""

    def error(self, message: str) -> NoReturn:
        """Raise UserError."""
        raise UserError(f"{_MAGIC}: {message}")


def _parser() -> argparse.ArgumentParser:
    about = "Show what is wrong with the normalizations of a cell, and how it should be."
    parser = _Parser(prog=_MAGIC, description=about, add_help=False)
    parser.add_argument("--help", action="store_true", help="show this")
    parser.add_argument("--unsafe-fixes", action="store_true", help="also make fixes that may change numbers")
    parser.add_argument("--target", metavar="SPEC", help="releases to run on")
    parser.add_argument("--strategy", choices=STRATEGIES, help="what becomes of graph programs")
    parser.add_argument("--replace", action="store_true", help="put the fixed code in the place of the cell")
    parser.add_argument("--run", action="store_true", help="run the fixed code")
    return parser
