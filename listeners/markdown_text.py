"""The words of a Markdown text as people see them. Reddit's dialect; simple on purpose.

What says something stays: quoted lines keep their `>`, the words of a link stay and its address goes. Pure.
"""

from __future__ import annotations

import html
import re

ADDRESS = re.compile(r"!?\[([^\[\]\n]*)\]\(([^()\s]*)(?:\s+\"[^\"\n]*\")?\)")
"""`[words](address "title")`, and pictures with a `!` before them."""
SPOILER = re.compile(r">!(?=\S)|(?<=\S)!<")
CODE = re.compile(r"(?<!`)(`{1,3})(?!`)([^`\n]+)\1(?!`)")
STRONG = re.compile(r"(?<!\\)(\*\*|__|~~)(?=\S)([^*_~\n]+)(?<=\S)\1")
WEAK = re.compile(r"(?<![\w\\*])(\*|_)(?=[^\s*_])([^*_\n]+)(?<=[^\s\\])\1(?![\w*])")
RAISED = re.compile(r"(?<![\w\\])\^\(([^()\n]*)\)|(?<=\S)\^(?=\w)|(?<!\S)\^(?=\w)")
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>~|^&-])")
HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]*")
RULE = re.compile(r"^ {0,3}(?:(?:[*_-][ \t]*){3,}|`{3,}[\w-]*|~{3,})$")
"""A line across the page, or the fence of some code."""
UNDER_HEAD = frozenset("|:- \t")
"""What the line under the head of a table is made of."""
BULLET = re.compile(r"^([ \t]*)[*+][ \t]+")
NOTHING = "\u200b"
"""Reddit's editor writes `&#x200B;` for an empty line."""


def plain_words(markdown: str) -> str:
    """The text without its markup."""
    lines = (_line(line) for line in markdown.replace("\r\n", "\n").split("\n"))
    text = html.unescape("\n".join(line for line in lines if line is not None)).replace(NOTHING, "")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def _line(line: str) -> str | None:
    if RULE.match(line) or ({"|", "-"} <= set(line) <= UNDER_HEAD):
        return None
    line = BULLET.sub(r"\1- ", HEADING.sub("", line))
    line = ADDRESS.sub(_words_of, line)
    if ">!" in line and "!<" in line:
        line = SPOILER.sub("", line)
    line = CODE.sub(r"\2", line)
    for _ in range(2):  # **strong and *weak* in one**
        line = WEAK.sub(r"\2", STRONG.sub(r"\2", line))
    return ESCAPED.sub(r"\1", RAISED.sub(lambda found: found.group(1) or "", line))


def _words_of(found: re.Match[str]) -> str:
    words, address = found.group(1).strip(), found.group(2)
    if found.group().startswith("!"):  # a picture: `![gif](giphy|...)`, `![img](id "what it shows")`
        return "" if words in ("gif", "img", "image") else words
    return words or address
