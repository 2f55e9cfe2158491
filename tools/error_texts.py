"""Records the errors that legacy code raises: runs every `before` of fixtures/rules on real releases.

Usage: `python -m tools.error_texts RELEASE_PYTHON...`, from the root of the project. The texts go to
`fixtures/errors/recorded.json`, each once, with its rules and the releases that raise it. What was recorded on releases
that are not given stays.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from fixtures.files import FIXTURES, endings
from fixtures.run_old import packages_of, target_of
from tools.replacing import replace_file

RECORDED = FIXTURES / "errors" / "recorded.json"
_PLACE = re.compile(r" \((?:[A-Za-z]:)?[^()\s]*[/\\][^()]*\)")
_NO_KERAS = re.compile(r"No module named 'keras'$")
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")

Texts = dict[str, dict[str, list[str]]]
"""Error text -> `rules` whose old form raised it and `releases` that did."""


def main(interpreters: list[str]) -> int:
    """Run everything on each interpreter and add what it raised; returns the exit status."""
    texts: Texts = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    for python in interpreters:
        release = target_of(packages_of(python)).text
        texts = without(texts, release)
        for rule, text in raised(python):
            found = texts.setdefault(text, {"rules": [], "releases": []})
            found["rules"] = sorted({*found["rules"], rule})
            found["releases"] = sorted({*found["releases"], release})
        print(f"{release}: {sum(release in one['releases'] for one in texts.values())} texts")
    replace_file(RECORDED, json.dumps(texts, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return 0


def raised(python: str) -> Iterable[tuple[str, str]]:
    """Rule and text for every `before` that fails on an interpreter."""
    files = sorted((FIXTURES / "rules").glob("*/*.before.py"))
    with tempfile.TemporaryDirectory() as folder:
        for file, error in endings(files, Path(folder), python).items():
            # A package that is not installed at all says nothing of a rule.
            if error is not None and not _NO_KERAS.search(error):
                yield file.parent.name, plain(error)


def plain(error: str) -> str:
    """The error without what differs from machine to machine: paths, addresses, the tail of a long text."""
    return _ADDRESS.sub("0x0", _PLACE.sub("", error)).strip()[:600]


def without(texts: Mapping[str, Mapping[str, list[str]]], release: str) -> Texts:
    """The texts without what one release raised, for it is run anew."""
    left = {
        text: {"rules": list(one["rules"]), "releases": [name for name in one["releases"] if name != release]}
        for text, one in texts.items()
    }
    return {text: one for text, one in left.items() if one["releases"]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
