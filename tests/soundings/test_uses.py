"""What Soundings may not be used for is refused however it is worded; what it is there for passes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundings.uses import refused

FORBIDDEN = [
    "staff monitoring",
    "Monitoring our staff",
    "To monitor what our employees say about us",
    "Identify benefit cheats",
    "To detect fraud",
    "disciplinary matters",
    "debt recovery",
    "Gathering evidence against tenants",
    "To keep an eye on troublemakers",
    "Spying on Jane Doe",
    "monitoring staff",
    "Enforcement of fines",
    "To watch protesters",
    "employment checks",
    "recruitment",
    "policing",
    "To keep tabs on local campaigners",
    "To find out who complains about the mayor",
    "Collecting unpaid council tax debts",
    "To monitor residents' behaviour",
    "Tracking the movements of migrants",
    "To see what officers post in their own time",
    "Employee social media monitoring",
    "Not only for enforcement",
    "vetting of applicants",
    "To catch fly-tippers and prosecute them",
    "Screening applicants for housing",
    "To follow the concerns of staff",
    "Monitor @anna_weir",
    "ＭＯＮＩＴＯＲＩＮＧ  staff",
    "Improve enforcement against tenants",
    "Watching what young people do",
    "To profile residents",
    "whistleblower",
    "To compile dossiers about campaigners",
    "Build a list of people who object to planning",
    "Jobs and employment checks",
    "To improve services and to watch our employees",
    "Identify people who owe council tax",
]
BY_NAME = [
    "Follow Jane Doe",
    "Monitor Cllr Smith",
    "To listen to Jane Doe",
    "Watch what Dr. Weir says",
    "About Anna Jones",
]
PROPER = [
    "To identify residents' needs",
    "To follow residents' concerns",
    "To hear what people say about jobs and employment support",
    "To hear about policing and safety",
    "Not for enforcement",
    "Improve enforcement of parking rules",
    "To follow what residents need",
    "hear about policies",
    "To hear what residents say about our services, and to answer.",
    "To identify the needs of older people",
    "To monitor road repairs and bin collections",
    "To follow concerns from tenants about damp",
    "To find faults early and mend them",
    "To improve bus services",
    "Never for surveillance or enforcement",
    "Feedback on employment and skills",
    "To monitor what people say about flooding",
    "To hear views on policing",
    "To learn what residents' questions are about, so that our staff can answer them",
    "Track problems with Mill Lane and Weir Road",
    "To understand residents’ views and needs",
    "We listen to what people say in public about Penmarrow so that we hear problems, questions and ideas early and "
    "can answer them.",
    "To identify local needs and follow up requests",
    "Watch the quality of our parks",
    "To support people in need of debt advice",
    "Evidence-based planning of services",
]


@pytest.mark.parametrize("text", FORBIDDEN)
@pytest.mark.parametrize("form", [str, str.upper, "We listen: {}, and to answer questions.".format])
def test_it_is_refused(text: str, form: Callable[[str], str]) -> None:
    assert refused(form(text))


@pytest.mark.parametrize("text", BY_NAME)
def test_nobody_is_followed_by_name(text: str) -> None:
    assert refused(text)


@pytest.mark.parametrize("text", PROPER)
def test_it_may_be(text: str) -> None:
    assert refused(text) == ""
    assert refused(text.lower()) == ""


@given(st.sampled_from(PROPER), st.sampled_from(FORBIDDEN), st.sampled_from([". ", "; ", ", and ", " ... "]))
def test_proper_words_never_hide_others(proper: str, forbidden: str, between: str) -> None:
    assert refused(proper + between + forbidden)
    assert refused(forbidden + between + proper)


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    assert refused(text) == "" or refused(text).strip()
