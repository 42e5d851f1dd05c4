"""How sure it is that words which are a place's name mean that place. Pure: a text's words, and where the name stands.

The rules were found on tweets: of 175 with the word "reading" 5 meant the town, and of 676 with "march" none. So a name
that is an ordinary word, a month or a surname counts only with a capital and behind a place word. Knows nothing of
gazetteers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from nlp.common_names import ABROAD, CITIES, DAYS, MONTHS, ORDINARY, STATES, SURNAMES, TITLES
from nlp.spelling import ABBREVIATED, Token

FULL, SHORT, SMALL, UNTOLD, HARDLY = 0.95, 0.75, 0.65, 0.4, 0.1
"""Scores: a name of several words; of one word; in small letters; one that needs another sign; most likely none."""
SIGNED = 0.8
"""Of a name that needs another sign, when there is one."""
LIFT = SIGNED / UNTOLD
NEARER = 0.3
"""Of what is lacking to certainty, the part that another local name in the post makes good."""
BESIDE, MENTIONED = 0.4, 0.7
"""What is left where another town stands just behind the name (`Church Street, Leeds`), or anywhere in the post."""
LEADING = frozenset({"in", "at", "on", "from", "near", "to", "via", "by", "along", "outside", "opposite", "around",
                     "behind", "through", "between", "towards", "up", "down", "off", "into", "past", "of", "for",
                     "yn", "ger", "ar", "ym", "yng"})  # fmt: skip
"""Words before a name. A name of one word in small letters is a name only after one of them."""
SAYS_KIND = {"ward": "ward", "school": "school", "primary": "school", "library": "library", "park": "park",
             "rec": "park", "village": "village", "road": "street", "street": "street",
             "ysgol": "school", "llyfrgell": "library", "parc": "park", "pentref": "village"}  # fmt: skip
ARTICLES = frozenset({"the", "y", "yr"})
TAKEN = ORDINARY | SURNAMES | MONTHS
_BETWEEN = frozenset({"in", "near", "by"})
_STREET = frozenset({*ABBREVIATED, *(short for forms in ABBREVIATED.values() for short in forms), *SAYS_KIND, "way"})


class Sort(Enum):
    """What kind of name was found."""

    OWN = "a name that is seldom anything else"
    COMMON = "a name in every town, which needs another sign"
    ORDINARY = "an ordinary word, month or surname"


@dataclass(frozen=True)
class Weight:
    """A score, and whether another sign that the post is about the area lifts it to what counts."""

    score: float
    liftable: bool = False


def sort_of(parts: Sequence[Token], start: int, end: int, common: bool) -> Sort:
    """What kind of name stands there; `common` says that it is on the list of streets of every town.

    A word with its article (`the tip`) is what the council says that people call it, so it is a name of its own.
    """
    if common:
        return Sort.COMMON
    return Sort.ORDINARY if end - start == 1 and parts[start].plain in TAKEN else Sort.OWN


def weigh(parts: Sequence[Token], start: int, end: int, sort: Sort, loud: bool) -> Weight | None:
    """How sure the words by themselves are; None when they are most likely no name at all. `loud`: the text shouts."""
    named = [token for token in parts[start:end] if token.plain not in ARTICLES]
    if sort is Sort.COMMON:
        return Weight(UNTOLD, liftable=True)
    if len(named) != 1:
        return Weight(FULL)
    (name,) = named
    if name.tagged:
        return Weight(UNTOLD, liftable=True) if sort is Sort.ORDINARY else Weight(FULL)
    if sort is Sort.ORDINARY:
        return _ordinary(parts, start, end, name, loud)
    return _single(parts, start, end, name, loud)


def _ordinary(parts: Sequence[Token], start: int, end: int, name: Token, loud: bool) -> Weight | None:
    led = _led(parts, start)
    if not name.capital:
        return Weight(HARDLY) if led else None
    if _part_of_longer(parts, start, end) and not led:
        return None
    sure = led and name.plain not in MONTHS and (loud or not _followed(parts, end))
    return Weight(SHORT) if sure else Weight(HARDLY)


def _single(parts: Sequence[Token], start: int, end: int, name: Token, loud: bool) -> Weight | None:
    led = _led(parts, start)
    if not name.capital:
        return Weight(SMALL) if led else None
    if not led and _part_of_longer(parts, start, end):
        return None
    if led and not loud and _followed(parts, end):
        return Weight(UNTOLD, liftable=True)
    opens = parts[0] is name  # any word that opens a text has a capital
    said = end < len(parts) and parts[end].plain in SAYS_KIND
    return Weight(SHORT) if said or not opens else Weight(UNTOLD, liftable=True)


def _led(parts: Sequence[Token], start: int) -> bool:
    before = parts[start - 1].plain if start else ""
    return before in LEADING or (before in ARTICLES and start > 1 and parts[start - 2].plain in LEADING)


def _followed(parts: Sequence[Token], end: int) -> bool:
    """`in Lincoln Hall`: the name goes on. Says nothing in a text that shouts, where every word has capitals."""
    if end >= len(parts) or not parts[end].joined:
        return False
    after = parts[end]
    return after.capital and len(after.plain) > 1 and after.plain not in SAYS_KIND and after.plain not in DAYS | MONTHS


def _part_of_longer(parts: Sequence[Token], start: int, end: int) -> bool:
    """`Hope Solo`, `John Hope`, `Cllr Hope`: a name of one word beside another capital is part of a longer name."""
    if start and parts[start - 1].plain in TITLES:
        return True
    beside = [parts[end]] if end < len(parts) and parts[end].joined else []
    if start > 1 and parts[start].joined:
        beside.append(parts[start - 1])
    return any(token.capital and len(token.plain) > 1 and token.plain not in SAYS_KIND for token in beside)


def shouts(parts: Sequence[Token]) -> bool:
    """Whether a text is in capitals throughout."""
    return sum(token.loud for token in parts) * 4 >= len(parts) * 3


class Elsewhere:
    """Other towns, states and countries that one text names. They are looked for once, however many names it has."""

    def __init__(self, parts: Sequence[Token], ours: Callable[[str], bool]) -> None:
        """`ours`: whether a town is here."""
        self._parts = parts
        self._towns = [at for at in range(len(parts)) if _other(parts, at, ours)]
        self._known = frozenset(self._towns)
        self.loud = shouts(parts)
        """Whether the text shouts."""

    def left(self, start: int, end: int) -> float:
        """What is left of a name's score."""
        parts = self._parts
        after = end + 1 if end < len(parts) and parts[end].plain in _BETWEEN else end
        if after in self._known or self._state(after):
            return BESIDE
        within = bisect_left(self._towns, end) - bisect_left(self._towns, start)
        return MENTIONED if len(self._towns) > within else 1.0

    def _state(self, at: int) -> bool:
        if self.loud or at >= len(self._parts):
            return False
        token = self._parts[at]
        return token.loud and not token.joined and token.plain in STATES


def _other(parts: Sequence[Token], at: int, ours: Callable[[str], bool]) -> bool:
    """Another town; not the `London Road` that leads there."""
    one = parts[at].plain
    two = f"{one} {parts[at + 1].plain}" if at + 1 < len(parts) else ""
    if two in ABROAD or two in CITIES:
        return not ours(two)
    if not (parts[at].capital or parts[at].tagged) or (one not in ABROAD and one not in CITIES) or ours(one):
        return False
    return at + 1 == len(parts) or parts[at + 1].plain not in _STREET


def around(parts: Sequence[Token], start: int, end: int) -> set[str]:
    """Kinds of place that the words just before and after a name say."""
    near = [*parts[max(0, start - 1) : start], *parts[end : end + 2]]
    return {SAYS_KIND[token.plain] for token in near if token.plain in SAYS_KIND}
