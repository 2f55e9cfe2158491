"""What `--verify-imports` takes back: edits with which a module of the project is no longer imported.

The edits are made in memory. Every edited module, and every module that imports one, is imported in the target
interpreter without and with them; nothing is written meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from normfix.checks.sites import Site
from normfix.fixes.apply import Fixed
from normfix.run.fix_verification import Scanning
from normfix.run.module_places import importers_of, imports_between, place_of
from normfix.run.options import Options
from normfix.run.rewritten import Key, key_of
from normfix.runtime.environment import Interpreter, find_interpreter
from normfix.runtime.importing import import_modules
from normfix.source.text import SourceText

_ROUNDS = 8
_MOST_TRIED = 12
"""So many fixes of one file are taken back one by one to find the one at fault; beyond that the file stays."""

Verdicts = Mapping[str, str | None]


def imported(
    scan: Scanning, options: Options, files: Sequence[str], root: Path, python: str | None
) -> tuple[Options, list[str]]:
    """Options that make only edits with which the modules still import, and what there is to say of each module.

    `files` are those of the project whose imports count, `root` is its folder. Raises ProofError where the interpreter
    cannot be run.
    """
    interpreter = find_interpreter(Path(python) if python else None, Path.cwd())
    check = ImportCheck(scan, options, tuple(files), root, interpreter)
    return check.run()


@dataclass
class ImportCheck:
    """The edits as far as they are made, and what was found of the modules."""

    scan: Scanning
    options: Options
    files: tuple[str, ...]
    root: Path
    interpreter: Interpreter
    refused: dict[Key, str] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)
    before: dict[str, str | None] = field(default_factory=dict)
    notebooks: set[str] = field(default_factory=set)

    def run(self) -> tuple[Options, list[str]]:
        """Try, take back, and try again until every module that was imported before still is."""
        for _ in range(_ROUNDS):
            made = self._made()
            texts = _texts(made)
            tried = self._modules(made)
            self._import_before(tried)
            after = self._import(tried, texts) if tried else {}
            broken = {path: words for path, words in after.items() if words and self.before[path] is None}
            if not broken:
                return self._chosen(), list(self._said(after, made))
            # One at a time: what is taken back for the first may be what the next ones miss.
            path, words = next(iter(broken.items()))
            self._take_back(path, words, made, texts)
        for path in _texts(made):
            self.closed.setdefault(path, "its edits could not be told from those that break an import")
        return self._chosen(), list(self._said({}, []))

    def _withheld(self, site: Site, source: SourceText) -> str | None:
        kept = self.options.withhold(site, source) if self.options.withhold else None
        return kept or self.closed.get(os.path.realpath(source.path)) or self.refused.get(key_of(site, source))

    def _chosen(self) -> Options:
        return replace(self.options, withhold=self._withheld)

    def _made(self, withheld: Key | None = None, only: str | None = None) -> list[Fixed]:
        """The fixes of a run in memory, without one of them where that is given, of one file where that is given."""

        def reason(site: Site, source: SourceText) -> str | None:
            if only is not None and os.path.realpath(source.path) != only:
                return "not tried now"
            return self._withheld(site, source) or ("not tried now" if key_of(site, source) == withheld else None)

        made: list[Fixed] = []
        unsafe = self.options.unsafe_fixes or self.options.picker is not None
        trial = replace(
            self.options, unsafe_fixes=unsafe, picker=None, watch=made.append, withhold=reason, fix=True, cache=None
        )
        list(self.scan(trial))
        self.notebooks |= {_path(one) for one in made if one.passes and not _path(one).endswith(".py")}
        return [one for one in made if one.passes and _path(one).endswith(".py")]

    def _modules(self, made: Iterable[Fixed]) -> list[str]:
        edited = sorted({_path(one) for one in made})
        return [*edited, *importers_of(edited, (*self.files, *edited), self.root)] if edited else []

    def _import_before(self, paths: Sequence[str]) -> None:
        unknown = [path for path in paths if path not in self.before]
        if unknown:
            self.before |= self._import(unknown, {})

    def _import(self, paths: Sequence[str], texts: Mapping[str, str]) -> dict[str, str | None]:
        places = [place_of(path, self.root) for path in paths]
        return import_modules(self.interpreter, places, texts, Path.cwd())

    def _take_back(self, broken: str, words: str, made: Sequence[Fixed], texts: Mapping[str, str]) -> None:
        """Withhold the edits at fault: of the first file that breaks the module alone, one fix where one does."""
        reason = f"{_shown(broken)} is no longer imported with it: {words}"
        suspects = [path for path in self._nearest(broken, made) if path in texts]
        at_fault = [path for path in suspects if self._import([broken], {path: texts[path]})[broken] is not None]
        for path in at_fault[:1] or suspects or list(texts):
            if not at_fault:
                self.closed.setdefault(path, reason)
                continue
            key = self._fix_at_fault(broken, path, made)
            if key is None:
                self.closed[path] = reason
            else:
                self.refused[key] = reason

    def _nearest(self, broken: str, made: Sequence[Fixed]) -> list[str]:
        """The edited files that a module runs when it is imported, itself first."""
        imports = imports_between((*self.files, broken, *map(_path, made)), self.root)
        found, ahead = [], [broken]
        while ahead:
            path = ahead.pop(0)
            if path not in found:
                found.append(path)
                ahead += sorted(imports.get(path, ()))
        return found

    def _fix_at_fault(self, broken: str, path: str, made: Sequence[Fixed]) -> Key | None:
        """The one fix of a file without which the module is imported; None where there is no such one."""
        passes = [one for fixed in made if _path(fixed) == path for one in fixed.passes]
        keys = list(dict.fromkeys(key_of(site, one.scan.source) for one in passes for site in one.chosen))
        if len(keys) < 2 or len(keys) > _MOST_TRIED:
            return None
        for key in keys:
            texts = _texts(self._made(key, path))
            if self._import([broken], texts)[broken] is None:
                return key
        return None

    def _said(self, after: Verdicts, made: Iterable[Fixed]) -> Iterator[str]:
        edited = {_path(one) for one in made}
        for path, words in after.items():
            before = self.before[path]
            if before is not None and words is None:
                yield f"{_shown(path)}: failed before, imports now"
            elif before is not None and path in edited:
                yield f"{_shown(path)}: imports neither before nor after: {words}"
        for path in sorted(self.notebooks):
            yield f"{_shown(path)}: not imported, because it is no module: its edits are made all the same"
        taken = dict.fromkeys(
            [(key[0], reason) for key, reason in self.refused.items()]
            + [(_shown(path), reason) for path, reason in self.closed.items()]
        )
        for path, reason in taken:
            yield f"{_shown(path)}: taken back: {reason}"
        count = sum(words is None for words in after.values())
        yield f"Imported {len(after)} modules with {self.interpreter.path}: {count} import after the edits."


def _path(fixed: Fixed) -> str:
    return os.path.realpath(fixed.passes[0].scan.source.path) if fixed.passes else ""


def _texts(made: Iterable[Fixed]) -> dict[str, str]:
    return {_path(one): one.text for one in made}


def _shown(path: str) -> str:
    """A path as the person would write it."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
