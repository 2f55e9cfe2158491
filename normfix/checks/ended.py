"""What else a file needs of a library that ended: it cannot be imported, whatever is mended of its normalizations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from normfix.checks.nominate import Nominator, imported_path
from normfix.checks.site_maker import chain_node
from normfix.checks.sites import Site
from normfix.semantics.scopes import Reference
from normfix.table.entries import Entry, Match
from normfix.table.graph_words import SPEAKS

CODE = "NF909"
_SPEAKS = re.compile(SPEAKS)


def ended_sites(nominator: Nominator) -> Iterator[Site]:
    """A site for each import of such a library that has none yet, in a file that speaks of a normalization.

    Where every use has a finding of its own, the import goes with the last of them.
    """
    text, table = nominator.source.text, nominator.table
    if CODE not in table.rules or not any(one in text for one in table.ended_libraries) or not _SPEAKS.search(text):
        return
    for statement in nominator.bindings.imports:
        for alias in statement.node.names:
            path = imported_path(statement, alias)
            if path.partition(".")[0] not in table.ended_libraries or alias in nominator.nominated:
                continue
            uses = [*_uses(nominator, alias)]
            other = next((one for one in uses if not _is_nominated(nominator, one)), None)
            done = not other if uses else alias.name == "*" and _brings_a_finding(nominator, path)
            if not done and not nominator.maker.import_is_guarded(statement, alias):
                match = Match(Entry(path, None, table.rules[CODE]), path, None)
                found = nominator.imported(statement, alias, match)
                yield _with_use(found, other) if other is not None else found


def _uses(nominator: Nominator, alias: ast.alias) -> Iterator[Reference]:
    """What reads the name that an import gives; of `import a.b`, whatever reads `a`."""
    name = alias.asname or alias.name.partition(".")[0]
    for reference in nominator.bindings.references_to(name):
        bindings = nominator.resolver.reference(reference).bindings
        if alias.asname is None or not bindings or any(one.alias is alias for one in bindings):
            yield reference


def _brings_a_finding(nominator: Nominator, star: str) -> bool:
    """Whether a name that a star import brings has a finding, which says that it must be imported by name."""
    start = star.removesuffix("*")
    meanings = (
        nominator.resolver.reference(one)
        for one in nominator.bindings.references
        if one.name and _is_nominated(nominator, one)
    )
    return any(path.startswith(start) for meaning in meanings for path in meaning.paths)


def _is_nominated(nominator: Nominator, reference: Reference) -> bool:
    """Whether a reference, or a part of its chain, has a finding."""
    depths = range(len(reference.attributes) + 1)
    return any(chain_node(reference, depth) in nominator.nominated for depth in depths)


def _with_use(site: Site, use: Reference) -> Site:
    """A site that says where its name is needed."""
    told = f"; line {use.root.lineno} needs it (`{'.'.join((use.name, *use.attributes))}`)"
    return replace(site, assessment=replace(site.assessment, remark=told))
