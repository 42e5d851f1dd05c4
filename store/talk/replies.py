"""What the council's reply to a question amounts to: an answer, or only a reply.

"Please DM us", "we are looking into it" and "which street is this?" are replies: whoever reads along knows no more than
before. What is left of a reply without such phrases and courtesies is its answer. Knows nothing of threads.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
MENTION = re.compile(r"^(?:@\S+\s*)+")
SIGNED = re.compile(r"\^\s?\w{1,12}\s*$")
"""`^Jo`: who at the council wrote it."""
ASKS = re.compile(r"\?\s*$")
WORD = re.compile(r"[^\W\d_]{2,}")
ENOUGH = 6
"""Words of a sentence that says something, although it has nothing to go by."""


def answers(text: str) -> bool:
    """Whether a reply of the council's says something that the asker can use."""
    return any(_tells(part) for part in SENTENCE.split(SIGNED.sub("", MENTION.sub("", text.strip()))) if part.strip())


def _tells(sentence: str) -> bool:
    if ASKS.search(sentence) or _has("holds", sentence):
        return False
    count = len(WORD.findall(sentence))
    if _has("polite", sentence):
        return _has("facts", sentence) and count > ENOUGH
    return _has("facts", sentence) or count >= ENOUGH


def _has(group: str, sentence: str) -> bool:
    return bool(_phrases()[group].search(sentence.replace("’", "'")))


@cache
def _phrases() -> dict[str, re.Pattern[str]]:
    groups = tomllib.loads((files("store") / "talk" / "replies.toml").read_text(encoding="utf-8"))
    return {name: re.compile("|".join(f"(?:{one})" for one in group), re.IGNORECASE) for name, group in groups.items()}
