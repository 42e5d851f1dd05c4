"""Native to Post: ids, instants, versions, who speaks and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listeners.checks import EARLIEST
from listeners.ledger import Held
from listeners.native import Native
from listeners.posting import EDIT_TIMES, Made, Poster, Rules, content_of, is_older
from soundings.errors import PostFailed
from soundings.keys import Keys
from soundings.messages import AreaMatch, AuthorKind, Kind, Post
from tests.listeners.kit import COUNCIL, NOON, native

SECONDS = int((NOON - EARLIEST).total_seconds())
CHOSEN = Rules(chosen=AreaMatch(reason="imported by an officer", purpose="listening"))


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.open(tmp_path / "keys.json")


def make(keys: Keys, item: Native, rules: Rules | None = None, held: Held | None = None, now: datetime = NOON) -> Post:
    made = Poster("demo", keys, COUNCIL, rules or Rules(local=True)).make(item, held, now)
    assert made is not None
    return made.post


def held_of(item: Native, **changes: Any) -> Held:
    row = Held(
        native_id=item.native_id,
        post_id="demo:" + "0" * 32,
        version=1,
        content=content_of(item),
        happened_at=NOON,
        collected_at=NOON,
        last_checked=NOON,
        stream="s",
    )
    return replace(row, **changes)


def test_who_reports_through_another_is_masked_too(keys: Keys) -> None:
    """A feed of reports is the newspaper's or the council's; its reports are residents'."""
    item = native(text="Pothole, says Anna Jones", account="", author_name="Anna Jones", author_kind=AuthorKind.PRESS)
    assert make(keys, replace(item, kind=Kind.REPORT)).text == "Pothole, says […]"
    assert make(keys, replace(item, kind=Kind.ARTICLE)).text == "Pothole, says Anna Jones"


def test_a_repeat_is_kept_no_longer_than_its_text(keys: Keys) -> None:
    """What never reached a bus, or was taken back from it and may return, is collected now: an order that hid it up to
    some instant must not reach it."""
    later, item = NOON + timedelta(days=300), native()
    assert make(keys, item, held=held_of(item), now=later).collected_at == NOON
    assert make(keys, item, held=held_of(item, stream=""), now=later).collected_at == later
    assert make(keys, native(text="An edit"), held=held_of(item), now=later).collected_at == later


def test_nothing_but_the_original_names_the_writer(keys: Keys) -> None:
    item = native(
        "at://did:plc:anna/post/1",
        link="https://bsky.app/profile/anna",
        author_name="Anna Jones",
        reply_to="at://did:plc:bob/post/2",
        thread="at://did:plc:bob/post/2",
        quotes=("at://did:plc:bob/3",),
        text="I am Anna Jones, anna_of_weir",
    )
    post = make(keys, item)
    bare = post.model_copy(update={"original": None}).model_dump_json()
    for word in ("anna", "Anna", "did:plc", "bsky"):
        assert word not in bare
    assert post.original.native_id == item.native_id and post.original.link == item.link
    assert post.reply_to == post.thread == keys.post_id("demo", "at://did:plc:bob/post/2")


def test_the_voice_is_that_of_the_quarter_of_the_instant(keys: Keys) -> None:
    spring = datetime(2026, 3, 2, tzinfo=UTC)
    old = make(keys, native(created_at=spring), CHOSEN)
    assert old.voice == keys.voice("demo", "anna_of_weir", spring, NOON)
    assert old.voice != make(keys, native(), CHOSEN).voice
    assert make(keys, native(account="@Anna_of_Weir"), CHOSEN).voice == make(keys, native(), CHOSEN).voice


@pytest.mark.parametrize(
    ("created", "event", "happened"),
    [
        (NOON - timedelta(hours=3), None, NOON - timedelta(hours=3)),
        (NOON + timedelta(minutes=9), None, NOON + timedelta(minutes=9)),
        (NOON + timedelta(minutes=11), None, NOON),
        (datetime(2030, 1, 1, tzinfo=UTC), None, NOON),
        (datetime(2019, 1, 1, tzinfo=UTC), None, NOON),
        (None, None, NOON),
        (datetime(2019, 1, 1, tzinfo=UTC), NOON - timedelta(minutes=1), NOON - timedelta(minutes=1)),
    ],
)
def test_the_instant_we_trust(keys: Keys, created: datetime | None, event: datetime | None, happened: datetime) -> None:
    assert make(keys, native(created_at=created, event_at=event)).happened_at == happened


def test_the_instant_is_decided_once(keys: Keys) -> None:
    item = native(created_at=NOON - timedelta(days=2))
    held = held_of(item, happened_at=NOON - timedelta(days=40))
    post = make(keys, item, held=held)
    assert post.happened_at == held.happened_at
    assert post.voice == keys.voice("demo", "anna_of_weir", held.happened_at, NOON)


def test_an_imported_date_is_trusted_however_old(keys: Keys) -> None:
    assert make(keys, native(created_at=datetime(2011, 1, 1, tzinfo=UTC)), CHOSEN).happened_at.year == 2011


@pytest.mark.parametrize(("year", "word"), [(2299, "future"), (1999, "before the year 2000")])
@pytest.mark.parametrize("name", ["created_at", "edited_at"])
def test_an_imported_date_that_cannot_be_meant(keys: Keys, name: str, year: int, word: str) -> None:
    with pytest.raises(PostFailed, match=f"{word}.*{year}"):
        make(keys, native("1", "x", **dict[str, Any]({name: datetime(year, 6, 1, tzinfo=UTC)})), CHOSEN)


def test_an_edit_that_names_nobody_keeps_its_voice(keys: Keys) -> None:
    held = held_of(native(), account="a" * 32, voice="b" * 32)
    made = Poster("demo", keys, COUNCIL, Rules(local=True)).make(native(text="other", account=""), held, NOON)
    assert made is not None and (made.account, made.post.voice) == (held.account, held.voice)


@pytest.mark.parametrize("kind", [AuthorKind.PRESS, AuthorKind.ORGANISATION, AuthorKind.COUNCIL])
def test_only_a_resident_is_masked_in_what_they_wrote(keys: Keys, kind: AuthorKind) -> None:
    """A feed's own name stands in its own articles."""
    item = native(text="Penmarrow Gazette has learnt more", account="Penmarrow Gazette", author_kind=kind)
    assert make(keys, item).text == item.text
    for private in (AuthorKind.RESIDENT, AuthorKind.UNKNOWN):
        assert make(keys, replace(item, author_kind=private)).text == "[…] has learnt more"


def test_versions_only_grow(keys: Keys) -> None:
    item = native()
    edit = NOON - timedelta(minutes=1)
    assert make(keys, item).version == SECONDS < EDIT_TIMES
    assert make(keys, native(text="other"), held=held_of(item, version=SECONDS)).version == SECONDS + 1
    assert make(keys, native(text="other"), held=held_of(item, version=SECONDS + 90)).version == SECONDS + 91
    assert make(keys, native(text="other", edited_at=edit), held=held_of(item)).version == edit.timestamp() * 1000
    late = held_of(item, version=int(NOON.timestamp() * 1000))
    assert make(keys, native(text="other", edited_at=edit), held=late).version == late.version + 1
    assert make(keys, item, held=held_of(item, version=4)).version == 4


def test_an_edit_that_a_crash_kept_from_the_ledger_is_outranked_by_the_next(keys: Keys) -> None:
    """The bus took the first edit and the process died before its ledger did: it comes to the second edit unknowing."""
    held = held_of(native(), version=SECONDS - 3600)
    lost = make(keys, native(text="first edit"), held=held)
    following = make(keys, native(text="second edit"), held=held, now=NOON + timedelta(seconds=2))
    assert held.version < lost.version < following.version < EDIT_TIMES


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)])
def test_versions_grow_while_the_clock_goes_back(keys: Keys, back: timedelta) -> None:
    versions, held = [SECONDS], held_of(native(), version=SECONDS)
    for number, now in enumerate((NOON, NOON - back, NOON - back, NOON + timedelta(seconds=1))):
        held = held_of(item := native(text=f"edit {number}"), version=make(keys, item, held=held, now=now).version)
        versions.append(held.version)
    assert versions == sorted(set(versions))


def test_an_edit_after_the_ledger_was_lost_outranks_what_the_store_holds(keys: Keys) -> None:
    first = make(keys, native())
    held = held_of(native(), version=first.version)
    for number in range(5):
        held = held_of(item := native(text=f"edit {number}"), version=make(keys, item, held=held).version)
    later = make(keys, native(text="an edit"), now=NOON + timedelta(minutes=1))
    assert first.version + 5 == held.version < later.version < EDIT_TIMES
    assert not is_older(native(text="an edit"), held)


def test_an_edit_from_the_future_does_not_outweigh_later_ones(keys: Keys) -> None:
    assert make(keys, native(edited_at=datetime(2299, 1, 1, tzinfo=UTC))).version == SECONDS


def test_an_earlier_text_is_told_from_an_edit() -> None:
    item, edit = native(), int(NOON.timestamp() * 1000)
    assert is_older(item, held_of(item, version=edit))
    assert not is_older(item, held_of(item, version=3))
    assert is_older(native(edited_at=NOON - timedelta(1)), held_of(item, version=edit))
    assert not is_older(native(edited_at=NOON + timedelta(1)), held_of(item, version=edit))


def test_who_speaks_and_to_whom(keys: Keys) -> None:
    assert make(keys, native()).author_kind is AuthorKind.RESIDENT
    assert make(keys, native(account="")).author_kind is AuthorKind.UNKNOWN
    assert make(keys, native(account="")).voice == ""
    assert make(keys, native(account="CllrPennoyre")).author_kind is AuthorKind.COUNCILLOR
    assert make(keys, native(author_kind=AuthorKind.PRESS)).author_kind is AuthorKind.PRESS
    post = make(keys, native(text="@penmarrowcouncil @CllrPennoyre @bob please", mentions=("PenmarrowCouncil",)))
    assert post.addressed_to == ("PenmarrowCouncil",)
    assert post.text == "@penmarrowcouncil @CllrPennoyre @[…] please"


def test_only_what_concerns_the_area_is_kept(keys: Keys) -> None:
    poster = Poster("demo", keys, COUNCIL, Rules())
    assert poster.make(native(text="Somewhere else"), None, NOON) is None
    kept = poster.make(native(text="Somewhere else", alt=("a hole in Tolgarth Road",)), None, NOON)
    assert isinstance(kept, Made) and kept.post.area_match.reason == "names Tolgarth Road"


def test_an_edit_that_no_longer_names_the_area_still_replaces_what_we_hold(keys: Keys) -> None:
    assert make(keys, native(text="never mind"), Rules(), held_of(native())).text == "never mind"


@pytest.mark.parametrize("item", [native(no_index=True), native(text="hi #nobot")])
def test_who_asks_not_to_be_read_is_not(keys: Keys, item: Native) -> None:
    assert Poster("demo", keys, COUNCIL, Rules(local=True)).make(item, None, NOON) is None


@pytest.mark.parametrize(
    "item",
    [
        native(""),
        native("x" * 3000),
        native(text="  "),
        native(text="a\0b"),
        native(text="\ud800"),
        native(alt=("\udfff",)),
        native("\ud800"),
    ],
)
def test_what_no_stage_could_take(keys: Keys, item: Native) -> None:
    with pytest.raises(PostFailed):
        make(keys, item)
