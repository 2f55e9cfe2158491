"""Packages that cannot be in one environment: `rules/installations.toml`, read where `doctor` asks for it."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from normfix.config.releases import Requirement, requirement
from normfix.table.files import INSTALLATIONS, rules_directory


@dataclass(frozen=True, slots=True)
class Conflict:
    """Distributions that must not be installed together, what happens else, and the command that cures it."""

    slug: str
    when: tuple[Requirement, ...]
    says: str
    cure: str
    links: tuple[str, ...]


def shipped_conflicts() -> tuple[Conflict, ...]:
    """The conflicts that ship with normfix, in the order in which they are looked for."""
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415 - one command reads it
    else:
        import tomli as tomllib  # noqa: PLC0415
    data = tomllib.loads((rules_directory() / INSTALLATIONS).read_text(encoding="utf-8"))
    return tuple(
        Conflict(row["slug"], tuple(map(requirement, row["when"])), row["says"], row["cure"], tuple(row["links"]))
        for row in data["conflict"]
    )
