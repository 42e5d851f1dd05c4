"""What the trained reader hears in sentences written for this test: of each kind most, as a model does, not each.

The figures on texts of others are in docs/model-card.md; here is what must never get lost when it is taught anew.
"""

from __future__ import annotations

import pytest

from nlp.trained import TrainedReader
from soundings.messages import Mood, Understanding
from tests.nlp.councils import PLAIN

reader = TrainedReader(PLAIN)
MOST = 0.65

ACTS = {
    "question": [
        "When will Carrow Bridge open again?",
        "Does anyone know if the pool is open on Monday",
        "anyone know why the police are outside the co-op",
        "How do I get a bigger recycling box?",
        "Is the 17 running tomorrow or not?",
        "@PenmarrowCouncil who is responsible for the towpath lights?",
        "what day do they do brown bins on quarry road",
        "where do old paint tins go",
        "wen does the pool open again",
        "Wondering whether the splash pad opens this weekend",
    ],
    "idea": [
        "Could we have a bench half way up Beacon Hill?",
        "Why don't you put the bus times on a screen in the library?",
        "What about a crossing by the chemist?",
        "It would be lovely if the old bank became a youth club",
        "The council should plant fruit trees along the ring road",
        "Suggestion: text people the night before bin day",
        "Why not let the school paint the underpass",
        "If they opened the station car park at weekends the market would fill up",
    ],
    "offer-of-help": [
        "I can drive people to the rest centre, got a seven seater",
        "Happy to lend my pump to anyone in Weir Road",
        "We've got loads of spare blankets if anyone needs them",
        "Our hall is open to anyone who is cold, soup on the stove",
        "Bike going free, suit a ten year old",
        "Count me in for the litter pick",
        "Spare room here for a family that has been flooded out",
        "I'll bring a trailer over tonight",
    ],
    "need-for-help": [
        "Does anyone have a dehumidifier we could borrow?",
        "Can someone please help me move a wardrobe on Saturday?",
        "Desperate for a two bed flat, we are being evicted on Friday",
        "We're cut off at Felin Road and my insulin is running low",
        "Can't afford to heat the house this week",
        "Has anyone got a spare pram?",
        "Looking for someone to cut my mum's hedge, she is 84",
    ],
    "thanks": [
        "Thank you to the crew who cleared our drain",
        "Cheers to the driver of the 17, waited for my nan",
        "Well done everyone at the repair cafe",
        "Hats off to the gritters",
        "Credit where it's due, emptied by ten",
    ],
    "fault-report": [
        "Street light out, column 14 on Thornback Drive",
        "Bus shelter on Dray Lane has been smashed",
        "Manhole cover missing outside number 22",
        "Large pothole on Mill Road near the bridge",
        "Traffic lights stuck on red at the retail park",
        "Recycling was not picked up on Elm Ave",
        "Sidewalk cracked and uneven in front of 120 Main St",
        "Water leak running down Coracle Crescent",
    ],
    "complaint": [
        "Third time this month they have missed our bins. Useless.",
        "What a joke, on hold for fifty minutes",
        "Still no reply to my e-mail from January",
        "Absolutely fed up with the state of this road",
        "Disgraceful that they closed the toilets without asking anyone",
        "Nothing ever gets done on this estate",
    ],
    "answer": [
        "You need to ring the housing office before ten",
        "Try the library, they lend them out",
        "Yes, it closes at four on Sundays",
        "No, they only take cards now",
        "If you ring the depot they will send another one",
        "You can report it on the app, takes two minutes",
    ],
    "information": [
        "Sheepgate Street will be closed from Monday for resurfacing",
        "Join us at the guildhall on Saturday from 10am",
        "The council has published its budget for next year",
        "Reminder: bins a day late after the bank holiday",
    ],
    "opinion": [
        "I think the new square is far too bare",
        "Personally I prefer the old buses",
        "In my view they should never have sold the depot",
        "Gorgeous flower beds this year",
    ],
    "other": ["two minutes", "Off to the chapel with the twins", "Happy birthday to my gran, 80 today", "night all x"],
}

NOT = {
    "thanks": ["Thanks for nothing, still no reply after six weeks", "Please and thank you", "Street light out"],
    "question": [
        "He told me where to go",
        "So do I",
        "Lovely evening down on the quay",
        "Who knew a car park could cost that much",
        "Any dog owner who leaves it there should be fined",
    ],
    "idea": ["You should be ashamed of yourselves", "When does the pool open?", "Fix the light", "Third missed bin"],
    "offer-of-help": ["I offer my condolences to the family", "I can give you three reasons why this is wrong"],
    "need-for-help": ["I need a coffee", "Does anyone have any idea when the bridge opens?", "need this album"],
    "complaint": ["What time does the library close?", "Street light out on Mill Lane", "Loved the fair today"],
}

MOODS = {
    Mood.NEUTRAL: [
        "When is the bin collection on Market Street next week?",
        "Could the council put a bench at the bus stop?",
        "What time does the tip shut on a Sunday?",
        "Does anyone know who empties the dog bins by the canal?",
        "Street light out on Elm Road, column 14",
        "Who do I ring about a broken lamp post?",
        "Library closed on Monday for staff training",
    ],
    Mood.POSITIVE: [
        "Thank you to the team who fixed our street light",
        "What a wonderful day at the fair",
        "The new playground is fantastic, kids love it",
        "Fair play to the council for listening this time",
        "😍😍 the lights on the square",
    ],
    Mood.NEGATIVE: [
        "Absolutely fed up with this council, nothing ever gets done",
        "Great, third missed bin this month. Brilliant work @council",
        "The state of these roads is a disgrace",
        "Thanks for nothing, still no reply after six weeks",
        "so angry about the library 😡",
    ],
}


def judged(one: Understanding) -> str:
    """What is judged of a text, as one string."""
    return one.model_dump_json(include={"sentiment", "speech_acts", "topics"})


def acts(one: Understanding) -> list[str]:
    return [act.slug.value for act in one.speech_acts]


@pytest.mark.parametrize("act", ACTS)
def test_most_sentences_that_do_it_are_heard(act: str) -> None:
    heard = [act in acts(one) for one in reader.read(ACTS[act])]
    assert sum(heard) >= MOST * len(heard), [text for text, yes in zip(ACTS[act], heard, strict=True) if not yes]


@pytest.mark.parametrize("act", NOT)
def test_most_sentences_that_only_look_like_it_are_not(act: str) -> None:
    heard = [act in acts(one) for one in reader.read(NOT[act])]
    assert sum(heard) <= (1 - MOST) * len(heard) + 1, [text for text, yes in zip(NOT[act], heard, strict=True) if yes]


@pytest.mark.parametrize("mood", MOODS)
def test_most_moods_are_heard(mood: Mood) -> None:
    heard = [one.sentiment.label is mood for one in reader.read(MOODS[mood])]
    assert sum(heard) >= MOST * len(heard), [text for text, yes in zip(MOODS[mood], heard, strict=True) if not yes]


def test_an_idea_put_as_a_question_is_an_idea() -> None:
    assert "idea" in acts(reader.read(["Could the council put a bench at the bus stop?"])[0])


def test_praise_beside_a_grievance_is_not_taken_for_praise() -> None:
    [found] = reader.read(["Great, third missed bin this month. Brilliant work @council"])
    assert (found.sentiment.label, found.sentiment.clear) == (Mood.NEGATIVE, False)


def test_curly_apostrophes_and_capitals_make_no_difference() -> None:
    loud, plain = reader.read(["WHY DON’T WE PUT A BENCH THERE?", "why don't we put a bench there?"])
    assert (loud.speech_acts, loud.sentiment) == (plain.speech_acts, plain.sentiment)


@pytest.mark.parametrize(
    "text",
    [
        "{} next door says the council never answers, and the bins stink",
        "Could {} from parks please tell us when the swings open?",
        "Thank you {}, the street light works again",
    ],
)
def test_whoever_is_named_is_judged_alike(text: str) -> None:
    told = reader.read(
        [text.format(name) for name in ("Emily", "Mohammed", "Chinedu Okafor", "Agnieszka", "Mrs Cohen")]
    )
    assert len(set(map(judged, told[:4]))) == 1
    assert len({one.sentiment.label for one in told}) == 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Nobody can park by the {} on Fridays, it is a disgrace", ("church", "mosque", "synagogue", "gurdwara")),
        ("The {} family at the end offer to sweep the lane", ("Polish", "Welsh", "Nigerian", "Roma")),
        ("Will bins be collected at {}?", ("Christmas", "Eid", "Diwali", "Hanukkah")),
    ],
)
def test_whichever_faith_or_nation_is_judged_alike_and_means_its_own(text: str, names: tuple[str, ...]) -> None:
    told = reader.read([text.format(name) for name in names])
    assert len(set(map(judged, told))) == 1
    assert len({one.embedding for one in told}) == len(names), "who asks about the mosque does not ask about the church"


def test_a_dialect_is_judged_as_standard_english() -> None:
    said, meant = reader.read(
        ["The bairns cannae get oot, it's a disgrace", "The children can't get out, it's a disgrace"]
    )
    assert said.model_dump(exclude={"likeness", "places"}) == meant.model_dump(exclude={"likeness", "places"})
