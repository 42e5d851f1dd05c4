"""The page About this listening: what is listened to, why, how well, for how long, and what will never be done.

The council's own words (purpose, contact) come from the council file and are shown as typed.
"""

from __future__ import annotations

import streamlit as st

from dashboard import inert, listening, source, words
from dashboard.shapes import About

NEVER = (
    "post, reply, like or follow, or speak to anyone",
    "show one person’s history, or look for who wrote a post",
    "keep names, handles, phone numbers or e-mail addresses: they are masked before anything is kept",
    "start an action about a person, whatever a label says",
    "be used for enforcement, investigation, employment or surveillance",
)
UNHEARD = (
    "closed groups, private messages and anything behind a login",
    "people who do not post in public, who are most people",
    "writers who ask not to be indexed: they are left out",
)


def body() -> None:
    """The page below its heading."""
    seen = source.about(source.OFFICER)
    _purpose()
    _sources(seen)
    _gaps(seen)
    _list("What is not heard", "Soundings does not hear:", UNHEARD)
    _list("What Soundings will never do", "Soundings will never:", NEVER)
    _kept(seen)
    _readers(seen)
    _maps()
    _contact()


def _purpose() -> None:
    council = source.council_file().council
    purpose = council.purpose or "No purpose is written in the council file yet. Add `purpose` under `[council]`."
    with st.container(key="opening"):
        st.markdown(f"**{inert.label(council.name)} listens to public posts about its area.**")
        if council.purpose:
            st.text(inert.calm(purpose))
        else:
            st.markdown(purpose)


def _sources(seen: About) -> None:
    st.header("What is listened to", anchor=False)
    if seen.sources:
        _held(seen)
    else:
        st.markdown("Nothing yet: no post has been kept.")
    _feeds(seen)
    _aims()


def _held(seen: About) -> None:
    now, zone = seen.as_of, source.council_file().council.zone
    st.markdown(listening.origins(seen.kept, [item.slug for item in seen.sources]))
    table = {
        "Source": [inert.label(item.name) for item in seen.sources],
        "Posts kept": [words.number(item.posts) for item in seen.sources],
        "Newest post": [words.when(item.newest, now, zone) for item in seen.sources],
        "Last came in": [words.when(item.collected, now, zone) for item in seen.sources],
    }
    if seen.unheard:
        table["Not heard since"] = [_unheard(seen, item.slug) for item in seen.sources]
    st.table(
        table, border="horizontal", hide_index=True,
        alt="Sources, with posts kept, newest post, when the last came in, and since when one is not heard",
    )  # fmt: skip


def _unheard(seen: About, source_name: str) -> str:
    since = seen.unheard.get(source_name)
    return words.when(since, seen.as_of, source.council_file().council.zone) if since else ""


def _feeds(seen: About) -> None:
    feeds = listening.feeds(source.council_file().tables)
    if not feeds:
        return
    none = "" if any(item.slug == "feeds" for item in seen.sources) else ": no post yet"
    off = "" if listening.on(source.council_file().tables) else ", not switched on"
    st.markdown(
        f"News feeds in the council file{off}:\n\n" + "\n".join(f"- {inert.label(feed)}{none}" for feed in feeds)
    )


def _aims() -> None:
    """What a source is listened to for, where that is not what the page begins with."""
    for name, aim in listening.aims(source.council_file().tables):
        st.text(f"{inert.calm(name)} is listened to for a purpose of its own: {inert.calm(aim)}")


def _gaps(seen: About) -> None:
    st.header("Gaps", anchor=False)
    if not seen.gaps:
        st.markdown("No gap is known.")
        return
    st.markdown("In these stretches something may have been said that we did not hear:")
    zone = source.council_file().council.zone
    lines = [
        words.gap(inert.label(gap.source), gap.start, gap.end, inert.label(gap.why), seen.as_of, zone)
        for gap in seen.gaps
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _list(title: str, lead: str, items: tuple[str, ...]) -> None:
    st.header(title, anchor=False)
    st.markdown(lead + "\n\n" + "\n".join(f"- {item}" for item in items))


def _kept(seen: About) -> None:
    st.header("How long posts are kept", anchor=False)
    days = words.count(source.settings().retention_days, "day")
    gone = f" {listening.taken_back(seen.retracted)}"
    st.markdown(
        f"A post is removed {days} after it was collected. When its writer deletes it, or asks to be forgotten, "
        f"it vanishes from these pages at once.{gone}"
    )
    held = [item.slug for item in seen.sources]
    for line in listening.sooner(held, source.settings().retention_days):
        st.markdown(inert.label(line))
    st.markdown(
        "A line of an imported file that could not be read is kept as it is for seven days, for officers only, "
        "so that it can be mended."
    )


def _readers(seen: About) -> None:
    st.header("Who reads the posts", anchor=False)
    if not seen.readers:
        st.markdown("A small program on this machine. No post leaves it.")
    for name, posts in seen.readers:
        st.markdown(f"{listening.reader(inert.label(name))} It read {words.count(posts, 'post')}.")


def _maps() -> None:
    """The lines that the licences of imported places ask for."""
    licences = source.council_file().gazetteer.head.licences
    if licences:
        st.header("Whose place names these are", anchor=False)
        st.markdown("\n".join(f"- {inert.label(line, 600)}" for line in licences))


def _contact() -> None:
    st.header("Questions and objections", anchor=False)
    contact = source.council_file().council.contact
    if contact:
        st.text(f"Write to {inert.calm(contact)}.")
    else:
        st.markdown("No contact is written in the council file yet. Add `contact` under `[council]`.")
