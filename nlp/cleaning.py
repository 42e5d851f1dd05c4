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
_TONE = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f\u200d\u2640\u2642]")
"""Skin tones, and what makes a figure a man or a woman: whose hand it is changes nothing."""
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")


def clean(text: str) -> str:
    """What the model reads: `@user` for a handle, `http` for a link, nothing for a mask or a skin tone, `# Bin Day` for
    `#BinDay`, `soo` for `sooooo`."""
    text = _LINK.sub("http", _TONE.sub("", text).translate(_STRAIGHT))
    text = _MASK.sub(" ", _HANDLE.sub("@user", text))
    text = _TAG.sub(lambda tag: "# " + _JOINT.sub(" ", tag.group(1)), text)
    return _SPACE.sub(" ", _DRAWN_OUT.sub(r"\1\1", text)).strip()
