"""Why a name has to stay what it is: who else sees it, in this file by its text or in another file of the project."""

from __future__ import annotations

import ast
import os

from normfix.checks.sites import Scan
from normfix.semantics.exports import handing_line
from normfix.semantics.scopes import Binding, ScopeKind
from normfix.semantics.users import How, Use, users_of


def held(scan: Scan, binding: Binding) -> str | None:
    """Who sees a name besides the code that can be followed here, in words; None when nobody does.

    Such a name may neither go nor come to mean something else.
    """
    line = handing_line(scan.bindings, binding, scan.source.path)
    if line is not None:
        return f"line {line} hands `{binding.name}` on, and it must stay what it is"
    use = _first_user(scan, binding)
    if use is None:
        return None
    scan.project.note_holder(scan.source.path, use.path)
    place = f"{os.path.relpath(use.path, scan.project.view(scan.source.path).root or '.')}:{use.line}"
    return f"`{place}` uses `{binding.name}` of this file, and it must stay what it is"


def _first_user(scan: Scan, binding: Binding) -> Use | None:
    if binding.scope.kind is not ScopeKind.MODULE:
        return None
    users = users_of(scan.project, scan.source.path, binding.name)
    if isinstance(binding.node, ast.Import):
        # A package whose `__init__` takes everything by a star means its own names, not the libraries that they need.
        return next((one for one in users if not (one.how is How.IMPORT and one.starred)), None)
    return next(users, None)
