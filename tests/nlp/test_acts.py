"""Speech acts: what residents' sentences do, several at once, and never none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.acts import acts
from nlp.sentiment import sentiment
from soundings.messages import SpeechAct


def said(text: str, language: str = "en") -> list[str]:
    return [act.slug.value for act in acts(text, sentiment(text, language))]


SAYS = {
    "question": [
        "When will Carrow Bridge open again?",
        "Does anyone know if the pool is open on Monday",
        "anyone know why the police are outside the co-op",
        "How do I get a bigger recycling box?",
        "Is the 17 running tomorrow or not?",
        "Any news on the nursery places?",
        "@PenmarrowCouncil who is responsible for the towpath lights?",
        "Pryd mae'r bws ola o'r dre?",
        "Oes rhywun yn gwybod pryd mae'r ganolfan ailgylchu ar agor?",
        "Wondering whether the splash pad opens this weekend",
    ],
    "idea": [
        "Could we have a bench half way up Beacon Hill?",
        "Why don't you put the bus times on a screen in the library?",
        "What about a crossing by the chemist?",
        "It would be lovely if the old bank became a youth club",
        "The council should plant fruit trees along the ring road",
        "Suggestion: text people the night before bin day",
        "We need a bin by the skate ramp",
        "Merrow rec needs lights at the skate ramp",
        "I'd love to see wildflowers on that verge",
        "If they opened the station car park at weekends the market would fill up",
        "Beth am gael meinciau ar lan yr afon?",
        "Why not let the school paint the underpass",
    ],
    "offer-of-help": [
        "I can drive people to the rest centre, got a seven seater",
        "Happy to lend my pump to anyone in Weir Road",
        "We've got loads of spare blankets if anyone needs them",
        "Our hall is open to anyone who is cold, soup on the stove",
        "Bike going free, suit a ten year old",
        "I'll bring a trailer over tonight",
        "Willing to sit with someone who is on their own",
        "Spare room here for a family that has been flooded out",
        "Count me in for the litter pick",
        "Hapus i helpu unrhyw un sydd angen lifft",
    ],
    "need-for-help": [
        "Does anyone have a dehumidifier we could borrow?",
        "Can someone please help me move a wardrobe on Saturday?",
        "Desperate for a two bed flat, we are being evicted on Friday",
        "Any chance of a lift to the General for 7?",
        "We're cut off at Felin Road and my insulin is running low",
        "Can't afford to heat the house this week",
        "Has anyone got a spare pram?",
        "Oes gan rywun drelar fach i'w fenthyg?",
        "Looking for someone to cut my mum's hedge, she is 84",
    ],
    "thanks": [
        "Thank you to the crew who cleared our drain",
        "Cheers to the driver of the 17, waited for my nan",
        "Well done everyone at the repair cafe",
        "Can't fault the lads on Chandlery Street",
        "Diolch o galon i'r gwirfoddolwyr",
        "Credit where it's due, emptied by ten",
        "Hats off to the gritters",
    ],
    "fault-report": [
        "Street light out, column 14 on Thornback Drive",
        "Bus shelter on Dray Lane has been smashed",
        "Manhole cover missing outside number 22",
        "Large pothole on Mill Road near the bridge",
        "Gate to the play area won't close, broken latch",
        "Traffic lights stuck on red at the retail park",
        "Recycling was not picked up on Elm Ave",
        "Fallen tree blocking Orwen Lane",
        "Sidewalk cracked and uneven in front of 120 Main St",
        "Dead deer on the bypass",
        "Mae golau'r stryd wedi diffodd",
        "Water leak running down Coracle Crescent",
    ],
    "complaint": [
        "Third time this month they have missed our bins. Useless.",
        "What a joke, on hold for fifty minutes",
        "Still no reply to my e-mail from January",
        "Absolutely fed up with the state of this road",
        "Why do we pay council tax at all?",
        "Disgraceful that they closed the toilets without asking anyone",
        "Nothing ever gets done on this estate",
        "Mae'n warthus, rhag cywilydd i'r cyngor",
        "Great, third missed bin this month. Brilliant work @council",
    ],
    "answer": [
        "You need to ring the housing office before ten",
        "Try the library, they lend them out",
        "It's on the council website under waste",
        "Yes, it closes at four on Sundays",
        "No, they only take cards now",
        "If you ring the depot they will send another one",
        "You can report it on the app, takes two minutes",
    ],
    "information": [
        "Sheepgate Street will be closed from Monday for resurfacing",
        "Heavy rain is forecast this afternoon, please be aware of deep water",
        "Join us at the guildhall on Saturday from 10am",
        "The council has published its budget for next year",
        "Reminder: bins a day late after the bank holiday",
        "Bydd y llyfrgell ar gau ddydd Llun",
    ],
    "opinion": [
        "I think the new square is far too bare",
        "If you ask me the money was better spent on the pool",
        "Personally I prefer the old buses",
        "In my view they should never have sold the depot",
    ],
    "other": ["Slugs 4, lettuce 0", "two minutes", "", "🛶", "Off to the chapel with the twins", "WHAT DAM"],
}


@pytest.mark.parametrize(("act", "text"), [(act, text) for act, texts in SAYS.items() for text in texts])
def test_what_a_sentence_does_is_among_its_acts(act: str, text: str) -> None:
    assert act in said(text, "cy" if "'r " in text or text.startswith(("Beth", "Oes", "Hapus", "Bydd")) else "en")


def test_every_act_has_sentences_here() -> None:
    assert set(SAYS) == {act.value for act in SpeechAct}


@pytest.mark.parametrize(
    ("act", "text"),
    [
        ("thanks", "Thanks for nothing, still no reply after six weeks"),
        ("thanks", "Brilliant. Bus cancelled again."),
        ("fault-report", "The pothole on Mill Road has been filled at last"),
        ("fault-report", "They fixed the broken swing, brilliant"),
        ("question", "Why do we even pay council tax?"),
        ("question", "Lovely evening down on the quay"),
        ("idea", "You should be ashamed of yourselves"),
        ("idea", "Could the council tell me when the pool opens?"),
        ("offer-of-help", "I can give you three reasons why this is wrong"),
        ("need-for-help", "Does anyone have any idea when the bridge opens?"),
        ("answer", "When does it close, does it say on the council website?"),
        ("complaint", "What time does the library close?"),
        ("other", "Street light out on Mill Lane"),
    ],
)
def test_what_a_sentence_does_not_do(act: str, text: str) -> None:
    assert act not in said(text)


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("Fourth week of missed bins, absolutely useless. When are you coming?", {"complaint", "question"}),
        ("Street light out again, third time this year, sort it out", {"fault-report", "complaint"}),
        ("Thanks for the new bins. Could we have one by the ramp too?", {"thanks", "idea"}),
    ],
)
def test_several_acts_at_once(text: str, both: set[str]) -> None:
    assert both <= set(said(text))


def test_an_idea_put_as_a_question_is_first_an_idea() -> None:
    assert said("Could the council put a bench at the bus stop?")[0] == "idea"


def test_the_surest_comes_first() -> None:
    found = acts("Fourth week of missed bins, useless, fed up. Could you send someone?", sentiment("Useless", "en"))
    assert [act.confidence for act in found] == sorted((act.confidence for act in found), reverse=True)


def test_curly_apostrophes_and_capitals_make_no_difference() -> None:
    assert said("WHY DON’T WE PUT A BENCH THERE?") == said("why don't we put a bench there?")


def test_a_feeling_without_any_purpose_is_an_opinion() -> None:
    assert said("Gorgeous flower beds this year") == ["opinion"]


def test_a_very_long_text_is_read_quickly() -> None:
    assert said("Word after word, and no end to it. " * 7000)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_does_something(text: str) -> None:
    found = acts(text, sentiment(text, ""))
    assert found
    assert all(0 < act.confidence <= 1 for act in found)
    assert len({act.slug for act in found}) == len(found)
    assert SpeechAct.OTHER not in {act.slug for act in found} or len(found) == 1
