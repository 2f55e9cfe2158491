"""Which bindings of a name may hold where it is read."""

from __future__ import annotations

from normfix.semantics.scopes import (
    TRIES,
    Binding,
    Branch,
    Branching,
    Place,
)


def reaching(bindings: list[Binding], branch: Branch, place: Place | None) -> list[Binding]:
    """The bindings that may hold at a use: back from the use to the first one that must have happened.

    `place` is None for a use that runs when the whole scope has been executed.
    """
    arms = dict(branch)
    found: list[Binding] = []
    covered: dict[object, set[int]] = {}
    for binding in reversed(bindings):
        if place is not None and binding.place > place:
            continue
        if excluded(binding.branch, arms):
            continue
        found.append(binding)
        extra = [(branching, arm) for branching, arm in binding.branch if branching not in arms]
        if not extra and all(arms[branching] == arm for branching, arm in binding.branch):
            break
        if len(extra) == 1:
            branching, arm = extra[0]
            seen = covered.setdefault(branching, set())
            seen.add(arm)
            if branching.exhaustive and branching.open_arms <= seen:
                break
    return found[::-1]


def in_force_from(bindings: list[Binding], branch: Branch, place: Place | None) -> list[Binding]:
    """The bindings that may hold at some time from a place on: where a function is made that may run at any of them.

    `place` is None where all has been executed before.
    """
    last = reaching(bindings, branch, None)
    if place is None or bindings[-1].place < place:
        return last
    arms = dict(branch)
    later = [one for one in bindings if one.place > place and not excluded(one.branch, arms)]
    return [*reaching([one for one in bindings if one.place <= place], branch, place), *later]


def excluded(branch: Branch, arms: dict[Branching, int]) -> bool:
    """Whether a binding stands in an arm that cannot run together with the use's arm."""
    for branching, arm in branch:
        mine = arms.get(branching)
        if mine is None or mine == arm:
            continue
        if not (isinstance(branching.node, TRIES) and arm == 0):
            return True
    return False
