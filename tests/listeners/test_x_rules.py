"""What X is asked for: rules of a council file, without asking it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listeners.x_rules import LONGEST, OURS, Rule, difference, listing, rules
from soundings.area import Area, Kind, Place
from soundings.council import CouncilFile
from soundings.errors import BadInput
from tests.listeners.x_kit import FILE


def test_the_rules_of_a_council_file() -> None:
    assert rules(FILE) == (
        Rule('("Penmarrow" OR #penmarrow) -is:retweet -"Penmarrow, Tasmania"', "soundings: area 1"),
        Rule("(@PenmarrowCncl) -is:retweet", "soundings: spoken to 1"),
        Rule("(from:PenmarrowCncl OR from:CllrPennoyre) -is:retweet", "soundings: own accounts 1"),
    )


def test_a_listing_says_what_would_be_asked() -> None:
    said = listing(rules(FILE))
    assert said.startswith('soundings: area 1 (62 characters)\n    ("Penmarrow" OR #penmarrow)')


def test_places_are_asked_for_only_where_their_name_tells_the_area() -> None:
    (area, *_) = rules(FILE, ("ward", "street", "landmark"))
    assert '"Saltings"' in area.value and '"Y Morfa"' in area.value and '"Tolgarth Rd"' in area.value
    assert "Station Road" not in area.value and '"town hall"' not in area.value.casefold()


def test_accents_are_asked_for_both_ways() -> None:
    file = CouncilFile(None, area=Area(names=('Ynys "Môn"\\',)))
    (rule,) = rules(file)
    assert rule.value == '("Ynys Môn" OR #ynysmôn OR "Ynys Mon" OR #ynysmon) -is:retweet'


def test_nobody_is_followed_but_the_councils_own() -> None:
    followed = re.findall(r"from:(\w+)", " ".join(rule.value for rule in rules(FILE)))
    assert followed == ["PenmarrowCncl", "CllrPennoyre"]


def test_without_names_there_is_nothing_to_ask_for() -> None:
    with pytest.raises(BadInput, match="names of your area"):
        rules(CouncilFile(None, area=Area(names=('"!"',))))


def test_too_many_rules_are_refused() -> None:
    places = tuple(Place(name=f"Tolgarth {'x' * 100} {number}", kind="village") for number in range(2500))
    kinds: tuple[Kind, ...] = ("village",)
    with pytest.raises(BadInput, match="name fewer `places`"):
        rules(replace(FILE, area=Area(names=("Penmarrow",), places=places)), kinds)


NAMES = st.lists(st.text(min_size=1, max_size=120), max_size=30).map(tuple)


@settings(deadline=None)
@given(NAMES, NAMES)
def test_every_rule_fits_and_is_tagged_and_balanced(names: tuple[str, ...], elsewhere: tuple[str, ...]) -> None:
    file = CouncilFile(None, area=Area(names=names, not_here=elsewhere))
    try:
        found = rules(file)
    except BadInput:
        return
    for rule in found:
        assert len(rule.value) <= LONGEST and rule.tag.startswith(OURS)
        assert rule.value.count('"') % 2 == 0 and "\\" not in rule.value and rule.value.isprintable()
    assert len({rule.value for rule in found}) == len(found)


WANTED = (Rule("a", "soundings: area 1"), Rule("b", "soundings: area 2"))


@pytest.mark.parametrize(
    ("there", "missing", "gone"),
    [
        ([], [*WANTED], []),
        ([{"id": "1", "value": "a", "tag": "soundings: area 1"}], [WANTED[1]], []),
        ([{"id": "1", "value": "a"}, {"id": "2", "value": "b", "tag": "soundings: area 2"}], [WANTED[0]], ["1"]),
        ([{"id": "1", "value": "a", "tag": "theirs"}], [*WANTED], ["1"]),
        ([{"id": str(n), "value": "b", "tag": "soundings: area 2"} for n in (1, 2)], [WANTED[0]], ["2"]),
        ([5, {"value": "a"}], [*WANTED], []),
    ],
)
def test_the_difference(there: list[Any], missing: list[Rule], gone: list[str]) -> None:
    assert difference(WANTED, there) == (missing, gone)
