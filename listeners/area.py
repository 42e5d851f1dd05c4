"""Does a post concern the council's area? Says yes with a reason and a score, or no.

The names of the gazetteer are looked up word by word in one pass over the text, so that a thousand places cost
no more than ten. Knows nothing of sources and of accounts beyond "spoken to" and "written by".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from soundings.council import Area, Place
from soundings.messages import AreaMatch

NEEDED = 0.5
"""Least score that one name must have."""
SURE, STRONG, FAIR, WEAK = 1.0, 0.8, 0.5, 0.2
"""The area's own name; a ward or village; a street or building with a name of its own; "Station Road", "the pier"."""
WORD = re.compile(r"#?[^\W_]+(?:['’][^\W_]+)*")
TAG = re.compile(r"#(\w+)")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_COMMON = """
a and avenue beach bridge bus canal car castle centre central chapel church civic close common corn court
crescent cross drive east end farm field fields garden gardens general green ground grove hall harbour high hill
hospital house hub infants junior king king's kings lane leisure library lower main manor market mill museum new
north nursery of old parade park pier pool primary queen queen's queens quay railway recycling river road school
secondary shopping south square st station street swimming terrace the tip town upper victoria view village walk
way weir welfare west wood ave ln rd sq academy lookout meadows reservoir rec ford ditch beacon vale
"""
COMMON = frozenset(_COMMON.split())
"""Words that are in every town: a place whose name has no other word does not tell which town is meant."""

Entry = tuple[tuple[str, ...], str, float]


def words(text: str) -> list[str]:
    """The words of a text in small letters, apostrophes dropped; a hashtag keeps its #."""
    found = [word.casefold() for word in WORD.findall(text)]
    if "'" in text or "’" in text:
        return [word.replace("'", "").replace("’", "") for word in found]
    return found


class AreaFinder:
    """Looks for one council's area in texts."""

    def __init__(self, area: Area) -> None:
        self._names: dict[str, list[Entry]] = {}
        self._elsewhere: dict[str, list[Entry]] = {}
        self._tags: dict[str, tuple[str, float]] = {}
        for name in area.names:
            self._add(name, name, SURE)
        for place in area.places:
            for name, score in _spellings(place):
                self._add(name, place.name, score)
        for name in area.not_here:
            _put(self._elsewhere, name, name, SURE)
        enough = [parts for entries in self._names.values() for parts, _, score in entries if score >= NEEDED]
        self._telling = frozenset(next((word for word in parts if word not in COMMON), parts[0]) for parts in enough)
        self._telling_tags = frozenset(f"#{tag}" for tag, (_, score) in self._tags.items() if score >= NEEDED)

    def _add(self, name: str, called: str, score: float) -> None:
        _put(self._names, name, called, score)
        tag = "".join(words(name))
        if score > self._tags.get(tag, ("", 0.0))[1]:
            self._tags[tag] = (called, score)

    def find(self, text: str, addressed_to: Iterable[str] = (), by_council: bool = False) -> AreaMatch | None:
        """Why this text is about the area, or None. A `not_here` name outweighs every name, not the council itself."""
        if by_council:
            return AreaMatch(reason="written by an account of the council")
        for handle in addressed_to:
            return AreaMatch(reason=f"addressed to @{handle}")
        found = words(text)
        if next(_entries(found, self._elsewhere), None) is not None:
            return None
        return _verdict([*_entries(found, self._names), *self._tagged(text, found)])

    def may_name(self, text: str) -> bool:
        """A cheap look for a whole network's posts: where it says No, `find` finds no name that is enough."""
        found = words(text)
        if not self._telling.isdisjoint(found):
            return True
        if "#" not in text:
            return False
        tags = (words(CAMEL.sub(" ", tag)) for tag in TAG.findall(text))
        return not self._telling_tags.isdisjoint(found) or not all(map(self._telling.isdisjoint, tags))

    def _tagged(self, text: str, found: list[str]) -> Iterator[tuple[str, float]]:
        if "#" not in text:
            return
        for word in found:
            if word.startswith("#") and (hit := self._tags.get(word[1:])):
                yield hit
        for tag in TAG.findall(text):
            yield from _entries(words(CAMEL.sub(" ", tag)), self._names)


def _spellings(place: Place) -> Iterator[tuple[str, float]]:
    for name in (place.name, place.welsh, *place.also):
        if name:
            yield name, _score(place, name)


def _score(place: Place, name: str) -> float:
    parts = words(name)
    if parts[:1] == ["the"] or not any(part not in COMMON for part in parts):
        return WEAK
    if place.kind in ("ward", "village"):
        return STRONG
    return FAIR if len(parts) > 1 else WEAK  # "Gasworks" alone may be any


def _put(table: dict[str, list[Entry]], name: str, called: str, score: float) -> None:
    parts = tuple(words(name))
    if parts:
        table.setdefault(parts[0], []).append((parts, called, score))


def _entries(found: list[str], table: dict[str, list[Entry]]) -> Iterator[tuple[str, float]]:
    for at, word in enumerate(found):
        for parts, called, score in table.get(word, ()):
            if tuple(found[at : at + len(parts)]) == parts:
                yield called, score


def _verdict(hits: list[tuple[str, float]]) -> AreaMatch | None:
    best: dict[str, float] = {}
    for called, score in hits:
        best[called] = max(score, best.get(called, 0.0))
    if max(best.values(), default=0.0) < NEEDED:  # "the pier" and "the town hall" together are still anywhere
        return None
    total = min(1.0, sum(best.values()))
    names = sorted(best, key=lambda name: -best[name])[:2]
    return AreaMatch(reason="names " + " and ".join(names), score=round(total, 2))
