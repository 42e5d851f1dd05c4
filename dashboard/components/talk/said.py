"""The page You said, we did: what came of it? The latest decision first, each with what people said before and since.

Knows nothing of the form by which one is written.
"""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboard import inert, source
from dashboard.components import live
from dashboard.components.talk import done, said_form
from dashboard.talk import asking, change_words, deciding, said_words
from dashboard.talk.shapes import Deed
from store.promises import What

Colour = Literal["blue", "violet", "gray"]
COLOURS: dict[What, Colour] = {What.DID: "blue", What.WILL: "violet", What.WILL_NOT: "gray"}
ICONS = {What.DID: ":material/check:", What.WILL: ":material/schedule:", What.WILL_NOT: ":material/block:"}
PAGE = "entries/said_page.py"


def body() -> None:
    """The page below its heading."""
    live.removals(source.erasures(source.OFFICER))
    deeds = asking.deeds(source.OFFICER)
    bold, rest = said_words.opening(deeds, _year())
    with st.container(key="opening"):
        st.markdown(f"**{bold}** {rest}")
    done.notice([said_form.ANY, *(deed.key for deed in deeds)], "")
    said_form.body(deeds)
    if deeds:
        st.header("What was decided", anchor=False)
    for index, deed in enumerate(deeds):
        _deed(deed, index)


def _year() -> int:
    return source.clock().astimezone(source.council_file().council.zone).year


def _deed(deed: Deed, index: int) -> None:
    made = deed.promise
    with st.container(border=True, key=f"deed-{index}", gap="small"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.badge(said_words.DID[made.what], icon=ICONS[made.what], color=COLOURS[made.what])
            st.markdown(f":gray[{said_words.day(made.decided_on, _year())}]", width="content")
        _told("You said", made.said)
        _told(said_words.DID[made.what], made.did, made.link)
        _came_of_it(deed)
        _buttons(deed)


def _told(title: str, text: str, address: str = "") -> None:
    with st.container(gap=None):
        st.markdown(f"**{title}**")
        inert.typed(text)
        if address:
            st.markdown(inert.link(address))


def _came_of_it(deed: Deed) -> None:
    early = change_words.early(deed.change)
    told = early or " ".join(filter(None, [change_words.volume(deed.change), change_words.mood(deed.change)]))
    with st.container(key=f"says-{deed.key}", gap=None):
        st.markdown("**Before and since**")
        st.markdown(told)
        proof = "" if early or change_words.few(deed.change) else f" {change_words.NO_PROOF}"
        st.markdown(f":gray[About: {inert.label(said_words.about(deed), 300)}.{proof}]")


def _buttons(deed: Deed) -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button("Change", key=f"edit-{deed.key}-{done.acts()}", type="tertiary", icon=":material/edit:"):
            st.query_params.from_dict({"edit": deed.key})
            st.rerun()
        if st.button("Take back", key=f"back-{deed.key}-{done.acts()}", type="tertiary", icon=":material/undo:"):
            again = lambda: deciding.write_promise(deed.promise, deed.key)  # noqa: E731
            done.do(
                [said_form.ANY], lambda: deciding.take_back_promise(deed.key), "Taken back: it is shown no more.", again
            )
