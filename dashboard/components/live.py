"""The line that stays fresh: how new the newest post is, how many came since, and a switch to hold it still.

New posts announce themselves and wait to be shown: figures, focus and scroll stay where they are. Only one
thing moves the page unasked: a post that was taken back vanishes at once (invariant R2), also while paused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import source, words
from dashboard.posts import Shown
from dashboard.shapes import Pulse
from dashboard.source import StoreAway

SLOT = 190
"""Pixels: what the longest button needs, and what stays beside the switch on a phone."""


@dataclass(frozen=True)
class _Heard:
    shown: Pulse
    pulse: Pulse
    fresh: int
    away: bool = False


@st.fragment(run_every=source.LOOK)
def line(shown: Pulse, posts: Sequence[Shown]) -> None:
    """Draw the line for a page that shows `posts` as of `shown`. The only fragment of its page."""
    heard = _heard(shown, posts)
    with st.container(key="live", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="fresh", width="content"):
            st.markdown(_said(heard))
        _kept(heard.pulse.kept)
        with st.container(key="switch", horizontal=True, vertical_alignment="center", gap="small", width="content"):
            st.toggle("Live updates", value=True, key="live-updates")
            _waiting(heard.fresh)


def _waiting(fresh: int) -> None:
    """A button where there is something to show, else plain words in the same slot: the page does not jump."""
    with st.container(key="waiting", width=SLOT):
        if not fresh:
            st.markdown(f":gray[{words.waiting(0)}]")
        elif st.button(words.waiting(fresh), key="show-new"):
            source.forget()
            st.rerun()


def _kept(kept: int) -> None:
    with st.container(horizontal=True, gap="xsmall", width="content"):
        with st.container(key="posts-kept", width="content"):
            st.markdown(words.number(kept))
        st.markdown(":gray[posts kept in all]")


def _heard(shown: Pulse, posts: Sequence[Shown]) -> _Heard:
    """What is new, or what was new when the line was paused."""
    try:
        if source.taken_back(source.OFFICER, posts):
            st.rerun()
        paused = not st.session_state.get("live-updates", True)
        held: _Heard | None = st.session_state.get("heard")
        if paused and held and held.shown == shown:
            return held
        heard = _look(shown)
    except StoreAway:
        return _Heard(shown, shown, 0, away=True)
    st.session_state["heard"] = heard
    return heard


def _look(shown: Pulse) -> _Heard:
    pulse = source.pulse(source.OFFICER)
    arrived = source.arrived(source.OFFICER, shown.collected) if shown.collected else 0
    return _Heard(shown, pulse, max(arrived, pulse.kept - shown.kept, 0))


def _said(heard: _Heard) -> str:
    at = heard.pulse.as_of.astimezone(source.council_file().council.zone)
    if heard.away:
        return f"**The store is not answering.** What you see is from {at:%H:%M}. Trying again."
    fresh = words.freshness(heard.pulse.newest, heard.pulse.as_of)
    if not st.session_state.get("live-updates", True):
        return f"Paused at {at:%H:%M}. {fresh} then."
    return f"{fresh}."


@st.fragment(run_every=source.LOOK)
def watch(posts: Sequence[Shown]) -> None:
    """For a page without the line: draw it anew when a post that it shows was taken back."""
    try:
        gone = source.taken_back(source.OFFICER, posts)
    except StoreAway:
        gone = False
    if gone:
        st.rerun()


@st.fragment(run_every=source.LOOK)
def first_post() -> None:
    """For a page without any post: draw it anew when the first has come."""
    try:
        if source.pulse(source.OFFICER).kept:
            st.rerun()
    except StoreAway:
        st.rerun()


@st.fragment(run_every=source.LOOK)
def removals(drawn: str) -> None:
    """For a page on which a removal may move anything: a deleted answer puts its question back. Drawn anew at once.

    `drawn`: `source.erasures` as the page was drawn.
    """
    try:
        changed = source.erasures(source.OFFICER) != drawn
    except StoreAway:
        changed = True
    if changed:
        st.rerun()
