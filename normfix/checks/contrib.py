"""What else a file uses of `tensorflow.contrib`, which no TensorFlow 2 has: the line fails whatever else is mended."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from normfix.checks.finding import Severity
from normfix.checks.nominate import Nominator, imported_path
from normfix.checks.sites import Assessment, Site, Symbol
from normfix.table.graph_words import CONTRIB, SPEAKS_OF_CONTRIB

CODE = "NF906"
_ERROR = Assessment(Severity.ERROR)
_WORD = CONTRIB.rpartition(".")[2]
_BELOW_V1 = "tensorflow.compat.v1.contrib"
_SPEAKS = re.compile(SPEAKS_OF_CONTRIB)


def contrib_sites(nominator: Nominator) -> Iterator[Site]:
    """A site for each name of contrib that has none yet, where a file meets it first.

    Only in a file that speaks of a normalization, or of what programs of TensorFlow 1 become, of which this was left.
    """
    text = nominator.source.text
    if _WORD not in text or CODE not in nominator.table.rules or not _SPEAKS.search(text):
        return
    said: set[str] = set()
    for path, site in (*_imported(nominator), *_used(nominator)):
        if path not in said and nominator.table.match(path) is None:
            said.add(path)
            yield site


def contrib_path(paths: Sequence[str], attributes: Collection[str]) -> str | None:
    """The path below contrib that a chain means; None for any other, and where it may mean something else as well."""
    every = [".".join((path, *attributes)).replace(_BELOW_V1, CONTRIB, 1) for path in paths]
    return every[0] if every and all(one.startswith(f"{CONTRIB}.") for one in every) else None


def _imported(nominator: Nominator) -> Iterator[tuple[str, Site]]:
    for site in nominator.bindings.imports:
        for alias in site.node.names:
            path = imported_path(site, alias)
            if not path.startswith(f"{CONTRIB}.") or alias in nominator.nominated:
                continue
            if nominator.maker.import_is_guarded(site, alias):
                continue
            symbol = Symbol(nominator.table.rules[CODE], path)
            yield path, nominator.maker.imported(symbol, site, alias, assessment=_ERROR)


def _used(nominator: Nominator) -> Iterator[tuple[str, Site]]:
    for reference in nominator.bindings.references:
        if not reference.attributes or reference.root in nominator.nominated or reference.node in nominator.nominated:
            continue
        meaning = nominator.resolver.reference(reference)
        path = contrib_path(meaning.paths, reference.attributes)
        if path is None or any(one.alias is not None and one.alias.name == path for one in meaning.bindings):
            continue
        if nominator.maker.use_is_guarded(reference):
            continue
        symbol = Symbol(nominator.table.rules[CODE], path)
        yield path, nominator.maker.used(symbol, reference, len(reference.attributes), assessment=_ERROR)
