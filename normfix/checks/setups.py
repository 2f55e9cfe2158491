"""What a notebook sets up and can no longer have: `%tensorflow_version 1.x`, `!pip install tensorflow==1.15`.

The scripts that notebooks are exported to say the same with `get_ipython().system(...)`.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator, Mapping

from normfix.checks.finding import SiteKind
from normfix.checks.nominate import Nominator
from normfix.checks.sites import Location, Site, Symbol, span_of
from normfix.config.releases import requirement
from normfix.semantics.bindings import CallSite
from normfix.semantics.scopes import TRIES
from normfix.source.commented import commented
from normfix.source.parts import PartsText
from normfix.source.text import Span
from normfix.table.graph_words import SPEAKS
from normfix.table.table import Rule, Table

VERSION = "NF951"
_SPEAKS = re.compile(SPEAKS)
_VERSION = re.compile(r"%tensorflow_version\s+[\"']?1")
_JOINED_LINES = re.compile(r"\\(?:\r\n|\r|\n)")
_PIP = re.compile(r"(?:.*/)?pip[\d.]*")
_REQUIREMENT = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*((?:[=<>!~].*)?)")
_REPOSITORY = re.compile(r"(?:[\w.+-]+\s*@\s*)?(?:git\+)?\w+://[^@#]*/([\w.-]+?)(?:\.git)?/?(?:[@#].*)?")
_INDEXES = ("-i", "-f", "--index-url", "--extra-index-url", "--find-links", "--no-index")
_MINORS = [(major, minor) for major in range(4) for minor in range(60)]
_ASKED = {
    **{"system": "!{}", "getoutput": "!{}", "magic": "%{}"},
    **{"run_line_magic": "%{} {}", "run_cell_magic": "!{2}"},
}


def setup_sites(nominator: Nominator) -> Iterator[Site]:
    """A site for each thing that a command cannot have, in a file that speaks of a normalization."""
    if not _SPEAKS.search(nominator.source.text):
        return
    for command, place in (*_magics(nominator), *_comments(nominator), *_calls(nominator)):
        for path, rule in wanting(command, nominator.table):
            yield nominator.maker.at(Symbol(rule, path), SiteKind.COMMAND, place.span, place)


def _magics(nominator: Nominator) -> Iterator[tuple[str, Location]]:
    source = nominator.source
    commands = list(source.commands()) if isinstance(source, PartsText) else []
    tries = [node for node in set(nominator.bindings.parents.values()) if isinstance(node, TRIES)] if commands else []
    for command in commands:
        line = source.position(command.start).line
        # The code around it may be ready for it to fail.
        tried = (one.lineno < line < one.handlers[0].lineno for one in tries if one.handlers)
        if not (command.inside and any(tried)):
            yield command.text, Location(Span(command.start, command.end), nominator.bindings.module, ())


def _comments(nominator: Nominator) -> Iterator[tuple[str, Location]]:
    """The commands of a notebook that is kept as a script, where they are comments."""
    for command, start, end in commented(nominator.source.text):
        yield command, Location(Span(start, end), nominator.bindings.module, ())


def _calls(nominator: Nominator) -> Iterator[tuple[str, Location]]:
    if "get_ipython" not in nominator.source.text:
        return
    for call in nominator.bindings.calls:
        command = _asked_of_ipython(call)
        tried = any(isinstance(branching.node, TRIES) for branching, _ in call.branch)
        if command is not None and not tried:
            yield command, Location(span_of(nominator.source, call.node), call.scope, call.branch)


def _asked_of_ipython(call: CallSite) -> str | None:
    """The command in `get_ipython().system("...")` and its like."""
    function = call.node.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Call):
        return None
    root = function.value.func
    texts = [one.value for one in call.node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if not isinstance(root, ast.Name) or root.id != "get_ipython" or len(texts) != len(call.node.args):
        return None
    form = _ASKED.get(function.attr, "")
    needed = form.count("{}") or 3
    return form.format(*texts) if form and len(texts) >= needed else None


def wanting(command: str, table: Table) -> Iterator[tuple[str, Rule]]:
    """What a command asks for and cannot have, as the name to import it by, each with its rule."""
    if _VERSION.match(command):
        if VERSION in table.rules:
            yield "tensorflow", table.rules[VERSION]
        return
    for line in _JOINED_LINES.sub(" ", command).splitlines():
        for name, rest in _installed(line):
            rule = _rule(name, rest, table)
            if rule is not None:
                yield name.replace("-", "_"), rule


def _installed(line: str) -> Iterator[tuple[str, str]]:
    """The distributions that a line has pip install from its usual index, each with its range of versions."""
    lexer = shlex.shlex(line.lstrip("!% \t"), posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:
        return
    while words:
        end = next((place for place, word in enumerate(words) if not word.strip(";&|")), len(words))
        part, words = words[:end], words[end + 1 :]
        start = next((place for place, word in enumerate(part) if _PIP.fullmatch(word)), len(part))
        if "install" not in part[start:] or any(word.partition("=")[0] in _INDEXES for word in part):
            continue
        for word in part[part.index("install", start) + 1 :]:
            repository = _REPOSITORY.fullmatch(word)
            if repository is not None:
                yield _name(repository[1]), ""
            elif match := _REQUIREMENT.fullmatch(word):
                yield _name(match[1]), match[2].strip()


def _name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


def _rule(name: str, rest: str, table: Table) -> Rule | None:
    """The rule for a distribution in a range of versions, that for a range before that for any version."""
    ranges = _ranges(table).get(name, {})
    try:
        asked = requirement(rest, name)
    except ValueError:
        return None
    admitted = [minor for minor in _MINORS if asked.admits(minor)] if asked.clauses else []
    for text, rule in ranges.items():
        wrong = requirement(text)
        if not wrong.clauses or (admitted and all(map(wrong.admits, admitted))):
            return rule
    return None


def _ranges(table: Table) -> Mapping[str, Mapping[str, Rule]]:
    found: dict[str, dict[str, Rule]] = {}
    for rule in table.rules.values():
        for text in rule.installs:
            found.setdefault(requirement(text).package, {})[text] = rule
    return found
