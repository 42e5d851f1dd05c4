"""Which places of the council's gazetteer a text names: names, nicknames, Welsh names, `St` for `Street`, one slip.

One matcher, built once, over words without capitals, apostrophes and hyphens. Every candidate stays, with how sure it
is (`nlp.weighing`); what people see is what scores enough. Knows nothing of maps, nor of whose post a text is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nlp.common_names import STREETS
from nlp.near_spelling import NearSpellings
from nlp.spelling import Token, Words, spellings, tokens
from nlp.weighing import BESIDE, LIFT, NEARER, Elsewhere, Sort, Weight, around, sort_of, weigh
from soundings.area import place_id
from soundings.council import CouncilFile, Place
from soundings.messages import PlaceGuess

GAZETTEER, COMMON, NEAR = "gazetteer", "common name", "near spelling"
"""How a place was found: by its name; by one in every town, which needs another sign; by one with a slip in it."""
NOT_HERE = "not here"
AREA = "area"

SPECIFIC = ("street", "school", "library", "park", "landmark", "village", "ward")
"""Of two places with one name, people mean the one that comes first here, unless they say which."""
SHARED, UNLIKELY, ANY = 0.8, 0.4, 0.45
"""What is left for the likeliest of several kinds with a name, for the others, and for each of several of one kind."""
SLIPPED = 0.7
"""What is left of the score of a name that is misspelled."""
SURE = 0.7
"""A name that scores this is a sign for the others in the post."""
MOST = 5
"""Candidates of one name that are kept."""


@dataclass(frozen=True)
class _Found:
    """A name in a text, and how sure it is by itself."""

    key: str
    start: int
    end: int
    weight: Weight
    by: str = GAZETTEER


class Places:
    """Finds the places of one council."""

    def __init__(self, council_file: CouncilFile) -> None:
        self._named: dict[str, tuple[Place, ...]] = {}
        self._other: dict[str, str] = {}
        self._common: set[str] = set()
        self._council_file = council_file
        for place in council_file.places:
            self._add(place)
        area = council_file.area
        self._other |= {key: AREA for name in area.names for key in spellings(name)}
        self._other |= {key: NOT_HERE for name in area.not_here for key in spellings(name)}
        self._words = Words([*self._named, *self._other])

    def _add(self, place: Place) -> None:
        for name in (place.name, *place.also, place.welsh):
            forms = spellings(name)
            if forms and forms[0] in STREETS:
                self._common.update(forms)
            for key in forms:
                there = self._named.get(key, ())
                if place not in there:
                    self._named[key] = (*there, place)

    def read(self, text: str) -> tuple[PlaceGuess, ...]:
        """The candidates of a text, the surest first; none where it says that it is about elsewhere."""
        parts = tokens(text)
        hits = list(self._words.find(parts))
        kinds = {self._other.get(key) for key, _, _ in hits}
        if NOT_HERE in kinds and AREA not in kinds:
            return ()
        away = Elsewhere(parts, self._ours)
        found = [*self._weighed(parts, hits, away)]
        if not any(key in self._named for key, _, _ in hits):
            found = [*self._misspelled(parts, away)]
        return best(self._guesses(parts, _signed(found, AREA in kinds, self._named)))

    def named(self, hint: str) -> tuple[Place, ...]:
        """The places that a source's own words for a place name, such as `Tolgarth Road, Penmarrow`; else none."""
        for part in [hint, *hint.split(",")]:
            key = " ".join(token.plain for token in tokens(part))
            if key in self._named:
                return self._named[key]
        return ()

    def _weighed(
        self, parts: Sequence[Token], hits: Iterable[tuple[str, int, int]], away: Elsewhere
    ) -> Iterator[_Found]:
        for key, start, end in hits:
            if self._other.get(key) == NOT_HERE or key not in self._named:
                continue
            sort = sort_of(parts, start, end, key in self._common)
            weight = weigh(parts, start, end, sort, away.loud)
            if weight:
                left = away.left(start, end)
                liftable = weight.liftable and left > BESIDE
                yield _Found(key, start, end, Weight(weight.score * left, liftable), COMMON if liftable else GAZETTEER)

    def _misspelled(self, parts: Sequence[Token], away: Elsewhere) -> Iterator[_Found]:
        for key, start, end in self._near.find(parts):
            weight = weigh(parts, start, end, Sort.COMMON if key in self._common else Sort.OWN, away.loud)
            if weight:
                left = SLIPPED * away.left(start, end)
                yield _Found(key, start, end, replace(weight, score=weight.score * left), NEAR)

    def _guesses(self, parts: Sequence[Token], found: Sequence[_Found]) -> Iterator[PlaceGuess]:
        said = {place_id("ward", place.name) for hit in found for place in self._named[hit.key]}
        for hit in found:
            for place, share in _which(self._named[hit.key], around(parts, hit.start, hit.end), said):
                score = round(hit.weight.score * share, 2)
                yield PlaceGuess(id=place.id, name=place.name, score=score, found_by=hit.by)

    @cached_property
    def _near(self) -> NearSpellings:
        names = (name for place in self._council_file.places for name in (place.name, *place.also, place.welsh))
        return NearSpellings(forms[0] for forms in map(spellings, names) if forms)

    def _ours(self, town: str) -> bool:
        """Whether a town is here, and not elsewhere."""
        return town in self._named or town in self._other or town in self._area

    @cached_property
    def _area(self) -> frozenset[str]:
        return frozenset(token.plain for name in self._council_file.area.names for token in tokens(name))


def _signed(found: Sequence[_Found], area: bool, named: dict[str, tuple[Place, ...]]) -> list[_Found]:
    """Each with what the rest of the post says for it: the area's own name, or another local name that is sure."""
    sure = {place.id for hit in found if hit.weight.score >= SURE for place in named[hit.key]}
    signed = []
    for hit in found:
        other = area or len(sure) > len(sure & {place.id for place in named[hit.key]})
        score = hit.weight.score
        if other and hit.weight.liftable:
            hit = replace(hit, weight=Weight(score * LIFT), by=NEAR if hit.by == NEAR else GAZETTEER)
        elif other and score >= SURE:
            hit = replace(hit, weight=Weight(score + (1 - score) * NEARER))
        signed.append(hit)
    return signed


def _which(places: Sequence[Place], kinds: set[str], said: set[str]) -> Iterator[tuple[Place, float]]:
    """The places of a name, and the share of the score that is left for each. `said`: the wards that the post names."""
    ranked = sorted(places, key=lambda place: (place.kind not in kinds, SPECIFIC.index(place.kind), place.id))
    if len(ranked) == 1:
        yield ranked[0], 1.0
        return
    first = [place for place in ranked if place.kind == ranked[0].kind]
    of_ward = [place for place in first if place.ward and place_id("ward", place.ward) in said]
    meant = of_ward if len(of_ward) == 1 else first
    whole = 1.0 if ranked[0].kind in kinds or len(first) == len(ranked) else SHARED
    for place in ranked[:MOST]:
        if place in meant:
            yield place, whole if len(meant) == 1 else ANY
        elif not kinds or place.kind in kinds:
            yield place, UNLIKELY


def best(guesses: Iterable[PlaceGuess]) -> tuple[PlaceGuess, ...]:
    """One guess of each place, its surest; the surest place first."""
    of_place: dict[str, list[PlaceGuess]] = defaultdict(list)
    for guess in guesses:
        of_place[guess.id].append(guess)
    surest = [max(same, key=lambda guess: guess.score) for same in of_place.values()]
    return tuple(sorted(surest, key=lambda guess: (-guess.score, guess.id)))
