"""What is wrong between the tables of a council file: what a source may do only beside something else in the file.

Each table by itself is judged by whoever owns it. Knows nothing of how a source is heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from listeners import people_feeds
from soundings import policies, purposes
from soundings.council import Problem

INVENTED = (
    "'{}' is invented and never stands beside a real council's posts: take [sources.{}] out, and see it by "
    "`soundings demo` instead"
)


def problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a parsed council file of which each table is in order."""
    yield from people_feeds.problems(document)
    yield from _invented(document)


def _invented(document: Mapping[str, Any]) -> Iterator[Problem]:
    council = document.get("council", {})
    on = [name for name, table in document["sources"].items() if purposes.is_on(table.get("enabled"))]
    real = [name for name in on if not policies.of(name).is_invented]
    if purposes.is_on(council.get("invented")) or not (real or council.get("name")):
        return
    yield from (Problem(("sources", name), INVENTED.format(name, name)) for name in on if name not in real)
