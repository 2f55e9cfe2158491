"""`normfix fleet`: many repositories, where the packages that it needs are installed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from normfix.cli.server import MissingExtraError

_NEEDED = ("dask", "distributed", "pyarrow")


@dataclass(frozen=True, slots=True)
class FleetRequest:
    """The options of `fleet run`, `fleet fix` and `fleet verify`."""

    sources: tuple[str, ...]
    out: str
    scheduler: str | None = None
    workers: int | None = None
    target: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    isolated: bool = False
    timeout: float = 600
    memory: int = 4096
    split: int = 2000
    python: str | None = None
    label: str = ""
    branch: str = "normfix"
    write: bool = False


def require() -> None:
    """Raise MissingExtraError where a package of the extra is missing."""
    if any(find_spec(name) is None for name in _NEEDED):
        raise MissingExtraError("`normfix fleet` needs more packages: pip install 'normfix[fleet]'")


def run(request: FleetRequest) -> int:
    """`fleet run`: check every repository, say what came of it. Returns the exit status. Raises UserError."""
    require()
    from normfix.fleet import run as runs  # noqa: PLC0415 - its packages need not be there
    from normfix.fleet.work import Asked, own_identity  # noqa: PLC0415

    asked = Asked(_options(request), request.timeout, request.memory << 20, own_identity(), request.split)
    cluster = runs.Cluster(request.scheduler, request.workers)
    tally = runs.run(request.sources, Path(request.out), asked, cluster, request.label, _warn)
    said = f"{tally.looked_at} repositories checked, {tally.known} known already, {len(tally.failures)} failed; "
    sys.stderr.write(f"{said}{tally.findings} findings. Next: normfix fleet report {request.out}\n")
    return 2 if tally.failures else int(tally.findings > 0)


def report(folder: str, output_format: str, output_file: str | None) -> int:
    """`fleet report`: what the runs into a folder have found. Returns the exit status. Raises UserError."""
    require()
    from normfix.fleet.overview import overview  # noqa: PLC0415 - as above
    from normfix.fleet.page import as_page  # noqa: PLC0415
    from normfix.fleet.report import as_json, as_markdown  # noqa: PLC0415
    from normfix.table.load import shipped_table  # noqa: PLC0415

    known = overview(Path(folder), {code: rule.summary for code, rule in shipped_table().rules.items()})
    text = {"html": as_page, "markdown": as_markdown, "json": as_json}[output_format](known)
    if output_file is not None:
        Path(output_file).write_text(text, "utf-8", "backslashreplace", "\n")
    else:
        sys.stdout.write(text)
    return 0


def fix(request: FleetRequest) -> int:
    """`fleet fix`: propose the safe fixes of every repository, write them where told. Returns the exit status.

    Raises UserError.
    """
    require()
    from normfix.fleet import fix as fixes  # noqa: PLC0415 - as above
    from normfix.fleet.run import Cluster  # noqa: PLC0415
    from normfix.fleet.work import Asked, own_identity  # noqa: PLC0415

    asked = Asked(_options(request), request.timeout, request.memory << 20, own_identity())
    writing = fixes.Writing(Path(request.out), request.branch, request.write)
    cluster = Cluster(request.scheduler, request.workers)
    done = fixes.fix(request.sources, asked, cluster, writing, lambda line: print(line, flush=True), _warn)
    verb = "fixed" if request.write else "would be fixed (--write writes them)"
    sys.stderr.write(f"{done.fixed} findings {verb}, {done.remaining} remain, {done.failures} repositories failed.\n")
    left = done.remaining + (0 if request.write else done.fixed)
    return 2 if done.failures else int(left > 0)


def verify(request: FleetRequest) -> int:
    """`fleet verify`: build what the repositories call on a release. Returns the exit status. Raises UserError."""
    require()
    from normfix.config.target import parse_target  # noqa: PLC0415 - as above
    from normfix.fleet import verify as verifies  # noqa: PLC0415
    from normfix.fleet.builds import FAILS  # noqa: PLC0415
    from normfix.fleet.run import Cluster  # noqa: PLC0415
    from normfix.fleet.work import Asked, own_identity  # noqa: PLC0415
    from normfix.run.request import UsageError  # noqa: PLC0415
    from normfix.runtime.environment import find_interpreter  # noqa: PLC0415
    from normfix.runtime.verify import profile  # noqa: PLC0415
    from normfix.table.load import shipped_table  # noqa: PLC0415

    target = parse_target(request.target or "", shipped_table().releases, "--target")
    if not target.known:
        raise UsageError("--target: name a release, such as tensorflow==2.21")
    found = profile(find_interpreter(Path(request.python) if request.python else None, Path.cwd()))
    verifies.must_have(found, target)
    options = {"isolated": request.isolated}
    asked = Asked(options, request.timeout, request.memory << 20, own_identity(), request.split)
    cluster = Cluster(request.scheduler, request.workers)
    done = verifies.verify(request.sources, Path(request.out), asked, cluster, found, _warn)
    counts = ", ".join(f"{count} {status}" for status, count in sorted(done.statuses.items())) or "none"
    said = f"{done.repositories} repositories, {done.known} known already, {done.failures} failed; "
    said += (
        f"{done.statuses.total()} calls in {done.trials} ways, {done.built} built now on TensorFlow {found.tensorflow}"
    )
    sys.stderr.write(f"{said}: {counts}. Next: normfix fleet report {request.out}\n")
    return 2 if done.failures else int(done.statuses[FAILS] > 0)


def _options(request: FleetRequest) -> dict[str, Any]:
    """What is asked of every repository, as options of `check`."""
    names = ("target", "select", "ignore", "extend_select", "isolated")
    return {name: getattr(request, name) for name in names}


def _warn(line: str) -> None:
    sys.stderr.write(f"error: {line}\n")
