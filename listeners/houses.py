"""The patterns of houses in a text: numbers and names beside a street.

Needs no list of streets: what ends in Road or begins with Heol is one; `houses_of` makes a pattern of a gazetteer.
Knows nothing of accounts, links and sources; `listeners.minimise` applies this.
"""

from __future__ import annotations

import re

from listeners.marks import MARK, masked_after, masked_before

HOUSE = r"(?<![\w£$€.,:/#-])(?!(?:19|20)\d\d\b)\d{1,4}[A-Za-z]?(?:[ ]?[-–/][ ]?\d{1,4}[A-Za-z]?)?"
SEVERAL = rf"{HOUSE}(?:(?:,[ ]|[ ]?&[ ]?|[ ](?:and|to|or)[ ])(?!(?:19|20)\d\d\b)\d{{1,4}}[A-Za-z]?(?!\w)){{0,4}}"
"""One house, or `14, 16 and 18`."""
KINDS = (
    "Road|Rd|Street|St|Lane|Ln|Close|Cl|Avenue|Ave|Way|Drive|Dr|Crescent|Cres|Terrace|Tce|Place|Row|Court|Ct|Gardens|Gdns|"
    "Grove|Hill|Rise|Walk|Mews|Square|Sq|Parade|View|Bank|Green|Yard|Mead|Fields?|Heol|Ffordd|Stryd"
)
MORE_KINDS = (
    "Wynd|Quay|Wharf|Vale|Brae|Loan|Mount|Croft|Dene|Passage|Alley|Pl|Terr?|Cottages|Villas|Mansions|Chase|Esplanade|"
    "Promenade|Approach|Circus|Garth|Glebe|Glen|Heights|Meadows?|Ridge|Spinney|Nook|Boulevard|Embankment|Vennel|Causeway|"
    "Paddocks?|Copse|Park"
)
"""Of these a text speaks with a number behind as well ("car park no 2"), so only the number before is a house's."""
_KINDS = f"{KINDS}|{MORE_KINDS}"
SMALL_KINDS = "road|rd|street|st|lane|close|drive|avenue|ave|crescent|terrace|gardens|grove|court|mews|square|wynd|quay"
"""Those that are written small as well: `22 Quay street`."""
ANY_KIND = f"(?:{_KINDS}|{_KINDS.upper()})"
_STREET_OF, _BESIDE = "Heol|Ffordd|Stryd|Lôn|Maes|Clos|Rhodfa|Llys|Cilgant|Rhes", "Tan|Pen|Bryn|Min|Glan|Rhiw"
WELSH = rf"(?:(?:{_STREET_OF})[ -]|(?:{_BESIDE})[ -]yr?[ -])[\w-]*\w"
CAPITAL = r"(?:St\.|[A-ZÀ-ÖØ-ÞŴŶ][\w'’]*(?:-[\w'’]+){0,4})"
STREET = re.compile(
    rf"({SEVERAL})(,?[ ]+(?:the[ ]|The[ ])?"
    r"(?!(?i:miles?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|yrs?|cars?|people|times?|way)\b)"
    rf"(?:{CAPITAL}[ ](?:(?:of|y|yr|le)[ ])?){{1,3}}(?:{ANY_KIND}|{SMALL_KINDS})\b|,?[ ]+{WELSH}"
    r"|,?[ ]+the[ ](?:Crescent|Green|Avenue|Close|Grove|Parade|Mews|Square|Terrace|Row)\b)"
)
_NO_STREET = (
    "main|side|minor|busy|other|local|more|new|major|nearby|town|city|miles?|minutes?|mins?|hours?|days?|weeks?|months?|"
    "years?|way|cars?|people|x|off|per|on|in|of|the|closed|different|lane|and|with|from|near|before|after|till|until|this|"
    "that|down"
)
_NO_LANE = "bus|cycle|bike|single|country|fast|slow|inside|outside|middle|narrow|left|right|turning|traffic|test"
SMALL_STREET = re.compile(
    rf"({SEVERAL})(,?[ ]+(?!(?:{_NO_STREET})\b|(?:{_NO_LANE})[ ]lane\b)"
    r"(?:(?:old|upper|lower|great|little|north|south|east|west|saint|st) )?[a-z'’]{3,} "
    r"(?:road|street|avenue|crescent|terrace|rd|ave|cres|gdns|mews|wynd|grove|lane)\b)"
)
LIVED_AT = re.compile(
    r"(?:(?<=\bat )|(?<=\boutside )|(?<=\bno )|(?<=\bno\. )|(?<=\bnumber )|(?<=\baddress is ))"
    rf"({SEVERAL})(,?[ ]+(?:(?!(?:{_NO_STREET})\b)[a-z'’]{{3,}} ){{1,2}}"
    r"(?:drive|(?<!s )close|way|court|place|row|hill|rise|view|gardens|green|park|walk|square|parade|st|ln|dr)\b)"
)
"""In small letters, a street of a kind that is also an ordinary word: only after "at" or "number"."""
NUMBER_ON = re.compile(
    rf"(?<!\w)(?<![Tt]he )(?<![Bb]us )((?:[Nn]umber|[Nn]o\.?|NUMBER|NO\.?)[ ])(\d{{1,4}}[A-Za-z]?)"
    rf"(?=,?[ ](?:on|in|of|ON|IN|OF)[ ](?:the[ ])?(?:{CAPITAL}[ ]){{1,3}}{ANY_KIND}\b)"
)
"""A house, but "the number 14 on Weir Road" is a bus."""
FLAT = re.compile(r"(?<!\w)((?:flat|apartment|apt)\.?[ ]+(?:no\.?[ ]+)?)(\d{1,4}[a-z]?(?:/\d{1,3})?)(?![\w:])", re.I)
NUMBERED = re.compile(
    rf"(?<![^\W_])((?:{KINDS})\b,?[ ]+\(?(?:at[ ])?(?:house[ ]+)?(?:number|no\.?|num\.?)[ ]?)"
    r"(\d{1,4}[a-z]?)(?![\w:])",
    re.I,
)


NO_HOUSE = re.compile(
    r"\b(?:routes?|bus|buses|service|top|phase|junction|jct|platform|zone|stage|item|page|ward|class|level|week)"
    r"\W{1,2}(?:no\.? |number )?$",
    re.I,
)
FLOOR = re.compile(
    r"(?<![\w/])(?:\d{1,2}F\d{1,2}|\d{1,2}/\d{1,2}(?=,))"
    rf"(?=,?[ ]+(?:\d|\[…\])\S*[ ](?:{CAPITAL}[ ]){{1,3}}{ANY_KIND}\b)"
)
"""A Scottish flat, before the number of its house: `1F2, 22 Weir Road`, `2/1, 22 Weir Road`."""
_HOME = "Cottage|Lodge|Bungalow|Farm|Farmhouse|Barn|Villa|Croft|(?:Coach|Farm|Mill|School) ?House"
_OLD = "Bakery|Barn|Chapel|Coach House|Dairy|Forge|Granary|Mill|Post Office|Rectory|School ?[Hh]ouse|Smithy|Vicarage"
_CALLED = (
    "Beeches|Bungalow|Coach House|Cottage|Elms|Firs|Gables|Granary|Haven|Hollies|Laurels|Limes|Oaks|Stables|Willows"
)
NAMED = re.compile(
    rf"(?<![^\W_])(?:(?:{CAPITAL}[ ]){{1,3}}(?:{_HOME})|The[ ]Old[ ](?:{_OLD})|The[ ](?:{_CALLED})"
    r"|Fairview|Hillcrest|Hillside|Oaklands|Sunnyside|Treetops|Woodlands)"
    rf"(?=(?:,|[ ]on|[ ]in)[ ](?:the[ ])?(?:{CAPITAL}[ ]){{1,3}}{ANY_KIND}\b)"
)
"""A house that has one of the usual names, beside a street. `Marlin House` can be offices or a block: it stays."""


def houses(text: str) -> str:
    """House numbers and names beside a street. Years, amounts, times, roads (A48) and bus routes stay."""
    text = FLOOR.sub(MARK, FLAT.sub(masked_after, text))
    text = NUMBER_ON.sub(masked_after, NUMBERED.sub(masked_after, text))
    text = STREET.sub(masked_house, text)
    text = LIVED_AT.sub(masked_house, SMALL_STREET.sub(masked_house, text))
    return NAMED.sub(MARK, text)


def masked_house(found: re.Match[str]) -> str:
    """The mark, then the street; nothing masked where the number is that of a bus, a page or a ward."""
    before = found.string[max(0, found.start() - 24) : found.start()]
    return found.group() if NO_HOUSE.search(before) else masked_before(found)


def houses_of(streets: list[str]) -> re.Pattern[str] | None:
    """House numbers before the streets of a gazetteer, however they are written."""
    if not streets:
        return None
    known = "|".join(re.escape(name) for name in sorted(streets, key=len, reverse=True))
    return re.compile(rf"({SEVERAL})(,?[ ]+(?:the[ ])?(?:{known})\b)", re.I)
