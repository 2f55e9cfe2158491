"""Functions with another replacement where an argument has a certain value: for their calls, and for their imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from normfix.checks.arguments import literal_text
from normfix.checks.sites import Site
from normfix.config.releases import Releases
from normfix.semantics.resolve import Resolver
from normfix.table.argument_map import CallMap, Instead


def special_case(call: ast.Call, mapping: CallMap) -> Instead | None:
    """The replacement that a literal argument of a call asks for instead of the usual one."""
    given = [*zip(mapping.positional, call.args, strict=False), *((one.arg, one.value) for one in call.keywords)]
    fitting = (
        one
        for name, value in (given if mapping.instead else ())
        for one in mapping.instead
        if one.argument == name and literal_text(value) in one.literals
    )
    return next(fitting, None)


def with_imports_aimed(sites: Sequence[Site], resolver: Resolver) -> Iterator[Site]:
    """The same sites, imports with the replacement of their uses, where all of these are one special case."""
    for site in sites:
        if site.imported is None or site.symbol.entry is None or not site.symbol.entry.arguments.instead:
            yield site
            continue
        alias = site.imported.alias
        targets = {
            one.target
            for one in sites
            if one.reference is not None
            and any(each.alias is alias for each in resolver.reference(one.reference.reference).bindings)
        }
        target = targets.pop() if len(targets) == 1 else site.target
        yield replace(site, symbol=replace(site.symbol, new=target, target=target))


def only_on(releases: Releases, special: Instead) -> list[str]:
    """What to know of the arguments of a special case that the replacement takes on some releases alone."""
    needed = {name: releases.needs.get(f"{special.to}.{name}", ()) for name in special.arguments.add}
    return [
        f"`{name}` is there with {' or '.join(map(str, ranges))} alone" for name, ranges in needed.items() if ranges
    ]
