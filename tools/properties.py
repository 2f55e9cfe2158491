"""Runs generated programs against normfix for as long as is asked: what tests/properties does for a minute.

    python -m tools.properties MINUTES [FIRST_SEED]

Each seed is a round of programs, which ends with the first that fails: it is printed as it is, since making it smaller
takes minutes, and the next round begins. The status is 1 where anything failed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisException

from tests.properties.held import finds_what_is_reached, fixes_hold
from tests.properties.programs import programs

ROUND = 200
PROPERTIES = (finds_what_is_reached, fixes_hold)


def main() -> int:
    """Run round after round; say how many programs there were and how many rounds failed."""
    end = time.monotonic() + 60 * float(sys.argv[1])
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    tried = failed = 0
    while time.monotonic() < end:
        for held in PROPERTIES:
            count, failure = _round(held, number)
            tried += count
            if failure is not None:
                failed += 1
                print(f"{held.__name__}, seed {number}: {failure}", flush=True)
        number += 1
        print(f"seeds up to {number - 1}: {tried} programs, {failed} rounds failed", file=sys.stderr, flush=True)
    return 1 if failed else 0


def _round(held: Callable[[str], None], number: int) -> tuple[int, Exception | None]:
    """How many different programs a property was asked of, and what it failed with."""
    tried: set[str] = set()

    @seed(number)
    @settings(
        database=None,
        deadline=None,
        max_examples=ROUND,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(programs())
    def ask(program: str) -> None:
        tried.add(program)
        held(program)

    try:
        ask()
    except HypothesisException:
        raise
    except Exception as error:
        return len(tried), error
    return len(tried), None


if __name__ == "__main__":
    sys.exit(main())
