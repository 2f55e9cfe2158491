"""Where a run's processor time goes: scans the paths in one process with a clock around each stage, prints JSON.

python benchmarks/stages.py PATHS
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

STARTED = time.process_time()

from normfix.checks import scanner  # noqa: E402
from normfix.fixes import diagnosis  # noqa: E402
from normfix.prefilter import prefilter  # noqa: E402
from normfix.run import prefiltering, session  # noqa: E402
from normfix.run.discovery import DEFAULT_EXCLUDE, discover, excludes  # noqa: E402
from normfix.run.options import Options  # noqa: E402
from normfix.semantics import project  # noqa: E402
from normfix.source import python  # noqa: E402
from normfix.table.load import shipped_table  # noqa: E402

STAGES = (
    (prefilter.Prefilter, "admission", "prefilter"),
    (python, "tree_of", "ast"),
    (scanner, "collect", "bindings"),
    (diagnosis.Diagnoser, "diagnose", "resolve"),
    (project.Project, "_read", "follow"),
    (diagnosis, "plan_fixes", "plan"),
    (session, "_outcome", "rest of the scan"),
)


class Clock:
    """Seconds by stage; a stage inside another is taken out of it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    def around(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.process_time()
            self._inner.append(0.0)
            try:
                return function(*arguments, **named)
            finally:
                spent = time.process_time() - started
                self.seconds[stage] += spent - self._inner.pop()
                if self._inner:
                    self._inner[-1] += spent

        return timed


def main(paths: list[str]) -> None:
    clock = Clock()
    clock.seconds["start"] = time.process_time() - STARTED
    for place, name, stage in STAGES:
        setattr(place, name, clock.around(getattr(place, name), stage))
    files = clock.around(lambda: discover(paths, excludes(DEFAULT_EXCLUDE, Path.cwd())), "find files")()
    table = clock.around(shipped_table, "start")()
    shipped = clock.around(prefilter.shipped_prefilter, "start")()
    found = clock.around(lambda: prefiltering.prefilter_files(files, shipped, workers=1), "read")()
    for _ in session.run(files, table, Options(workers=1, prefiltered=found)):
        pass
    print(json.dumps({stage: round(seconds, 3) for stage, seconds in clock.seconds.items()}))


if __name__ == "__main__":
    main(sys.argv[1:])
