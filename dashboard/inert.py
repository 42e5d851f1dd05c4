"""The one way that a resident's words reach a page, and the one way that a name becomes part of a label.

Markdown would render links and load images from other hosts, which tells those hosts who reads this page
(measured: docs/gotchas.md). Knows nothing of posts: it is given a text.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

import streamlit as st

SHOWN = 700
"""Characters of a post that a card shows before it is cut."""
MARKS = 3
"""Combining marks in a row that a letter may carry; more is a flood that paints over its neighbours."""

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_LINK = re.compile(r"(?=://|@)|(?<=www)(?=\.)", re.IGNORECASE)
"""Where an address would become a link although its signs are escaped (measured): a joiner of no width goes there."""
_IN_ADDRESS = "%:/?#@!$&*+,;=-._~"
"""Signs of an address that end no Markdown link; every other is written as its code."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:=&^@\"'/])")


def calm(text: str) -> str:
    """The text without what could reorder, hide or paint over its surroundings: controls, overrides, floods."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n"))
    text = re.sub(r"[\U000e0000-\U000e007f\ud800-\udfff]", "", text)
    return re.sub(r"\n{3,}", "\n\n", _without_floods(text)).strip()


def _without_floods(text: str) -> str:
    kept, run = [], 0
    for letter in text:
        run = run + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if run <= MARKS:
            kept.append(letter)
    return "".join(kept)


def shorten(text: str, length: int = SHOWN) -> tuple[str, bool]:
    """The beginning of a text, ending at a word, and whether anything was cut."""
    if len(text) <= length:
        return text, False
    start = text[:length]
    head, space, _ = start.rpartition(" ")
    return (head if space and len(head) > length // 2 else start).rstrip() + " …", True


def resident_text(text: str) -> None:
    """Draw what a resident wrote, exactly as typed: no link, no picture, no formula. The only such place."""
    whole = calm(text)
    start, cut = shorten(whole)
    st.text(start)
    if cut:
        with st.expander("Read the whole post"):
            st.text(whole)


def label(name: str, length: int = 120) -> str:
    """A name from the council file or a source as part of Markdown: every special sign is escaped."""
    one_line = " ".join(calm(name).split())
    return _SPECIAL.sub(r"\\\1", _LINK.sub("\u2060", shorten(one_line, length)[0]))


def typed(text: str) -> None:
    """Draw what somebody at the council wrote, exactly as typed and whole."""
    st.text(calm(text))


def copyable(text: str, address: str = "") -> None:
    """Draw a text, and an address below it, as typed and with a button that copies both."""
    st.code("\n".join(filter(None, [calm(text), address])), language=None, wrap_lines=True)


def option(text: str, length: int = 90) -> str:
    """What a resident wrote as a choice of a select box, which renders nothing (measured): one line, cut."""
    return shorten(" ".join(calm(text).split()), length)[0]


def link(address: str) -> str:
    """A web address that an officer gave as a Markdown link that shows where it leads; empty for anything else."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    shown = label(f"{parts.hostname}{parts.path.rstrip('/')}", 60)
    return f"[{shown}]({quote(address, safe=_IN_ADDRESS)})"
