"""The table `[topics]` of the council file: a council's own topics, and its own words and sentences for built-in ones.

Owns its shape and its problems. Light: it is loaded wherever a council file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from soundings.council import Problem, table_problems
from soundings.taxonomy import TOPICS

_SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,63}$")
Phrase = Annotated[str, Field(min_length=2, max_length=80, pattern=r"\w")]


class OwnTopic(BaseModel):
    """One `[topics.<slug>]` of the council file: more words for a built-in topic, or a topic of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    words: tuple[Phrase, ...] = ()
    """Words and phrases that mean this topic, in the singular."""
    sentences: tuple[Annotated[str, Field(min_length=10, max_length=500)], ...] = ()
    """Posts as residents would write them: the reader learns the topic from what they mean."""


def problems(table: Any) -> list[Problem]:
    """Everything that is wrong with the table `[topics]`."""
    if not isinstance(table, Mapping):
        return [Problem(("topics",), "'topics' must be a table: write `[topics.bins-recycling]` and `words = [...]`")]
    return [problem for slug, topic in table.items() for problem in _topic_problems(slug, topic)]


def _topic_problems(slug: str, topic: Any) -> Iterator[Problem]:
    at = ("topics", slug)
    if not _SLUG.match(slug):
        yield Problem(at, f"'{slug}' cannot be a topic's short name: use small letters, digits and hyphens")
    elif not isinstance(topic, Mapping):
        yield Problem(at, f"'{slug}' must be a table: write `[topics.{slug}]` and below it `words = [...]`")
    elif found := table_problems(OwnTopic, at, topic):
        yield from found
    else:
        yield from _missing(slug, OwnTopic.model_validate(topic))


def _missing(slug: str, topic: OwnTopic) -> Iterator[Problem]:
    at = ("topics", slug)
    if slug not in TOPICS and not topic.name:
        near = get_close_matches(slug, TOPICS, n=1)
        meant = f"did you mean '{near[0]}'? " if near else ""
        yield Problem(at, f"there is no built-in topic '{slug}': {meant}a topic of your own needs `name = \"...\"`")
    if not topic.words and not topic.sentences and not (slug in TOPICS and topic.name):
        told = 'add `words = ["..."]`, what residents call it, or `sentences = ["..."]`, posts as they write them'
        yield Problem((*at, "words"), f"'{slug}' has no words: {told}")
