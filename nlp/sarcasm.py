"""Praise that is not meant: what says so itself, and praise beside a grievance that nobody mended.

Rules catch little sarcasm and are sometimes wrong: so they are one witness beside the model (`nlp/judging.py`). Knows
nothing of moods, nor of single phrases: those are `sarcasm.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from functools import cache

from nlp.patterns import document, either, prepared

LONGEST_READ = 2000
"""Characters that are looked at: sarcasm in an article is not for rules to find."""


class Doubt(IntEnum):
    """How far praise is to be doubted."""

    NONE = 0
    SOME = 1
    """It may be meant."""
    STRONG = 2
    """It is most likely not meant."""


def doubt(text: str) -> Doubt:
    """How far the praise in a text is to be doubted; none where there is no praise."""
    heard, signs = prepared(text[:LONGEST_READ]), _signs()
    if signs["says-so"].search(heard):
        return Doubt.STRONG
    if not signs["praise"].search(heard):
        return Doubt.NONE
    grieved = bool(signs["grievance"].search(heard)) and not signs["mended"].search(heard)
    if grieved and signs["opening"].search(heard):
        return Doubt.STRONG
    return Doubt.SOME if grieved or signs["raised-eyebrow"].search(heard) else Doubt.NONE


@cache
def _signs() -> Mapping[str, re.Pattern[str]]:
    content = document("sarcasm.toml")
    fragments = content.pop("fragments")
    return {name: either(group["phrases"], fragments) for name, group in content.items()}
