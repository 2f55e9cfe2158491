"""What is installed for an interpreter, as the metadata of its distributions say it; nothing of it is imported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from normfix.config.releases import Version, version
from normfix.runtime.environment import Interpreter
from normfix.runtime.inventory import PACKAGES
from normfix.runtime.process import UNREADABLE, Limits, converse

_PROBE = Path(__file__).parent / "installation_probe.py"
_SECONDS = 60.0
SWITCH = "TF_USE_LEGACY_KERAS"


@dataclass(frozen=True, slots=True)
class Distribution:
    """One installed distribution; without metadata it has neither name nor version. `package` is what it installs:
    `tensorflow` for `tensorflow-cpu` as well.
    """

    name: str
    version: str
    requires: tuple[str, ...]
    folder: str
    info: str

    @property
    def package(self) -> str:
        """The name under which other packages ask for it."""
        plain = self.name.replace("-", "_")
        known = (package for package, pattern in PACKAGES.items() if re.fullmatch(pattern, plain))
        return next(known, plain).replace("_", "-")

    @property
    def is_broken(self) -> bool:
        """Whether it is what pip leaves behind when it could not remove a package."""
        return self.info.startswith("~")

    @property
    def number(self) -> Version | None:
        """The number of its release; None where it states none."""
        try:
            return version(self.version)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Modules of a package in a folder that no record names: how many, and the first of them."""

    package: str
    folder: str
    count: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Installation:
    """All that an interpreter would import from, folder by folder in its order.

    `user_site` is the folder of the person's own packages, empty where it does not count. `failure` is why the
    interpreter could not be asked.
    """

    interpreter: Interpreter
    python: str = ""
    distributions: tuple[Distribution, ...] = ()
    left: tuple[LeftOver, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    user_site: str = ""
    failure: str = ""

    def first(self, package: str) -> Distribution | None:
        """The distribution that an import of a package would find."""
        return next((one for one in self.distributions if one.package == package and not one.is_broken), None)


def installation(interpreter: Interpreter) -> Installation:
    """Ask an interpreter."""
    request = {"packages": sorted(PACKAGES), "variables": [SWITCH]}
    transcript = converse(interpreter.path, _PROBE, request, Limits(seconds=_SECONDS))
    if transcript.failure:
        return Installation(interpreter, failure=transcript.failure)
    try:
        return _installation(interpreter, transcript.answers[-1])
    except (KeyError, TypeError):
        return Installation(interpreter, failure=UNREADABLE)


def _installation(interpreter: Interpreter, found: Mapping[str, Any]) -> Installation:
    return Installation(
        interpreter,
        found["python"],
        tuple(Distribution(**{**one, "requires": tuple(one["requires"])}) for one in found["distributions"]),
        tuple(LeftOver(**{**one, "first": tuple(one["first"])}) for one in found["left"]),
        found["variables"],
        found["user_site"],
    )
