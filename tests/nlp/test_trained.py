"""The trained reader as a whole: it says what it is, and each text is read for itself."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.reader import Reader
from nlp.trained import TrainedReader
from soundings.messages import Mood, SpeechAct, Understanding
from tests.nlp.councils import council

reader: Reader = TrainedReader(council())
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


def test_it_says_what_it_is() -> None:
    assert (reader.name, reader.version) == ("trained", 4)
    assert reader.read(["Pothole"])[0].reader == "trained 4"


def test_one_post_understood() -> None:
    found = reader.read(TEXTS[:1])[0]
    assert found.topics[0].slug == "bins-recycling"
    assert found.sentiment.label is Mood.NEUTRAL
    assert found.speech_acts[0].slug is SpeechAct.QUESTION
    assert found.places[0].name == "Castle Street"
    assert found.language == "en"
    assert len(found.likeness) == 64
    assert len(found.embedding) == 384


@pytest.mark.parametrize(
    ("text", "language"),
    [("Kiedy odbierają śmieci z naszej ulicy?", "pl"), ("Quand est-ce que la poubelle sera ramassée ?", "fr")],
)
def test_of_a_language_that_it_does_not_know_it_says_which_and_guesses_nothing(text: str, language: str) -> None:
    [found] = reader.read([text])
    assert (found.language, found.topics, found.embedding) == (language, (), ())
    assert not found.sentiment.clear
    assert [act.slug for act in found.speech_acts] == [SpeechAct.OTHER]


def test_places_are_found_in_any_language() -> None:
    [found] = reader.read(["Kiedy odbierają śmieci na Tolgarth Road?"])
    assert [place.id for place in found.places] == ["street:tolgarth-road"]


def test_welsh_is_read_by_words_and_never_clear() -> None:
    [found] = reader.read(["Pryd mae'r llyfrgell yn agor? Mae'r drws ar gau"])
    assert found.language == "cy"
    assert found.speech_acts[0].slug is SpeechAct.QUESTION
    assert found.topics[0].slug == "libraries-culture"
    assert not found.sentiment.clear


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
    imports = "from nlp.trained import TrainedReader\nfrom tests.nlp.councils import council\n"
    code = f"{imports}print(TrainedReader(council()).read({TEXTS!r}))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert made.strip() == str(reader.read(TEXTS))
