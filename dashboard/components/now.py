"""The page Now: what should I know this morning? Answer first, then figures, pictures and posts.

Only the order of things is decided here; each thing draws itself.
"""

from __future__ import annotations

import streamlit as st

from dashboard import inert, source, words
from dashboard.components import cards, figures, live, newcomer, pictures, sayings
from dashboard.shapes import Morning, Period, Pulse
from soundings.taxonomy import NOT_COUNCIL

LISTED = "the newest posts"
"""What tells their list from others."""
GAPS = 3
"""Gaps that the page names; all stand on About this listening."""


def body() -> None:
    """The page below its heading."""
    pulse = source.pulse(source.OFFICER)
    if not pulse.kept:
        newcomer.panel()
        live.first_post()
        return
    answer = st.container(key="opening")
    period = _period(pulse)
    seen = source.morning(source.OFFICER, period)
    with answer:
        _answer(seen)
    live.line(seen.pulse, seen.shown)
    figures.four(seen.now, seen.before, period)
    _heard(seen)
    _pictures(seen)
    sayings.body(seen.sayings, seen.pulse.as_of, source.council_file().council.zone)
    _newest(seen)
    note()


def _period(pulse: Pulse) -> Period:
    options = [period.value for period in Period]
    age = pulse.as_of - (pulse.newest or pulse.as_of)
    # Decided once a session: a default that moves would make another switch of it.
    default: Period = st.session_state.setdefault("opens-with", Period.reaching(age))
    chosen = st.segmented_control(
        "How far back",
        options,
        default=default.value,
        key="period",
        bind="query-params",
        required=True,
        label_visibility="collapsed",
    )
    return Period(chosen) if chosen in options else default


def _answer(seen: Morning) -> None:
    before = seen.before.voices if seen.before else None
    rows = [(inert.label(row.name), row.voices, row.before) for row in seen.topics if row.slug != NOT_COUNCIL]
    lead = words.about(rows, seen.period.last)
    zone = source.council_file().council.zone
    old = words.stale(seen.pulse.newest, seen.pulse.as_of, zone)
    bold, rest = words.opening(seen.now.voices, seen.now.posts, before, seen.period.this, seen.period.last, lead, old)
    st.markdown(f"**{bold}** {rest}")


def _heard(seen: Morning) -> None:
    """Where the numbers come from, and what may be missing in them: silence is not calm."""
    zone = source.council_file().council.zone
    mix = words.mix([(inert.label(name), voices) for name, voices in seen.sources])
    gaps = [
        ":orange[:material/warning: "
        f"{words.gap(inert.label(gap.source), gap.start, gap.end, inert.label(gap.why), seen.pulse.as_of, zone)}]"
        for gap in seen.gaps[:GAPS]
    ]
    with st.container(key="heard"):
        st.markdown("  \n".join([*([f":gray[{mix}]"] if mix else []), *gaps]))


def _pictures(seen: Morning) -> None:
    if not seen.now.posts:
        return
    pictures.voices(seen)
    if not seen.topics:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        pictures.topics(seen)
    if seen.moods:
        with right:
            pictures.moods(seen)


def _newest(seen: Morning) -> None:
    st.header("Newest posts", anchor=False)
    st.markdown(f":gray[{words.FIRST_SORT}]")
    cards.posts(seen.cards, seen.pulse.as_of, source.council_file().council.zone, LISTED)
    st.page_link("entries/search_page.py", label="Search all posts", icon=":material/search:")


def note() -> None:
    """What these numbers are not."""
    with st.container(key="note"):
        st.markdown(
            ":gray[**Not a survey.** These are public posts only, and the people who post are not all residents. "
            f"Numbers under {words.FEW} are marked “{words.FEW_MARK}”: one person may be most of them. "
            "Labels are a machine’s first sort.]"
        )
