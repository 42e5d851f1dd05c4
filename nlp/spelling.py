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
AT_ONCE = 1_000
"""Phrases that become documents of spaCy's at a time."""

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
    loud: bool = False
    """It is in capitals throughout."""
    owning: bool = False
    """It ends in an apostrophe and s."""


def tokens(text: str) -> list[Token]:
    """The words of a text. Links and handles are not words."""
    bare = _LINKS.sub(" . ", text.replace("&", " and "))
    found: list[Token] = []
    end = -1
    for match in _WORD.finditer(bare):
        word = match.group(2)
        joined = bare[end : match.start()] == " " if end >= 0 else False
        owning = word[-2:].lower() in ("'s", "’s")
        found.append(Token(_plain(word), word[0].isupper(), bool(match.group(1)), joined, word.isupper(), owning))
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
    return list(dict.fromkeys([*forms, *([together] if len(parts) > 1 else [])]))


class Words:
    """Finds known phrases among the words of a text; where they overlap, the longest.

    A phrase is also found with an s behind it (`Tolgarth Road's surface`). One word is looked up; spaCy's matcher holds
    those of several, a kilobyte each.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = list(dict.fromkeys(phrases))
        self._single = frozenset(phrase for phrase in self._phrases if " " not in phrase)
        self._several = [phrase for phrase in self._phrases if " " in phrase]
        self._first = frozenset(phrase.split(" ", 1)[0] for phrase in self._several)

    def find(self, parts: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
        """Phrase, number of its first word, number after its last word: in the order of the text."""
        taken = 0
        found = {hit for plain in self._readings(parts) for hit in self._hits(plain)}
        for start, end, phrase in sorted(found, key=lambda hit: (hit[0], -hit[1], hit[2])):
            if start >= taken:
                taken = end
                yield phrase, start, end

    def _readings(self, parts: Sequence[Token]) -> list[list[str]]:
        """The words as they stand; without the s of those that have one; without it where no phrase has the word so."""
        plain = [part.plain for part in parts]
        if not any(word.endswith("s") for word in plain):
            return [plain]
        without = [part.plain[:-1] if part.owning else part.plain for part in parts]
        unknown = [
            word[:-1] if len(word) > 4 and word[-1] == "s" and word not in self._known else word for word in plain
        ]
        return [plain, *(other for other in (without, unknown) if other != plain)]

    def _hits(self, plain: list[str]) -> Iterator[tuple[int, int, str]]:
        for at, word in enumerate(plain):
            if word in self._single:
                yield at, at + 1, word
        if self._first.isdisjoint(plain):  # most texts: spaCy is not asked at all
            return
        vocabulary, matcher = self._matcher
        from spacy.tokens import Doc  # loaded by now

        for _, start, end in matcher(Doc(vocabulary, words=plain)):
            yield start, end, " ".join(plain[start:end])

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(word for phrase in self._phrases for word in phrase.split(" "))

    @cached_property
    def _matcher(self) -> tuple[Any, Any]:
        import spacy  # 1.4 s: only when a text may name a place
        from spacy.matcher import PhraseMatcher
        from spacy.tokens import Doc

        vocabulary = spacy.blank("en").vocab
        matcher = PhraseMatcher(vocabulary, attr="LOWER")
        for at in range(0, len(self._several), AT_ONCE):  # all at once took 1.7 GB for 50,000 names
            some = self._several[at : at + AT_ONCE]
            matcher.add("place", [Doc(vocabulary, words=phrase.split(" ")) for phrase in some])
        return vocabulary, matcher
