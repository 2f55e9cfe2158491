"""How the commands present themselves: options by what they are about, commands in the order of their use."""

from __future__ import annotations

import inspect

import click

_PARTS = {
    "Files": (
        "exclude",
        "extend_exclude",
        "force_exclude",
        "respect_gitignore",
        "since",
        "docstrings",
        "stdin_filename",
        "package",
        "show_files",
    ),
    "Rules and target": (
        *("config", "isolated", "select", "ignore", "extend_select", "target", "strategy", "baseline", "show_settings"),
    ),
    "Fixes and proof": (
        *("fix", "unsafe_fixes", "diff", "interactive", "verify", "verify_imports", "python", "timeout"),
        *("add_noqa", "reason", "installed"),
    ),
    "Output": ("output_format", "output_file", "statistics", "fail_on", "exit_zero", "quiet", "color"),
    "Cache": ("no_cache", "cache_dir"),
}
_PART_OF = {name: title for title, names in _PARTS.items() for name in names}
_OTHER = "Options"
_FEW = 8
"""A command with no more options lists them in one part."""


def first_sentence(text: str) -> str:
    """What a command does, without how."""
    line = " ".join(inspect.cleandoc(text).split("\n\n")[0].split())
    return line if ". " not in line else f"{line.partition('. ')[0]}."


class Command(click.Command):
    """A command whose options stand in parts."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each part below its title."""
        parts: dict[str, list[tuple[str, str]]] = {title: [] for title in (*_PARTS, _OTHER)}
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [(one, record) for one in options if (record := one.get_help_record(ctx))]
        for param, record in records:
            title = _PART_OF.get(param.name or "", _OTHER) if len(records) > _FEW else _OTHER
            parts[title].append(record)
        for title, rows in parts.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - the lines of a list may go on
        """The first sentence, whole."""
        return first_sentence(self.help or "")


class Group(click.Group):
    """Commands in the order in which they are written, which is that of their use."""

    command_class = Command
    group_class = type

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Their names."""
        return list(self.commands)

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002
        """The first sentence, whole."""
        return first_sentence(self.help or "")
