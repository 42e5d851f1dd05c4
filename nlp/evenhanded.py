"""A text as it is judged: the same whoever it names, and whichever faith or nation.

A model that has read the world has its prejudices, and asking it to unlearn them helps little. So it is not shown:
every name becomes one name, every place of worship a church, every nation one nation (`evenhanded.toml`). How a writer
feels, what they do and which service it is about is judged from that. What a text means for finding others like it,
and what people see, stays as it was written. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from nlp.dialects import standard
from nlp.patterns import document
from nlp.swapping import Case, Entry, Found, Swaps, entry

NAME = "Sam"
ONES: Mapping[str, Mapping[str, str]] = {
    "nations": {"words": "English", "people": "English", "two_words": "English"},
    "countries": {"words": "France"},
    "worship": {"words": "church", "plurals": "churches"},
    "clergy": {"words": "vicar", "plurals": "vicars"},
    "faiths": {"words": "Christian", "people": "Christians", "religions": "Christianity"},
    "feasts": {"words": "Christmas"},
    "services": {"words": "Sunday service"},
    "scripture": {"words": "Bible"},
    "schools": {"words": "Sunday school"},
    "dress": {"words": "scarf", "plurals": "scarves"},
}
"""What stands for all of a list: words that the model knows well."""
CAPITALISED = frozenset({"nations", "countries", "faiths", "feasts", "scripture"})
"""Words of these in small letters may be others: to polish, a turkey."""

NO_NAMES = "The|This|That|We|It|My|Our|You|Your|Please|World|Christmas|In|As|If|Why|When|Where|How|What|Who|Can|Is|Are"
"""Words with a capital that follow a title and are nobody's name: `Dear Sir The bins...`, PC World."""
_TWICE = re.compile(rf"\b({NAME}|English)(?:[ -]\1)+\b")
STAND_INS = frozenset({NAME, *(one for kinds in ONES.values() for one in kinds.values())})
_A = re.compile(rf"\b([Aa])n (?=(?:{'|'.join(sorted(one for one in STAND_INS if one[0] not in 'AEIOU'))})\b)")
_AN = re.compile(rf"\b([Aa]) (?=(?:{'|'.join(sorted(one for one in STAND_INS if one[0] in 'AEIOU'))})\b)")


def as_judged(text: str) -> str:
    """The text as it is judged: in standard English, and even-handed."""
    return evenhanded(standard(text))


def evenhanded(text: str) -> str:
    """The same text with one name for every name, one faith, one nation."""
    swapped = _titled().sub(rf"\1 {NAME}", _all().put(text, _instead))
    return _AN.sub(r"\1n ", _A.sub(r"\1 ", _TWICE.sub(r"\1", swapped))) if swapped != text else text


def _instead(found: Found) -> str | None:
    """What stands for the phrase; None where it is part of the name of a street, a school, a firm."""
    after, before = found.following, found.before
    if after and after.capital and found.first.capital and after.said in _names_on():
        return None
    return None if before and before.capital and before.said in ("st", "saint") else found.entry.instead


@cache
def _lists() -> Mapping[str, Any]:
    return document("evenhanded.toml")


@cache
def _names_on() -> frozenset[str]:
    return frozenset(word.lower() for word in (*_lists()["places"]["words"], *_lists()["nations"]["not_before"]))


@cache
def _titled() -> re.Pattern[str]:
    titles = "|".join(map(re.escape, sorted(_lists()["names"]["titles"], key=len, reverse=True)))
    return re.compile(rf"\b({titles})\.? (?!(?:{NAME}|{NO_NAMES})\b)[A-Z][\w'’-]*[a-z](?<!'s)(?<!’s)\b")


@cache
def _all() -> Swaps:
    return Swaps([*_left_alone(), *_groups(), *_names()])


def _left_alone() -> Iterator[Entry]:
    yield from (entry(phrase, None) for phrase in _lists()["nations"]["things"])


def _groups() -> Iterator[Entry]:
    for group, kinds in ONES.items():
        case = Case.CAPITAL if group in CAPITALISED else Case.ANY
        for kind, one in kinds.items():
            yield from _entries(_lists()[group][kind], one, case)


def _names() -> Iterator[Entry]:
    names = _lists()["names"]
    yield from _entries(names["plain"], NAME, Case.ANY)
    yield from _entries(names["words"], NAME, Case.INSIDE)
    yield from _entries(names["surnames"], NAME, Case.CAPITAL)


def _entries(phrases: Sequence[str], one: str, case: Case) -> Iterator[Entry]:
    return (entry(phrase, one, case) for phrase in phrases)
