"""Where a post is, by what its source says beside its words: a point, a hint, or that it is about the area at all.

A pure function of an understanding and its post; a point goes before words. Knows nothing of how texts are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from math import cos, hypot, radians

from nlp.places import ANY, COMMON, GAZETTEER, MOST, Places, best
from nlp.weighing import HARDLY, LIFT, SIGNED
from soundings import outlines
from soundings.area import place_id
from soundings.council import CouncilFile, Place
from soundings.messages import PlaceGuess, Post, Understanding
from soundings.outlines import Outlines

GEOTAG, HINT = "geotag", "hint"
HINTED = 0.9
"""The score of a place that the source itself names."""
NEAREST = {"village": 300.0, **dict.fromkeys(("park", "school", "library", "landmark"), 100.0)}
"""Metres within which a place is where a point is, where no boundaries are known. Never a street: a post from
somebody's home would be put on it, although house numbers and postcodes are masked."""
ELSEWHERE = 0.6
"""What is left for a place in another ward than the one that the point is in."""
NAMES = "names "
"""How a reason for the area begins that is in the words alone, which were read."""
_DEGREE = 111_320.0
"""Metres of a degree of latitude."""


class Placing:
    """Places posts of one council. Outlines of wards are read with the first point that comes."""

    def __init__(self, council_file: CouncilFile, places: Places) -> None:
        self._council_file, self._places = council_file, places

    def placed(self, understood: Understanding, post: Post) -> Understanding:
        """The same understanding, with the places that its point and its source's words say."""
        guesses = list(understood.places)
        if not post.area_match.reason.startswith(NAMES):
            guesses = [*map(lifted, guesses)]
        if post.place_hint:
            guesses += self._hinted(post.place_hint)
        if post.point:
            guesses = [*self._at(post.point, guesses)]
        return understood.model_copy(update={"places": best(guesses)}) if guesses else understood

    def _hinted(self, hint: str) -> Iterator[PlaceGuess]:
        named = self._places.named(hint)
        share = 1.0 if len(named) == 1 else ANY
        return (_guess(place, HINTED * share, HINT) for place in named[:MOST])

    def _at(self, point: tuple[float, float], guesses: Iterable[PlaceGuess]) -> Iterator[PlaceGuess]:
        ward = self._outlines.holding(point)
        place = self._by_id.get(place_id("ward", ward)) if ward else self._nearest(point)
        if place:
            yield _guess(place, 1.0, GEOTAG)
        for guess in guesses:
            yield self._beside(guess, ward) if ward or self._outlines.wards else guess

    def _beside(self, guess: PlaceGuess, ward: str) -> PlaceGuess:
        """A place of the same ward is surer, one of another ward less sure."""
        of = self._by_id.get(guess.id)
        its_ward = of.name if of and of.kind == "ward" else of.ward if of else ""
        if not its_ward:
            return guess
        here = max(guess.score, SIGNED) if guess.score > HARDLY else guess.score
        score = here if place_id("ward", its_ward) == place_id("ward", ward) else guess.score * ELSEWHERE
        return guess.model_copy(update={"score": round(score, 2)})

    def _nearest(self, point: tuple[float, float]) -> Place | None:
        apart = ((_metres(point, place.point), place.kind, place.id) for place in self._pointed if place.point)
        near = min(((kind == "village", far, name) for far, kind, name in apart if far <= NEAREST[kind]), default=None)
        return self._by_id[near[2]] if near else None

    @cached_property
    def _outlines(self) -> Outlines:
        file = self._council_file
        return outlines.read(file.path.parent) if file.path and file.area.gazetteer else Outlines()

    @cached_property
    def _by_id(self) -> dict[str, Place]:
        return {place.id: place for place in self._council_file.places}

    @cached_property
    def _pointed(self) -> list[Place]:
        return [place for place in self._council_file.places if place.point and place.kind in NEAREST]


def lifted(guess: PlaceGuess) -> PlaceGuess:
    """A name that is in every town, in a post that is known to be about this one."""
    if guess.found_by != COMMON:
        return guess
    score = max(guess.score, min(SIGNED, round(guess.score * LIFT, 2)))
    return guess.model_copy(update={"score": score, "found_by": GAZETTEER})


def _guess(place: Place, score: float, by: str) -> PlaceGuess:
    return PlaceGuess(id=place.id, name=place.name, score=round(score, 2), found_by=by)


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Good to a metre within a town."""
    return hypot((one[0] - other[0]) * _DEGREE, (one[1] - other[1]) * _DEGREE * cos(radians(one[0])))
