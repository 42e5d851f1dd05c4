"""Sentences of our own for each mood, what is no mood at all, and what must hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.sentiment import sentiment
from soundings.messages import Mood

GOLDEN = {
    "When is the bin collection on Market Street next week?": Mood.NEUTRAL,
    "Could the council put a bench at the bus stop?": Mood.NEUTRAL,
    "Thank you to the team who fixed our street light": Mood.POSITIVE,
}
SARCASTIC = [
    "Great, third missed bin this month. Brilliant work @council",
    "Well done again council, the gritters have missed our hill. Still not gritted.",
    "Oh lovely, another pothole on the school run",
    "Thanks for nothing, still no reply after six weeks",
    "Fantastic service, on hold for 50 minutes and then cut off",
    "Brilliant. The only bus is cancelled again.",
    "Nice one, the lift is broken again and my gran lives on the ninth floor",
    "X9 cancelled again. They really are spoiling us this week",
    "Congratulations to the highways team, the same hole is back for the fourth time",
    "Love how the streetlight has been out since October #sarcasm",
    "Perfect. Paid for garden waste and the brown bin was not collected. Again.",
]
NEUTRAL = [
    "What time does the tip shut on a Sunday?",
    "Does anyone know who empties the dog bins by the canal?",
    "Which bins go out this week please?",
    "Is the library open on Good Friday?",
    "How do I get a resident's permit for a second car?",
    "Who do I ring about a broken lamp post?",
    "Can I take plasterboard to the recycling centre?",
    "Are the roadworks on Carrow Bridge finished yet?",
    "Will the Christmas market be on the square or the quay?",
    "Where is the nearest charging point to the leisure centre?",
    "Has anyone had their polling card through?",
    "Could we have a zebra crossing outside the nursery?",
    "Why don't we turn the old bank into a youth club?",
    "Household support fund applications open on Monday",
    "Garden waste collections start again on 4 March",
    "Planning committee meets on Thursday at 6pm in the guildhall",
    "The number 17 now leaves from stand C",
    "Sheepgate Street will be closed for resurfacing from Monday",
    "You need to ring the housing office before 10",
    "It's on the council website under parking",
    "Blue Badge renewals are done online now",
    "The mobile library stops by the church every other Tuesday",
    "Council tax support forms are at the front desk",
    "Fire station open day is on the 12th",
    "Streetlight out on Thornback Drive, column 14",
    "My daughter starts at Carrowside High in September",
]
NEGATIVE = [
    "Our bins have not been emptied for three weeks and the street stinks",
    "Absolutely disgraceful that they shut the toilets",
    "I am sick of reporting the same pothole, nobody ever fixes it",
    "The state of the underpass is shameful, needles and filth everywhere",
    "Rang four times, on hold for an hour, then they hung up on me",
    "What a waste of money that new roundabout is",
    "My mum was left without care all weekend. Not good enough.",
    "Fuming. Another parking fine for a permit I paid for",
    "They ignored every single objection. What was the point of asking us?",
    "The new website is useless, it crashes every time",
    "It's not safe to walk home past the depot any more",
    "Bus never turned up, left a load of kids in the rain",
    "Mould all over the baby's room and the landlord couldn't care less",
    "Worst winter I can remember for ice on the estate, not one gritter",
    "Council tax up again and what do we get? Nothing.",
    "The consultation was a farce",
    "Fly-tippers have wrecked the lane again, it's heartbreaking",
    "So disappointed they cut the youth club, those kids have nowhere",
    "Horrible smell from the drain and no one cares",
    "Been waiting since August for a repair. Had enough now.",
    "The planning department is a shambles",
    "Terrible decision to close the pool",
    "My car is damaged because of that awful road",
    "Fed up with people parking across my drive",
]
POSITIVE = [
    "Huge thanks to the bin crew who came out in the snow",
    "The new play park is brilliant, the kids love it",
    "Really impressed with how quickly they filled that pothole",
    "Lovely morning at the library rhyme time, such kind staff",
    "Well done to everyone who did the litter pick, the beach looks stunning",
    "Fair play to the council, they listened this time",
    "So proud of our volunteers at the food bank",
    "Can't fault the lady at the housing office, she was so helpful",
    "Best swimming lessons in the county, our son is over the moon",
    "The flower beds by the station look gorgeous this year",
    "Hats off to the gritting teams, roads were clear at six",
    "Great news about the new crossing, at last!",
    "Thank you for sorting our street light so fast",
    "Cracking turnout for the carnival, what an amazing day",
    "The care workers who look after my dad are absolute angels",
    "Love the wildflowers on the verges, more please!",
    "Excellent service at the registry office, made a sad day easier",
    "Cheers to the driver of the 17 who waited for my nan, what a legend",
    "Delighted that the Saturday market is back",
    "Credit where it's due, the new path is superb",
    "Chuffed with our new allotment",
    "Can't wait for Lantern Night!",
    "The warm hub at the chapel is fantastic, made friends there",
]


@pytest.mark.parametrize(("text", "mood"), GOLDEN.items())
def test_the_sentences_that_others_get_wrong(text: str, mood: Mood) -> None:
    found = sentiment(text, "en")
    assert (found.label, found.clear) == (mood, True)


@pytest.mark.parametrize("text", SARCASTIC)
def test_sarcasm_is_never_praise_and_never_clear(text: str) -> None:
    found = sentiment(text, "en")
    assert (found.label, found.clear) == (Mood.NEGATIVE, False)


@pytest.mark.parametrize("text", NEUTRAL)
def test_asking_and_telling_is_neutral(text: str) -> None:
    assert sentiment(text, "en").label is Mood.NEUTRAL


@pytest.mark.parametrize("text", NEGATIVE)
def test_grievances_are_negative(text: str) -> None:
    assert sentiment(text, "en").label is Mood.NEGATIVE


@pytest.mark.parametrize("text", POSITIVE)
def test_praise_is_positive(text: str) -> None:
    assert sentiment(text, "en").label is Mood.POSITIVE


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for fixing the same pothole so quickly, brilliant",
        "Great job clearing the drain that flooded us",
        "Lovely to see the lights back on",
        "Thanks to the crew who picked up our missed bin",
    ],
)
def test_praise_for_a_grievance_that_was_mended_is_meant(text: str) -> None:
    assert sentiment(text, "en").label is Mood.POSITIVE


def test_a_rolled_eye_only_makes_praise_unclear() -> None:
    found = sentiment("Great day at the carnival 🙄", "en")
    assert (found.label, found.clear) == (Mood.POSITIVE, False)


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("Diolch yn fawr i'r criw biniau, gwaith ardderchog", Mood.POSITIVE),
        ("Mae cyflwr y ffordd yn warthus, rhag cywilydd", Mood.NEGATIVE),
        ("Pryd mae'r llyfrgell yn agor?", Mood.NEUTRAL),
    ],
)
def test_welsh_is_heard_by_a_handful_of_words_and_never_clear(text: str, mood: Mood) -> None:
    found = sentiment(text, "cy")
    assert (found.label, found.clear) == (mood, False)


def test_a_language_that_it_does_not_know_is_neutral_and_not_clear() -> None:
    found = sentiment("Dramat, znowu nie odebrali śmieci. Terrible!", "pl")
    assert (found.label, found.clear) == (Mood.NEUTRAL, False)


@pytest.mark.parametrize(
    "text",
    [
        "The garden waste team parked by the fire station",
        "She works for social care at the civic centre",
        "Housing benefit office, second floor",
        "Kids waiting at the bus stop by the care home",
    ],
)
def test_names_of_services_carry_no_feeling(text: str) -> None:
    assert sentiment(text, "en").label is Mood.NEUTRAL


@pytest.mark.parametrize("text", ["", " ", "17", "https://example.org/terrible", "@awful_people", "???", "🙂" * 3])
def test_almost_nothing_is_read_without_a_fault(text: str) -> None:
    assert sum(sentiment(text, "").probabilities.values()) == pytest.approx(1)


def test_addresses_and_handles_carry_no_feeling() -> None:
    assert (
        sentiment("Notes of the meeting: https://example.org/awful-terrible-disgrace @hateful", "en").label
        is Mood.NEUTRAL
    )


def test_a_long_text_is_weighed_in_pieces() -> None:
    """VADER compares each word with all others: in one piece this would take minutes."""
    assert sentiment("This is a disgrace and I am fuming. " * 4000, "en").label is Mood.NEGATIVE


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["en", "cy", "pl", ""]))
def test_three_probabilities_one_label(text: str, language: str) -> None:
    found = sentiment(text, language)
    assert set(found.probabilities) == set(Mood)
    assert sum(found.probabilities.values()) == pytest.approx(1, abs=1e-9)
    assert found.probabilities[found.label] == max(found.probabilities.values())
    assert found == sentiment(text, language)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*NEUTRAL, *NEGATIVE, *POSITIVE, *SARCASTIC]), min_size=1, max_size=6))
def test_real_words_in_any_mixture_keep_the_rules(sentences: list[str]) -> None:
    found = sentiment(" ".join(sentences), "en")
    assert found.probabilities[found.label] == max(found.probabilities.values())
    assert sum(found.probabilities.values()) == pytest.approx(1, abs=1e-9)
