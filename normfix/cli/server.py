"""`normfix server`: the language server, where what it needs is installed."""

from __future__ import annotations

from importlib.util import find_spec

from normfix.config.errors import UserError

_NEEDED = ("pygls", "lsprotocol")


class MissingExtraError(UserError):
    """The packages of an extra that is not installed."""


def serve() -> int:
    """Run the server until its client ends it. Returns the exit status. Raises UserError."""
    if any(find_spec(name) is None for name in _NEEDED):
        raise MissingExtraError("the language server needs more packages: pip install 'normfix[lsp]'")
    from normfix.server.main import serve as run  # noqa: PLC0415 - its packages need not be there

    return run()
