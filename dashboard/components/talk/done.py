"""What an officer has just done, said in a sentence with the way to undo it, until the next thing is done.

Knows nothing of what was done: it is given the writing, the sentence and the undoing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import inert
from dashboard.keeping import StoreAway
from dashboard.talk import deciding
from dashboard.talk.deciding import Step
from soundings.errors import BadInput

TOLD, ACTS = "told", "acts"
NOT_WRITTEN = "Not written down: the store does not answer. Nothing has changed. Try again in a moment."


@dataclass(frozen=True)
class _Told:
    about: Sequence[str]
    said: str
    undo: Callable[[], object] | None


def acts() -> int:
    """How many things this session did: part of the keys of what should close or empty itself after one."""
    return int(st.session_state.get(ACTS, 0))


def do(about: Sequence[str], write: Callable[[], object], said: str, undo: Callable[[], object] | None = None) -> None:
    """Write, then draw the page anew with the sentence. What is wrong is said where it was done.

    `about`: ids of what it was done to, so that the sentence stands beside nothing else.
    """
    try:
        write()
    except BadInput as error:
        st.error(inert.label(str(error), 300))
        return
    except StoreAway:
        st.error(NOT_WRITTEN)
        return
    st.session_state[TOLD] = _Told(about, said, undo)
    st.session_state[ACTS] = acts() + 1
    st.rerun()


def decide(about: Sequence[str], steps: Sequence[Step], said: str, undo: Sequence[Step] = ()) -> None:
    """The same for decisions about questions."""
    do(about, lambda: deciding.decide(steps), said, (lambda: deciding.decide(undo)) if undo else None)


def is_about(ids: Sequence[str]) -> bool:
    """Whether the last thing was done to one of these."""
    told: _Told | None = st.session_state.get(TOLD)
    return told is not None and bool(set(told.about) & set(ids))


def notice(ids: Sequence[str], now: str) -> None:
    """The sentence, where it is about one of these; `now`: what is true after it, such as how many still wait."""
    told: _Told | None = st.session_state.get(TOLD)
    if told is None or not is_about(ids):
        return
    with st.container(key="told", horizontal=True, vertical_alignment="center", gap="small"):
        st.success(f"**{inert.label(told.said, 300)}** {inert.label(now, 300)}")
        if told.undo and st.button("Undo", key=f"undo-{acts()}", icon=":material/undo:"):
            do(told.about, told.undo, "Undone.")
