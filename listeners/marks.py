"""The patterns of what can point at a person or a home in a text: phone numbers, postcodes, plates, houses, names.

Each function takes a text and gives it back with those parts masked. Beside each pattern stands what it must let
through. Knows nothing of accounts, links and sources; `listeners.minimise` applies these in order.
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
    r"|\(?0[ .-]?7(?:[ .-]{0,2}\d){3}\)?(?:[ .-]{0,2}\d){6}"  # a mobile, however it is grouped
    r"|\(0\d{2,5}\)[ .-]?\d{3,8}(?:[ .-]?\d{2,4}){0,2}"  # (01633) 656656
    r"|0\d{2,5}[ .-]?\d{3,8}(?:[ .-]?\d{2,4}){0,2})"  # 020 7946 0000
    r"(?![\w£$€]|[.,]\d)"
)
CALL = re.compile(
    r"(\b(?:tel|telephone|phone|mobile|mob|call|ring|text|whatsapp|ph)\b\W{1,3}(?:(?:me|us|him|her|them|is|on|at|no|number)\W{1,2}){0,3})"
    r"(\d(?:[ .-]?\d){5,14})(?![\w]|[.,:/]\d)",
    re.IGNORECASE,
)
SIX_DIGITS = re.compile(r"\d(?:[ ().-]{0,3}\d){5}")
"""What every telephone number holds: a quick look before the slow ones."""
REFERENCE = re.compile(
    r"(?:ref|reference|case|ticket|order|report|invoice|id)\W{0,2}(?:(?:no|number|is)\W{0,2}){0,2}$", re.I
)
MOBILE = re.compile(r"(?:0|44|0044|440)7\d{9}")


def phones(text: str) -> str:
    """Telephone numbers. Amounts, years, times, dates and reference numbers stay."""
    return CALL.sub(masked_after, PHONE.sub(_phone, text)) if SIX_DIGITS.search(text) else text


def _phone(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found.group())
    if found.group().startswith(("+", "00")):
        return MARK
    if not 10 <= len(digits) <= 11:
        return found.group()
    if REFERENCE.search(found.string[max(0, found.start() - 30) : found.start()]) and not MOBILE.fullmatch(digits):
        return found.group()
    return MARK


POSTCODE = re.compile(r"(?<![^\W_])((?!A\d)[A-Z]{1,2}\d[A-Z\d]?)[ \t-]{0,2}(\d)([ABD-HJLNP-UW-Z]{2})(?![^\W_])", re.I)
ORDINAL = re.compile(r"1st|2nd|3rd|\dth")


def postcodes(text: str) -> str:
    """The unit of a postcode; the sector stays: `LL12 3[…]`. "A48 5pm" and "M4 3rd" are none."""
    return POSTCODE.sub(_postcode, text)


def _postcode(found: re.Match[str]) -> str:
    if ORDINAL.fullmatch(found.group(2) + found.group(3)):
        return found.group()
    return f"{found.group(1)} {found.group(2)}{MARK}"


PLATE = re.compile(
    r"(?<![^\W_])(?:[A-Z]{2}\d{2}[ ]?([A-Z]{3})|[A-Z]\d{1,3}[A-Z]{3}|[A-Z]{3}[ ]?\d{1,3}[A-Z])(?![^\W_])"
)
SMALL_PLATE = re.compile(r"(?<![^\W_])[a-z]{2}\d{2}[a-z]{3}(?![^\W_])", re.I)
NEAR_PLATE = re.compile(
    r"(\b(?:reg(?:istration)?|(?:number )?plate|vrm)s?\b\W{0,2}"
    r"(?:(?:is|was|no|number|plate|starts?|ending|of)\W{1,2}){0,3})"
    r"((?=[a-z0-9 ]{0,7}\d)[a-z]{1,3} ?\d{1,4} ?[a-z]{0,3}|\d{1,4}[a-z]{1,3})(?![^\W_])",
    re.I,
)
_SHOUTED = """
ALL AND ANY ARE BIN BUS BUT CAN CAR DAY DID DUE FOR GET GOT HAD HAS HER HIM HIS HOW ITS MAY MUM NEW NOR NOT NOW
OFF OLD ONE OUR OUT OWN SAY SEE SHE THE TOO TWO USE VAN WAS WAY WHO WHY YES YET YOU
"""
SHOUTED = frozenset(_SHOUTED.split())
"""Words of three letters that stand after a postcode district in capitals."""


def plates(text: str) -> str:
    """Vehicle plates: `AB12 CDE` and older ones. Roads (A470), "LL12 AND" and reference numbers (FS-44871) stay."""
    text = NEAR_PLATE.sub(lambda found: found.group(1) + MARK + _tail(found.group(2)), text)
    text = PLATE.sub(lambda found: found.group() if found.group(1) in SHOUTED else MARK, text)
    return SMALL_PLATE.sub(MARK, text)


def _tail(text: str) -> str:
    return text[len(text.rstrip()) :]


TITLE = re.compile(
    r"(?<![^\W_])((?:Mr|Mrs|Ms|Miss|Mx|Dr|MR|MRS|MS|MISS|MX|DR)\.?[ \t]+|(?:mr|mrs)\.?[ \t]+)"
    r"((?:(?:de|la|le|van|der|von|ap|ab|di|da|al|bin|den)[ \t]+){0,2}"
    r"[A-ZÀ-ÖØ-ÞŴŶ][\w'’-]*(?:\.?[ \t]+[A-ZÀ-ÖØ-ÞŴŶ][\w'’-]*){0,2}"
    r"|(?<=mr )[\w'’-]+|(?<=mrs )[\w'’-]+|(?<=mr\. )[\w'’-]+)"
)
PUBLIC = re.compile(r"(?:cllr|councillor|mayor|minister|cynghorydd)s?\.?\W{1,2}$", re.I)
NO_NAME = frozenset(["and", "or", "&", "a", "the"])


def names(text: str) -> str:
    """Names after Mr, Mrs, Ms, Miss and Dr. A councillor's public title, and "Mr and Mrs", stay."""
    return TITLE.sub(_name, text)


def _name(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - 14) : found.start()]
    if PUBLIC.search(before) or found.group(2).casefold() in NO_NAME:
        return found.group()
    return found.group(1) + MARK


HOUSE = r"(?<![\w£$€.,:/#-])(?!(?:19|20)\d\d\b)\d{1,4}[A-Za-z]?(?:[ ]?[-–/][ ]?\d{1,4}[A-Za-z]?)?"
KINDS = (
    "Road|Rd|Street|St|Lane|Ln|Close|Cl|Avenue|Ave|Way|Drive|Dr|Crescent|Cres|Terrace|Tce|Place|Row|Court|Ct|Gardens|Gdns|"
    "Grove|Hill|Rise|Walk|Mews|Square|Sq|Parade|View|Bank|Green|Yard|Mead|Fields?|Heol|Ffordd|Stryd"
)
CAPITAL = r"[A-ZÀ-ÖØ-ÞŴŶ][\w'’]*"
STREET = re.compile(
    rf"({HOUSE})(,?[ ]+(?:the[ ]|The[ ])?(?:{CAPITAL}[ ]){{1,3}}(?:{KINDS})\b|,?[ ]+(?:Heol|Ffordd|Stryd|Lôn)[ ]\w+)"
)
SMALL_STREET = re.compile(
    rf"({HOUSE})(,?[ ]+(?!(?:main|side|minor|busy|other|local|more|new|major|nearby|town|city|mile|miles|minute|"
    r"minutes|min|mins|hour|hours|day|days|week|weeks|month|months|year|years|way|lane|car|cars|people|x|off|per|on|in|of|the|"
    r"closed|different)\b)[a-z'’]{3,} (?:road|street|avenue|crescent|terrace|rd)\b)"
)
FLAT = re.compile(r"(?<!\w)((?:flat|apartment|apt)\.?[ ]+(?:no\.?[ ]+)?)(\d{1,4}[a-z]?)(?![\w:])", re.I)
NUMBERED = re.compile(
    rf"(?<![^\W_])((?:{KINDS})\b,?[ ]+(?:at[ ])?(?:house[ ]+)?(?:number|no\.?|num\.?)[ ]?)(\d{{1,4}}[a-z]?)(?![\w:])",
    re.I,
)


def houses(text: str) -> str:
    """House numbers beside a street. Years, amounts, times and roads (A48) stay."""
    text = FLAT.sub(masked_after, text)
    text = NUMBERED.sub(masked_after, text)
    text = STREET.sub(masked_before, text)
    return SMALL_STREET.sub(masked_before, text)


def houses_of(streets: list[str]) -> re.Pattern[str] | None:
    """House numbers before the streets of a gazetteer, however they are written."""
    if not streets:
        return None
    known = "|".join(re.escape(name) for name in sorted(streets, key=len, reverse=True))
    return re.compile(rf"({HOUSE})(,?[ ]+(?:the[ ])?(?:{known})\b)", re.I)
