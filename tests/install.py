"""An interpreter that is no interpreter: it notes each start, and answers what a test tells it to."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from normfix.runtime.checks import table_checks
from normfix.runtime.verdict import STEPS
from normfix.table.load import shipped_table

CALL = "code.py:2:1"
LONG_AGO = 1_600_000_000
OK = tuple(("ok", "") for _ in STEPS)


@dataclass
class Install:
    """A shell script, the folder that it imports from, and the two files that its answers stand in."""

    root: Path

    @property
    def python(self) -> Path:
        return self.root / "env" / "bin" / "python"

    @property
    def packages(self) -> Path:
        return self.root / "env" / "packages"

    @property
    def loaded(self) -> Path:
        return self.packages / "tensorflow" / "core.py"

    @property
    def starts(self) -> int:
        file = self.root / "starts"
        return len(file.read_text().splitlines()) if file.exists() else 0

    def set_up(self) -> None:
        (self.packages / "tensorflow").mkdir(parents=True)
        (self.packages / "tensorflow-2.21.0.dist-info").mkdir()
        self.loaded.write_text("")
        os.utime(self.loaded, (LONG_AGO, LONG_AGO))
        self.behave("")
        self.profile(str(self.python))
        self.answer(*OK)

    def behave(self, before_the_end: str) -> None:
        self.python.parent.mkdir(exist_ok=True)
        body = (
            f'case "$3" in *inventory.py) cat {self.root}/profile;; *) cat {self.root}/answers; {before_the_end}\nesac'
        )
        self.python.write_text(f"#!/bin/sh\necho start >> {self.root}/starts\n{body}\n")
        self.python.chmod(self.python.stat().st_mode | stat.S_IXUSR)

    def profile(self, executable: str) -> None:
        found = {"python": "3.12.1", "tensorflow": "2.21.0", "executable": executable}
        self.say("profile", {**found, "folders": [str(self.packages)]})

    def answer(self, *steps: tuple[str, str], begin: str = "ok", call: str | None = None) -> None:
        """The same for every check of the table, or for one call."""
        known = [[call]] if call else [[check.id] for check in table_checks(shipped_table())]
        said = [[[], "tensorflow", begin, "", 1.0]]
        for name in known:
            said += [[name, step, *outcome, 0.0] for step, outcome in zip(STEPS, steps, strict=False)]
        self.say("answers", *said, [[str(self.loaded)], "loaded", "ok", "", 0.0])

    def say(self, file: str, *values: object) -> None:
        (self.root / file).write_text("".join(f"normfix-answer:{json.dumps(value)}\n" for value in values))
