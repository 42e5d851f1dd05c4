"""The patterns of numbers that point at a person or a home in a text: phone numbers, postcodes, plates.

Each function takes a text and gives it back with those parts masked. Beside each pattern stands what it must let
through. Knows nothing of houses and names (`listeners.houses`, `listeners.names`), accounts, links and sources;
`listeners.minimise` applies them all in order.
"""

from __future__ import annotations

import re

MARK = "[…]"
"""What stands where something was masked. It holds no letter and no digit, so nothing is ever masked twice."""


def masked_after(found: re.Match[str]) -> str:
    """The first group, then the mark."""
    return found.group(1) + MARK


def masked_before(found: re.Match[str]) -> str:
    """The mark, then the second group."""
    return MARK + found.group(2)


PHONE = re.compile(
    r"(?<![\w£$€#/.@-])"
    r"(?:\+\d{1,3}(?:[ ().-]{0,3}\d){6,13}"  # +44 (0) 1633 656656
    r"|00[1-9]\d?(?:[ ().-]{0,2}\d){7,13}"  # 0044 1633 656656
    r"|\(?[0Oo][ .-]?7(?:[ .-]{0,2}[\dOo]){3}\)?(?:(?:[ .-]{0,2}| / )[\dOo]){6}"  # a mobile, however it is grouped
    r"|\(0\d{1,5}\)[ .-]?\d{3,8}(?:[ .-]?\d{2,4}){0,2}"  # (01633) 656656, in Ireland (01) 242 2541
    r"|0\d{2,5}(?:[ .-]?| / )\d{3,8}(?:(?:[ .-]?| / )\d{2,4}){0,2})"  # 020 7946 0000
    r"(?![\w£$€]|[.,]\d)"
)
CALL = re.compile(
    r"(\b(?:tel|telephone|phone|mobile|mob|call|ring|text|whatsapp|ph)\b\W{1,3}(?:(?:me|us|him|her|them|is|on|at|no|number)\W{1,2}){0,3})"
    r"(\d(?:[ .-]?\d){5,14})(?![\w]|[.,:/]\d)",
    re.IGNORECASE,
)
SIX_DIGITS = re.compile(r"[\dOo](?:[ ()./-]{0,3}[\dOo]){5}")
"""What every telephone number holds: a quick look before the slow ones."""
REFERENCE = re.compile(
    r"\b(?:ref|reference|case|ticket|order|report|invoice|id)\W{0,2}(?:(?:no|number|is)\W{0,2}){0,2}$", re.I
)
MOBILE = re.compile(r"(?:0|44|0044|440)7\d{9}")
_SAID = "zero|oh|nought|one|two|three|four|five|six|seven|eight|nine"
SPELT = re.compile(
    rf"(?<![\w£$€#/.@-])(?:0\d{{0,4}}|zero|oh|nought|o)"
    rf"(?:[ ,.-]{{1,2}}(?:(?:(?:double|treble|triple)[ -])?(?:{_SAID}|o)|\d{{1,6}})(?!\w)){{3,12}}",
    re.I,
)
ONE_SAID = re.compile(rf"(?:(double)|(treble|triple))[ -]\w+|\d|\b(?:{_SAID}|o)\b", re.I)


def phones(text: str) -> str:
    """Telephone numbers. Amounts, years, times, dates and reference numbers stay."""
    text = SPELT.sub(_spelt, text)
    return CALL.sub(masked_after, PHONE.sub(_phone, text)) if SIX_DIGITS.search(text) else text


def _spelt(found: re.Match[str]) -> str:
    digits = sum(2 if one.group(1) else 3 if one.group(2) else 1 for one in ONE_SAID.finditer(found.group()))
    return MARK if 10 <= digits <= 13 and re.search("[a-z]", found.group(), re.I) else found.group()


def _phone(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", re.sub("[Oo]", "0", found.group()))
    if found.group().startswith(("+", "00")):
        return MARK
    if not (8 if found.group().startswith("(0") else 10) <= len(digits) <= 11:
        return found.group()
    if REFERENCE.search(found.string[max(0, found.start() - 30) : found.start()]) and not MOBILE.fullmatch(digits):
        return found.group()
    return MARK


POSTCODE = re.compile(
    r"(?<![^\W_])((?!A\d)[A-Z]{1,2}\d[A-Z\d]?)(?:[ \t-]{0,2}|\.)(\d)([ABD-HJLNP-UW-Z]{2})(?![^\W_])", re.I
)
ORDINAL = re.compile(r"1st|2nd|3rd|\dth")
APART = re.compile(r"(?<![^\W_])([A-Z]{1,2}) (\d[A-Z\d]?) (\d)([ABD-HJLNP-UW-Z]{2})(?![^\W_])", re.I)
"""A postcode in three pieces: `LL 12 3AB`."""
_NO_AREA = "a i m am an as at be by do go he if in is it me my no of on or so to up us we yn"
NO_AREA = frozenset(_NO_AREA.split())
_NO_UNIT = "st nd rd th ft lb pt gb hr yr"
NO_UNIT = frozenset(_NO_UNIT.split())
"""What stands before and behind a number and is no part of a postcode."""


def postcodes(text: str) -> str:
    """The unit of a postcode; the sector stays: `LL12 3[…]`. "A48 5pm" and "M4 3rd" are none."""
    return APART.sub(_apart, POSTCODE.sub(_postcode, text))


def _measured(found: re.Match[str]) -> bool:
    return "." in found.group() and found.group(3).casefold() in NO_UNIT


def _apart(found: re.Match[str]) -> str:
    if found.group(1).casefold() in NO_AREA or found.group(4).casefold() in NO_UNIT:
        return found.group()
    return f"{found.group(1)} {found.group(2)} {found.group(3)}{MARK}"


def _postcode(found: re.Match[str]) -> str:
    if ORDINAL.fullmatch(found.group(2) + found.group(3)) or _measured(found):
        return found.group()
    return f"{found.group(1)} {found.group(2)}{MARK}"


PLATE = re.compile(
    r"(?<![^\W_])(?:[A-Z]{2}\d{2}[ ]?([A-Z]{3})|[A-Z]\d{1,3}[A-Z]{3}|[A-Z]{3}[ ]?\d{1,3}[A-Z])(?![^\W_])"
)
SMALL_PLATE = re.compile(r"(?<![^\W_])[a-z]{2}\d{2}[a-z]{3}(?![^\W_])", re.I)
NEAR_PLATE = re.compile(
    r"(\b(?:reg(?:istration)?|(?:number )?plate|vrm)s?\b\W{0,2}"
    r"(?:(?:is|was|no|number|plate|starts?|ending|of)\W{1,2}){0,3})"
    r"((?=[a-z0-9 ]{0,7}\d)[a-z]{1,3} ?\d{1,4} ?[a-z]{0,3}|\d{1,4}[a-z]{1,3}|(?-i:\d{3,4} [A-Z]{1,3}))(?![^\W_])",
    re.I,
)
_SHOUTED = """
ALL AND ANY ARE BIN BUS BUT CAN CAR DAY DID DUE FOR GET GOT HAD HAS HER HIM HIS HOW ITS MAY MUM NEW NOR NOT NOW
OFF OLD ONE OUR OUT OWN SAY SEE SHE THE TOO TWO USE VAN WAS WAY WHO WHY YES YET YOU
"""
SHOUTED = frozenset(_SHOUTED.split())
"""Words of three letters that stand after a postcode district in capitals."""
_ORDINARY = """
JAN FEB MAR APR JUN JUL AUG SEP OCT NOV DEC YRS
ACT AGE AGO AIR ASK ATE BAD BAG BED BIG BIT BOX BOY BTW BUY CUT DOG EAT END ETC FAR FEW FIX FLY FRO FUN GIG GUY HIT HOT
HRS HUB ILL JCT JOB KID KPH LAW LED LET LOT LOW MAD MAN MEN MET MPH NHS NIL ODD OIL PAY PER PIG PIN PLS PPL PUT RAN RED
RIG ROW RUN SAD SAT SET SEX SIT SIX SKY SON STH SUN TAX TBH TEN TIL TOP TRY VIA WET WIG WIN WON WTF YDS
"""
ORDINARY = SHOUTED | frozenset(_ORDINARY.split())
"""More such words: looked for where letters may be small, or a plate's form is a loose one."""
CURRENT = re.compile(r"(?<![^\W_])([a-hj-pr-y]{2})(?:[0-2]\d|[5-7]\d) ([a-hj-pr-z]{3})(?![^\W_]|['’])", re.I)
"""`ab12 cde`: the two digits are those that are given out."""
IN_THREE = re.compile(
    r"(?<![^\W_])([A-HJ-PR-Y]{2})(?:[ -](?:[0-2]\d|[5-7]\d)[ -]?|\d\d-)([A-HJ-PR-Z]{3})(?![^\W_]|['’])"
)
"""`AB 12 CDE`, `AB12-CDE`: in capitals only."""
OLDER = re.compile(r"(?<![^\W_])([A-HJ-NP-TV-Y])(\d{1,3})[ -]([A-HJ-PR-Z]{3})(?![^\W_]|['’])", re.I)
"""`X123 ABC`."""
IRISH = re.compile(r"(?<![^\W_])([A-Z](?:[A-HJ-Y]Z|I[ABGJLW]|[JOUX]I)) ?\d{3,4}(?!\w)")
"""`ABZ 1234`: a Northern Irish plate has an I or a Z."""


def plates(text: str) -> str:
    """Vehicle plates: `AB12 CDE` and older ones. Roads (A470), "LL12 AND" and reference numbers (FS-44871) stay."""
    text = NEAR_PLATE.sub(lambda found: found.group(1) + MARK + _tail(found.group(2)), text)
    text = PLATE.sub(lambda found: found.group() if found.group(1) in SHOUTED else MARK, text)
    text = IN_THREE.sub(_current, CURRENT.sub(_current, SMALL_PLATE.sub(MARK, text)))
    text = OLDER.sub(_older, text)
    return IRISH.sub(lambda found: found.group() if found.group(1) in ORDINARY else MARK, text)


def _current(found: re.Match[str]) -> str:
    word = found.group(1).casefold() in NO_AREA or found.group(2).upper() in ORDINARY
    return found.group() if word else MARK


def _older(found: re.Match[str]) -> str:
    """A road (A48), a postcode district (N16) or a bus (X9) may stand before a word: it stays, a word has a vowel."""
    letter, number, last = found.groups()
    if last.upper() in ORDINARY:
        return found.group()
    district = letter.upper() in "ABM" or (letter.upper() in "EGLNSW" and len(number) < 3)
    no_word = not re.search("[aeiouy]", last, re.I)
    return MARK if no_word or (found.group().isupper() and not district) else found.group()


def _tail(text: str) -> str:
    return text[len(text.rstrip()) :]
