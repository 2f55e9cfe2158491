"""What is written where a name is used: the name alone, a new call, a changed argument, or why nothing is."""

from __future__ import annotations

import ast
from bisect import bisect_left
from dataclasses import replace
from functools import partial
from itertools import islice, takewhile

from normfix.checks.finding import SiteKind
from normfix.checks.handed import Roads
from normfix.checks.sites import Scan, Site, UsedArgument, UsedName, span_of
from normfix.fixes.apply_method import training_by_name
from normfix.fixes.base_classes import GIVEN_ELSEWHERE, handed_on, reached_by_name
from normfix.fixes.draft import Draft
from normfix.fixes.hazards.initializers import doubtful, unfit
from normfix.fixes.layer_names import spoken_elsewhere, unlike_others
from normfix.fixes.layers import graph_reason, replaced_call
from normfix.fixes.names import Spelled
from normfix.fixes.normalized_calls import normalized_call
from normfix.fixes.outcome import Rewrite, Withheld, weakest
from normfix.fixes.ranks import ranked
from normfix.fixes.stand_ins import is_default, refused_argument, stand_in
from normfix.fixes.to_call import at_the_call
from normfix.fixes.values import in_container, plain_class, value_reason
from normfix.semantics.scopes import start_place
from normfix.source.text import Applicability, Edit, Span, outermost
from normfix.table.table import Action, Kind

_BEHIND_THE_FIRST = 1


def use(draft: Draft, site: Site, used: UsedName) -> Rewrite | Withheld:
    """What is written where a name is used."""
    if site.guarded:
        return Withheld("the code around it chooses between releases")
    if site.assessment.lacking:
        return Withheld(site.assessment.lacking)
    if not site.certain:
        return Withheld("the name may mean several things here")
    if site.symbol.new is None or site.symbol.entry is None:
        return Withheld(site.rule.advice)
    bindings = draft.scan.resolver.reference(used.reference).bindings
    if not bindings and isinstance(used.reference.root, ast.Name) and not _from_a_file(draft, used):
        return Withheld("it comes from a star import: import it by name")
    if not used.depth and (kept := next((draft.held[one] for one in bindings if one in draft.held), None)):
        return kept
    if used.reference.quoted is not None or any(isinstance(one.value, ast.Call) for one in bindings):
        return Withheld("it is reached through a string or a call")
    span = span_of(draft.scan.source, used.node)
    if "#" in draft.scan.source.text[span.start : span.end] and isinstance(used.reference.root, ast.Name):
        return Withheld("there are comments within the name")
    spelled = draft.names.spell(site.symbol.new, used.reference, used.depth)
    if isinstance(spelled, Withheld):
        return spelled
    if site.symbol.entry.same_arguments:
        mapping, unkept = ranked(draft.scan, used, site.symbol.entry.arguments)
        if mapping == site.symbol.entry.arguments:
            rewrite = _with_training_named(draft, site, used, _respelled(draft, site, used, spelled))
            if unkept and isinstance(rewrite, Rewrite):
                return replace(rewrite, notes=(*rewrite.notes, unkept), applicability=Applicability.UNSAFE)
            return rewrite
    return _new_call(draft, site, used, spelled)


def _from_a_file(draft: Draft, used: UsedName) -> bool:
    """Whether a name that nothing here binds comes from another file of the project, which may stop having it."""
    view = draft.scan.project.view(draft.scan.source.path)
    stars = [star for scope in used.reference.scope.enclosing() for star in scope.stars]
    return any(view.starred(star.module, used.reference.name).paths for star in stars)


def _with_training_named(draft: Draft, site: Site, used: UsedName, rewrite: Rewrite) -> Rewrite:
    """A class under its new name, whose objects are handed `training` by name."""
    named = training_by_name(draft.scan, site, used.call) if used.call is not None else ()
    return replace(rewrite, edits=(*rewrite.edits, *named))


def _respelled(draft: Draft, site: Site, used: UsedName, spelled: Spelled) -> Rewrite:
    span = span_of(draft.scan.source, used.node)
    if spelled.keeps is None:
        draft.plan.dropped[site] = used.reference
    elif spelled.keeps in draft.names.planned:
        draft.cover(site, spelled.keeps)
        old = draft.scan.source.text[span.start : span.end]
        if draft.names.name_of(spelled.keeps) + old[len(spelled.keeps.name) :] == spelled.text:
            return Rewrite(())
    return Rewrite((Edit(span.start, span.end, spelled.text), *spelled.imports))


def _new_call(draft: Draft, site: Site, used: UsedName, spelled: Spelled) -> Rewrite | Withheld:
    assert site.symbol.entry is not None
    if used.call is None:
        if site.kind is SiteKind.BASE and site.rule.kind is not Kind.TO_LAYER:
            return _new_base(draft, site, used, spelled)
        return _new_value(draft, site, used, spelled)
    rewrite = replaced_call(draft.scan, site, used, draft.names, _inside(draft, span_of(draft.scan.source, used.call)))
    if isinstance(rewrite, Rewrite):
        _give_up(draft, site, used, spelled)
    return rewrite


def _give_up(draft: Draft, site: Site, used: UsedName, spelled: Spelled) -> None:
    """Note that a use no longer needs the import that it came from, or changes with it."""
    # A special case has another name than `spelled`, but its import moves with it all the same.
    own = [one for one in draft.scan.resolver.reference(used.reference).bindings if one in draft.names.planned]
    keeps = spelled.keeps or (own[0] if own and not used.depth else None)
    if keeps is None:
        draft.plan.dropped[site] = used.reference
    elif keeps in draft.names.planned:
        draft.cover(site, keeps)


def _new_value(draft: Draft, site: Site, used: UsedName, spelled: Spelled) -> Rewrite | Withheld:
    """A callable that is handed on: a class among others under its new name, a function only in words."""
    assert site.symbol.entry is not None
    if site.kind is SiteKind.ANNOTATION and site.rule.kind is not Kind.TO_LAYER:
        return _respelled(draft, site, used, spelled)
    if reached_by_name(draft.scan, used, site.symbol.entry.arguments) and site.rule.kind is not Kind.TO_LAYER:
        return _renamed_class(draft, site, used, spelled)
    if plain_class(site) and (in_container(draft.scan, used.node) or is_default(draft.scan, used.node)):
        gone = refused_argument(draft.scan, site.symbol.entry.arguments)
        return Withheld(gone) if gone is not None else _renamed_class(draft, site, used, spelled)
    refused = graph_reason(draft.scan, site) or _taken_for_a_module(draft.scan, site)
    written = normalized_call(draft.scan, site, used, draft.names) if not refused else None
    if written is None and not refused:
        written = stand_in(draft.scan, site, used, spelled, draft.functions)
    if isinstance(written, Rewrite):
        _give_up(draft, site, used, spelled)
    if written is not None:
        return written
    return Withheld(refused or value_reason(draft.scan, site, used, draft.names))


def _taken_for_a_module(scan: Scan, site: Site) -> str | None:
    """Why no function may stand for a value: something is read off it by a path that the table knows."""
    inner = next((one for one in scan.sites if one.path.startswith(f"{site.path}.")), None)
    if inner is None:
        return None
    return f"line {scan.source.position(inner.span.start).line} reads `{inner.path}` off it, which no function has"


def _new_base(draft: Draft, site: Site, used: UsedName, spelled: Spelled) -> Rewrite | Withheld:
    """A base class whose arguments differ: its name, what its `__init__` is handed, and the calls that are seen."""
    assert site.symbol.entry is not None
    handed = handed_on(draft.scan, used, site.symbol.entry.arguments)
    if isinstance(handed, Withheld):
        return handed
    rewrite = _renamed_class(draft, site, used, spelled)
    return replace(rewrite, edits=(*rewrite.edits, *handed))


def _renamed_class(draft: Draft, site: Site, used: UsedName, spelled: Spelled) -> Rewrite:
    """The name alone, for a class that others make with arguments that are not seen here."""
    rewrite = _respelled(draft, site, used, spelled)
    return replace(rewrite, notes=(GIVEN_ELSEWHERE,), applicability=Applicability.UNSAFE)


def _inside(draft: Draft, span: Span) -> list[Edit]:
    """The edits of trusted rewrites that touch a call, and the imports that they need."""
    found: list[Edit] = []
    # Sites are in the order of the source, so those in the call stand together.
    first = bisect_left(draft.scan.sites, span.start, key=lambda site: site.span.start)
    for site in takewhile(lambda site: site.span.start < span.end, islice(draft.scan.sites, first, None)):
        rewrite = draft.rewrites.get(site)
        if rewrite is None:
            continue
        within = any(span.start < edit.start and edit.end < span.end for edit in rewrite.edits)
        if within and weakest(rewrite.applicability, draft.trust(site)) is Applicability.SAFE:
            found += rewrite.edits
    return outermost(found)


def argument(draft: Draft, site: Site, used: UsedArgument) -> Rewrite | Withheld:
    """What is written where a call has an argument that is no longer taken."""
    # libcst takes longer to import than most checks take, so only a call that is rewritten pays for it.
    from normfix.fixes.changes import change_argument  # noqa: PLC0415

    if site.guarded:
        return Withheld("the code around it chooses between releases")
    if site.assessment.lacking:
        return Withheld(site.assessment.lacking)
    if used.match.action is Action.REPORT:
        return Withheld(site.rule.advice)
    if not site.certain:
        return Withheld("the name may mean several things here")
    if used.through:
        return Withheld(used.through)
    if used.match.action is Action.TO_CALL:
        return at_the_call(draft.scan, site, used)
    value = used.node.value if isinstance(used.node, ast.keyword) else used.node
    misfit = unfit(draft.scan, used.call, value) if str(used.match.to).endswith("_initializer") else ""
    if misfit:
        return Withheld(misfit)
    call = used.call.node
    if (twice := _given_twice(draft.scan, used)) is not None:
        return twice
    ordered: list[ast.expr | ast.keyword] = sorted((*call.args, *call.keywords), key=start_place)
    span = span_of(draft.scan.source, call)
    text = draft.scan.source.text[span.start : span.end]
    unlike = partial(unlike_others, draft.scan)
    result = change_argument(text, draft.scan.source.newline, ordered.index(used.node), used.match, unlike)
    if isinstance(result, Withheld):
        return result
    spoken = spoken_elsewhere(draft.scan, site)
    scaled = doubtful(draft.scan, used.call, "keras.") if str(used.match.to).endswith("_initializer") else None
    hazards = [one for one in (spoken, scaled) if one]
    trust = Applicability.UNSAFE if hazards else Applicability.SAFE
    return Rewrite((Edit(span.start, span.end, result.text),), (*result.notes, *hazards), trust)


def _given_twice(scan: Scan, used: UsedArgument) -> Withheld | None:
    """Why a keyword must keep its old name: the call gives the argument that it would become in another way too."""
    new, call = used.match.to, used.call.node
    if used.match.action is not Action.RENAME or new is None or not isinstance(used.node, ast.keyword):
        return None
    beside = [one.arg for one in call.keywords if one is not used.node]
    other = next((one for one in beside if one == new or (one != used.name and one in used.match.names)), None)
    if other is not None:
        return Withheld(f"`{other}` is given as well, and both are `{new}` today: take one of them out")
    handed = Roads(scan.table, scan.resolver).handed(used.call)
    assert handed is not None
    place, given = scan.table.place(handed.callee.path, new), handed.placed
    # Of a callable whose signature is not recorded, any argument behind the first may be the one.
    if len(given) > (_BEHIND_THE_FIRST if place is None else place) or any(
        isinstance(one, ast.Starred) for one in given
    ):
        return Withheld(f"the arguments without a name may give `{new}` as well")
    return None
