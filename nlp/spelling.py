"""How a place may be spelled, and finding such spellings: abbreviations, apostrophes, hyphens, hashtags.

Owns the words of a text as places see them, and spaCy's matcher over them. Knows nothing of what a place is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

ABBREVIATED = {
    "street": ("st", "str"), "road": ("rd",), "avenue": ("ave", "av"), "lane": ("ln",), "drive": ("dr",),
    "close": ("cl",), "court": ("ct",), "crescent": ("cres", "cresc"), "place": ("pl",), "square": ("sq",),
    "terrace": ("terr", "ter"), "gardens": ("gdns",), "grove": ("gr",), "saint": ("st",), "st": ("saint",),
    "mount": ("mt",), "boulevard": ("blvd",), "park": ("pk",), "primary": ("prim",), "and": ("n",),
    "community": ("comm",), "estate": ("est",), "bridge": ("br",), "north": ("n",), "south": ("s",),
}  # fmt: skip
"""Whole word -> short forms that people write in its place."""
MOST_SPELLINGS = 24

_WORD = re.compile(r"(#)?([^\W_]+(?:['’][^\W_]+)*)")
_LINKS = re.compile(r"https?://\S+|www\.\S+|@\w+")


class Token(NamedTuple):
    """One word of a text."""

    plain: str
    """Lower case, without apostrophes."""
    capital: bool
    tagged: bool
    """It was a hashtag."""
    joined: bool
    """Nothing but a space stands before it."""


def tokens(text: str) -> list[Token]:
    """The words of a text. Links and handles are not words."""
    bare = _LINKS.sub(" . ", text.replace("&", " and "))
    found: list[Token] = []
    end = -1
    for match in _WORD.finditer(bare):
        word = match.group(2)
        joined = bare[end : match.start()] == " " if end >= 0 else False
        found.append(Token(_plain(word), word[0].isupper(), bool(match.group(1)), joined))
        end = match.end()
    return found


def _plain(word: str) -> str:
    return word.lower().replace("'", "").replace("’", "")


def spellings(name: str) -> list[str]:
    """The ways to write a name, as plain words with one space between; the first is the name itself."""
    parts = [token.plain for token in tokens(name)]
    if not parts:
        return []
    choices = [(part, *(ABBREVIATED.get(part, ()) if len(parts) > 1 else ())) for part in parts]
    forms = [" ".join(chosen) for chosen, _ in zip(product(*choices), range(MOST_SPELLINGS), strict=False)]
    together = "".join(parts)
    more = [form + "s" for form in forms if not form.endswith("s")]  # Tolgarth Road's surface
    return list(dict.fromkeys([*forms, *more, *([together] if len(parts) > 1 else [])]))


class Words:
    """Finds known phrases among the words of a text; where they overlap, the longest."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = list(dict.fromkeys(phrases))
        self._first = frozenset(phrase.split(" ", 1)[0] for phrase in self._phrases)

    def find(self, parts: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
        """Phrase, number of its first word, number after its last word: in the order of the text."""
        plain = [part.plain for part in parts]
        if self._first.isdisjoint(plain):  # most texts: spaCy is not asked at all
            return
        taken = 0
        for start, end in self._longest(plain):
            if start >= taken:
                taken = end
                yield " ".join(plain[start:end]), start, end

    def _longest(self, plain: list[str]) -> list[tuple[int, int]]:
        vocabulary, matcher = self._matcher
        from spacy.tokens import Doc  # loaded by now

        hits = [(start, end) for _, start, end in matcher(Doc(vocabulary, words=plain))]
        return sorted(hits, key=lambda hit: (hit[0], -hit[1]))

    @cached_property
    def _matcher(self) -> tuple[Any, Any]:
        import spacy  # 1.4 s: only when a text may name a place
        from spacy.matcher import PhraseMatcher
        from spacy.tokens import Doc

        vocabulary = spacy.blank("en").vocab
        matcher = PhraseMatcher(vocabulary, attr="LOWER")
        matcher.add("place", [Doc(vocabulary, words=phrase.split(" ")) for phrase in self._phrases])
        return vocabulary, matcher
