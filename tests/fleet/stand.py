"""What is asked in the place of a Python with TensorFlow: it notes each trial, and answers as the arguments say."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

CODE = "import tensorflow as tf\na = tf.keras.layers.BatchNormalization(axis=1)\n"
_PROGRAM = """\
import json, os, signal, sys
folder = {folder!r}
say = lambda one: print("normfix-answer:" + json.dumps(one), flush=True)
if sys.argv[3].endswith("inventory.py"):
    say(json.load(open(folder + "/profile")))
    sys.exit()
checks = json.load(sys.stdin)["checks"]
with open(folder + "/tried", "a") as log:
    log.writelines(check["target"] + json.dumps(check["keywords"]) + "\\n" for check in checks)
if os.path.exists(folder + "/client") and os.path.exists(folder + "/second"):
    os.kill(int(open(folder + "/client").read()), signal.SIGKILL)
    sys.exit()
open(folder + "/second", "w").close()
say([[], "tensorflow", "ok", "", 1.0])
for check in checks:
    given = dict(check["keywords"])
    for step in ("imported", "built", "training", "inference", "gradient", "function", "saved"):
        say([[check["id"]], step, "trying", "", 0.0])
        if step == "built" and "'deadly'" in given.values():
            os.kill(os.getpid(), signal.SIGSEGV)
        failed = step == "built" and "fused" in given
        say([[check["id"]], step, "failed" if failed else "ok", "ValueError: no fused" if failed else "", 0.0])
        if failed:
            break
say([[], "loaded", "ok", "", 0.0])
"""


@dataclass(frozen=True, slots=True)
class Stand:
    """What is asked instead of a Python with TensorFlow, and what it was asked to try."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "python"

    @property
    def tried(self) -> list[str]:
        file = self.folder / "tried"
        return file.read_text().splitlines() if file.exists() else []

    def has(self, **packages: str | None) -> None:
        known = {"python": "3.12.1", "tensorflow": "2.21.0", "keras": "3.15.1", "executable": str(self.python)}
        (self.folder / "profile").write_text(json.dumps({**known, **packages}))

    def set_up(self) -> None:
        self.folder.mkdir()
        (self.folder / "program.py").write_text(_PROGRAM.format(folder=str(self.folder)))
        self.python.write_text(f'#!/bin/sh\nexec {sys.executable} {self.folder}/program.py "$@"\n')
        self.python.chmod(0o755)
        self.has()
