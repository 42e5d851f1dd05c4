"""What X is asked for, as rules made from the council file: its area's names, and the accounts of the council. Pure.

A rule is at most as long as a search may be, so that the same words listen and fill gaps. Nobody is followed but the
council's own accounts and its councillors, whose posts are kept whatever they are about; press and organisations are
heard where they name the area. Knows nothing of X's network.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from listeners.accounts import Account, Accounts
from listeners.area import AreaFinder, words
from listeners.posting import BY_OURS
from soundings.area import Kind
from soundings.council import CouncilFile
from soundings.errors import BadInput
from soundings.messages import AuthorKind

SOURCE = "x"
LONGEST = 512
"""Characters of a search (docs.x.com, rate limits); the stream's own rules may have 1,024."""
MOST = 1000
"""Rules of one app."""
MOST_LEFT_OUT = 200
"""Characters of a rule that may say what is not meant: the rest of it is told apart when it comes."""
NO_REPOSTS = "-is:retweet"
HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
OURS = "soundings: "
"""How the tags of our rules begin."""


@dataclass(frozen=True)
class Rule:
    """One rule of the stream, and what it is for."""

    value: str
    tag: str


def rules(council_file: CouncilFile, places: Collection[Kind] = ()) -> tuple[Rule, ...]:
    """The rules of a council file. `places`: kinds of places asked for by name. Raises BadInput: none, or too many."""
    accounts = list(listed(council_file))
    spoken_to = [f"@{account.handle}" for account in accounts if account.kind is AuthorKind.COUNCIL]
    by_ours = [f"from:{account.handle}" for account in accounts if account.kind in BY_OURS]
    found = (
        *_packed("area", _area(council_file, places), _not_meant(council_file)),
        *_packed("spoken to", spoken_to),
        *_packed("own accounts", by_ours),
    )
    if not found:
        raise BadInput("X can only be asked for names: put the names of your area under [area] in the council file.")
    if len(found) > MOST:
        raise BadInput(f"That makes {len(found):,} rules, and X takes {MOST:,}: name fewer `places` in [sources.x].")
    return found


def listing(made: Iterable[Rule]) -> str:
    """The rules for people: what X would be asked for, without asking it."""
    return "\n".join(f"{rule.tag} ({len(rule.value)} characters)\n    {rule.value}" for rule in made)


def listed(council_file: CouncilFile) -> Iterator[Account]:
    """The accounts of the council file that can be accounts of X."""
    return (one for one in Accounts.of(council_file, SOURCE) if HANDLE.fullmatch(one.handle))


def difference(wanted: Iterable[Rule], there: Iterable[Any]) -> tuple[list[Rule], list[str]]:
    """Which rules are to be added, and the ids of those to be removed, of what X says it has (`there`).

    An app has no rules but ours: each post that another one brought would be paid for.
    """
    missing: dict[tuple[Any, Any], Rule] = {(rule.value, rule.tag): rule for rule in wanted}
    gone: list[str] = []
    for one in there:
        if not isinstance(one, Mapping) or not isinstance(one.get("id"), str):
            continue
        if missing.pop((one.get("value"), one.get("tag")), None) is None:
            gone.append(one["id"])
    return list(missing.values()), gone


def _area(council_file: CouncilFile, kinds: Collection[Kind]) -> Iterator[str]:
    area = council_file.area
    for name in area.names:
        yield from _terms(name)
    finder = AreaFinder(area)
    for place in area.places:
        if place.kind in kinds:
            for name in filter(None, (place.name, place.welsh, *place.also)):
                if finder.find(name):  # else it is everywhere, such as "Station Road": X would send the world's
                    yield from _terms(name)


def _terms(name: str) -> Iterator[str]:
    """A name as a phrase and as a hashtag; with and without its accents, which X's stream tells apart."""
    for spelling in dict.fromkeys((name, _without_accents(name))):
        if words(phrase := _phrase(spelling)):
            yield f'"{phrase}"'
        tag = "".join(words(spelling)).replace("#", "")
        if tag.isalnum() and not tag.isdigit():
            yield f"#{tag}"


def _phrase(name: str) -> str:
    """A name as it may stand between quotes."""
    return " ".join("".join(letter if letter.isprintable() and letter not in '"\\' else " " for letter in name).split())


def _without_accents(name: str) -> str:
    apart = unicodedata.normalize("NFD", name)
    return unicodedata.normalize("NFC", "".join(letter for letter in apart if not unicodedata.combining(letter)))


def _not_meant(council_file: CouncilFile) -> str:
    """What tells the same name elsewhere, as far as it fits."""
    found = ""
    for name in council_file.area.not_here:
        phrase = _phrase(name)
        if words(phrase) and len(found) + len(phrase) + 4 <= MOST_LEFT_OUT:
            found += f' -"{phrase}"'
    return found


def _packed(about: str, terms: Iterable[str], also: str = "") -> Iterator[Rule]:
    """As few rules as hold all terms."""
    end = f") {NO_REPOSTS}{also}"
    groups: list[str] = []
    for term in {term.casefold(): term for term in terms}.values():
        longer = f"{groups[-1]} OR {term}" if groups else f"({term}"
        if groups and len(longer) + len(end) <= LONGEST:
            groups[-1] = longer
        else:
            groups.append(f"({term}")
    for number, group in enumerate(groups, 1):
        yield Rule(group + end, f"{OURS}{about} {number}")
