"""Runs inside the interpreter of the user's project: which distributions are installed, importing none of them.

One file, the standard library alone, Python 3.7 syntax. The request is JSON on stdin: the top-level packages whose
files are to be held against the records. The answer is one line of JSON behind MARK on stdout.
"""

from __future__ import annotations

import csv
import email.parser
import json
import os
import platform
import re
import site
import sys
from typing import Any

MARK = "normfix-answer:"
MOST = 5
"""So many left-over files are named."""


def folders() -> list[str]:
    """Where this interpreter imports from, in order, none twice."""
    found: dict[str, str] = {}
    for folder in sys.path:
        if os.path.isdir(folder):
            found.setdefault(os.path.realpath(folder), folder)
    return list(found.values())


def distributions(folder: str) -> list[dict[str, Any]]:
    """What the metadata in a folder say, in the order of their names."""
    found = []
    for name in sorted(os.listdir(folder)):
        info = os.path.join(folder, name)
        if name.endswith(".dist-info"):
            file = os.path.join(info, "METADATA")
        elif name.endswith(".egg-info"):
            file = os.path.join(info, "PKG-INFO") if os.path.isdir(info) else info
        else:
            continue
        try:
            with open(file, encoding="utf-8", errors="replace") as stream:
                message = email.parser.Parser().parse(stream, headersonly=True)
        except OSError:
            message = None
        # One without metadata is what an update that broke off leaves behind.
        found.append(
            {
                "name": re.sub(r"[-_.]+", "-", (message["Name"] or "") if message else "").lower(),
                "version": (message["Version"] or "") if message else "",
                "requires": (message.get_all("Requires-Dist") or []) if message else [],
                "folder": folder,
                "info": name,
            }
        )
    return found


def recorded(folder: str) -> set[str]:
    """The real paths of all files that the records in a folder name."""
    files: set[str] = set()
    for name in os.listdir(folder):
        file = os.path.join(folder, name, "RECORD")
        if name.endswith(".dist-info") and os.path.isfile(file):
            with open(file, encoding="utf-8", errors="replace", newline="") as stream:
                files.update(os.path.normpath(os.path.join(folder, row[0])) for row in csv.reader(stream) if row)
    return files


def left_over(folder: str, packages: list[str]) -> list[dict[str, Any]]:
    """The packages of which some modules are recorded and some are not: how many of these, and the first of them."""
    present = [name for name in packages if os.path.isdir(os.path.join(folder, name))]
    files = recorded(folder) if present else set()
    found = []
    for name in present:
        root = os.path.join(folder, name)
        modules = [
            os.path.join(place, file)
            for place, _, names in os.walk(root)
            for file in names
            if file.endswith((".py", ".so", ".pyd"))
        ]
        idle = sorted(os.path.normpath(module) for module in modules if os.path.normpath(module) not in files)
        # Where nothing is recorded, another tool than pip has installed it.
        if idle and len(idle) < len(modules):
            first = [os.path.relpath(one, folder) for one in idle[:MOST]]
            found.append({"package": name, "folder": folder, "count": len(idle), "first": first})
    return found


def main() -> None:
    """Answer the request."""
    request = json.load(sys.stdin)
    places = folders()
    answer = {
        "python": platform.python_version(),
        "executable": sys.executable,
        "user_site": site.getusersitepackages() if getattr(site, "ENABLE_USER_SITE", False) else "",
        "variables": {name: os.environ[name] for name in request["variables"] if name in os.environ},
        "distributions": [one for folder in places for one in distributions(folder)],
        "left": [one for folder in places for one in left_over(folder, request["packages"])],
    }
    print(MARK + json.dumps(answer))  # the one line that the caller looks for


if __name__ == "__main__":
    main()
