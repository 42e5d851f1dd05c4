"""What a post is about, as everyone is told: what an officer corrected, else what the reader guessed.

The two lie in different tables and neither is ever overwritten: the correction is looked up inside each question, so
that it counts everywhere from the moment it is written. Knows nothing of pages, nor of what a reader learns from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from store.clickhouse import Client
from store.rows import ask, chunks, literals

WORDS = (
    "SELECT post_id, argMax(value, at) AS word, max(at) AS said FROM decisions WHERE field = 'topic' "
    "GROUP BY post_id HAVING word != ''"
)
"""Each post's latest word, slugs with a blank between them; an empty one took it back."""
_PAIRS = f"(SELECT groupArray((post_id, word)) FROM ({WORDS}))"
_WORD = f"transform(id, {_PAIRS}.1, {_PAIRS}.2, '')"
TOPICS = f"if({_WORD} = '', topics, splitByChar(' ', {_WORD}))"
"""SQL, in place of the column `topics` of `readings`, which holds the guess. ClickHouse asks for the pairs once."""
CORRECTED = f"{_WORD} != ''"
"""SQL: whether an officer said what the post is about."""


def words_of(client: Client, post_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The topics that officers gave to those of these posts that they corrected."""
    found: dict[str, tuple[str, ...]] = {}
    for part in chunks(post_ids):
        rows = ask(client, f"SELECT post_id, word FROM ({WORDS}) WHERE post_id IN ({literals(part)})")
        found |= {str(post_id): tuple(str(word).split()) for post_id, word in rows}
    return found
