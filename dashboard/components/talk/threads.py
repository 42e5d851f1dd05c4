"""Everybody who asked, each with their thread: posts below what they answer, ours marked, the answer marked.

Here an officer marks a neighbour's answer right or wrong, and splits a question off. Nobody is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from dashboard import inert, labels, source
from dashboard import words as said
from dashboard.components.talk import done
from dashboard.talk import asking, deciding, views, words
from dashboard.talk.deciding import Step
from dashboard.talk.shapes import Decisions, Queue, Talk, ThreadPost
from dashboard.words import count
from store.talk.ends import End
from store.talk.shapes import Asking

ONE = 1
"""A thread that stands alone is open."""
DEEP = 3
"""Replies further down are drawn no further in: a phone is narrow."""


def body(held: Queue, talk: Talk, decided: Decisions) -> None:
    """Who asked, oldest first; who asked in one thread stands together."""
    roots: dict[str, list[Asking]] = {}
    for one in talk.asked:
        roots.setdefault(one.root, []).append(one)
    st.header(f"Asked {_times(len(talk.asked))}", anchor=False)
    for index, (root, asked) in enumerate(roots.items()):
        with st.container(border=True, key=f"asked-{index}", gap="small"):
            _thread(held, talk, decided, index, asked, asking.thread(source.OFFICER, root), len(roots) == ONE)


def _times(asked: int) -> str:
    return {1: "once", 2: "twice"}.get(asked, count(asked, "time"))


def _thread(
    held: Queue, talk: Talk, decided: Decisions, index: int, asked: Sequence[Asking],
    posts: Sequence[ThreadPost], unfolded: bool,
) -> None:  # fmt: skip
    for one in asked:
        _asked(held.as_of, talk, one)
    if len(posts) <= len(asked):
        st.markdown(":gray[Nobody replied.]")
        return
    with st.expander(words.turns(len(posts)), expanded=unfolded, key=f"thread-{asked[0].id}"):
        for number, post in enumerate(posts):
            _post(held.as_of, talk, decided, index * 1000 + number, post, posts)


def _asked(now: datetime, talk: Talk, one: Asking) -> None:
    zone = source.council_file().council.zone
    if len(talk.asked) > 1:  # else it is what the page begins with
        inert.resident_text(one.text)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=f"asking-{one.id}"):
        st.badge(words.ended(one), color="violet" if one.end.waits else "blue")
        where = f"{labels.source(one.source)} · {said.stamp(one.asked_at, now, zone)}"
        st.markdown(f":gray[{inert.label(where)}]", width="content")
        if len(talk.asked) > 1:
            _split(talk, one)


def _split(talk: Talk, one: Asking) -> None:
    if st.button("Another question", key=f"split-{one.id}-{done.acts()}", type="tertiary", icon=":material/call_split:",
                 help="Split it off: it is not what the others ask."):  # fmt: skip
        steps = [Step([one.id], "apart", deciding.YES), Step([one.id], "with")]
        done.decide(talk.ids, steps, "Split off. It stands by itself now.", [Step([one.id], "apart")])


def _post(
    now: datetime, talk: Talk, decided: Decisions, number: int, post: ThreadPost, posts: Sequence[ThreadPost]
) -> None:
    zone = source.council_file().council.zone
    with st.container(key=f"turn-{min(post.depth, DEEP)}-{number}", gap="xsmall"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            if post.who:
                st.badge(post.who, icon=":material/account_balance:" if post.ours else None, color="violet")
            if mark := _mark(talk, decided, post):
                st.badge(mark, color="green")
            st.markdown(f":gray[{said.stamp(post.happened_at, now, zone)}]", width="content")
        inert.resident_text(post.text)
        if not post.who and post.id in views.below(posts, talk.ids):
            _judge(talk, decided, post)


def _mark(talk: Talk, decided: Decisions, post: ThreadPost) -> str:
    """What this post is to the question: the question itself, our answer, a neighbour's answer."""
    if post.id in talk.ids:
        return "The question"
    ends = {one.answer: one.end for one in talk.asked if one.answer}
    named = {
        End.ANSWERED: "Our answer",
        End.REPLIED: "Our reply, not an answer",
        End.NEIGHBOURS: "A neighbour’s answer",
    }
    judged = {"right": "A neighbour’s answer: right", "wrong": "A neighbour’s answer: wrong"}
    return judged.get(decided.neighbours.get(post.id, ""), named.get(ends.get(post.id, End.NOBODY), ""))


def _judge(talk: Talk, decided: Decisions, post: ThreadPost) -> None:
    word = decided.neighbours.get(post.id, "")
    with st.container(horizontal=True, gap="small"):
        if word:
            if _button("Take this mark back", "undo", post):
                _say(talk, post, "", "Taken back.", word)
            return
        if _button("This answers it", "check", post):
            _say(talk, post, "right", "Marked as right: a neighbour answered. We still owe an answer of our own.", word)
        if any(one.answer == post.id for one in talk.asked) and _button("This is wrong", "close", post):
            _say(talk, post, "wrong", "Marked as wrong: it no longer counts as an answer.", word)


def _button(label: str, icon: str, post: ThreadPost) -> bool:
    return st.button(label, key=f"{icon}-{post.id}-{done.acts()}", type="tertiary", icon=f":material/{icon}:")


def _say(talk: Talk, post: ThreadPost, word: str, told: str, before: str) -> None:
    done.decide(talk.ids, [Step([post.id], "neighbour", word)], told, [Step([post.id], "neighbour", before)])
