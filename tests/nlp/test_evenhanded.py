"""The reader is not shown who is spoken of: any name, faith or nation gives the same text to judge."""

from __future__ import annotations

import random
from collections import Counter
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.evenhanded import ONES, as_judged, evenhanded
from nlp.patterns import document

LISTS: dict[str, Any] = document("evenhanded.toml")
ONLY_CAPITAL = {("names", "words"), ("countries", "words")}
FRAMES = {
    ("names", "plain"): "Ask {} next door, the bins were not collected",
    ("names", "words"): "Ask {} next door, the bins were not collected",
    ("names", "surnames"): "Ask Mr {} next door, the bins were not collected",
    ("nations", "words"): "The {} family next door asked about the bins",
    ("countries", "words"): "They moved here from {} in March",
    ("worship", "words"): "Nobody can park outside the {} any more",
    ("clergy", "words"): "Even the {} said that it was a mess",
    ("faiths", "words"): "The {} women's group needs a hall",
    ("feasts", "words"): "Will bins be collected at {} this year?",
    ("dress", "words"): "A lady in a {} fell on the ice",
}


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize(("group", "kind"), FRAMES)
def test_whoever_is_named_the_same_text_is_judged(group: str, kind: str, small: bool) -> None:
    """Also of who writes all in small letters, where the word cannot well be another."""
    if small and (group, kind) in ONLY_CAPITAL:
        return
    write = str.lower if small else str
    found = Counter(as_judged(write(FRAMES[group, kind].format(name))) for name in LISTS[group][kind])
    [(_, most), *others] = found.most_common()
    assert most >= (0.9 if small else 0.95) * found.total(), others[:10]


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("Thanks to Mohammed Khan from highways", "Thanks to Sam from highways"),
        ("emily's bin", "Sam's bin"),
        ("An imam and an Irish lady", "A vicar and a French lady"),
        ("Cllr Pennoyre answered", "Cllr Sam answered"),
        ("Mrs. Okafor-Jones's drive", "Mrs Sam's drive"),
        ("rose bushes by the mark on the wall", "rose bushes by the mark on the wall"),
        ("Will it be mended? May we ask? Mark the date", "Will it be mended? May we ask? Mark the date"),
        ("Fly-tipping on Grace Road and at Victoria Park", "Fly-tipping on Grace Road and at Victoria Park"),
        ("The clinic at St David's Hospital", "The clinic at St David's Hospital"),
        ("Church Street is closed", "Church Street is closed"),
        ("Welsh Water again", "Welsh Water again"),
        ("polish the china, serve turkey", "polish the china, serve turkey"),
        (
            "the romanian family, muslim women, thanks to dr patel",
            "the French family, Christian women, thanks to dr Sam",
        ),
        ("Ask İbrahim, İpek's friend", "Ask Sam, Sam's friend"),
        ("👍 Will the pool open?", "👍 Will the pool open?"),
        ("Residents Rose Early For Summer Grant", "Residents Rose Early For Summer Grant"),
        ("Got my Council Tax Bill today", "Got my Council Tax Bill today"),
        ("My neighbour reads only Urdu", "My neighbour reads only French"),
        ("Mr Żak, Cllr  Östlund and Cllr J Pennoyre", "Mr Sam, Cllr Sam and Cllr Sam"),
        ("Councillor Surgery on Saturday", "Councillor Surgery on Saturday"),
        ("Thanks Emily\nPark gates are locked", "Thanks Sam\nPark gates are locked"),
        ("Tanner's Lane and Hope Centre", "Tanner's Lane and Hope Centre"),
        ("two French windows", "two French windows"),
        ("closed from April until June, open in May", "closed from April until June, open in May"),
        ("WILL YOU MARK THE ROAD", "WILL YOU MARK THE ROAD"),
        ("Dear Sir The bins", "Dear Sir The bins"),
        ("across Northern Ireland", "across Northern Ireland"),
        ("", ""),
    ],
)
def test_names_become_one_and_everything_else_stays(text: str, judged: str) -> None:
    assert evenhanded(text) == judged


def test_each_list_has_one_word_that_stands_for_it() -> None:
    for group, kinds in ONES.items():
        assert set(kinds) <= set(LISTS[group]), group


def test_nothing_is_listed_twice() -> None:
    every = [phrase for table in LISTS.values() for phrase in chain.from_iterable(table.values())]
    twice = [phrase for phrase, count in Counter(every).items() if count > 1]
    assert [phrase for phrase in twice if phrase not in (*LISTS["places"]["words"], *LISTS["capital"]["words"])] == []


@given(st.integers())
def test_twice_is_as_once(seed: int) -> None:
    chance = random.Random(seed)
    (group, kind), frame = chance.choice(list(FRAMES.items()))
    once = evenhanded(frame.format(chance.choice(LISTS[group][kind])))
    assert evenhanded(once) == once


@given(st.text())
def test_any_text_can_be_judged(text: str) -> None:
    assert isinstance(as_judged(text), str)
