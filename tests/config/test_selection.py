"""Code prefixes: what is on, what is refused."""

from __future__ import annotations

import pytest

from normfix.config.selection import SelectionError, check_selectors, enabled

CODES = ("NF001", "NF101", "NF102", "NF207")


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ((), (), False),
        (("NF2",), (), False),
        (("NF",), ("NF1",), False),
        (("NF101",), ("NF101",), False),
        (("NF",), (), True),
        (("NF101",), ("NF1",), True),
        (("NF", "NF101"), ("NF10",), True),
        (("NF",), ("NF2",), True),
    ],
)
def test_the_longer_prefix_decides(select: tuple[str, ...], ignore: tuple[str, ...], expected: bool) -> None:
    assert enabled("NF101", select, ignore) is expected


def test_known_selectors_pass() -> None:
    check_selectors(("NF", "NF1", "NF207"), CODES, "here")


def test_an_unknown_selector_is_refused_with_the_nearest_code() -> None:
    with pytest.raises(SelectionError, match="here: no rule is called 'NF108'; did you mean NF10"):
        check_selectors(("NF1", "NF108"), CODES, "here")
    with pytest.raises(SelectionError, match="`normfix rules` lists"):
        check_selectors(("zzz",), CODES, "here")
