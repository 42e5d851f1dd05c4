"""Reads the entries of an RSS or Atom feed. feedparser parses; nothing is fetched here.

Markup becomes plain text, pictures are left out. Knows nothing of schedules and of the bus.
"""

from __future__ import annotations

import hashlib
import io
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from html.parser import HTMLParser
from typing import Any

import feedparser

from listeners.feed_dates import said
from listeners.native import Native
from listeners.native import Unread as Unread
from soundings.messages import AuthorKind, Kind

ADDRESS = re.compile(r"\S+@\S+|[()<>]")
"""What stands beside a name, as in `anna@n.example (Anna Jones)`."""
BLOCKS = frozenset({"p", "br", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "blockquote"})
NUMBER = r"(?:[xX][0-9a-fA-F]+|[0-9]+)"
REFERENCES = re.compile(rf"&((?:amp;)?)#{NUMBER};?(?:&\1#{NUMBER};?)*")
"""Characters written as numbers, one after the other; with `&amp;` where HTML stands inside XML."""
INSTEAD = 0xFFFD
LONGEST_CODE = 7
"""Digits of the highest character there is (1114111)."""
OF_WORD = re.compile(r"<!\[(?:if|else|endif)\b[^<>]*>", re.IGNORECASE)
"""What Word leaves between its paragraphs."""
UNMARKED = re.compile(r"<!\[(?!CDATA\[)")
"""Looks like the begin of a marked section: a reader of XML ends there, and html.parser raises."""
CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
UNSEEN = frozenset({"script", "style", "template", "noscript"})


class NotAFeed(Exception):
    """The bytes are something else, such as the page of a cookie wall."""


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the shape is html.parser's
        self._hidden += tag in UNSEEN
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in UNSEEN))
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _unmarked(text: str) -> str:
    return UNMARKED.sub("&lt;![", OF_WORD.sub("", text)) if "<![" in text else text


def plain_text(markup: str) -> str:
    """The words of some HTML, one line a paragraph."""
    reader = _Plain()
    reader.feed(_unmarked(CDATA.sub(r"\1", markup)).replace("<![", "&lt;!["))
    reader.close()
    lines = (re.sub(r"\s+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line).replace("\0", "")


def parse(body: bytes, headers: Mapping[str, str]) -> list[dict[str, Any]]:
    """The entries, newest first as feeds have them. Raises NotAFeed; an empty feed is a feed."""
    stream = io.BytesIO(mended(body))  # bytes it would first try to open, as the name of a file of ours
    # Without its own readers of HTML: they raise at some texts and garble others, and `plain_text` does their work.
    parsed = feedparser.parse(stream, response_headers=dict(headers), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.entries and (parsed.bozo or not parsed.get("version")):
        raise NotAFeed("the answer is no feed but a page or something broken")
    return list(parsed.entries)


def mended(body: bytes) -> bytes:
    """The feed with every number of a character that is none replaced by U+FFFD: feedparser raises at one.

    Two halves of a character (surrogates), as some feeds write an emoji, become the character. What looks like the
    begin of a marked section, and is none, becomes words: it would end the feed.
    """
    encoding = (
        "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
    )  # latin-1: any byte, kept as it is
    if encoding == "utf-16":
        body = body[: len(body) // 2 * 2]
    return REFERENCES.sub(_sound, _unmarked(body.decode(encoding, "replace"))).encode(encoding, "replace")


def _sound(found: re.Match[str]) -> str:
    codes = [_code(number) for number in re.findall(rf"#({NUMBER})", found.group())]
    if not any(code == INSTEAD or 0xD800 <= code <= 0xDFFF for code in codes):
        return found.group()
    letters = "".join(map(chr, codes)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "".join(f"&{found.group(1)}#{ord(letter)};" for letter in letters)


def _code(number: str) -> int:
    digits, base = (number[1:], 16) if number[0] in "xX" else (number, 10)
    digits = digits.lstrip("0") or "0"
    code = int(digits, base) if len(digits) <= LONGEST_CODE else INSTEAD
    return code if code <= sys.maxunicode else INSTEAD


def natives(
    entries: list[dict[str, Any]],
    namespace: str,
    account: str,
    kind: Kind,
    author_kind: AuthorKind,
    local: bool,
    zone: tzinfo = UTC,
) -> Iterator[Native | Unread]:
    """What can be offered, oldest first. Entries without any words are left out: they say nothing.

    `namespace`: the address of the feed, which its ids are told apart by; `zone`: of dates that name none.
    """
    for entry in reversed(entries):
        try:
            if text := _text(entry):
                yield Native(
                    native_id=native_id(entry, namespace),
                    text=text,
                    account=account,
                    author_name=_author(entry) if kind is Kind.REPORT else "",
                    created_at=_date(entry, "published", zone) or _date(entry, "updated", zone),
                    kind=kind,
                    link=str(entry.get("link") or ""),
                    author_kind=author_kind,
                    point=_point(entry),
                    local=local,
                )
        except Exception as error:  # one entry never silences its feed: it is rejected alone
            yield Unread(native_id(entry, namespace), _words(entry), error)


def native_id(entry: dict[str, Any], namespace: str) -> str:
    """`id`, else link, else a hash. An id that is no address is only unique within its feed."""
    given = str(entry.get("id") or entry.get("link") or "").strip()
    if given:
        return given if re.match(r"[a-zA-Z][\w+.-]*:", given) else f"{namespace}#{given}"
    parts = (
        namespace,
        str(entry.get("title", "")),
        str(dict.get(entry, "published") or dict.get(entry, "updated") or ""),
    )
    return "sha256:" + hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _words(entry: dict[str, Any]) -> bytes:
    return f"{entry.get('title')}\n{entry.get('summary')}".encode("utf-8", "surrogatepass")


def _author(entry: dict[str, Any]) -> str:
    """Who reported it, so that the name can be masked where the text repeats it."""
    return ADDRESS.sub(" ", plain_text(str(entry.get("author") or ""))).strip()


def _text(entry: dict[str, Any]) -> str:
    title = plain_text(str(entry.get("title") or "")).replace("\n", " ")
    body = plain_text(str(entry.get("summary") or ""))
    if not body:
        body = plain_text(" ".join(str(part.get("value") or "") for part in entry.get("content") or []))
    if not title or body.startswith(title):
        return body
    return f"{title}\n\n{body}" if body else title


def _date(entry: dict[str, Any], name: str, zone: tzinfo) -> datetime | None:
    # feedparser's own `get` would pass one date off as the other
    return said(str(dict.get(entry, name) or ""), dict.get(entry, f"{name}_parsed"), zone)


def _point(entry: dict[str, Any]) -> tuple[float, float] | None:
    where = entry.get("where") or {}
    try:
        if where.get("type") == "Point":
            longitude, latitude = where["coordinates"][:2]
        else:
            latitude, longitude = entry["geo_lat"], entry["geo_long"]
        point = (float(latitude), float(longitude))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None
