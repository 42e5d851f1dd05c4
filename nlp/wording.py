"""Words and phrases found in a text: plurals, hyphens, apostrophes and run-together hashtags all the same.

Owns the one way in which a text is cut into words for topics. Knows nothing of what a phrase means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

SOMEWHERE = "somewhere"
"""Stands in for the name of a street."""
SHORTEST_RUN_TOGETHER = 7
"""Letters that a run-together phrase needs: shorter ones are words of their own too often."""

_LINKS = re.compile(r"https?://\S+|www\.\S+|@\w+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NOT_A_NAME = "The |This |That |Our |My |Your |A |Every |Each |No |Bad |Which |What |Any |Whole |Main "
_STREET_NAME = re.compile(
    rf"\b(?!{_NOT_A_NAME})(?:[A-Z][\w'’]*\.? |\d+(?:st|nd|rd|th) ){{1,3}}"
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Crescent|Way|Terrace|Place|Pl|Boulevard|Blvd|Ct|"
    r"Parkway|Pkwy|Grove|Mews|Hill|Square|rd|st|ave|street|road|avenue|lane|drive)\b"
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TAG = re.compile(r"#(\w+)")
_KEEP_S = ("ss", "us", "is")


def words(text: str) -> list[str]:
    """The words of a text, lower case and in the singular. `#MarketStreet` is two words.

    `Library Lane` says where, not what: SOMEWHERE.
    """
    bare = _STREET_NAME.sub(f" {SOMEWHERE} ", _LINKS.sub(" ", text))
    if "#" in bare:
        bare = _TAG.sub(lambda tag: " " + _HUMP.sub(" ", tag.group(1)), bare)
    return [singular(word) for word in _WORD.findall(bare.lower())]


def singular(word: str) -> str:
    """One form for singular and plural. Not always a word: only that both give the same matters."""
    word = word.replace("’", "").replace("'", "")
    if len(word) < 4 or not word.endswith("s") or word.endswith(_KEEP_S):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("shes", "ches", "sses", "xes")):
        return word[:-2]
    return word[:-1]


class Phrases(Generic[T]):
    """A dictionary of phrases. The longest that fits at a word wins, and its words are then used up."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._meaning: dict[str, list[T]] = {}
        self._together: dict[str, str] = {}
        self._longest: dict[str, int] = {}
        for phrase, meaning in entries:
            self._add(words(phrase), meaning)

    def _add(self, parts: list[str], meaning: T) -> None:
        key = " ".join(parts)
        self._meaning.setdefault(key, []).append(meaning)
        self._longest[parts[0]] = max(len(parts), self._longest.get(parts[0], 0))
        together = "".join(parts)
        if len(parts) > 1 and len(together) >= SHORTEST_RUN_TOGETHER:
            self._together[together] = key

    def find(self, parts: list[str]) -> Iterator[tuple[int, str, list[T]]]:
        """Each phrase that stands among these words: where (from 0), what, and all that it may mean."""
        at = 0
        while at < len(parts):
            key, length = self._at(parts, at)
            if key:
                yield at, key, self._meaning[key]
            at += length

    def _at(self, parts: list[str], at: int) -> tuple[str, int]:
        for length in range(self._longest.get(parts[at], 0), 0, -1):
            key = parts[at] if length == 1 else " ".join(parts[at : at + length])
            if key in self._meaning:
                return key, length
        return self._together.get(parts[at], ""), 1
