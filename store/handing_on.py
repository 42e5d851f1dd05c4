"""What the policies say of handing on the texts of an answer (invariant R7): said beside it, for whoever takes it away.

What `soundings ask` prints is for inside, and nothing is made to leave yet. Knows nothing of questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from soundings import policies
from soundings.policies import Extract

Row = TypeVar("Row")


def watched(rows: Iterable[Row], seen: set[str]) -> Iterator[Row]:
    """The same rows; the sources whose texts are among them are noted in `seen`."""
    for row in rows:
        seen.update(_sources(row))
        yield row


def _sources(row: Any) -> Iterable[str]:
    if hasattr(row, "text"):
        return (row.source,)
    return row.sources if hasattr(row, "said") else ()


def limits(sources: Iterable[str]) -> Iterator[str]:
    """A sentence for each source whose texts may not simply be handed on."""
    for policy in (policies.of(source) for source in sorted(sources)):
        if policy.extract is Extract.NEVER:
            yield f"For inside only: texts of {policy.title} may not be handed on, only numbers."
        elif policy.extract is Extract.CAPPED:
            yield (
                f"For inside only: of {policy.title} nobody may hand on more than {policy.most_a_day} texts a day, and "
                "only by hand."
            )
