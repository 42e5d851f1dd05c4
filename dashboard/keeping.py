"""How pages ask the store and keep what it answered: one connection a user, answers for a moment, never past a removal.

Answers are kept by role: most for less than two seconds, so that several open pages ask once; the heavy ones for half
a minute, and only while no post is newer. Whatever the store erases empties all of it at once (invariant R2). Knows
nothing of what is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from soundings import settings as settings_module
from soundings.errors import NothingRunning, OursFailed, PostFailed
from soundings.settings import Settings
from store import clickhouse, questions
from store.clickhouse import Client
from store.gate import User

Answer = TypeVar("Answer")
Asked = ParamSpec("Asked")
KEPT = 1.5
"""Seconds that an answer is kept."""
KEPT_LONGER = 30
"""Seconds that an answer is kept which takes the store a second or more."""
PATIENCE = 10
"""Seconds until a store that does not answer counts as away."""


class StoreAway(Exception):
    """The store does not answer: show that, and try again."""


def settings() -> Settings:
    """The settings of this process."""
    return settings_module.load()


@st.cache_resource(show_spinner=False)
def _client(role: str, user: User) -> Client:  # noqa: ARG001  (the key: one connection for each role)
    return clickhouse.connect(settings(), user, answer_seconds=PATIENCE)


def ask(role: str, question: Callable[[Client], Answer], user: User = "reader") -> Answer:
    """Ask with the kept connection. Raises StoreAway, and forgets the connection: the store may come back elsewhere."""
    try:
        return question(_client(role, user))
    except (OursFailed, NothingRunning, PostFailed) as error:
        _client.clear()
        raise StoreAway from error


def kept(question: Callable[Concatenate[str, Asked], Answer]) -> Callable[Concatenate[str, Asked], Answer]:
    """Keeps a question's answers for a moment, by role, by what was asked and by what the store has erased so far."""

    @wraps(question)
    def answer(role: str, /, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
        found: Answer = _kept(_name(question), role, erasures(role), asked, named, question)
        return found

    return answer


def kept_longer(
    question: Callable[Concatenate[str, Asked], Answer],
) -> Callable[Concatenate[str, datetime | None, Asked], Answer]:
    """The same for a heavy question, which is also kept by the instant at which the newest post was collected."""

    @wraps(question)
    def answer(role: str, newest: datetime | None, /, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
        found: Answer = _kept_longer(_name(question), role, erasures(role), newest, asked, named, question)
        return found

    return answer


def _name(question: Callable[..., Any]) -> str:
    return f"{question.__module__}.{question.__name__}"


@st.cache_data(ttl=KEPT, show_spinner=False)
def _kept(  # each value is a key, but for the last: Streamlit leaves out what begins with a line
    name: str,  # noqa: ARG001
    role: str,
    erased: str,  # noqa: ARG001
    asked: tuple[Any, ...],
    named: dict[str, Any],
    _question: Callable[..., Any],
) -> Any:
    return _question(role, *asked, **named)


@st.cache_data(ttl=KEPT_LONGER, show_spinner="Putting together what was said …")
def _kept_longer(
    name: str,  # noqa: ARG001
    role: str,
    erased: str,  # noqa: ARG001
    newest: datetime | None,  # noqa: ARG001
    asked: tuple[Any, ...],
    named: dict[str, Any],
    _question: Callable[..., Any],
) -> Any:
    return _question(role, *asked, **named)


def erasures(role: str) -> str:
    """What the store has erased so far; empties all that is kept when that has changed. Asked anew each time."""
    erased, before = ask(role, lambda client: questions.erasures(client)), _last_erasures()
    if before != [erased]:
        forget()
        before[:] = [erased]
    return erased


@st.cache_resource(show_spinner=False)
def _last_erasures() -> list[str]:
    return []


def forget() -> None:
    """Ask anew next time: someone wants to see what is there now, or has just written something down."""
    _kept.clear()
    _kept_longer.clear()
