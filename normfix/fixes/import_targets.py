"""Where imports will point, decided before any use is looked at."""

from __future__ import annotations

import ast

from normfix.checks.sites import Preamble, Site
from normfix.fixes.draft import Draft, advice
from normfix.fixes.held_names import held
from normfix.fixes.imports import MovedName
from normfix.fixes.names import Renamed, local_name
from normfix.fixes.outcome import Withheld
from normfix.fixes.star_imports import named_import
from normfix.fixes.unused_imports import binding_of
from normfix.semantics.scopes import Binding, ScopeKind
from normfix.source.text import Applicability, Fix
from normfix.table.table import Kind

_MENDED_BY_IMPORT = (Kind.MOVED, Kind.RENAMED, Kind.MISSPELLED, Kind.SIBLING)


def aim(draft: Draft, site: Site) -> None:
    """Decide where one imported name goes, before any use is looked at."""
    assert site.imported is not None
    alias, node = site.imported.alias, site.imported.site.node
    if site.guarded:
        draft.plan.outcomes[site] = Withheld("the code around it chooses between releases")
    elif site.assessment.lacking:
        draft.plan.outcomes[site] = Withheld(site.assessment.lacking)
    elif site.preamble is not None:
        _retarget_preamble(draft, site, alias, site.preamble)
    elif alias.name == "*":
        draft.plan.outcomes[site] = named_import(draft, site)
    elif site.target is not None and (site.rule.kind in _MENDED_BY_IMPORT or site.rule.kind is Kind.TO_LAYER):
        binding = binding_of(site, alias)
        if binding is None:
            return
        if refused := _refused(draft, site, binding):
            draft.plan.outcomes[site] = draft.held[binding] = Withheld(refused)
            return
        if isinstance(node, ast.Import):
            moved = MovedName("", site.target, alias.asname or site.target.partition(".")[0])
            if moved.local != binding.name and (refused := _taken(draft, binding, moved.local)):
                draft.plan.outcomes[site] = draft.held[binding] = Withheld(refused)
                return
            path = site.target if alias.asname else moved.local
        else:
            path = site.target
            module, _, name = path.rpartition(".")
            local = local_name(draft.scan, binding, path, draft.references[binding])
            moved = MovedName(module, name, local, alias.asname == local)
        draft.moved[site] = (binding, moved)
        draft.names.planned[binding] = Renamed(path, moved.local)
    elif site.rule.kind is not Kind.SIBLING and site.target is None:
        draft.plan.outcomes[site] = Withheld(site.rule.advice)


def _taken(draft: Draft, binding: Binding, name: str) -> str | None:
    """Why an import must not bind another name; None where it may.

    A function that binds a name reads none of that name from outside, not even above the import.
    """
    scope = binding.scope
    other = next((one for one in scope.bindings.get(name, ()) if one.path != name), None)
    if other is not None:
        return f"it would bind `{name}`, which line {other.place[0]} gives another meaning"
    reads = draft.scan.bindings.references_to(name) if scope.kind is ScopeKind.FUNCTION else ()
    read = next((one for one in reads if scope in (one.scope, *one.scope.enclosing())), None)
    return f"it would bind `{name}` in a function where line {read.place[0]} reads it" if read is not None else None


def _refused(draft: Draft, site: Site, binding: Binding) -> str | None:
    """Why a name must not come to mean what replaces it; None where it may.

    Another module, a class with other arguments and a class for a function are not what others have the name for.
    """
    is_module = site.target in draft.scan.table.surface
    if is_module and binding.alias is not None and (binding.alias.asname or isinstance(binding.node, ast.ImportFrom)):
        whole = next((one for one in draft.references[binding] if not one.attributes), None)
        if whole is not None:
            return f"line {whole.place[0]} uses `{binding.name}` itself, and `{site.target}` is not the same"
    elif is_module or site.symbol.entry is None or site.symbol.entry.same_arguments:
        return None
    return held(draft.scan, binding)


def _retarget_preamble(draft: Draft, site: Site, alias: ast.alias, preamble: Preamble) -> None:
    """The import of TensorFlow in a graph program: another module under the same name, and what goes with it."""
    binding = binding_of(site, alias)
    if preamble.refused:
        draft.plan.outcomes[site] = Withheld(preamble.refused)
    elif site.target is None or binding is None:
        draft.plan.outcomes[site] = Fix(Applicability.SAFE, advice(site), preamble.edits, preamble.notes)
    else:
        draft.moved[site] = (binding, MovedName("", site.target, binding.name))
        draft.names.planned[binding] = Renamed(site.target, binding.name)


def rebind(draft: Draft, site: Site, preamble: Preamble) -> None:
    """A statement whose names mean the same below another module."""
    draft.plan.outcomes[site] = Fix(Applicability.SAFE, advice(site), preamble.edits, preamble.notes)
    for binding, path in preamble.binds:
        draft.names.planned[binding] = Renamed(path, binding.name)
        draft.rebound[binding] = site
