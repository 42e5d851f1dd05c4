"""What words speak for: what residents' sentences are about, and whose words count."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.patterns import document
from nlp.topic_words import BESIDE, MOST, TopicWords
from soundings.taxonomy import NOT_COUNCIL, TOPICS
from tests.nlp.councils import PLAIN, council

topics = TopicWords(PLAIN)


def slugs(text: str) -> list[str]:
    return [topic.slug for topic in topics.read(text)]


FIRST = [
    ("Third week running they have missed our brown bin", "bins-recycling"),
    ("Queue for the recycling centre is back to the lights", "bins-recycling"),
    ("Trash pickup never came today", "bins-recycling"),
    ("Someone has dumped a sofa in the lay-by, fly tippers again", "street-cleaning"),
    ("#FlyTipping behind the garages", "street-cleaning"),
    ("Dog poo all over the towpath", "street-cleaning"),
    ("Graffiti on the back of the bandstand", "street-cleaning"),
    ("Potholes the size of a bath on Whey Lane", "roads"),
    ("When are they resurfacing Chandlery Street?", "roads"),
    ("Stop sign has been knocked down", "roads"),
    ("Streetlight out outside number 9", "pavements-lighting"),
    ("street light flickering all night", "pavements-lighting"),
    ("Cracked sidewalk, my mom tripped", "pavements-lighting"),
    ("We need a zebra crossing by the nursery gates", "pavements-lighting"),
    ("Not one gritter on our hill and it is sheet ice", "winter-emergencies"),
    ("Illegally parked vans blocking my driveway every day", "parking"),
    ("How long does a Blue Badge renewal take?", "parking"),
    ("The 17 bus was cancelled again, no sign at the bus stop", "travel"),
    ("Swings at the play park are broken", "parks"),
    ("Tree down across the lane", "parks"),
    ("What time does the library close on Saturdays?", "libraries-culture"),
    ("Swimming lessons at the leisure centre are full", "libraries-culture"),
    ("Planning application for 240 homes goes to committee", "planning"),
    ("Council house repairs take months, black mould everywhere", "council-housing"),
    ("Two lads sleeping rough in the doorway of the old bank", "homelessness"),
    ("Council tax has gone up five per cent", "council-tax-benefits"),
    ("Still no school place for my son in September", "schools"),
    ("Is there a toddler group at the family hub?", "early-years-families"),
    ("Foster carers needed for brothers and sisters", "childrens-social-care"),
    ("Dad's care package was cut and his carer left", "adult-social-care"),
    ("Rats in the alley behind the takeaway", "environmental-health"),
    ("Loud music until 4am from the flat upstairs", "environmental-health"),
    ("The pub has asked for a late alcohol licence", "business-licensing"),
    ("Boy racers and drug dealing in the precinct", "community-safety"),
    ("My councillor never answers. Where is the consultation?", "democracy"),
    ("The food bank needs volunteers on Friday", "community-voluntary"),
    ("How do I register a death?", "births-deaths-citizenship"),
    ("Gullies blocked, the whole road is flooded", "flooding-drainage"),
    ("Where are the EV charging points?", "climate-energy"),
    ("Can't get a GP appointment for love nor money", "health-nhs"),
    ("The council is bankrupt, section 114 notice next", "council-money-reorganisation"),
    ("Pryd mae'r llyfrgell yn agor?", "libraries-culture"),
    ("Mae'r biniau heb eu gwagio", "bins-recycling"),
    ("Tyllau yn y ffordd ym mhobman", "roads"),
]


@pytest.mark.parametrize(("text", "slug"), FIRST)
def test_what_a_sentence_is_about_comes_first(text: str, slug: str) -> None:
    assert slugs(text)[0] == slug


def test_every_topic_has_a_sentence_here() -> None:
    assert {slug for _, slug in FIRST} | {NOT_COUNCIL} == set(TOPICS)


@pytest.mark.parametrize(
    "text",
    [
        "Watching the match in the pub with the lads",
        "I had to park the car miles away from the gig",
        "Light rain then sunshine, lovely",
        "Best album of the year, no question",
        "What a load of rubbish that film was",
        "Slugs 4, lettuce 0",
        "Happy birthday to my gorgeous girl",
        "",
        "🙂",
    ],
)
def test_chat_is_not_about_the_council(text: str) -> None:
    assert slugs(text)[0] == NOT_COUNCIL


@pytest.mark.parametrize(
    ("text", "not_about"),
    [
        ("Nothing on Library Lane ever changes", "libraries-culture"),
        ("The road to Wembley", "roads"),
        ("Happy birthday mum", "births-deaths-citizenship"),
        ("Filing my income tax return", "council-tax-benefits"),
        ("Meet at Castle Park Road", "parks"),
        ("Old school tunes on the radio", "schools"),
    ],
)
def test_a_word_in_another_sense_does_not_count(text: str, not_about: str) -> None:
    assert not_about not in slugs(text)


def test_several_topics_at_once_at_most_three() -> None:
    text = "Potholes, overflowing bins at the bus stop, no street lights, rats, and the library is shut"
    assert len(slugs(text)) == MOST


def test_the_surest_first_and_the_rest_not_far_behind() -> None:
    found = topics.read("Bin lorry missed our bin day again, and the recycling box, on a road with a pothole")
    shares = [topic.confidence for topic in found]
    assert shares == sorted(shares, reverse=True)
    assert min(shares) >= BESIDE * shares[0] - 0.01


@pytest.mark.parametrize("text", ["POTHOLE!!!", "potholes", "#potholes", "#PotholesOfPenmarrow", "pot-holes"])
def test_spelling_makes_no_difference(text: str) -> None:
    assert slugs(text)[0] == "roads"


def test_more_words_for_a_topic_make_it_surer() -> None:
    one, two = topics.read("a bin"), topics.read("a bin on bin day by the bin lorry")
    assert two[0].confidence > one[0].confidence


def test_the_same_word_again_does_not() -> None:
    assert topics.read("pothole pothole potholes")[0].confidence == topics.read("pothole")[0].confidence


def test_a_weak_word_counts_where_something_is_broken() -> None:
    assert slugs("That lamp again, lovely") == [NOT_COUNCIL, "pavements-lighting"]
    assert slugs("The lamp by the shops is broken")[0] == "pavements-lighting"


# --- the council's own words


def test_a_council_adds_words_to_a_topic() -> None:
    own = TopicWords(council(topics={"bins-recycling": {"words": ["salvage sack", "Gasworks tip"]}}))
    assert own.read("Where do I get salvage sacks?")[0].slug == "bins-recycling"
    assert own.read("#GasworksTip shut again")[0].slug == "bins-recycling"
    assert slugs("Where do I get salvage sacks?") == [NOT_COUNCIL]


def test_a_council_adds_a_topic_of_its_own() -> None:
    own = TopicWords(council(topics={"harbour": {"name": "The harbour", "words": ["mooring", "harbour dues"]}}))
    assert own.read("Harbour dues have doubled")[0].slug == "harbour"


def test_the_councils_word_wins_over_a_phrase_that_means_nothing() -> None:
    own = TopicWords(council(topics={"parks": {"words": ["theme park"]}}))
    assert own.read("Our theme park needs a lick of paint")[0].slug == "parks"


# --- the built-in words


def test_the_words_and_the_taxonomy_know_the_same_topics() -> None:
    assert set(document("topics.toml")["topics"]) == set(TOPICS)


def test_no_phrase_is_listed_twice_for_a_topic() -> None:
    for slug, table in document("topics.toml")["topics"].items():
        listed = [phrase for weight in ("strong", "words", "weak") for phrase in table[weight]]
        assert sorted(set(listed)) == sorted(listed), slug


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_one_to_three_topics(text: str) -> None:
    found = topics.read(text)
    assert 1 <= len(found) <= MOST
    assert all(0 < topic.confidence <= 1 and topic.slug in TOPICS for topic in found)
