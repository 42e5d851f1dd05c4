"""Words and phrases of a text put in the place of others, by a dictionary, wherever they stand as whole words.

Owns how a phrase is found: the longest that fits wins, apostrophes of any kind are one, and how it is capitalised may
decide. Knows nothing of what is swapped, nor why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

_APOSTROPHES = "'’ʼ‘"
_WORD = re.compile(rf"(?<![@/\w])[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*")
"""Not what follows an @ or a slash: a handle, or a part of a link."""
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})
_POSSESSIVE = "'s"
_POSSESSIVES = ("'s", "’s")
_GOES_ON = ",'’"
"""Signs after which a sentence goes on; after every other, and after an emoji, a capital says nothing."""
_ALONE = " \t\n?!.,"
"""What may stand beside a word of one letter."""


class Case(IntEnum):
    """When a phrase is one, by how its first letter is written."""

    ANY = 0
    CAPITAL = 1
    INSIDE = 2
    """A capital of its own: not where a sentence may begin, not of a word that shouts, not in a headline, where each
    word has one."""
    SMALL = 3
    """Small, and by itself: a `u` that is not part of `u-turn`."""


class Word(NamedTuple):
    """A word of a text without the apostrophes at its edges, and where it stands."""

    said: str
    """In small letters, with straight apostrophes."""
    start: int
    end: int
    text: str
    """All of it."""

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[self.start].isupper()

    @property
    def shouts(self) -> bool:
        """Whether it is all in capitals."""
        return self.end - self.start > 1 and self.text[self.start : self.end].isupper()

    @property
    def opens(self) -> bool:
        """Whether a sentence begins with it."""
        before = self.text[max(0, self.start - 40) : self.start].rstrip(" \t")
        return not before or not (before[-1].isalnum() or before[-1] in _GOES_ON)

    @property
    def alone(self) -> bool:
        """Whether blanks or the end of a sentence stand on both sides."""
        before, after = self.text[max(0, self.start - 1) : self.start], self.text[self.end : self.end + 1]
        return before in _ALONE and after in _ALONE

    @property
    def clipped(self) -> tuple[bool, bool]:
        """Whether an apostrophe stands right before it, as in 'ere, and right after it, as in goin'."""
        before, after = self.text[max(0, self.start - 1) : self.start], self.text[self.end : self.end + 1]
        return before != "" and before in _APOSTROPHES, after != "" and after in _APOSTROPHES


@dataclass(frozen=True)
class Part:
    """A word of a phrase."""

    said: str
    clipped: tuple[bool, bool] = (False, False)
    """The apostrophes that it needs."""

    def within(self, word: Word) -> tuple[int, int] | None:
        """From where to where this is a word of the text, its possessive `'s` left over; None when it is another."""
        if word.said != self.said and word.said != self.said + _POSSESSIVE:
            return None
        if True in self.clipped and any(n and not t for n, t in zip(self.clipped, word.clipped, strict=True)):
            return None
        left_over = len(_POSSESSIVE) if word.said != self.said else 0
        return word.start - self.clipped[0], word.end - left_over + self.clipped[1]


@dataclass(frozen=True)
class Entry:
    """One phrase and what takes its place."""

    parts: tuple[Part, ...]
    instead: str | None
    """None: the phrase stays, and no shorter one within it is looked for."""
    case: Case = Case.ANY

    @property
    def weight(self) -> tuple[int, int, bool]:
        """Of two that fit the greater is meant: the longer, the one of more apostrophes, the one of a certain case."""
        return len(self.parts), sum(map(sum, (part.clipped for part in self.parts))), self.case is not Case.ANY


@dataclass(frozen=True)
class Found:
    """A phrase of the dictionary in a text."""

    entry: Entry
    start: int
    end: int
    first: Word
    before: Word | None
    """The word before it, where only blanks, or the dot of `St.`, stand between."""
    following: Word | None
    """The next word of the line, where only blanks, or a possessive `'s`, stand between."""


def words(text: str) -> list[Word]:
    """The words of a text in their order."""
    plain = text.translate(_STRAIGHT)
    return [Word(found.group().lower(), *found.span(), plain) for found in _WORD.finditer(plain)]


class Swaps:
    """A dictionary, ready to be looked for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_first: dict[str, list[Entry]] = {}
        for one in entries:
            self._by_first.setdefault(one.parts[0].said, []).append(one)
        for same in self._by_first.values():
            same.sort(key=lambda one: one.weight, reverse=True)

    def put(self, text: str, swap: Callable[[Found], str | None]) -> str:
        """The text with each phrase found in it as `swap` says; None leaves it."""
        made: list[str] = []
        done, at, said = 0, 0, words(text)
        while at < len(said):
            found = self._at(said, at)
            if not found:
                at += 1
                continue
            if found.entry.instead is not None and (instead := swap(found)) is not None:
                made += [text[done : found.start], instead]
                done = found.end
            at += len(found.entry.parts)
        return "".join([*made, text[done:]]) if made else text

    def _at(self, said: Sequence[Word], at: int) -> Found | None:
        first = said[at].said
        found = self._by_first.get(first, ())
        if first.endswith(_POSSESSIVE):
            found = (*found, *self._by_first.get(first.removesuffix(_POSSESSIVE), ()))
        for one in found:
            part = said[at : at + len(one.parts)]
            if _cased(one.case, said, at) and (span := _span(part, one)):
                return Found(one, *span, said[at], _before(said, at), _after(said, at + len(part), span[1]))
        return None


def entry(phrase: str, instead: str | None, case: Case = Case.ANY) -> Entry:
    """One entry of a dictionary; a phrase is cut into words as texts are."""
    return Entry(tuple(Part(word.said, word.clipped) for word in words(phrase)), instead, case)


def _span(said: Sequence[Word], one: Entry) -> tuple[int, int] | None:
    """From where to where these words are the phrase; None when they are not."""
    if len(said) < len(one.parts):
        return None
    whole: list[tuple[int, int]] = []
    for part, word in zip(one.parts, said, strict=True):
        span = part.within(word)
        if not span or (whole and word.text[whole[-1][1] : span[0]].strip(" \t-")):
            return None
        whole.append(span)
    return whole[0][0], whole[-1][1]


def _cased(case: Case, said: Sequence[Word], at: int) -> bool:
    word = said[at]
    if case is Case.SMALL:
        return not word.capital and word.alone
    if case is not Case.INSIDE:
        return case is Case.ANY or word.capital
    beside = [*said[max(0, at - 1) : at], *said[at + 1 : at + 2]]
    return word.capital and not (word.opens or word.shouts) and any(not one.capital for one in beside)


def _before(said: Sequence[Word], at: int) -> Word | None:
    one, word = said[at - 1], said[at]
    return one if at and not word.text[one.end : word.start].strip(" \t.") else None


def _after(said: Sequence[Word], at: int, end: int) -> Word | None:
    if at >= len(said):
        return None
    between = said[at].text[end : said[at].start].strip(" \t")
    return said[at] if between in ("", *_POSSESSIVES) else None
