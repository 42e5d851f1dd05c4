"""Mastodon by Mastodon.py's real client over loopback, against servers of ours and the real bus."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from listeners import mastodon_following
from listeners.outlet import Outcome
from soundings.bus import Bus
from soundings.errors import BadInput, TooManyRejects
from soundings.messages import AuthorKind, Kind
from soundings.rejects import RejectLimit
from soundings.settings import Settings
from soundings.streams import POSTS
from tests.listeners.kit import NOON, Clock, posts, rejects
from tests.listeners.mastodon_desk import Pauses, gaps, listening, orders, told
from tests.listeners.mastodon_far_side import BREAKS, DOMAIN, TOKEN, FarSide, edited, person, status
from tests.listeners.sky import latest, texts

pytestmark = pytest.mark.servers

LOCAL, FAR = "The tip in Penmarrow is shut", "A sunny day in Lisbon"
SECRET = "SOUNDINGS_MASTODON_TOKEN_127_0_0_1"
TAGS = [{"name": "Penmarrow"}]
REMOTE = "bert@big.example"


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    """A server, and our token for it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv(SECRET, TOKEN)
    server = FarSide()
    yield server
    server.close()


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    """Another one, under another name."""
    monkeypatch.setenv("SOUNDINGS_MASTODON_TOKEN_LOCALHOST", TOKEN)
    server = FarSide("localhost")
    server.about["domain"] = "big.example"
    yield server
    server.close()


async def test_what_was_written_before_and_what_comes_is_heard(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    before = [status(low, f"{LOCAL} {low}", NOON - timedelta(hours=2)) for low in range(90)]
    far.write(*before)
    async with listening(bus, settings, clock, far) as desk:
        now = status(1, LOCAL)
        far.write(now)
        await desk.worked(now)
    assert await texts(bus) == [*(f"{LOCAL} {low}" for low in range(90)), LOCAL], "oldest first, each once"
    assert far.count("/api/v1/timelines/public") >= 4, "90 are three pages, and the one that is empty"
    assert all("contact" in agent or "council-soundings" in agent for agent in far.agents)


async def test_only_what_concerns_the_area_is_kept_with_its_reason(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    council = person("penmarrow", indexable=False)
    sent = [
        status(1, LOCAL),
        status(2, FAR),
        status(3, "Look", media_attachments=[{"description": "A bin on Tolgarth Road"}]),
        status(4, "When is bin day, @penmarrow?", mentions=[{"username": "penmarrow", "acct": "penmarrow"}]),
        status(5, "Bins will be emptied tomorrow.", account=council),
        status(6, LOCAL, visibility="unlisted"),
        status(7, "", reblog=status(8, LOCAL)),
        status(9, f"{LOCAL} as well", account=person("tipbot", bot=True)),
        status(10, FAR),
    ]
    async with listening(bus, settings, clock, far) as desk:
        far.write(*sent)
        await desk.worked(sent[-1])
    kept = {one.original.native_id: one for one in await posts(bus)}
    assert {sent[n]["uri"]: kept[sent[n]["uri"]].area_match.reason for n in (0, 2, 3, 4, 7)} == {
        sent[0]["uri"]: "names Penmarrow",
        sent[2]["uri"]: "names Tolgarth Road",
        sent[3]["uri"]: f"addressed to @penmarrow@{DOMAIN}",
        sent[4]["uri"]: "written by an account of the council",
        sent[7]["uri"]: "names Penmarrow",
    }
    assert len(kept) == 5
    kinds = [kept[sent[n]["uri"]].author_kind for n in (0, 4, 7)]
    assert kinds == [AuthorKind.RESIDENT, AuthorKind.COUNCIL, AuthorKind.ORGANISATION]


async def test_a_towns_own_server_is_about_the_town_and_only_its_people_are(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    table = {"local": True, "hashtags": ["#penmarrow"]}
    async with listening(bus, settings, clock, far, tables=(table,)) as desk:
        await desk.until(lambda: len(far.opened) == 2, "both streams")
        ours, theirs = status(1, "Rain again"), status(2, "Rain", account=person(REMOTE), tags=[{"name": "Rain"}])
        tagged = status(3, "Rain #Penmarrow", account=person(REMOTE), tags=TAGS)
        far.write(ours, theirs, tagged)
        await desk.worked(ours)
        await desk.worked(tagged, stream="#penmarrow")
    reasons = {one.text: one.area_match.reason for one in await posts(bus)}
    assert reasons == {"Rain again": "from a source about this area", "Rain #Penmarrow": "names Penmarrow"}


async def test_no_name_of_a_resident_leaves_the_room_but_sealed(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(bus, settings, clock, far) as desk:
        mention = [{"username": "bertram", "acct": "bertram@big.example"}]
        far.write(said := status(1, "Penmarrow: ask @bertram", account=person("annabel"), mentions=mention))
        far.line("event: update", "data: {no json about annabel", "")
        await desk.worked(said)
        far.remove(said)
        await desk.until(lambda: desk.out.held(said["uri"]) is None, "the removal")
    (one,) = await posts(bus)
    open_part = one.model_copy(update={"original": one.original.model_copy(update={"native_id": "", "link": ""})})
    told = [open_part, *await orders(bus), *await rejects(bus)]
    assert not any(name in line.model_dump_json() for line in told for name in ("annabel", "bertram"))
    assert "annabel" not in caplog.text and one.text == "Penmarrow: ask @[…]"


async def test_an_edit_replaces_and_a_deletion_removes(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    one, two, last = status(1, LOCAL), status(2, LOCAL), status(3, FAR)
    async with listening(bus, settings, clock, far) as desk:
        far.write(one, two)
        await desk.worked(two)
        far.edit(edited(one, "It was another town", NOON + timedelta(minutes=5)))
        far.remove(two)
        far.tell("delete", 77, {"local"})  # a stranger's, and a number
        far.tell("update", one, {"local"})  # the text before, once more
        far.tell("update", two, {"local"})  # nor does what was removed come back
        far.write(last)
        await desk.worked(last)
        assert desk.out.counts[Outcome.OLDER] + desk.out.counts[Outcome.REMOVED] <= 2
    found = await latest(bus)
    assert found[one["uri"]].text == "It was another town"
    assert found[one["uri"]].area_match.reason == "was about the area before its edit"
    (order,) = await orders(bus)
    assert (order.post_id, order.reason) == (found[two["uri"]].id, "removed by its author")
    assert await texts(bus) == [LOCAL, LOCAL, "It was another town"]


async def test_words_that_are_taken_back_are_removed(bus: Bus, settings: Settings, clock: Clock, far: FarSide) -> None:
    one = status(1, LOCAL)
    async with listening(bus, settings, clock, far) as desk:
        far.write(one)
        await desk.worked(one)
        far.edit(edited(one, "", NOON + timedelta(minutes=5)))
        await desk.until(lambda: desk.out.held(one["uri"]) is None, "the removal")
    assert [order.reason for order in await orders(bus)] == ["its author took its words back"]


async def test_a_post_that_two_servers_tell_counts_once_and_either_removes_it(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, other: FarSide
) -> None:
    tables = ({"hashtags": ["Penmarrow"]}, {"hashtags": ["Penmarrow"], "timeline": "none"})
    one = status(1, f"{LOCAL} #Penmarrow", tags=TAGS)
    there = one | {"id": "4711", "account": person(f"anna@{DOMAIN}")}
    there |= {"content": one["content"].replace("is shut", "is <b>shut</b>…")}  # its own way to show it
    async with listening(bus, settings, clock, far, other, tables=tables) as desk:
        await desk.until(lambda: len(far.opened) == 2, "both streams")
        far.write(one)
        await desk.worked(one)
        other.tell("update", there)
        await desk.worked(there, stream="#penmarrow", at=1)
        held = desk.out.held(f"{other.host}/4711")
        assert held and held.native_id == one["uri"] and f"{far.host}/{one['id']}" in held.aliases
        other.tell("delete", 4711)
        await desk.until(lambda: desk.out.held(one["uri"]) is None, "the removal")
        assert desk.out.ledger.count() == 0
    assert len(await posts(bus)) == 1 and len(await orders(bus)) == 1


async def test_another_servers_markup_is_no_edit_and_a_later_date_is_one(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    one, last = status(1, LOCAL), status(2, FAR)
    once, twice = (
        edited(one, f"{LOCAL} {name}", NOON + timedelta(minutes=at)) for name, at in (("once", 1), ("twice", 2))
    )
    otherwise = edited(once, f"{LOCAL} once, seen otherwise", NOON + timedelta(minutes=1))
    async with listening(bus, settings, clock, far) as desk:
        for each in (one, one | {"content": "seen otherwise in Penmarrow"}, once, otherwise, twice, once):
            far.tell("status.update", each, {"local"})
        far.write(last)
        await desk.worked(last)
    assert (await latest(bus))[one["uri"]].text == f"{LOCAL} twice"
    assert not any("otherwise" in text for text in await texts(bus))


async def test_a_failure_of_the_stream_is_not_taken_for_that_of_an_earlier_question(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    """Before it opens a stream the library asks where it is, and an old server knows only one of the two answers."""
    far.refusals["/api/v2"] = [(404, {})]
    far.refusals["/api/v1/streaming"] = [(BREAKS, {}), (0, {})]
    async with listening(bus, settings, clock, far) as desk:
        assert desk.pauses.long == [1.0]
    assert await gaps(bus) == []


async def test_a_reply_joins_the_thread_of_what_is_held(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    first = status(1, LOCAL)
    reply = status(2, "Since Monday", in_reply_to_id=first["id"], account=person("bert"))
    stranger = status(3, LOCAL, in_reply_to_id="999")
    async with listening(bus, settings, clock, far) as desk:
        far.write(first, reply, stranger)
        await desk.worked(stranger)
    one, two, three = await posts(bus)
    assert (two.kind, two.reply_to, two.thread) == (Kind.REPLY, one.id, one.id)
    assert (three.kind, three.reply_to) == (Kind.REPLY, None), "another's number of it would name nothing"


async def test_a_start_goes_on_where_the_last_one_ended(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    one, two, three = (status(low, f"{LOCAL} {low}") for low in (1, 2, 3))
    async with listening(bus, settings, clock, far) as desk:
        far.write(one)
        await desk.worked(one)
        far.write(two)  # it reaches the bus, and dies before its checkpoint
        await desk.until(lambda: desk.out.held(two["uri"]), "the second")
    clock.move(hours=30)
    far.write(three | {"id": str(int(three["id"]) + 5)})
    async with listening(bus, settings, clock, far) as desk:
        await desk.worked(three)
        assert desk.out.counts[Outcome.NEW] == 1 and desk.out.ledger.count() == 3
    assert await texts(bus) == [f"{LOCAL} {low}" for low in (1, 2, 3)] and await gaps(bus) == []


async def test_what_the_bus_does_not_take_is_asked_for_again(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> Outcome:
        await desk.keep()  # a checkpoint while it is in hand
        raise RuntimeError("a fault of ours")

    one, two, three = (status(low, f"{LOCAL} {low}") for low in (1, 2, 3))
    with pytest.raises(BaseExceptionGroup) as failed:
        async with listening(bus, settings, clock, far) as desk:
            far.write(one)
            await desk.worked(one)
            monkeypatch.setattr(desk.out, "offer", fails)
            far.write(two, three)
            await desk.worked(three)
    assert failed.group_contains(RuntimeError)
    async with listening(bus, settings, clock, far) as desk:
        await desk.worked(three)
    assert await texts(bus) == [f"{LOCAL} {low}" for low in (1, 2, 3)]


async def test_what_is_written_while_the_stream_opens_is_not_lost(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    far.before_stream = [status(1, LOCAL)]
    async with listening(bus, settings, clock, far) as desk:
        await desk.worked(status(1, LOCAL))
    assert await texts(bus) == [LOCAL]


async def test_a_post_that_reaches_its_server_late_is_found_below_what_we_hold(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    """It gets its id by when it was written."""
    late = status(1, f"{LOCAL} (late) #Penmarrow", NOON - timedelta(minutes=40), account=person(REMOTE), tags=TAGS)
    last = status(2, f"{LOCAL} #Penmarrow", tags=TAGS)
    async with listening(bus, settings, clock, far, tables=({"hashtags": ["Penmarrow"], "timeline": "none"},)) as desk:
        far.write(last)
        await desk.worked(last, stream="#penmarrow")
        far.write(late, told=False)
        far.drop()
        await desk.until(lambda: desk.out.held(late["uri"]), "the late one")


async def test_another_bus_is_given_the_look_back_again(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    one = status(1, LOCAL, NOON - timedelta(hours=20))
    far.write(one, status(2, FAR))
    async with listening(bus, settings, clock, far) as desk:
        await desk.worked(status(2, FAR))
    await bus.jetstream.delete_stream(POSTS.name)
    await bus.declare()
    async with listening(bus, settings, clock, far) as desk:
        await desk.until(lambda: desk.out.counts[Outcome.SAME], "the one before")
    assert await texts(bus) == [LOCAL]


async def test_what_lies_too_far_back_is_told_as_lost(bus: Bus, settings: Settings, clock: Clock, far: FarSide) -> None:
    one = status(1, LOCAL)
    async with listening(bus, settings, clock, far) as desk:
        far.write(one)
        await desk.worked(one)
    far.write(status(2, LOCAL, NOON + timedelta(days=1)))
    clock.move(days=20)
    last = status(3, f"{LOCAL} still", clock())
    far.write(last)
    async with listening(bus, settings, clock, far) as desk:
        await desk.worked(last)
    (gap,) = await gaps(bus)
    assert (gap.start, gap.end) == (NOON - timedelta(minutes=10), NOON + timedelta(days=6)) and far.host in gap.why
    assert await texts(bus) == [LOCAL, f"{LOCAL} still"]


async def test_a_stream_that_ends_is_opened_again_after_pauses_that_grow(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    far.refusals["/api/v1/streaming"] = [(0, {}), (502, {}), (502, {}), (0, {})]
    async with listening(bus, settings, clock, far) as desk:
        far.drop()
        await desk.until(lambda: far.opened, "the stream once more")
        one = status(1, LOCAL)
        far.write(one)
        await desk.worked(one)
        assert desk.pauses.long == [1.0, 5.0, 15.0]
    assert await gaps(bus) == []


async def test_a_stream_that_is_silent_is_given_up(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mastodon_following, "SILENCE", 0.4)
    async with listening(bus, settings, clock, far) as desk:
        far.write(one := status(1, LOCAL), told=False)
        await desk.until(lambda: len(far.opened) > 1, "another connection")
        await desk.worked(one)


async def test_a_sign_of_life_keeps_a_stream(bus: Bus, settings: Settings, clock: Clock, far: FarSide) -> None:
    async with listening(bus, settings, clock, far) as desk:
        for _ in range(3):
            clock.move(minutes=1)
            far.line(":thump")
            await desk.until(lambda: desk.following().heard == clock(), "the sign")
        assert len(far.opened) == 1


@pytest.mark.parametrize("where", ["/api/v1/apps", "/api/v1/streaming", "/api/v1/timelines"])
async def test_a_token_that_is_refused_is_told_once_and_not_hammered(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, where: str
) -> None:
    far.refusals[where] = [(401, {})]
    tables = ({"hashtags": ["Penmarrow", "Tolgarth"]},)
    async with listening(bus, settings, clock, far, tables=tables, waits=False) as desk:
        await desk.until(lambda: desk.pauses.long.count(3600.0) == 3, "three refusals")
        (gap,) = await told(bus, 1)
        assert gap.end is None and "renew it" in gap.why and SECRET in gap.why and "401" in gap.why
        assert far.count(where) <= 6 and not far.opened
        clock.move(hours=2)
        far.refusals.clear()  # somebody renewed it
        desk.pauses.again.set()
        await desk.until(lambda: len(far.opened) == 3, "all streams")
        _, ended = await told(bus, 2)
    assert (ended.start, ended.end) == (gap.start, clock()) and "heard afterwards" in ended.why


async def test_a_token_is_read_anew_for_each_try(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET, "an old token")
    async with listening(bus, settings, clock, far, waits=False) as desk:
        await desk.until(lambda: 3600.0 in desk.pauses.slept, "the refusal")
        monkeypatch.setenv(SECRET, TOKEN)
        desk.pauses.again.set()
        await desk.until(lambda: far.opened, "the stream")


@pytest.mark.parametrize(
    ("where", "code", "words"),
    [
        ("/api/v1/streaming", 403, "permission `read`"),
        ("/api/v1/timelines", 404, "does not give its local timeline: it answers 404"),
        ("/api/v1/timelines", 422, "does not give its local timeline: it answers 422"),
    ],
)
async def test_a_refusal_says_what_to_do(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, where: str, code: int, words: str
) -> None:
    far.refusals[where] = [(code, {})]
    async with listening(bus, settings, clock, far, waits=False) as desk:
        await desk.until(lambda: 3600.0 in desk.pauses.slept, "the refusal")
    (gap,) = await gaps(bus)
    assert words in gap.why and far.host in gap.why


async def test_a_timeline_that_is_closed_is_told_though_it_answers(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    """Since 4.5 whoever is signed in gets an empty answer of it, and no refusal."""
    feeds = {"live_feeds": {"local": "disabled", "remote": "public"}, "hashtag_feeds": {"local": "disabled"}}
    far.about["configuration"] = {"timelines_access": feeds}
    async with listening(bus, settings, clock, far, tables=({"hashtags": ["Penmarrow"]},)) as desk:
        await desk.until(lambda: 3600.0 in desk.pauses.slept and far.opened, "the refusal")
        assert [one.stream for one in far.opened] == ["#penmarrow"], "half of it is given"
    (gap,) = await gaps(bus)
    assert "does not give its local timeline: it gives this timeline to nobody" in gap.why


async def test_a_server_that_fails_stops_no_other(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, other: FarSide
) -> None:
    other.refusals["/"] = [(500, {})]
    async with listening(bus, settings, clock, far, other, waits=False) as desk:
        await desk.until(lambda: far.opened and desk.pauses.long.count(300.0) >= 2, "tries")
        far.write(one := status(1, LOCAL))
        await desk.worked(one)
        assert desk.pauses.long[:5] == [1.0, 5.0, 15.0, 60.0, 300.0] and await gaps(bus) == []
        clock.move(minutes=11)
        (gap,) = await told(bus, 1)
    assert gap.start == NOON and gap.why == f"{other.host} cannot be heard: it answers 500"


async def test_what_a_person_can_mend_is_told_also_when_the_server_was_down_before(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    far.refusals["/api/v1/apps"] = [(500, {})]
    async with listening(bus, settings, clock, far, waits=False) as desk:
        await desk.until(lambda: desk.pauses.long, "a try")
        clock.move(minutes=11)
        await told(bus, 1)
        clock.move(minutes=5)
        far.refusals["/api/v1/apps"] = [(401, {})]
        down, up, refused = await told(bus, 3)
    assert (down.start, up.start, refused.start) == (NOON, NOON, clock())
    assert up.end == clock() and refused.end is None and "renew it" in refused.why


@pytest.mark.parametrize("where", ["/api/v1/timelines", "/api/v1/streaming"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "700"},
        {"X-RateLimit-Reset": "2026-11-10T12:11:40.000Z"},
    ],
)
async def test_a_server_that_asks_to_wait_is_obeyed(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, where: str, headers: dict[str, str]
) -> None:
    far.refusals[where] = [(429, headers), (0, {})]
    async with listening(bus, settings, clock, far) as desk:
        assert desk.pauses.long[0] == 700.0
    assert await gaps(bus) == []


async def test_questions_are_kept_apart_and_some_answers_left_unused(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    far.headers = {"X-RateLimit-Remaining": "3", "X-RateLimit-Reset": "2026-11-10T12:04:00.000Z"}
    async with listening(bus, settings, clock, far) as desk:
        assert desk.pauses.slept.count(240.0) >= 3
    far.headers.clear()
    async with listening(bus, settings, clock, far) as desk:
        assert set(desk.pauses.slept) == {1.1}


async def test_what_is_no_event_is_rejected_and_ends_nothing(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    """Most of these end the library's own stream."""
    async with listening(bus, settings, clock, far) as desk:
        far.line("event: update", "data: {no json", "")
        far.line("nonsense", "", "event:update", "data:[1]", "")
        far.tell("update", status(1, LOCAL) | {"content": 5})
        far.tell("update", status(2, LOCAL) | {"uri": None})
        far.line("event: filters_changed", "data: undefined", "", "id: 5", "", "data: 7", "", "event: update", "")
        far.tell("conversation", {"last_status": status(3, LOCAL)})
        far.line("event: update\r", "data: {}\r", "\r")
        far.write(one := status(9, LOCAL))
        await desk.worked(one)
        assert len(far.opened) == 1
    assert await texts(bus) == [LOCAL]
    found = sorted(one.reason for one in await rejects(bus))
    assert found == [
        "an event of the stream cannot be read",
        "an event of the stream cannot be read",
        "an event of the stream cannot be worked (AttributeError)",
        "it has no id",
        "its text is no text",
    ]


async def test_bytes_that_are_no_text_end_a_connection_and_lose_nothing(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    async with listening(bus, settings, clock, far) as desk:
        far.write(one := status(1, LOCAL), told=False)
        far.line("event: update", "data: \udcff\udcfe", "")
        await desk.until(lambda: len(far.opened) > 1, "another connection")
        await desk.worked(one)


async def test_nothing_but_rubbish_stops_the_source(bus: Bus, settings: Settings, clock: Clock, far: FarSide) -> None:
    with pytest.raises(BaseExceptionGroup) as stopped:
        async with listening(bus, settings, clock, far, limit=RejectLimit()) as desk:
            for number in range(25):
                far.line("event: update", f"data: rubbish {number}", "")
            await desk.until(lambda: False, "the end")
    assert stopped.group_contains(TooManyRejects)


async def test_who_asks_not_to_be_found_is_not_kept_and_what_is_held_goes(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    shy = person("shy", indexable=False)
    one, two = status(1, LOCAL), status(2, LOCAL, account=shy)
    now = status(3, f"{LOCAL} again", account=person(indexable=False))
    changed_again, last = status(4, f"{LOCAL} at last"), status(5, FAR, account=person("bert"))
    async with listening(bus, settings, clock, far) as desk:
        far.write(one, two)
        await desk.worked(two)
        assert desk.out.ledger.count() == 1
        far.write(now)
        await desk.worked(now)
        assert desk.out.ledger.count() == 0 and desk.out.notices.has_opted_out(f"anna@{DOMAIN}")
        assert not desk.out.notices.has_opted_out(f"shy@{DOMAIN}"), "of strangers nothing is noted"
        far.write(changed_again, last)
        await desk.worked(last)
        assert desk.out.ledger.count() == 1 and not desk.out.notices.has_opted_out(f"anna@{DOMAIN}")
    (order,) = await orders(bus)
    assert order.reason == "its author asks not to be read"


async def test_an_old_post_that_comes_up_again_is_no_news(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    async with listening(bus, settings, clock, far) as desk:
        far.tell("update", status(1, LOCAL, NOON - timedelta(days=15)), {"local"})
        far.write(last := status(2, FAR))
        await desk.worked(last)
    assert await posts(bus) == []


@pytest.mark.parametrize("hangs", ["", "/api/v1/apps", "/api/v1/timelines"])
async def test_a_stop_is_prompt_whatever_the_server_does(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, hangs: str
) -> None:
    far.hangs = hangs
    async with listening(bus, settings, clock, far, waits=not hangs) as desk:
        await desk.until(lambda: far.opened if not hangs else far.count(hangs), "the question")
        begun = time.monotonic()
    assert time.monotonic() - begun < 10, "far less than the server takes"


async def test_a_token_that_is_missing_is_told_before_anything_is_asked(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SECRET)
    with pytest.raises(BadInput, match=f"{SECRET}_FILE"):
        async with listening(bus, settings, clock, far, waits=False) as desk:
            await desk.until(lambda: False, "the end")
    assert far.asked == []


@pytest.mark.parametrize("at_start", [True, False])
async def test_a_token_that_cannot_be_had_for_a_while_stops_no_other_server(
    bus: Bus,
    settings: Settings,
    clock: Clock,
    far: FarSide,
    other: FarSide,
    monkeypatch: pytest.MonkeyPatch,
    at_start: bool,
) -> None:
    missing = "SOUNDINGS_MASTODON_TOKEN_LOCALHOST"
    if at_start:
        monkeypatch.delenv(missing)
    async with listening(bus, settings, clock, far, other, waits=not at_start) as desk:
        monkeypatch.delenv(missing, raising=False)
        other.drop()
        (gap,) = await told(bus, 1)
        assert gap.end is None and f"{missing}_FILE" in gap.why and gap.why.startswith(f"{other.host} is not heard")
        await desk.until(lambda: desk.hears(far), "the other")
        far.write(one := status(1, LOCAL))
        await desk.worked(one)
        monkeypatch.setenv(missing, TOKEN)
        await desk.until(lambda: desk.hears(other), "the stream once more")
        assert 3600.0 not in desk.pauses.slept
        assert (await told(bus, 2))[1].end is not None


async def test_a_server_that_cannot_say_whether_a_token_is_good_is_heard(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    far.refusals["/api/v1/apps"] = [(404, {})]
    async with listening(bus, settings, clock, far) as desk:
        far.write(one := status(1, LOCAL))
        await desk.worked(one)
    assert await texts(bus) == [LOCAL] and await gaps(bus) == []


async def test_a_token_that_may_write_is_warned_of_once(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, caplog: pytest.LogCaptureFixture
) -> None:
    far.scopes = ["read", "write:statuses"]
    async with listening(bus, settings, clock, far) as desk:
        far.drop()
        await desk.until(lambda: far.opened, "the stream once more")
    assert caplog.text.count("our token may do more than `read`") == 1 and TOKEN not in caplog.text


async def test_the_silence_of_a_stream_that_left_the_council_file_ends(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    far.refusals["/api/v1/timelines/tag"] = [(404, {})]
    async with listening(bus, settings, clock, far, tables=({"hashtags": ["Penmarrow"]},)) as desk:
        await desk.until(lambda: 3600.0 in desk.pauses.slept, "the refusal")
        await desk.keep()
    clock.move(hours=1)
    async with listening(bus, settings, clock, far) as desk:
        begun, ended = await told(bus, 2)
    assert (ended.start, ended.end) == (begun.start, clock()) and "no longer listened to" in ended.why


async def test_two_gaps_of_one_moment_stay_two(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, other: FarSide
) -> None:
    """Pages know the gaps of a source by their beginnings: one that ends must not end the other."""
    for one in (far, other):
        one.refusals["/api/v1/apps"] = [(401, {})]
    async with listening(bus, settings, clock, far, other, waits=False, pauses=Pauses()) as desk:
        await desk.until(lambda: desk.pauses.long.count(3600.0) == 2, "two refusals")
    first, second = await gaps(bus)
    assert first.start != second.start
