"""The patterns of names in a text: after a title, and of a child or neighbour after the word that says so.

A name alone cannot be told from a street's, a shop's or a councillor's, and stays. Knows nothing of accounts and
sources; `listeners.minimise` applies this.
"""

from __future__ import annotations

import re

from listeners.houses import ANY_KIND
from listeners.marks import MARK, masked_after

TITLE = re.compile(
    r"(?<![^\W_])((?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev|Revd|Reverend|Prof|Professor|MR|MRS|MS|MISS|MX|DR|REV|PROF)\.?[ \t]+"
    r"|(?:mr|mrs)\.?[ \t]+)"
    r"((?:(?:de|la|le|van|der|von|ap|ab|di|da|al|bin|den)[ \t]+){0,2}"
    r"[A-ZÀ-ÖØ-ÞŴŶ][\w'’-]*(?:\.?[ \t]+[A-ZÀ-ÖØ-ÞŴŶ][\w'’-]*){0,2}"
    r"|(?<=mr )[\w'’-]+|(?<=mrs )[\w'’-]+|(?<=mr\. )[\w'’-]+)"
)
PUBLIC = re.compile(r"(?:cllr|councillor|mayor|minister|cynghorydd)s?\.?\W{1,2}$", re.I)
NO_NAME = frozenset(["and", "or", "&", "a", "the"])
KNOWN = re.compile(
    r"(?:Dr\.? (?:Beeching|Martens|Who)|Mr\.? (?:Blobby|Men|Tumble|Whippy)"
    r"|Mrs\.? (?:Brown['’]s Boys|Claus|Doubtfire))\b"
)
"""Shoes, shows and ice cream: with this very title nobody who lives here is meant."""
_NAME = r"[A-ZÀ-ÖØ-ÞŴŶ][a-zà-öø-ÿŵŷ][\w'’-]*"
FULL = rf"{_NAME}(?:[ \t]+{_NAME}){{0,2}}"
_KIN = (
    "son|daughter|grandson|granddaughter|grandchild|boy|girl|lad|lass|lassie|wean|bairn|baby|toddler|little one|"
    "wee one|niece|nephew|cousin|mum|mam|mom|mother|dad|father|nan|nana|nain|taid|gran|granny|grandma|grandad|granda|"
    "grandpa|husband|wife|partner|brother|sister|aunt|auntie|uncle|neighbour|friend|mate"
)
KIN = re.compile(
    r"(?<![^\W_])((?:[Mm][ya]|[Oo]ur|[Oo]or|[Hh]is|[Hh]er|[Tt]heir)[ ]"
    r"(?:(?:wee|little|late|poor|dear|elderly|youngest|eldest|oldest|older|younger|big|lovely|old|"
    r"\d{1,2}[ -]year[ -]old)[ ])"
    rf"{{0,2}}(?:{_KIN})(?:,?[ ](?:called|named))?,?[ ]"
    r"|(?:lady|woman|man|gentleman|chap|bloke|fella|lad|lass|girl|boy|kid|child|resident|neighbour)[ ]"
    r"(?:called|named)[ ]"
    r"|[Mm]y name(?:[ ]is|['’]s)[ ]|[Nn]ame:[ ])"
    rf"({FULL})"
)
AGED = re.compile(rf"(?<![^\W_])({_NAME})(?=,?[ ](?:is[ ])?aged?[ ]\d{{1,2}}(?!\d))")
_NOT_FIRST = """
Councillor Cllr Mayor Mr Mrs Ms Miss Dr Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March
April June July August September October November December Christmas Easter The This That Please And But Who When
"""
NOT_FIRST = frozenset(_NOT_FIRST.split())
STREETS = re.compile(ANY_KIND)
PEOPLE = re.compile(
    r"(?:Any|Every|Some|Child|Kid|Adult|People|Those|Resident|Pupil|Student|Young|Wom[ae]n|M[ae]n|Boy|Girl|Person|Passenger|"
    r"Teen|Pensioner|All|Or|And|For|If|He|She|They|Was|Are|Now|Both|Driver|Volunteer|Old|Is)\w{0,6}"
)


def names(text: str) -> str:
    """Names after Mr, Mrs, Ms, Miss, Mx, Dr, Rev and Prof, after "my son" or "my name is", before "aged 9".

    A councillor's public title, and "Mr and Mrs", stay.
    """
    text = KIN.sub(_kin, TITLE.sub(_name, text))
    return AGED.sub(lambda found: found.group() if PEOPLE.fullmatch(found.group(1)) else MARK, text)


def _kin(found: re.Match[str]) -> str:
    words = found.group(2).split()
    return found.group() if words[0] in NOT_FIRST or STREETS.fullmatch(words[-1]) else masked_after(found)


def _name(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - 14) : found.start()]
    if PUBLIC.search(before) or found.group(2).casefold() in NO_NAME or KNOWN.match(found.group()):
        return found.group()
    return found.group(1) + MARK
