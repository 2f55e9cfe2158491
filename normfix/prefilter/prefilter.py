"""The prefilter: whether a document may have a finding at all, told from its bytes.

A finding needs a word of the rule table. A file without one ends here; in any other the words are looked at where they
stand: may the name before the dot be a library, and may a call of it be what some rule looks at? It is never surer than
the full scan: what it cannot tell, it admits.
"""

from __future__ import annotations

import marshal
import re
import sys
from dataclasses import fields
from enum import Enum
from typing import TYPE_CHECKING

from normfix import __version__
from normfix.config import store
from normfix.prefilter.code import plain
from normfix.prefilter.comments import may_suppress
from normfix.prefilter.handed_names import handed_names
from normfix.prefilter.imports import import_statements, imported_names, stands_alone
from normfix.prefilter.names import Elsewhere
from normfix.prefilter.other_names import may_rename, other_names
from normfix.prefilter.uses import Owns, Uses, owns_nothing
from normfix.prefilter.vocabulary import Vocabulary, vocabulary_of
from normfix.source.text import DATABRICKS, TextError, has_parts

if TYPE_CHECKING:
    from normfix.table.table import Table

_STAR = re.compile(rb"import[ \t\f]*\*")
_PROMPT = re.compile(rb"^[ \t]*(?:>>>|\.\.\.)[ \t]", re.MULTILINE)
_COMMAND = re.compile(
    rb"^[ \t]*(?:#[ \t]*)?[!%][^\n]*(?:tensorflow_version|install)|^# %%[^\n]*language=", re.MULTILINE
)


_CHAIN = re.compile(rb"(?<![\w.])\w+(?:\.\w+)+\Z")
_LONGEST_CHAIN = 100
_QUICKLY_PARSED = 1 << 20


class Admission(Enum):
    """What the bytes of a file tell: nothing to find; a name that may be too new for the target and nothing else; a
    name for a layer that other files may use; anything. `UNREADABLE` files have no bytes, `FORCED` ones are scanned in
    full although there is nothing to find.
    """

    CLEAN = "clean"
    TOO_NEW = "too new"
    RENAMES = "renames"
    ADMITTED = "admitted"
    UNREADABLE = "unreadable"
    FORCED = "forced"


class Prefilter:
    """Holds documents against a vocabulary. With `docstrings`, any word in a text may be one of an example."""

    def __init__(self, vocabulary: Vocabulary, *, docstrings: bool = False) -> None:
        self.vocabulary = vocabulary
        self.docstrings = docstrings

    def admission(self, data: bytes, path: str, elsewhere: Elsewhere | None, owns: Owns = owns_nothing) -> Admission:
        """What the bytes of the file at `path` tell; without `elsewhere` names of its project may mean anything.

        `owns` says which paths of libraries lead into the file's own project.
        """
        text = plain(data, path)
        if text is None:
            return Admission.ADMITTED
        if self.docstrings:
            text = _PROMPT.sub(b"", text)
        if self._sets_up(text, path) or self._star_is_finding(text) or may_suppress(text) or self._imports_gone(text):
            return Admission.ADMITTED
        places = list(self.vocabulary.places(text))
        contrib, ended = self._speaks_of_contrib(text), self._speaks_of_ended(text)
        if self.docstrings and (places or contrib or ended):
            return Admission.ADMITTED
        file = Uses(self.vocabulary, text, elsewhere, owns) if places or contrib or ended else None
        if file is not None and (
            (contrib and file.may_use_contrib()) or (ended and file.imports_ended()) or file.may_have_finding(places)
        ):
            return Admission.ADMITTED
        if self._spells_legacy(text, places) and _is_broken(data, path):
            return Admission.ADMITTED
        if any(word in self.vocabulary.too_new for _, _, word in places):
            return Admission.TOO_NEW
        return Admission.RENAMES if self._hands_on(text, places) else Admission.CLEAN

    def may_call(self, data: bytes, path: str, elsewhere: Elsewhere) -> bool:
        """Whether the file at `path` may call a normalization at all, be it in a way that no rule looks at."""
        text = plain(data, path)
        if text is None:
            return True
        return Uses(self.vocabulary, text, elsewhere).may_call()

    def hands_on(self, data: bytes, path: str) -> bool:
        """Whether other files may take a layer or a legacy symbol from the file at `path` under a name of its own."""
        text = plain(data, path) or data
        return self._hands_on(text, list(self.vocabulary.places(text)))

    def _hands_on(self, text: bytes, places: list[tuple[int, int, bytes]]) -> bool:
        spans = ((start, end) for start, end, _ in places)
        renames = may_rename(text, spans) and any(True for _ in other_names(text, self.vocabulary.words))
        return renames or any(True for _ in handed_names(text, places))

    def admits(self, data: bytes) -> bool:
        """Whether a Python file with these bytes may have a finding, whatever its project says."""
        return self.admission(data, "", None) is Admission.ADMITTED

    def _speaks_of_contrib(self, text: bytes) -> bool:
        """Whether a file speaks of `tensorflow.contrib`, or of something of that name, and of a normalization."""
        contrib = self.vocabulary.contrib
        if contrib not in text or re.search(self.vocabulary.speaks_of_contrib, text) is None:
            return False
        # Contributors and contributions are named in many a file that has nothing of it.
        return re.search(contrib + rb"(?!ut)", text) is not None

    def _speaks_of_ended(self, text: bytes) -> bool:
        """Whether a file speaks of a library that ended, and of a normalization."""
        named = any(library in text for library in self.vocabulary.ended)
        return named and re.search(self.vocabulary.speaks, text) is not None

    def _spells_legacy(self, text: bytes, places: list[tuple[int, int, bytes]]) -> bool:
        """Whether a legacy path is spelled out, whatever its first name means."""
        legacy = self.vocabulary.legacy
        for start, end, _ in places:
            chain = _CHAIN.search(text[max(start - _LONGEST_CHAIN, 0) : end])
            if chain is None:
                continue
            path = re.sub(rb"^tf\.", b"tensorflow.", chain[0])
            if path in legacy or b"tensorflow.contrib." + path in legacy:
                return True
        return False

    def _sets_up(self, text: bytes, path: str) -> bool:
        """Whether a file may have IPython set up a TensorFlow or a package of old, and speaks of a normalization."""
        if b"tensorflow_version" not in text and not (b"install" in text and b"pip" in text):
            return False
        runs = (
            has_parts(path)
            or text.startswith(DATABRICKS.encode())
            or b"get_ipython" in text
            or _COMMAND.search(text) is not None
        )
        return runs and re.search(self.vocabulary.speaks, text) is not None

    def _imports_gone(self, text: bytes) -> bool:
        """Whether a file imports a module that is gone, and does nothing with it but hand it on."""
        if not self.vocabulary.may_import_gone(text):
            return False
        return any(
            path in self.vocabulary.gone and (module or alias) and stands_alone(text, alias or name)
            for module, names in import_statements(text)
            for name, alias in imported_names(names)
            for path in (module + b"." + name if module else name,)
        )

    def _star_is_finding(self, text: bytes) -> bool:
        if _STAR.search(text) is None:
            return False
        return any(module in self.vocabulary.stars and b"*" in names for module, names in import_statements(text))


def _is_broken(data: bytes, path: str) -> bool:
    """Whether some of a document is no Python here, or is not run where it stands: what it spells is told then."""
    if len(data) > _QUICKLY_PARSED:
        # What is long may be too much for a parser: the full scan goes about it with care.
        return True
    from normfix.source.documents import read_document  # noqa: PLC0415 - few documents come so far
    from normfix.source.parts import PartsText  # noqa: PLC0415
    from normfix.source.python import ParseFailure, parse  # noqa: PLC0415

    try:
        source = read_document(data, path)
    except TextError:
        return True
    if isinstance(source, PartsText):
        return bool(source.broken) or any(True for _ in source.elsewhere)
    return isinstance(parse(source), ParseFailure)


def prefilter_of(table: Table, *, docstrings: bool = False) -> Prefilter:
    """The prefilter of a table."""
    return Prefilter(vocabulary_of(table), docstrings=docstrings)


def shipped_prefilter(*, docstrings: bool = False) -> Prefilter:
    """The prefilter of the shipped table, from the user's cache or made anew: a clean file needs no table."""
    name = f"prefilter-{store.key_of(__version__, sys.version_info, store.sources())}"
    kept = store.read(store.user_cache(), name)
    try:
        if kept is not None:
            return Prefilter(Vocabulary(**marshal.loads(kept)), docstrings=docstrings)
    except (EOFError, ValueError, TypeError):
        # Whole, but not what is expected here: made anew like any other that is lost.
        pass
    from normfix.table.load import shipped_table  # noqa: PLC0415 - not needed when there is something to load

    made = prefilter_of(shipped_table(), docstrings=docstrings)
    values = {one.name: getattr(made.vocabulary, one.name) for one in fields(Vocabulary)}
    store.write(store.user_cache(), name, marshal.dumps(values))
    return made
