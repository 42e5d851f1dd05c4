"""One conversation: the question, what an officer can do about it, and everybody who asked, each with their thread.

Knows nothing of how a decision is written.
"""

from __future__ import annotations

import streamlit as st

from dashboard import inert, source
from dashboard.components.talk import acting, queue, threads
from dashboard.talk import asking, words
from dashboard.talk.shapes import Queue, Talk


def body(held: Queue, wanted: str) -> None:
    """The conversation that a question belongs to, or that it is gone."""
    _back()
    talk = held.find(wanted)
    if talk is None:
        _gone()
        return
    _question(talk)
    acting.body(held, talk, asking.decided(source.OFFICER, talk))
    threads.body(held, talk, asking.decided(source.OFFICER, talk))


def _back() -> None:
    st.page_link(queue.PAGE, label="All questions", icon=":material/arrow_back:", query_params=queue.left())


def _gone() -> None:
    with st.container(key="gone"):
        st.header("This question is no longer here", anchor=False)
        st.markdown(
            "Its writer took it back, or the last person who asked it did so more than "
            f"{asking.reach().days} days ago. Nothing that you did is lost."
        )


def _question(talk: Talk) -> None:
    with st.container(key="question", gap="small"):
        with st.container(key="asks-question"):
            inert.resident_text(talk.text)
        queue.badges(talk, "badges-question")
        parts = [words.some(talk.places, 6), words.to(talk), words.progress(talk)]
        st.markdown(f":gray[{inert.label(' · '.join(filter(None, parts)), 400)}]")
        if talk.link:
            st.markdown(f"Linked answer: {inert.link(talk.link)}")
