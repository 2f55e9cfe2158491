"""Why a name has to stay what it is: who else sees it, in this file by its text or in another file of the project."""

from __future__ import annotations

import ast
import os
import re

from normfix.checks.sites import Scan
from normfix.semantics.exports import handing_line
from normfix.semantics.scopes import Binding, ScopeKind
from normfix.semantics.users import How, Use, users_of

_UNUSED = re.compile(r"#\s*noqa\s*:[^#]*\bF401\b", re.IGNORECASE)


def held(scan: Scan, binding: Binding, *, fails: bool = False) -> str | None:
    """Who sees a name besides the code that can be followed here, in words; None when nobody does.

    Such a name may neither go nor come to mean something else. One whose import `fails` is not found in all that a
    module has (`callback(globals())`): there is no module then.
    """
    handing = handing_line(scan.bindings, binding, scan.source.path, by_name=fails)
    line = handing or _kept_unused(scan, binding)
    if line is not None:
        return f"line {line} hands `{binding.name}` on, and it must stay what it is"
    line = _other_need(scan, binding)
    if line is not None:
        return f"line {line} needs `{binding.name}` as well"
    use = _first_user(scan, binding)
    if use is None:
        return None
    scan.project.note_holder(scan.source.path, use.path)
    place = f"{os.path.relpath(use.path, scan.project.view(scan.source.path).root or '.')}:{use.line}"
    return f"`{place}` uses `{binding.name}` of this file, and it must stay what it is"


def _kept_unused(scan: Scan, binding: Binding) -> int | None:
    """The line of an import that nothing in the file reads and that says so itself: others take the name from here."""
    node = binding.node
    if "F401" not in scan.source.text or not isinstance(node, ast.Import | ast.ImportFrom):
        return None
    if binding.scope.kind is not ScopeKind.MODULE or scan.bindings.references_to(binding.name):
        return None
    lines = (scan.source.line(number) for number in range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return node.lineno if any(_UNUSED.search(line) for line in lines) else None


def _other_need(scan: Scan, binding: Binding) -> int | None:
    """The line that deletes a name, or speaks of it in a comment for type checkers."""
    others = binding.scope.bindings.get(binding.name, ())
    gone = next((one.place[0] for one in others if isinstance(one.node, ast.Delete)), None)
    if gone is not None or "# type:" not in scan.source.text:
        return gone
    comment = re.search(rf"# type:(?!\s*ignore)[^\n]*\b{re.escape(binding.name)}\b", scan.source.text)
    return scan.source.position(comment.start()).line if comment else None


def _first_user(scan: Scan, binding: Binding) -> Use | None:
    if binding.scope.kind is not ScopeKind.MODULE:
        return None
    users = users_of(scan.project, scan.source.path, binding.name)
    if isinstance(binding.node, ast.Import):
        # A package whose `__init__` takes everything by a star means its own names, not the libraries that they need.
        return next((one for one in users if not (one.how is How.IMPORT and one.starred)), None)
    return next(users, None)
