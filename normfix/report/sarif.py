"""Findings as a SARIF 2.1.0 log, with the fixes and what is known of each rule that was met."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from normfix import __version__
from normfix.checks.finding import Severity
from normfix.checks.findings import CANNOT_DO
from normfix.report import GRADE_WORDS, HOME, Result, applicability, grade_of, shown, url_of
from normfix.report.in_file import Located, fingerprints, located, replacements
from normfix.report.view import View
from normfix.source.text import Fix, Position, SourceText
from normfix.table.table import Rule, Table

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT = "SRCROOT"
_FINGERPRINT = "normfix/v1"


def render(results: Sequence[Result], table: Table, _: View) -> str:
    """One log with one run. Paths are relative to the working directory, which the log names."""
    found = list(located(results))
    codes = sorted({one.finding.code for one in found})
    rows = [
        _result(one, table.rules.get(one.finding.code), codes.index(one.finding.code), name)
        for one, name in zip(found, fingerprints(found), strict=True)
    ]
    driver = {
        "name": "normfix",
        "semanticVersion": __version__,
        "informationUri": HOME,
        "rules": [_rule(code, table.rules.get(code)) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": not any(one.finding.code in CANNOT_DO for one in found)}],
        "originalUriBaseIds": {_ROOT: {"uri": f"{Path.cwd().as_uri()}/"}},
        "columnKind": "unicodeCodePoints",
        "results": rows,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, rule: Rule | None) -> Mapping[str, Any]:
    if rule is None:
        return {"id": code}
    facts = dict(_facts(rule))
    url = url_of(rule)
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in rule.slug.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.summary}: {rule.history}" if rule.history else rule.summary},
        "help": {
            "text": "\n".join(f"{label}: {text}" for label, text in facts.items()),
            "markdown": "\n".join(f"- **{label}**: {text}" for label, text in facts.items()),
        },
        **({"helpUri": url} if url else {}),
        "properties": {"tags": ["tensorflow", "keras", rule.kind.value], "numbers": rule.grade.value},
    }


def _facts(rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.history:
        yield "History", rule.history
    yield "Numbers", GRADE_WORDS[rule.grade]
    if rule.advice:
        yield "Advice", rule.advice
    if rule.note:
        yield "Note", rule.note


def _result(one: Located, rule: Rule | None, index: int, fingerprint: str) -> Mapping[str, Any]:
    finding = one.finding
    grade, trust = grade_of(finding, rule), applicability(finding)
    known = {
        "symbol": finding.symbol,
        "argument": finding.argument,
        "replacement": finding.replacement,
        "numbers": grade.value if grade else None,
        "applicability": trust.value if trust else None,
        "withheld": finding.withheld,
        "notes": list(finding.notes),
        "cell": finding.cell,
    }
    found = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(finding.path), "region": _where(one)}}],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
        "properties": {key: value for key, value in known.items() if value},
    }
    if finding.fix is not None and one.source is not None:
        found["fixes"] = [_fix(finding.fix, one.source)]
    return found


def _fix(fix: Fix, source: SourceText) -> Mapping[str, Any]:
    changes = [
        {"deletedRegion": _region(one.start, one.end), "insertedContent": {"text": one.text}}
        for one in replacements(fix, source)
    ]
    return {
        "description": {"text": fix.message},
        "artifactChanges": [{"artifactLocation": _artifact(source.path), "replacements": changes}],
        "properties": {"applicability": fix.applicability.value, "notes": list(fix.notes)},
    }


def _where(one: Located) -> Mapping[str, Any]:
    region: dict[str, Any] = {**_region(one.start, one.end)}
    finding = one.finding
    part = None if one.source is None else one.source.part(finding.cell)
    if part is not None and finding.end.line <= len(part.line_starts):
        region["snippet"] = {"text": part.text[part.index(finding.start) : part.index(finding.end)]}
    return region


def _region(start: Position, end: Position) -> Mapping[str, int]:
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _artifact(path: str) -> Mapping[str, str]:
    """Below the working directory relative to it, elsewhere whole."""
    place = shown(path)
    if Path(place).is_absolute():
        return {"uri": Path(place).as_uri()}
    return {"uri": quote(os.fsencode(place.replace(os.sep, "/"))), "uriBaseId": _ROOT}
