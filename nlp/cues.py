"""The turns of phrase of `acts.toml`, ready to be looked for.

Knows nothing of what they mean for a text: `nlp/acts.py` weighs them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from nlp.patterns import document, either
from soundings.messages import SpeechAct


@dataclass(frozen=True)
class Cue:
    """Phrases that say the same thing, and how sure one of them alone makes it."""

    weight: float
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Cues:
    """All of them. The patterns expect a text that was `prepared`."""

    acts: Mapping[SpeechAct, Sequence[Cue]]
    mended: re.Pattern[str]
    """A fault that is over: its words no longer report it."""


@cache
def cues() -> Cues:
    """The cues, read once."""
    content = document("acts.toml")
    fragments = content["fragments"]
    acts: dict[SpeechAct, list[Cue]] = {
        act: [Cue(group["weight"], either(group["phrases"], fragments)) for group in content[act]]
        for act in SpeechAct
        if act.value in content  # a question is known by its form: `nlp/asking.py`
    }
    return Cues(acts, either(content["mended"][0]["phrases"], fragments))
