"""What `verify` found, kept in the user's cache for as long as another run would find the same.

Nothing is started to learn that, and nothing is imported that belongs to a run. A damaged piece is as good as none.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from normfix import __version__
from normfix.config import store
from normfix.runtime.environment import Interpreter, surroundings
from normfix.runtime.fingerprint import Fingerprint

if TYPE_CHECKING:
    from normfix.runtime.verdict import Report

_TELLING = (
    *(
        "ABSL",
        "CUDA",
        "DNNL",
        "DYLD_",
        "GLIBC_",
        "HIP_",
        "HOME",
        "HSA_",
        "JAX_",
        "KERAS_",
        "KMP_",
        "LANG",
        "LC_",
        "LD_",
    ),
    *("MALLOC_", "MKL_", "NPY_", "NUMPY_", "NVIDIA_", "OMP_", "ONEDNN_", "OPENBLAS_", "PROTOCOL_BUFFERS_", "PYTHON"),
    *("ROCM_", "TF", "TORCH_", "USERPROFILE", "XLA_"),
)
"""How the variables begin that Python, TensorFlow, Keras and what they are built on look at."""
_MOST_PAGES = 8


@dataclass(frozen=True, slots=True)
class CachedRun:
    """A run that still holds: when it was, its exit status, its pages by their look, and the report to draw others."""

    when: float
    status: int
    pages: dict[Any, str]
    fingerprint: Fingerprint
    packed: bytes

    def report(self) -> Report | None:
        """The report itself; None where it cannot be read."""
        import pickle  # noqa: PLC0415 - a page that was drawn before needs none of it

        try:
            found: Report = pickle.loads(self.packed)
        except (
            pickle.UnpicklingError,
            AttributeError,
            EOFError,
            ImportError,
            IndexError,
            KeyError,
            TypeError,
            ValueError,
        ):
            return None
        return found

    @property
    def date(self) -> str:
        """When it was, for people."""
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(self.when))


class VerifyCache:
    """What is kept of one question to one interpreter, under the variables of today."""

    def __init__(self, interpreter: Interpreter, *question: object) -> None:
        told = sorted(item for item in surroundings().items() if item[0].startswith(_TELLING))
        asked = (str(interpreter.path), interpreter.origin, told, question)
        self._name = f"verify-{store.key_of(__version__, sys.version_info, _machine(), asked)}"
        self._asked = repr(asked)

    def recall(self) -> CachedRun | None:
        """The run that answered the same question, if nothing has changed since."""
        data = store.read(store.user_cache(), self._name)
        try:
            asked, origin, when, status, pages, fingerprint, packed = marshal.loads(data or b"")
            kept = CachedRun(when, status, pages, Fingerprint(*fingerprint), packed)
        except (EOFError, TypeError, ValueError):
            return None
        return kept if asked == self._asked and origin == store.sources() and kept.fingerprint.stand() else None

    def keep(self, kept: CachedRun) -> None:
        """Remember a run in place of the one before."""
        fingerprint = (
            kept.fingerprint.python,
            kept.fingerprint.folders,
            kept.fingerprint.files,
            kept.fingerprint.state,
        )
        pages = dict(list(kept.pages.items())[-_MOST_PAGES:])
        body = (self._asked, store.sources(), kept.when, kept.status, pages, fingerprint, kept.packed)
        store.write(store.user_cache(), self._name, marshal.dumps(body))


def cached_run(report: Report, status: int, pages: dict[Any, str]) -> CachedRun | None:
    """A run as it is kept; None where another one might end otherwise."""
    import pickle  # noqa: PLC0415
    from dataclasses import replace  # noqa: PLC0415

    if report.fingerprint is None or not report.lasting:
        return None
    packed = pickle.dumps(replace(report, fingerprint=None), pickle.HIGHEST_PROTOCOL)
    return CachedRun(time.time(), status, pages, report.fingerprint, packed)


def _machine() -> tuple[str, ...]:
    return tuple(os.uname()) if hasattr(os, "uname") else (sys.platform,)
