"""A text as the model reads it: what says nothing about its meaning looks alike, and run-together words come apart.

The same at training and in service: a model that learned `@user` and meets a mask would stumble. Pure.
"""

from __future__ import annotations

import re

_LINK = re.compile(r"(?:https?://|www\.)\S+|\bhttps?\b(?!:)", re.IGNORECASE)
_HANDLE = re.compile(r"@(?:\[…\]|[\w.]*\w)")
_MASK = re.compile(r"\[…\]")
_TAG = re.compile(r"#(\w+)")
_JOINT = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[A-Z][a-z])|_")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")


def clean(text: str) -> str:
    """Handles as `@user`, links as `http`, masks as nothing, `#BinDay` as `# Bin Day`, `sooooo` as `soo`."""
    text = _LINK.sub("http", text.translate(_STRAIGHT))
    text = _MASK.sub(" ", _HANDLE.sub("@user", text))
    text = _TAG.sub(lambda tag: "# " + _JOINT.sub(" ", tag.group(1)), text)
    return _SPACE.sub(" ", _DRAWN_OUT.sub(r"\1\1", text)).strip()
