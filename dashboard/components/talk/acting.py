"""What an officer can do about a question: point to an answer, hand over, say whose it is, join, make a decision of it.

Each is written at once and can be taken back. Nothing here posts or replies: officers do that, where it was asked.
"""

from __future__ import annotations

import streamlit as st

from dashboard import inert
from dashboard.components.talk import done
from dashboard.talk import deciding, words
from dashboard.talk.deciding import Step
from dashboard.talk.shapes import Decisions, Queue, Talk
from dashboard.words import count

SAID = "entries/said_page.py"
LONGEST = 200
CHOICES = 200
"""Conversations that one can be joined with: those that most people share come first."""


def body(held: Queue, talk: Talk, decided: Decisions) -> None:
    """All actions, what was just done above them, what was ever decided below."""
    st.header("What to do", anchor=False)
    waiting = f"{count(len(held.waiting), 'question still waits', 'questions still wait')}."
    done.notice(talk.ids, waiting)
    _suggestion(talk)
    with st.container(key="actions", gap="small"):
        if talk.waiting:
            _link(talk)
        with st.container(horizontal=True, gap="small", key="others"):
            if talk.waiting:
                _hand_over(talk)
                _not_ours(talk)
            _join(held, talk, decided)
        st.page_link(SAID, label="Write “You said, we did” about it", icon=":material/edit_note:",
                     query_params={"from": talk.id})  # fmt: skip
    _decided(talk, decided)


def _suggestion(talk: Talk) -> None:
    given = talk.suggestion
    if given is None or not talk.waiting:
        return
    with st.container(border=True, key="suggestion", gap="small"):
        st.markdown(f"**A possible answer**, from {inert.label(given.origin)}:")
        inert.copyable(given.text, given.link)
        st.markdown(f":gray[{words.NEVER_POSTED}]")


def _link(talk: Talk) -> None:
    known = talk.link or (talk.suggestion.link if talk.suggestion else "")
    with st.form(f"link-{done.acts()}", enter_to_submit=True):
        address = st.text_input(
            "Where is the answer published?", value=known, placeholder="https://", key=f"address-{done.acts()}",
            max_chars=500, help="It counts for everybody who asked and still waits.",
        )  # fmt: skip
        if st.form_submit_button("Link the published answer", type="primary", icon=":material/link:"):
            _linked(talk, address)


def _linked(talk: Talk, address: str) -> None:
    if not address.strip():
        st.error("Give the address of the page where the answer is, beginning with https://.")
        return
    ids = _waiting(talk)
    done.decide(talk.ids, [Step(ids, "answer-link", address)], words.counts(talk, len(ids)), [Step(ids, "answer-link")])


def _waiting(talk: Talk) -> list[str]:
    return [one.id for one in talk.asked if one.end.waits]


def _hand_over(talk: Talk) -> None:
    with st.popover("Hand over", icon=":material/forward_to_inbox:", key=f"hand-{done.acts()}"):
        with st.form("hand", border=False):
            to = st.text_input("To whom at the council?", max_chars=LONGEST, key=f"to-{done.acts()}",
                               placeholder="For example: Highways, Jo Pryce")  # fmt: skip
            pressed = st.form_submit_button("Hand over", type="primary")
        st.markdown(":gray[It is written down here, and nobody is told: tell them.]")
        if pressed and not to.strip():
            st.error("Say to whom.")
        elif pressed:
            ids = _waiting(talk)
            said = f"Handed to {to.strip()}. The question still waits for an answer."
            before = [Step(ids, "handed-to", talk.handed_to)]
            done.decide(talk.ids, [Step(ids, "handed-to", to)], said, before)


def _not_ours(talk: Talk) -> None:
    with st.popover("Not ours", icon=":material/signpost:", key=f"whose-{done.acts()}"):
        with st.form("whose", border=False):
            who = st.selectbox("Whose is it?", words.WHOSE, key=f"who-{done.acts()}")
            more = st.text_input("Which, or who", max_chars=LONGEST, key=f"which-{done.acts()}",
                                 placeholder="For example: Tidewater")  # fmt: skip
            pressed = st.form_submit_button("It is not ours", type="primary")
        if pressed and who == words.WHOSE[-1] and not more.strip():
            st.error("Say whose it is.")
        elif pressed:
            whose, ids = words.whose(who, more), _waiting(talk)
            said = f"Not ours: {whose}. It no longer waits for us."
            done.decide(talk.ids, [Step(ids, "not-ours", whose)], said, [Step(ids, "not-ours")])


def _join(held: Queue, talk: Talk, decided: Decisions) -> None:
    others = {one.id: one for one in held.talks if one.id != talk.id and set(one.slugs) & set(talk.slugs)}
    ids = sorted(others, key=lambda name: (-others[name].people, -others[name].last.timestamp()))[:CHOICES]
    if not ids:
        return
    with st.popover("Join with another", icon=":material/merge:", key=f"join-{done.acts()}"):
        with st.form("join", border=False):
            other = st.selectbox(
                "The same question as", ids, key=f"other-{done.acts()}",
                format_func=lambda name: _choice(others[name]),
            )  # fmt: skip
            pressed = st.form_submit_button("Join the two", type="primary")
        st.markdown(":gray[Both are about the same service.]")
        if pressed and other:
            free = deciding.joint(others[other], decided)
            said = f"Joined. It is now asked by {words.both(talk, others[other])}."
            done.decide(talk.ids, [Step([free], "with", talk.id)], said, [Step([free], "with")])


def _choice(talk: Talk) -> str:
    asked = inert.option(talk.text)
    return f"{asked} ({words.people(talk)})"


def _decided(talk: Talk, decided: Decisions) -> None:
    """What was decided so far, each with the way back: also after a reload, and by somebody else."""
    rows = [
        (decided.links, "answer-link", f"Linked to {inert.link(talk.link)}", "Take the link back"),
        (decided.handed_to, "handed-to", f"Handed to {inert.label(talk.handed_to, LONGEST)}", "Take it back"),
        (decided.not_ours, "not-ours", f"Not ours: {inert.label(talk.not_ours, LONGEST)}", "It is ours"),
        (decided.together, "with", "Joined by an officer", "Part them again"),
        (decided.apart, "apart", "Split off by an officer", "Put it back"),
    ]
    if not any(ids for ids, *_ in rows):
        return
    with st.container(key="decided", gap="small"):
        st.markdown("**Decided so far**")
        for ids, field, told, button in rows:
            if ids:
                with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"row-{field}"):
                    st.markdown(f"{told} · {count(len(ids), 'post')}", width="content")
                    if st.button(button, key=f"back-{field}-{done.acts()}", type="tertiary", icon=":material/undo:"):
                        done.decide(talk.ids, [Step(ids, field)], "Taken back.")  # type: ignore[arg-type]
