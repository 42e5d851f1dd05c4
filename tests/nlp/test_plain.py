"""The plain reader as a whole: it says what it is, and each text is read for itself."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.plain import PlainReader
from nlp.reader import Reader
from soundings.messages import Mood, SpeechAct, Understanding
from tests.nlp.councils import council

reader: Reader = PlainReader(council())
TEXTS = [
    "When is the bin collection on Castle Street next week?",
    "Could the council put a bench at the bus stop?",
    "Pryd mae'r llyfrgell yn agor?",
    "Great, third missed bin this month. Brilliant work @council",
    "",
    "🙂🙂",
    "Kiedy odbierają śmieci?",
    "I can lend a pump to anyone on Tolgarth Rd",
]


def test_it_says_plainly_that_it_is_plain() -> None:
    assert (reader.name, reader.version) == ("plain", 3)
    assert reader.read(["Pothole"])[0].reader == "plain 3"


def test_one_post_understood() -> None:
    found = reader.read(TEXTS[:1])[0]
    assert found.topics[0].slug == "bins-recycling"
    assert found.sentiment.label is Mood.NEUTRAL
    assert found.speech_acts[0].slug is SpeechAct.QUESTION
    assert found.places[0].name == "Castle Street"
    assert found.language == "en"
    assert len(found.likeness) == 64
    assert found.embedding == ()


def test_no_texts_no_understandings() -> None:
    assert reader.read([]) == []


def test_it_goes_over_the_bus_and_back() -> None:
    for found in reader.read(TEXTS):
        assert Understanding.model_validate_json(found.model_dump_json()) == found


def test_half_a_character_is_a_unicode_error() -> None:
    with pytest.raises(UnicodeError):
        reader.read(["bins \ud83d again"])


@pytest.mark.parametrize(
    "text",
    ["a" * 262_144, "bin " * 60_000, "😀" * 60_000, "é" * 100_000, "((((" * 50_000, "?!" * 100_000, "#a" * 80_000],
)
def test_the_longest_texts_are_read(text: str) -> None:
    assert reader.read([text])[0].speech_acts


def test_odd_characters_are_read() -> None:
    assert len(reader.read(["\0", "\u202eshtap gnola", "Z̸̰a̵͍l̷g̴o̶", "\ufeffbins", "ﷺ", "\r\n\t"])) == 6


@settings(max_examples=40, deadline=None)
@given(st.permutations(TEXTS), st.integers(1, 4))
def test_neither_order_nor_batch_changes_an_answer(texts: list[str], size: int) -> None:
    once = dict(zip(TEXTS, reader.read(TEXTS), strict=True))
    again = [found for start in range(0, len(texts), size) for found in reader.read(texts[start : start + size])]
    assert again == [once[text] for text in texts]


def test_another_process_understands_the_same() -> None:
    imports = "from nlp.plain import PlainReader\nfrom tests.nlp.councils import council\n"
    code = f"{imports}print(PlainReader(council()).read({TEXTS!r}))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert made.strip() == str(reader.read(TEXTS))
