"""Which SQL each user of the embedded engine may send. Refuses what it does not understand.

chDB has no users and `readonly = 1` is not enough: it lets INTO OUTFILE, several statements in one request,
KILL QUERY and SHOW PROCESSLIST through (tried on 26.5). So the text is read here first, by a lexer that is
narrower than ClickHouse's: no comments, no heredocs, nothing but ASCII outside of quotes. Knows nothing of HTTP
and of what is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

User = Literal["writer", "officer", "reader"]

SEALED = frozenset({"originals"})
"""Not even named by the reader: the officer reads it through `store.originals`, which audits."""
VOICE = "voice"
COUNTED = (
    ("uniqexact (", r"[,)]"),
    ("uniqexactif (", ","),
    ("siphash64 (", r", \{ \w+ : uint64 \} \)"),
    ("", r"(?:! )?= ''(?:$| [\w),])"),
)
"""What may stand before and after a voice when a reader asks: how many people there are is told, and never which texts
are of one. To count within one answer a voice may be hashed with a random number of the asking process."""
SYSTEM_TABLES = frozenset({"settings", "tables", "columns", "one", "databases"})
SWEEPERS_TABLES = frozenset({"parts"})
"""For the writer as well: which files hold what the nightly sweep has to rewrite."""
WRITES = frozenset({"INSERT", "CREATE", "ALTER", "DELETE", "DROP", "TRUNCATE", "OPTIMIZE", "RENAME"})
READS = frozenset({"SELECT", "WITH", "DESCRIBE", "DESC", "EXISTS", "SHOW"})
SHOWS = frozenset({"TABLES", "DATABASES", "CREATE"})
ENGINES = frozenset({"MergeTree", "ReplacingMergeTree"})
"""A table of another engine can make the whole database unopenable (Kafka: tried)."""
OFFICER_TABLES = frozenset({"decisions", "audit"})
FUNCTIONS = frozenset({
    "any", "anylast", "argmax", "argmin", "array", "arraydistinct", "arrayelement", "arrayfilter",
    "arrayjoin", "arraymap", "arraysort", "arrayzip", "avg", "coalesce", "concat", "count", "countif",
    "empty", "fromunixtimestamp64milli", "greatest", "grouparray", "groupuniqarray", "has", "hasalltokens",
    "hasanytokens", "if", "indexof", "intdiv", "least", "length", "lower", "max", "min", "multiif",
    "notempty", "now", "now64", "quantile", "reverse", "round", "rounddown", "siphash64", "startswith",
    "splitbychar", "substring", "sum", "sumif", "timezone", "todate", "todatetime", "todatetime64", "tohour", "toint64",
    "tostartofday", "tostartofhour", "tostartofinterval", "tostring", "totimezone", "touint32", "touint64",
    "touint8", "toyyyymm", "tounixtimestamp", "tounixtimestamp64milli", "transform", "tuple", "uniqexact",
    "uniqexactif", "version", "xor",
})  # fmt: skip
"""What a reader may call. A question that needs another adds it here."""
BEFORE_BRACKET = frozenset({
    "AND", "AS", "BY", "FROM", "HAVING", "IN", "JOIN", "LIMIT", "NOT", "ON", "OR", "OVER", "PREWHERE",
    "SELECT", "THEN", "USING", "WHEN", "WHERE", "WITH",
})  # fmt: skip
"""Words of SQL that may stand before a bracket without being a function."""

TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<string>'(?:[^'\\]|\\.|'')*+')
    |(?P<quoted>`[^`\\]*+`|"[^"\\]*+")
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<number>[0-9][A-Za-z0-9_.]*)
    |(?P<comment>--|/\*|//)
    |(?P<mark>[][(){}<>=!+*/%,.:;?@|^~-])""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)


REFUSED = "refused by store/gate.py"


class Refused(Exception):
    """This user may not send this. The message never repeats the statement."""

    def __str__(self) -> str:
        return f"{REFUSED}: {self.args[0]}"


@dataclass(frozen=True)
class Token:
    """One word, name, literal or mark of a statement; `text` without its quotes."""

    kind: str
    text: str

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words


NOTHING = Token("string", "''")


def tokens(statement: str) -> list[Token]:
    """A statement taken apart. Raises Refused for more than one statement and for what it cannot read."""
    found: list[Token] = []
    at = 0
    while at < len(statement):
        match = TOKEN.match(statement, at)
        if match is None or match.lastgroup == "comment":
            raise Refused(f"what stands at character {at} is not taken here (comments, heredocs and the like)")
        at = match.end()
        if match.lastgroup != "space":
            text = match.group()
            found.append(Token(match.lastgroup or "", text[1:-1] if match.lastgroup == "quoted" else text))
    while found and found[-1].text == ";":
        found.pop()
    if any(token.kind == "mark" and token.text == ";" for token in found):
        raise Refused("one statement at a time")
    return found


def check(user: User, statement: str) -> bool:
    """Whether the statement only reads. Raises Refused when the user may not send it."""
    parts = tokens(statement)
    if not parts or parts[0].kind != "word":
        raise Refused("an empty request, or not SQL")
    verb = parts[0].text.upper()
    if any(part.is_word("OUTFILE", "INFILE") for part in parts):
        raise Refused("files are not read or written")
    if any(before.text == ":" and part.text.lower() == "identifier" for before, part in pairwise(parts)):
        raise Refused("a parameter is a value: names of tables and columns stand in the statement, where they are read")
    if user == "officer" and verb == "INSERT":
        _check_officer_insert(parts)
    elif user == "writer" and verb in WRITES:
        _check_engines(parts)
    elif verb in READS:
        _check_reading(user, parts)
    else:
        raise Refused(f"{user} may not use {verb[:20]}")
    return verb in READS


def _check_engines(parts: list[Token]) -> None:
    for index, part in enumerate(parts):
        if part.is_word("ENGINE"):
            named = [token.text for token in parts[index + 1 : index + 3] if token.text != "="][:1]
            if not named or named[0] not in ENGINES:
                raise Refused(f"tables have one of the engines {', '.join(sorted(ENGINES))}")
        if part.is_word("DICTIONARY", "FUNCTION", "USER", "NAMED", "WORKLOAD"):
            raise Refused(f"there is no use here for {part.text.upper()}")


def _check_officer_insert(parts: list[Token]) -> None:
    """INSERT INTO [database.]decisions (columns) FORMAT Native: no other form, because those may hold expressions."""
    names = [part for part in parts[1:] if part.kind in ("word", "quoted")]
    if any(part.is_word("SELECT", "WITH", "SETTINGS") for part in parts):
        raise Refused("officer inserts rows, not the answer of a query")
    head = [part.text for part in parts[: parts.index(Token("mark", "("))]] if Token("mark", "(") in parts else []
    table = head[-1] if len(head) in (3, 5) and names and names[0].is_word("INTO") else ""
    if table not in OFFICER_TABLES:
        raise Refused("officer inserts into `decisions` and `audit` only")
    if [part.text for part in parts[-3:]] != [")", "FORMAT", "Native"] or parts.count(Token("mark", "(")) != 1:
        raise Refused("officer inserts rows as FORMAT Native: values in words may be expressions, which are evaluated")


def _check_reading(user: User, parts: list[Token]) -> None:
    if parts[0].is_word("SHOW") and not (len(parts) > 1 and parts[1].is_word(*SHOWS)):
        raise Refused("SHOW TABLES, SHOW DATABASES and SHOW CREATE only")
    for before, part in pairwise(parts):
        # `system.settings` is a table; the word alone begins a list of settings.
        if user != "writer" and before.text != "." and part.is_word("SETTINGS", "INSERT", "FUNCTION"):
            raise Refused("settings are the store's to make")
    if user == "reader":
        _check_of_people(parts)
    for index, part in enumerate(parts[:-1]):
        following = parts[index + 1].text if parts[index + 1].kind == "mark" else ""
        if following == "(":
            _check_call(part)
        if following == "." and part.text.lower() == "information_schema":
            raise Refused("ask system.tables and system.columns instead")
        if following == "." and part.text.lower() == "system":
            _check_system(user, parts[index + 2 : index + 3])


def _check_of_people(parts: list[Token]) -> None:
    """What would name a resident, or join the texts of one (invariant R4)."""
    for index, part in enumerate(parts):
        named = part.text.lower() if part.kind in ("word", "quoted") else ""
        if named in SEALED:
            raise Refused("the originals are sealed")
        if part == Token("mark", "*"):
            raise Refused("name the columns; count() counts rows")
        if named == VOICE and not _is_counted(parts, index):
            raise Refused(
                "voices are counted: uniqExact(voice), uniqExactIf(voice, ...), voice = '', voice != '', or told apart "
                "within one answer: sipHash64(voice, {salt:UInt64})"
            )


def _is_counted(parts: list[Token], index: int) -> bool:
    """Whether the voice that stands here goes no further than a count, or a hash that no other answer has."""
    before, after = _spelt(parts[max(0, index - 2) : index]), _spelt(parts[index + 1 : index + 9])
    return any(before.endswith(begin) and re.match(end, after) for begin, end in COUNTED)


def _spelt(parts: list[Token]) -> str:
    """Some tokens with a space between them, in lower case; in quotes, only whether there is anything."""
    return " ".join(
        f"<{part.kind}>" if part.kind in ("string", "quoted") and part != NOTHING else part.text.lower()
        for part in parts
    )


def _check_call(part: Token) -> None:
    if part.kind == "quoted" or (
        part.kind == "word" and part.text.upper() not in BEFORE_BRACKET and part.text.lower() not in FUNCTIONS
    ):
        raise Refused(f"{part.text[:40]}(...) is not on the list of functions in store/gate.py")


def _check_system(user: User, named: list[Token]) -> None:
    allowed = SYSTEM_TABLES | (SWEEPERS_TABLES if user == "writer" else frozenset())
    if not named or named[0].text.lower() not in allowed:
        raise Refused(f"of the system tables only {', '.join(sorted(allowed))}")
