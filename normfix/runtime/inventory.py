"""Runs inside the interpreter of the user's project: says what is installed there, importing none of it.

One file, the standard library alone, Python 3.7 syntax. The answer is one line of JSON behind MARK on stdout.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import re
import site
import sys
from typing import Any

MARK = "normfix-answer:"
PACKAGES = {
    "tensorflow": r"(intel_)?tensorflow(_cpu|_gpu|_intel|_macos|_rocm|_cpu_aws)?|tf_nightly(_cpu)?",
    "keras": r"keras|keras_nightly",
    "tf_keras": r"tf_keras|tf_keras_nightly",
    "tensorflow_addons": r"tensorflow_addons|tfa_nightly",
    "tf_slim": r"tf_slim",
}
_DISTRIBUTION = re.compile(r"(.+?)-(\d[^-]*)(-py[\d.]+)?\.(dist|egg)-info")


def installed_version(package: str) -> str | None:
    """The version in a package's metadata: "unknown" where it has none, None where it is not installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    wanted = re.compile(PACKAGES[package])
    for folder in sys.path:
        try:
            names = os.listdir(folder)  # noqa: PTH208 (ten times quicker on a large site-packages)
        except OSError:
            continue
        for name in names:
            match = _DISTRIBUTION.fullmatch(name)
            if match and wanted.fullmatch(match.group(1).lower().replace("-", "_").replace(".", "_")):
                return match.group(2)
    return "unknown"


def folders() -> list[str]:
    """Where this interpreter imports from, and where it would if the folder were there."""
    return sys.path + ([site.getusersitepackages()] if getattr(site, "ENABLE_USER_SITE", False) else [])


def inventory() -> dict[str, Any]:
    """The version of Python and of each package, the variable that brings Keras 2 back, and where all this stands."""
    found: dict[str, Any] = {"python": platform.python_version(), "executable": sys.executable, "folders": folders()}
    found.update({package: installed_version(package) for package in PACKAGES})
    found["legacy_keras"] = os.environ.get("TF_USE_LEGACY_KERAS")
    return found


if __name__ == "__main__":
    print(MARK + json.dumps(inventory()))  # the one line that the caller looks for
