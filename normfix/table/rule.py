"""One row of the rule table: what is wrong with a spelling, since when, and what it does to the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from normfix.config.releases import Requirement


class Kind(Enum):
    """What has to change at a site."""

    MOVED = "moved"
    RENAMED = "renamed"
    TO_LAYER = "to-layer"
    ARGUMENTS = "arguments"
    MISSPELLED = "misspelled"
    REMOVED = "removed"
    USAGE = "usage"
    SIBLING = "sibling"
    FILE = "file"


class Grade(Enum):
    """What the replacement does to the numbers, against the release in which the old spelling worked.

    `none`: nothing replaces it. `no-numbers`: there are no old numbers, because the old spelling never ran or what
    changes computes nothing.
    """

    IDENTICAL = "identical"
    IDENTICAL_WITH_ARGUMENTS = "identical-with-arguments"
    DIFFERENT = "different"
    NONE = "none"
    NO_NUMBERS = "no-numbers"


class Action(Enum):
    """What to do with a matched argument."""

    DROP = "drop"
    RENAME = "rename"
    REPLACE = "replace"
    TO_CALL = "to-call"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Example:
    """A snippet in its old and new form; `after` is empty where nothing replaces it."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    `works` lists the requirement ranges in which the old form ran (empty: it never did), `ranges` the same once read;
    `history` says it as a phrase for people; `errors` are the exact texts that the old form raises; `advice` says what
    to do by hand. A `quiet` rule finds nothing wrong with code whose target has no release that refuses it. `saved`
    says what saved models and checkpoints of the old form need; `frozen` lists path endings of classes whose
    `trainable=False` kept batch statistics in training, which today's class does not. `unused` lists modules whose
    import is wrong where nothing uses it.
    `installs` lists the requirements that a notebook can no longer have installed, ranges of versions first.
    `effects` name what the replacement does to the numbers, as rules/effects.toml describes it.
    """

    code: str
    slug: str
    summary: str
    kind: Kind
    grade: Grade
    family: str
    works: tuple[str, ...]
    history: str
    advice: str
    note: str
    errors: tuple[str, ...]
    links: tuple[str, ...]
    example: Example | None
    quiet: bool = False
    ranges: tuple[Requirement, ...] = ()
    saved: str = ""
    frozen: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    installs: tuple[str, ...] = ()
