"""A text as it is judged: the same whoever it names, and whichever faith or nation.

A model that has read the world has its prejudices, and asking it to unlearn them helps little. So it is not shown:
every name becomes one name, every place of worship a church, every nation one nation (`evenhanded.toml`). How a writer
feels, what they do and which service it is about is judged from that. What a text means for finding others like it,
and what people see, stays as it was written. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from nlp.dialects import standard
from nlp.patterns import document
from nlp.swapping import Case, Entry, Found, Swaps, entry

NAME = "Sam"
ONES: Mapping[str, Mapping[str, str]] = {
    "nations": {"words": "French", "people": "French", "two_words": "French"},
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
CAPITALISED = frozenset({"countries", "scripture"})
"""Words of these in small letters are others too often: a turkey, a bible of the trade."""
BUILDINGS = frozenset({NAME, "church"})
"""What names streets, schools and firms: Grace Road, Church Street."""
_NO_NAMES = """
the this that we it my our you your please world christmas in as if why when where how what who can is are of left says
surgery surgeries appointment appointments practitioner call ward centre mayor mayoress gone will and
"""
NO_NAMES = frozenset(_NO_NAMES.split())
"""What follows a title and is nobody's name: `Dear Sir The bins...`, Councillor Surgery."""
STAND_INS = frozenset({NAME, *(one for kinds in ONES.values() for one in kinds.values())})

_TWICE = re.compile(rf"\b({NAME}|French)(?:[ -]\1)+\b")
_A = re.compile(rf"\b([Aa])n (?=(?:{'|'.join(sorted(STAND_INS))})\b)")


def as_judged(text: str) -> str:
    """The text as it is judged: in standard English, and even-handed."""
    return evenhanded(standard(text))


def evenhanded(text: str) -> str:
    """The same text with one name for every name, one faith, one nation."""
    swapped = _titled().sub(_named, _all().put(text, _instead))
    return _A.sub(r"\1 ", _TWICE.sub(r"\1", swapped)) if swapped != text else text


def _instead(found: Found) -> str | None:
    """What stands for the phrase; None where it is part of the name of a street, a school, a firm, or no name here."""
    one, after, before = found.entry.instead, found.following, found.before
    if after and after.capital and found.first.capital and after.said in _names_on()[one in BUILDINGS]:
        return None
    if before and before.capital and before.said in ("st", "saint"):
        return None
    if not found.first.capital and found.first.said in _surnames() and not (before and before.said in _titles()):
        return None
    return one


def _named(found: re.Match[str]) -> str:
    """A title with a name behind it, whatever name it is."""
    title, name = found.group(1), found.group(2)
    known = name == NAME or name.lower() in NO_NAMES or name.isupper() or not name[0].isupper()
    return found.group() if known else f"{title} {NAME}"


@cache
def _lists() -> Mapping[str, Any]:
    return document("evenhanded.toml")


@cache
def _names_on() -> Mapping[bool, frozenset[str]]:
    """What makes the word before it the name of something else: of a name or a church, and of all others."""
    things = frozenset(word.lower() for word in _lists()["nations"]["not_before"])
    return {True: things | {word.lower() for word in _lists()["places"]["words"]}, False: things}


@cache
def _titles() -> frozenset[str]:
    return frozenset(title.lower() for title in _lists()["names"]["titles"])


@cache
def _surnames() -> frozenset[str]:
    """Surnames, which in small letters count only behind a title: `dr patel`."""
    names = _lists()["names"]
    return frozenset(map(str.lower, names["surnames"])) - frozenset(map(str.lower, names["plain"]))


@cache
def _titled() -> re.Pattern[str]:
    titles = "|".join(map(re.escape, sorted(_lists()["names"]["titles"], key=len, reverse=True)))
    return re.compile(rf"\b({titles})\.? {{1,2}}(?:[^\W\d_]\.? )?([^\W\d_]+(?:-[^\W\d_]+)*)")


@cache
def _all() -> Swaps:
    return Swaps([*_left_alone(), *_groups(), *_names()])


def _left_alone() -> Iterator[Entry]:
    yield from (entry(phrase, None) for phrase in _lists()["nations"]["things"])


def _groups() -> Iterator[Entry]:
    capital = frozenset(_lists()["capital"]["words"])
    for group, kinds in ONES.items():
        for kind, one in kinds.items():
            for phrase in _lists()[group][kind]:
                only = group in CAPITALISED or phrase in capital
                yield entry(phrase, one, Case.CAPITAL if only else Case.ANY)


def _names() -> Iterator[Entry]:
    names = _lists()["names"]
    for kind, case in (("plain", Case.ANY), ("words", Case.INSIDE), ("surnames", Case.ANY)):
        yield from (entry(name, NAME, case) for name in names[kind])
