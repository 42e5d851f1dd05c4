"""What a source's policy says: its shape, and no source's own. The table is `soundings.policy_table`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from soundings.words import SpeechAct


class Extract(StrEnum):
    """How much of a source's texts may be in rows that leave the council."""

    WHOLE = "whole"
    CAPPED = "capped"
    """So many texts for one person in one day, by hand: `Policy.most_a_day`."""
    NEVER = "never"
    """Numbers only."""


@dataclass(frozen=True)
class Key:
    """One secret that a source needs, by the environment variable that holds it."""

    variable: str
    """With a last word in angle brackets where there is one for each server, such as `..._<HOST>`."""
    what: str

    @property
    def stem(self) -> str:
        """What its variables begin with."""
        return self.variable.partition("<")[0]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What may be done with one source, what it costs, and how a newcomer gets to listen to it. Plain English."""

    name: str
    """As in the council file and in the posts."""
    title: str
    """As people call it."""
    cost: str
    approval: str = ""
    """Whose consent is needed before it is switched on; empty: nobody's."""
    keys: tuple[Key, ...] = ()
    steps: tuple[str, ...]
    """What a newcomer does, one after another, until it listens."""
    topics_not_computed: frozenset[str] = frozenset()
    acts_not_computed: frozenset[SpeechAct] = frozenset()
    longest_days: int | None = None
    """Days after collection until a text goes, where its platform allows only so many. None: as the council keeps."""
    may_be_quoted: bool
    """Whether its texts may stand outside the dashboard: in an alert, a report or on a public page."""
    extract: Extract
    most_a_day: int = 0
    """Of a capped extract: texts for one person in one day."""
    takes: str
    drops: str
    resumes: str
    deletions: str
    """How it reaches us that something was removed."""
    platform_rule: str
    our_rule: str
    is_invented: bool = False
    """True where nobody real is heard: then nobody must say why."""

    @property
    def needs_nothing(self) -> bool:
        """Whether anyone may listen to it at once: no key, no consent, no money."""
        return not (self.keys or self.approval or self.is_invented)
