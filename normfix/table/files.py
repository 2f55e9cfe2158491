"""Where the rule files are."""

from __future__ import annotations

from pathlib import Path

RECORDING = "availability.toml"
"""Large, so it is no part of the table: availability.py reads it."""

INSTALLATIONS = "installations.toml"
"""Not about code, so it is no part of the table either: conflicts.py reads it."""


def rules_directory() -> Path:
    """Where the rule files are: inside an installed wheel, or beside the package in a source tree."""
    package = Path(__file__).parent.parent
    packaged = package / "rules"
    return packaged if packaged.is_dir() else package.parent / "rules"


def rule_files() -> list[Path]:
    """The rule files that ship; what is beside them is read where it is needed."""
    return sorted(file for file in rules_directory().glob("*.toml") if file.name not in (RECORDING, INSTALLATIONS))
