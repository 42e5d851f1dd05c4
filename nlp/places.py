"""Which places of the council's gazetteer a text names: names, nicknames, Welsh names, `St` for `Street`.

One matcher, built once, over words without capitals, apostrophes and hyphens. Knows nothing of maps. A
spelling mistake is not found: a wrong place is worse than none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.spelling import Token, Words, spellings, tokens
from soundings.council import CouncilFile, Place
from soundings.messages import PlaceGuess

FOUND_BY = "gazetteer"
NOT_HERE = "not here"
AREA = "area"

SPECIFIC = ("street", "school", "library", "park", "landmark", "village", "ward")
"""Of two places with one name, people mean the one that comes first here, unless they say which."""
FULL, SHORT, OPENING, SHARED = 0.95, 0.75, 0.4, 0.8
"""Scores: a name of several words; of one word; of one word that opens the text, where any word has a capital; and
what is left where another kind has the name too."""
LEADING = frozenset({"in", "at", "on", "from", "near", "to", "via", "by", "along", "outside", "opposite", "around",
                     "behind", "through", "between", "towards", "up", "down", "off", "into", "past", "of", "for",
                     "yn", "ger", "ar", "ym", "yng"})  # fmt: skip
"""Words before a name. A name of one word in small letters is a name only after one of them."""
SAYS_KIND = {"ward": "ward", "school": "school", "primary": "school", "library": "library", "park": "park",
             "rec": "park", "village": "village", "road": "street", "street": "street", "ysgol": "school",
             "llyfrgell": "library", "parc": "park", "pentref": "village"}  # fmt: skip
_ARTICLES = frozenset({"the", "y", "yr"})


@dataclass(frozen=True)
class _Found:
    key: str
    start: int
    end: int


class Places:
    """Finds the places of one council."""

    def __init__(self, council_file: CouncilFile) -> None:
        self._named: dict[str, list[Place]] = defaultdict(list)
        self._other: dict[str, str] = {}
        area = council_file.area
        for place in area.places:
            for name in (place.name, *place.also, place.welsh):
                for key in spellings(name):
                    if place not in self._named[key]:
                        self._named[key].append(place)
        self._other |= {key: AREA for name in area.names for key in spellings(name)}
        self._other |= {key: NOT_HERE for name in area.not_here for key in spellings(name)}
        self._words = Words([*self._named, *self._other])

    def read(self, text: str) -> tuple[PlaceGuess, ...]:
        """The places that a text names, the surest first; none where it says that it is about elsewhere."""
        parts = tokens(text)
        found = [_Found(*hit) for hit in self._words.find(parts)]
        kinds = {self._other.get(hit.key) for hit in found}
        if NOT_HERE in kinds and AREA not in kinds:
            return ()
        best: dict[str, PlaceGuess] = {}
        for guess in self._guesses(parts, found):
            if guess.id not in best or best[guess.id].score < guess.score:
                best[guess.id] = guess
        return tuple(sorted(best.values(), key=lambda guess: (-guess.score, guess.id)))

    def _guesses(self, parts: Sequence[Token], found: Sequence[_Found]) -> Iterator[PlaceGuess]:
        for hit in found:
            if self._other.get(hit.key) == NOT_HERE or not self._named.get(hit.key):
                continue
            score = _score(parts, hit)
            if score:
                place, share = _which(self._named[hit.key], _around(parts, hit))
                yield PlaceGuess(id=place.id, name=place.name, score=round(score * share, 2), found_by=FOUND_BY)


def _score(parts: Sequence[Token], hit: _Found) -> float:
    """0 when it is most likely an ordinary word: `hope`, `the quay`, or part of a longer name."""
    named = [token for token in parts[hit.start : hit.end] if token.plain not in _ARTICLES]
    if len(named) != 1 or named[0].tagged:
        return FULL
    before = parts[hit.start - 1].plain if hit.start else ""
    led = before in LEADING or (before in _ARTICLES and hit.start > 1 and parts[hit.start - 2].plain in LEADING)
    if not named[0].capital:
        return SHORT * SHARED if led else 0.0
    if not led and _part_of_longer(parts, hit):
        return 0.0
    return SHORT if hit.start else OPENING


def _part_of_longer(parts: Sequence[Token], hit: _Found) -> bool:
    """`Hope Solo`, `John Hope`: a name of one word beside another capital is part of a longer name."""
    beside = [parts[hit.end]] if hit.end < len(parts) and parts[hit.end].joined else []
    if hit.start > 1 and parts[hit.start].joined:
        beside.append(parts[hit.start - 1])
    return any(token.capital and len(token.plain) > 1 and token.plain not in SAYS_KIND for token in beside)


def _around(parts: Sequence[Token], hit: _Found) -> set[str]:
    """Kinds that the words just before and after a name say."""
    near = [*parts[max(0, hit.start - 1) : hit.start], *parts[hit.end : hit.end + 2]]
    return {SAYS_KIND[token.plain] for token in near if token.plain in SAYS_KIND}


def _which(places: Sequence[Place], said: set[str]) -> tuple[Place, float]:
    """One of several places of a name, and the share of the score that is left for it."""
    ranked = sorted(places, key=lambda place: (place.kind not in said, SPECIFIC.index(place.kind), place.id))
    sure = len({place.id for place in places}) == 1 or ranked[0].kind in said
    return ranked[0], 1.0 if sure else SHARED
