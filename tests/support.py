"""Code as a text, through the whole of a scan or a fix: what the tests of those folders start from."""

from __future__ import annotations

from textwrap import dedent

from fixtures.files import seen
from normfix.checks.finding import Finding
from normfix.checks.scanner import scan
from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import scan_text
from normfix.semantics.meaning import Meaning
from normfix.semantics.project import Project
from normfix.source.python import ParseFailure, parse
from normfix.source.text import decode
from normfix.table.load import shipped_table


def result(code: str | bytes, *, fix: bool = False, unsafe: bool = False, path: str = "code.py") -> FileResult:
    """What a run makes of code; a text is taken without its common indentation."""
    data = code if isinstance(code, bytes) else dedent(code).encode()
    return scan_text(data, path, shipped_table(), Options(fix=fix, unsafe_fixes=unsafe))


def findings(code: str | bytes, path: str = "code.py") -> tuple[Finding, ...]:
    """The findings in code."""
    return result(code, path=path).findings


def found(code: str) -> list[str]:
    """The findings in code, each as `line CODE text`."""
    outcome = result(code)
    assert outcome.source is not None
    return [f"{line} {rule} {text}" for line, rule, text in seen(outcome.source, outcome.findings)]


def fixed(code: str, *, unsafe: bool = False, path: str = "code.py") -> str:
    """Code after its fixes, which must have been all there was to do."""
    outcome = result(code, fix=True, unsafe=unsafe, path=path)
    assert outcome.fixed_text is not None, outcome.findings
    return outcome.fixed_text


def fixed_bytes(code: bytes) -> bytes:
    """The bytes of code after its fixes."""
    outcome = result(code, fix=True)
    assert outcome.source is not None
    assert outcome.fixed_text is not None, outcome.findings
    return outcome.source.encode(outcome.fixed_text)


def unchanged(code: str, *, unsafe: bool = True) -> bool:
    """Whether fixing leaves code as it is, although something is found in it."""
    outcome = result(code, fix=True, unsafe=unsafe)
    assert outcome.findings
    return outcome.fixed_text is None


def meaning(code: str, name: str) -> Meaning:
    """What the last name (or chain of names) that is spelled `name` means where it stands."""
    source = decode(dedent(code).encode(), "code.py")
    tree = parse(source)
    assert not isinstance(tree, ParseFailure)
    read = scan(source, tree, shipped_table(), Project(shipped_table()))
    root, _, rest = name.partition(".")
    attributes = tuple(rest.split(".")) if rest else ()
    uses = [one for one in read.bindings.references if (one.name, one.attributes) == (root, attributes)]
    answer = read.resolver.reference(uses[-1])
    for attribute in attributes:
        answer = answer.attribute(attribute)
    return answer
