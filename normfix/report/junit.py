"""Findings as a JUnit report: a suite for each file, a failed test for each finding."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from normfix.checks.finding import Finding, Severity
from normfix.checks.findings import CANNOT_DO
from normfix.report import Result, ordered, place
from normfix.report.in_file import slashed
from normfix.report.paint import printable
from normfix.report.view import View
from normfix.table.table import Table


def render(results: Sequence[Result], _: Table, __: View) -> str:
    """One document. Where nothing is found it has one test, which passed: some readers refuse a report without."""
    suites = [_suite(result) for result in results if result.findings]
    found = [finding for result in results for finding in result.findings]
    if not suites:
        passed = ['    <testcase name="org.normfix" classname="normfix"/>']
        suites = [_element("testsuite", passed, name="normfix", tests="1", **_counts(()))]
    counts = {name: count for name, count in _counts(found).items() if name != "skipped"}
    whole = _element("testsuites", suites, indent="", name="normfix", tests=str(len(found) or 1), **counts)
    # References instead of letters: the text is the same in whatever encoding it is written.
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}\n'.encode("ascii", "xmlcharrefreplace").decode()


def _suite(result: Result) -> str:
    found, path = ordered(result), slashed(result.path)
    cases = [_case(finding, path) for finding in found]
    counts = _counts(found)
    return _element("testsuite", cases, name=path, package="org.normfix", tests=str(len(found)), **counts)


def _case(finding: Finding, path: str) -> str:
    kind = _kind(finding)
    message = f"message={_attribute(finding.message)}"
    if kind == "skipped":
        body = f"<skipped {message}/>"
    else:
        words = escape(printable(f"{place(finding)}: {finding.code} {finding.message}"))
        body = f"<{kind} type={_attribute(finding.code)} {message}>{words}</{kind}>"
    name = _attribute(f"org.normfix.{finding.code}")
    home = _attribute(path.removesuffix(".py"))
    return f"    <testcase name={name} classname={home}>\n      {body}\n    </testcase>"


def _kind(finding: Finding) -> str:
    if finding.code in CANNOT_DO:
        return "error"
    return "skipped" if finding.severity is Severity.INFO else "failure"


def _counts(found: Sequence[Finding]) -> dict[str, str]:
    kinds = [_kind(finding) for finding in found]
    names = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    return {name: str(kinds.count(kind)) for name, kind in names.items()}


def _element(tag: str, children: Sequence[str], /, *, indent: str = "  ", **attributes: str) -> str:
    opened = "".join(f" {key}={_attribute(value)}" for key, value in attributes.items())
    return "\n".join((f"{indent}<{tag}{opened}>", *children, f"{indent}</{tag}>"))


def _attribute(text: str) -> str:
    return quoteattr(printable(text))
