"""Masks in a text what could point at a person: handles, addresses, numbers, names.

One visible style: `[…]` stands where something was, `@[…]` for a handle, `LL12 3[…]` for a postcode (its sector
stays), `https://host/[…]` for a link that holds a handle. The council's own listed accounts stay. It looks at a text
as people see it: full-width letters, odd spaces and dashes and the digits of other scripts count as plain ones,
characters that show nothing are passed over. Applied until nothing changes, so masking a masked text does nothing.
Knows nothing of sources.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from listeners import houses, marks, names
from listeners.accounts import Accounts
from listeners.marks import MARK
from soundings.council import Area

ROUNDS = 8
URL = re.compile(r"(?:https?://|www\.)[^\s<>\"“”]+|(?<![\w@.])(?:[\w-]+\.)+[a-z]{2,10}/[^\s<>\"“”]+", re.IGNORECASE)
URL_END = ".,;:!?)]}'’"
PEOPLE = re.compile(
    r"(?:^|\.)(?:x\.com|twitter\.com|facebook\.com|fb\.com|instagram\.com|threads\.(?:net|com)|tiktok\.com|linkedin\.com|"
    r"nextdoor\.co(?:m|\.uk)|t\.me|wa\.me|snapchat\.com|bsky\.app|bsky\.social|reddit\.com)$"
)
"""Hosts whose paths name accounts."""
PERSON_PATH = re.compile(
    r"@|%40|\bdid(?::|%3a)\w+(?::|%3a)|(?:^|/)(?:u|user|users|profile|profiles|people|member|members|author|authors|in)/[^/]",
    re.I,
)
_NOT_NAMED = "u user users profile profiles people member members author authors in company pages r s"
NOT_NAMED = frozenset(_NOT_NAMED.split())
"""Parts of a path that stand before the account that it names."""
EMAIL = re.compile(
    r"[^\s@<>()\[\],;:\"“”]+@[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+"
    r"|[\w.+-]+\s?[\[(]\s?at\s?[\])]\s?[\w-]+(?:(?:\.|\s?[\[(]\s?dot\s?[\])]\s?)[\w-]+)+"
    r"|(?<![\w.+-])[^\W\d][\w.+-]* ?@ [\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b",
    re.IGNORECASE,
)
SPOKEN_EMAIL = re.compile(
    r"(?<![\w.+-])(?:[\w.+-]{1,64} (?:dot|underscore|dash|hyphen) ){0,4}[\w.+-]{1,64} at "
    r"(?:[\w-]{1,64}(?: dot [\w-]{1,64}){1,4}"
    r"|(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|aol|btinternet|live|sky|virginmedia|talktalk)\.(?:com|co\.uk|net)\b)",
    re.IGNORECASE,
)
"""An address for people and not for programs: "anna at example dot com"."""
HANDLE = re.compile(r"(?<![\w@])@(\w(?:[\w.-]*\w)?(?:@\w(?:[\w.-]*\w)?)?)")
ISOLATED = re.compile("@[\u2066-\u2068]([^\u2066-\u2069\\n]{1,120})\u2069?")
"""WhatsApp writes a mention so, with the whole name between two characters that show nothing."""
APART = re.compile(r"(?<![\w@])@ (\w*[^\W_]_\w+)")
"""A handle after a space: only with an underscore, for "@ the church" is a place."""
TOLD = re.compile(
    r"(\b(?:insta|instagram|ig|snap|snapchat|twitter|tiktok|bluesky|telegram|discord)(?: handle)?(?: is| as|:) )"
    r"((?=[\w.]*[\d_]|\w+\.\w)[^\W_][\w.]*\w)",
    re.IGNORECASE,
)
"""A handle after the name of its platform: only one that no word looks like."""
DID = re.compile(r"(?<!\w)did:[a-z0-9]+:[\w.:%-]*\w", re.IGNORECASE)
"""An account of the AT protocol (https://atproto.com/specs/did)."""
AT_LINK = re.compile(
    r"(?<!\w)(at://)([^\s<>\"“”/]*[^\s<>\"“”/.,;:!?)}'’])(?:/[^\s<>\"“”]*[^\s<>\"“”.,;:!?)}'’])?", re.IGNORECASE
)


class _Plain(dict[int, int]):
    """Letter by letter, what a character looks like: spaces and digits are asked for when they are first met."""

    def __missing__(self, code: int) -> int:
        letter = chr(code)
        if unicodedata.category(letter) == "Zs":
            self[code] = ord(" ")
        else:
            self[code] = ord(str(unicodedata.decimal(letter))) if letter.isdecimal() else code
        return self[code]


PLAIN = _Plain({0xFEE0 + plain: plain for plain in range(0x21, 0x7F)} | {0xFE6B: ord("@")})
PLAIN.update(dict.fromkeys([*range(0x2010, 0x2016), 0x2212], ord("-")))
"""Full-width forms, the small @, every space, dash and digit as the plain character that they look like."""
_NOTHING = "\u00ad\u200b\u2060\ufeff"
_NOTHING_IN_LATIN = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f"
UNSEEN = re.compile(rf"(?<=@)[{_NOTHING_IN_LATIN}]+|(?<=\w)[{_NOTHING}]+(?=[\w@])"
                    rf"|(?<=[!-~])[{_NOTHING_IN_LATIN}]+(?=[!-~])")  # fmt: skip
"""What shows nothing between two letters. Some of it has a meaning in other scripts and in emoji: there it stays."""
REDDIT = re.compile(r"(?<![\w/.])(/?u/)([\w-]{2,})")
SIGNS = re.compile(
    r"[@\d]|u/|did:|://|www\.|\w\.\w+/|\b(?:m[rsx]s?|miss|dr|rev|revd|reverend|prof|professor|at|oh|zero|nought|"
    r"m[ya]|oor|our|his|her|their|called|named?)\b|"
    r"\b(?:insta|snap|twitter|tiktok|bluesky|telegram|discord|ig)",
    re.IGNORECASE,
)
"""A text with none of these holds nothing that a pattern below would find: most texts end here."""
DIGIT = re.compile(r"\d")
NO_BOT = re.compile(r"#(?:nobots?|noindex)\b", re.IGNORECASE)


def asks_not_to_be_read(text: str) -> bool:
    """Whether a text or profile carries the mark of someone who does not want to be indexed."""
    return bool(NO_BOT.search(text))


def seen(text: str) -> str:
    """The text as people see it: plain letters, spaces, dashes and digits, and nothing where nothing shows."""
    return text if text.isascii() else UNSEEN.sub("", text.translate(PLAIN))


class Minimiser:
    """Masks texts of one source, letting the council's listed accounts through."""

    def __init__(self, accounts: Accounts, area: Area | None = None) -> None:
        self._accounts = accounts
        streets = [name for place in (area or Area()).places if place.kind == "street"
                   for name in (place.name, place.welsh, *place.also) if name]  # fmt: skip
        self._houses = houses.houses_of(streets)

    def mask(self, text: str, author: tuple[str, ...] = ()) -> str:
        """The text without what could point at a person. `author`: handle and name of its writer."""
        signature = _signature(author)
        for _ in range(ROUNDS):
            view = seen(text)
            if not (signature or SIGNS.search(view) or houses.NAMED.search(view)):
                break
            masked = self._once(view, signature)
            if masked == view:
                break
            text = masked
        return text

    def mentioned(self, text: str) -> list[str]:
        """Every handle that a text spells out, in order."""
        text = seen(text)
        if "@" not in text:
            return []
        return [found.group(1) for found in HANDLE.finditer(URL.sub(" ", text))]

    def _once(self, text: str, signature: re.Pattern[str] | None) -> str:
        text = AT_LINK.sub(self._at_link, text)
        parts, at = [], 0
        for found in URL.finditer(text):
            parts += [self._words(text[at : found.start()], signature), self._link(found.group(), signature)]
            at = found.end()
        return "".join([*parts, self._words(text[at:], signature)])

    def _words(self, text: str, signature: re.Pattern[str] | None) -> str:
        text = DID.sub(self._did, text)
        if "@" in text:
            text = APART.sub(self._apart, HANDLE.sub(self._handle, ISOLATED.sub(self._handle, text)))
            text = EMAIL.sub(MARK, text)
        elif "at" in text.casefold():
            text = EMAIL.sub(MARK, text)
        text = TOLD.sub(self._told, SPOKEN_EMAIL.sub(MARK, text))
        text = marks.phones(REDDIT.sub(self._told, text))
        if DIGIT.search(text):
            text = marks.plates(marks.postcodes(text))
            text = self._houses.sub(houses.masked_house, text) if self._houses else text
        text = names.names(houses.houses(text))
        return signature.sub(MARK, text) if signature else text

    def _handle(self, found: re.Match[str]) -> str:
        return found.group() if self._accounts.find(found.group(1)) else f"@{MARK}"

    def _apart(self, found: re.Match[str]) -> str:
        return found.group() if self._accounts.find(found.group(1)) else f"@ {MARK}"

    def _told(self, found: re.Match[str]) -> str:
        return found.group() if self._accounts.find(found.group(2)) else marks.masked_after(found)

    def _did(self, found: re.Match[str]) -> str:
        return found.group() if self._accounts.find(found.group()) else MARK

    def _at_link(self, found: re.Match[str]) -> str:
        return found.group() if self._accounts.find(found.group(2)) else found.group(1) + MARK

    def _link(self, text: str, signature: re.Pattern[str] | None) -> str:
        link = text.rstrip(URL_END) or text
        try:
            parts = urlsplit(link if "://" in link else f"https://{link}")
        except ValueError:  # no address, such as `https://[x`: what it holds cannot be told
            return MARK
        host, rest = parts.netloc.rpartition("@")[2], f"{parts.path}?{parts.query}#{parts.fragment}"
        names_one = "@" in parts.netloc or PERSON_PATH.search(rest) or (signature and signature.search(link))
        if not names_one and not (PEOPLE.search(host.casefold()) and parts.path.strip("/")):
            return text
        scheme = link[: link.index("://") + 3] if "://" in link else ""
        masked = f"{scheme}{host}/{MARK}"
        if self._is_ours(parts.path) or text.rstrip(URL_END) == masked.rstrip(URL_END):
            return text
        return masked + text[len(link) :]

    def _is_ours(self, path: str) -> bool:
        """Whether the account that a path names is listed: the first part that is no word of the platform's own."""
        named = [part for part in path.split("/") if part and part.casefold() not in NOT_NAMED]
        return bool(named) and self._accounts.find(named[0]) is not None


def _signature(author: tuple[str, ...]) -> re.Pattern[str] | None:
    """What a text may repeat of its own writer. A name that is an ordinary word would mask too much: it stays."""
    names = [seen(name).strip().lstrip("@") for name in author]
    spelt = [re.escape(name) for name in names if _is_telling(name)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelt)})(?!\w)", re.IGNORECASE) if spelt else None


def _is_telling(name: str) -> bool:
    return len(name) >= 4 and (not name.isalpha() or len(name) >= 10 or not (name.islower() or name.istitle()))
