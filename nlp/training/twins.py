"""Twins of a text: the same post by somebody of another name, faith, nation or dialect.

A fair reader says the same of both, so the model is taught with both (docs/model-card.md says how well it has learnt).
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SWAPPED = 0.8
"""Chance of each word that can be swapped."""
SPOKEN = 0.5
"""Chance that a twin is also put into a dialect, and that of each word then."""


@dataclass(frozen=True)
class Twin:
    """A twin, and whether it still means the very same: another place of worship is another place."""

    text: str
    same_meaning: bool


@dataclass(frozen=True)
class _Lists:
    """What may be swapped, ready to be looked for."""

    members: Mapping[str, Sequence[str]]
    """Each word in small letters -> its group."""
    grouped: re.Pattern[str]
    dialects: Sequence[tuple[Mapping[str, str], re.Pattern[str]]]


def twin(text: str, chance: random.Random) -> Twin:
    """One twin of a text; the text itself where nothing in it can be swapped."""
    swapped = _lists().grouped.sub(lambda found: _other(found.group(0), chance), text)
    spoken = swapped
    if chance.random() < SPOKEN:
        words, pattern = chance.choice(_lists().dialects)
        spoken = pattern.sub(lambda found: _said(found.group(0), words, chance), swapped)
    return Twin(spoken, swapped == text)


def _other(word: str, chance: random.Random) -> str:
    if chance.random() >= SWAPPED:
        return word
    return _cased(chance.choice(_lists().members[word.lower()]), word)


def _said(words: str, dialect: Mapping[str, str], chance: random.Random) -> str:
    return _cased(dialect[words.lower()], words) if chance.random() < SPOKEN else words


def _cased(new: str, old: str) -> str:
    """A word with the capitals of the one that it stands for, but for its own."""
    if len(old) > 2 and old.isupper():
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


@cache
def _lists() -> _Lists:
    content = tomllib.loads((Path(__file__).parent / "twins.toml").read_text(encoding="utf-8"))
    members = {word.lower(): group for group in content["groups"].values() for word in group}
    capital = [word for group in content["groups"].values() for word in group if word[:1].isupper()]
    small = [word for group in content["groups"].values() for word in group if not word[:1].isupper()]
    # a name in small letters may be any word (grace, jack), a church may open a sentence
    grouped = re.compile(rf"\b(?:{_either(capital)}|(?i:{_either(small)}))\b")
    dialects = [(words, re.compile(rf"\b(?:{_either(words)})\b(?!')", re.I)) for words in content["dialects"].values()]
    return _Lists(members, grouped, dialects)


def _either(words: Mapping[str, str] | Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
