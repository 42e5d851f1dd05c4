"""Whether a neighbour's reply tells the asker something to go by, or is only company.

A fact, an hour, a price, a place, whom to ask, a plain yes or no, how it went for oneself: that helps, right or wrong.
"Same here", a joke, sympathy, a question back and what somebody heard do not, nor does the offer of a lift, however
kind. Knows nothing of threads, and nothing of what was asked.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from store.talk.replies import ASKS, MENTION, SENTENCE

ENOUGH = 2.0
"""Points from which a reply helps."""
POINTS: Mapping[str, float] = {
    "verdicts": 2.0,
    "directions": 2.0,
    "accounts": 1.0,
    "whom": 1.0,
    "experience": 1.0,
    "notes": 1.0,
}
"""What a sentence is worth that settles something, says what to do, how it is, whom to ask, how it went, or when."""
HOLLOW = ("empty", "hearsay", "offers")


def helps(text: str) -> bool:
    """Whether a reply holds something that the asker can go by."""
    sentences = SENTENCE.split(MENTION.sub("", text.strip()))
    return sum(_worth(one.replace("’", "'")) for one in sentences if one.strip()) >= ENOUGH


def _worth(sentence: str) -> float:
    if ASKS.search(sentence) or any(_has(group, sentence) for group in HOLLOW):
        return 0.0
    return sum(points for group, points in POINTS.items() if _has(group, sentence))


def _has(group: str, sentence: str) -> bool:
    return bool(_phrases()[group].search(sentence))


@cache
def _phrases() -> dict[str, re.Pattern[str]]:
    groups = tomllib.loads((files("store") / "talk" / "helping.toml").read_text(encoding="utf-8"))
    return {name: re.compile("|".join(f"(?:{one})" for one in group), re.IGNORECASE) for name, group in groups.items()}
