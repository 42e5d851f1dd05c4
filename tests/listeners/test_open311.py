"""Reports of Open311 servers: a real HTTP server on loopback and the real bus."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from listeners import fetching, open311_asking
from listeners.again import ask_again
from listeners.open311 import Open311
from listeners.open311_endpoint import LOOK_BACK
from listeners.open311_settings import Endpoint, Open311Settings
from listeners.posting import Rules
from soundings.bus import Bus
from soundings.errors import SoundingsError
from soundings.messages import AuthorKind, Gap, Kind, Retraction
from soundings.settings import Settings
from soundings.streams import NOTICES, POSTS
from soundings.tasks import end
from tests.listeners.kit import COUNCIL, NOON, Clock, bodies, notices, outlet, posts, rejects
from tests.listeners.open311_far_side import LOCAL, Answer, GeoServer, bare, desk, report
from tests.listeners.test_open311_reports import BOMB

pytestmark = pytest.mark.servers

NOTHING: Answer = (200, {}, b'{"service_requests": []}')


@pytest.fixture
def geo(monkeypatch: pytest.MonkeyPatch) -> Iterator[GeoServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = GeoServer()
    yield server
    server.close()


def several(count: int, **more: Any) -> list[dict[str, Any]]:
    """Reports of the last hours, the first number the oldest."""
    return [report(number, f"{LOCAL}: {number}", NOON - timedelta(minutes=count - number), **more)
            for number in range(count)]  # fmt: skip


async def numbers(bus: Bus) -> list[str]:
    """The numbers of the posts on the bus, as they came."""
    return [post.original.native_id.partition("#")[2] for post in await posts(bus)]


async def removed(bus: Bus) -> int:
    return sum(isinstance(one, Retraction) for one in await notices(bus))


async def gaps(bus: Bus) -> list[Gap]:
    return [one for one in await notices(bus) if isinstance(one, Gap)]


async def test_a_report_comes_in_as_one_and_names_nobody(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(report(7, "The lamp is out, says Anna Tresize", requestor_name="Anna Tresize", media_url="https://x/1"))
    async with desk(bus, settings, clock, geo.base, link="https://reports.example/report/{id}") as one:
        await one.poll()
    (post,) = await posts(bus)
    assert (post.kind, post.voice, post.author_kind) == (Kind.REPORT, "", AuthorKind.UNKNOWN)
    assert post.text == "Street light\n\nThe lamp is out, says […]" and post.point == (51.5012, -3.1791)
    assert post.happened_at == NOON - timedelta(hours=1) and post.original.link == "https://reports.example/report/7"
    assert post.area_match.reason == "from a source about this area"
    assert not any(b"Tresize" in body or b"https://x" in body for body in await bodies(bus, POSTS))


async def test_of_a_server_for_a_whole_country_only_what_names_the_area_is_kept(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(report(1), report(2, "A lamp in Leeds"), report(3, "A lamp", address="Tolgarth Road"))
    async with desk(bus, settings, clock, geo.base, local=False) as one:
        await one.poll()
        assert one.state["rereading"]["open"] == ["1", "3"]
    assert sorted(await numbers(bus)) == ["1", "3"]


async def test_it_asks_from_two_days_before_the_newest_report_up_to_now(
    bus: Bus, settings: Settings, geo: GeoServer
) -> None:
    clock = Clock(datetime(2026, 7, 10, 12, tzinfo=UTC))
    geo.shows(report(1, made=clock.now - timedelta(days=1)), report(9, made=clock.now + timedelta(days=900)))
    async with desk(bus, settings, clock, geo.base, agency="2237") as one:
        await one.poll()
        clock.move(minutes=15)
        await one.poll()
    first, second = geo.asked()
    assert (first["jurisdiction_id"], first["agency_responsible"]) == ("penmarrow", "2237")
    assert first["start_date"] == "2026-06-26T13:00:00+01:00" and first["end_date"] == "2026-07-10T13:00:00+01:00"
    assert second["start_date"] == "2026-07-07T13:00:00+01:00" and second["end_date"] == "2026-07-10T13:15:00+01:00"


async def test_a_report_that_comes_late_into_its_day_is_heard(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(report(1))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        geo.shows(report(2, made=NOON - timedelta(hours=40)))
        await one.poll()
        await one.poll()
    assert await numbers(bus) == ["1", "2"]


async def test_what_was_reported_while_we_were_down_is_asked_for_in_pieces(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(report(1))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
    clock.move(days=70)
    geo.shows(report(2, made=NOON + timedelta(days=5)))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
    assert await numbers(bus) == ["1", "2"]
    asked = [
        (datetime.fromisoformat(one["start_date"]), datetime.fromisoformat(one["end_date"])) for one in geo.asked()
    ]
    assert all(stop - start <= timedelta(days=30) for start, stop in asked[1:]) and len(asked) == 4


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_more_than_a_server_gives_at_once_is_asked_for_in_halves(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, form: str
) -> None:
    geo.cap = 10
    geo.shows(*several(43))
    async with desk(bus, settings, clock, geo.base, cap=10, format=form) as one:
        await one.poll()
    assert sorted(map(int, await numbers(bus))) == list(range(43))
    assert await gaps(bus) == []


async def test_more_in_one_minute_than_a_server_gives_at_once_is_told_once(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.cap = 3
    geo.shows(*[report(number, made=NOON - timedelta(hours=2)) for number in range(5)])
    async with desk(bus, settings, clock, geo.base, cap=3) as one:
        await one.poll()
        clock.move(minutes=15)
        await one.poll()
    (gap,) = await gaps(bus)
    assert "more than it gives at once" in gap.why and gap.end and gap.end <= NOON - timedelta(hours=2, minutes=-1)
    assert len(await numbers(bus)) == 3


async def test_a_server_that_does_not_look_at_dates_is_not_asked_without_end(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.looks_at_dates, geo.cap = False, 3
    old = [report(number, made=NOON - timedelta(days=10 * number + 1)) for number in range(5)]
    geo.shows(*old)
    async with desk(bus, settings, clock, geo.base, cap=3) as one:
        await one.poll()
        assert len(geo.paths) == 1
        clock.move(minutes=15)
        await one.poll()
    assert sorted(await numbers(bus)) == ["0", "1"], "what is older than was asked for is no news"
    assert await gaps(bus) == [], "it reached back to where it should"


async def test_an_answer_that_is_too_long_is_asked_for_in_halves(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_BODY", 3_000)
    geo.shows(*several(12))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
    assert sorted(map(int, await numbers(bus))) == list(range(12))


async def test_pages_are_followed_while_they_shift(bus: Bus, settings: Settings, clock: Clock, geo: GeoServer) -> None:
    geo.json, geo.page = bare, 4
    geo.shows(*several(10))

    def more(path: str) -> None:
        if "page=2" in path:  # a report arrives between two pages: each moves one place on
            geo.shows(report("new", made=NOON - timedelta(seconds=5)))

    geo.trouble = more
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        assert sorted(map(int, await numbers(bus))) == list(range(10)), "each once"
        await one.poll()
    assert (await numbers(bus))[-1] == "new"
    assert len(await numbers(bus)) == 11


async def test_a_page_on_another_server_is_not_fetched_and_what_it_had_is_asked_for_in_halves(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    other = GeoServer()
    geo.json, geo.page, geo.next_page_at = bare, 4, other.url
    geo.shows(*several(10))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
    other.close()
    assert other.paths == [] and sorted(map(int, await numbers(bus))) == list(range(10))


async def test_pages_without_end_are_left_and_told(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open311_asking, "MOST", 20)
    geo.trouble = lambda path: (200, {"X-Next-Page-URL": f"{path}&x=1"}, bare([report(1)]))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
    assert len(geo.paths) == 20 and await numbers(bus) == ["1"]
    assert all("more than it gives at once" in gap.why for gap in await gaps(bus))
    assert min(gap.start for gap in await gaps(bus)) == NOON - LOOK_BACK


async def test_a_server_without_json_is_asked_for_xml_from_then_on(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.forms = ("xml",)
    geo.shows(report(1))
    for _ in range(2):
        async with desk(bus, settings, clock, geo.base) as one:
            await one.poll()
    forms = [path.partition("?")[0].rpartition(".")[2] for path in geo.paths]
    assert forms == ["json", "xml", "xml"] and await numbers(bus) == ["1"]


async def test_an_edit_is_a_new_text_of_the_same_report_also_when_its_server_dates_no_edits(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    """FixMyStreet's moderators take a name out of a text, and its `updated_datetime` stays."""
    async with desk(bus, settings, clock, geo.base) as one:
        for text in ("Anna's lamp", "A lamp", "A lamp", "The lamp"):
            geo.shows(report(1, text))
            await one.night()
    found = await posts(bus)
    assert [post.text.partition("\n\n")[2] for post in found] == ["Anna's lamp", "A lamp", "The lamp"]
    assert len({post.id for post in found}) == 1 and len({post.happened_at for post in found}) == 1
    assert [post.version for post in found] == sorted({post.version for post in found})


@pytest.mark.parametrize("hidden", [None, (404, {}, b'[{"code": 404, "description": "none"}]'), (410, {}, b"")])
@pytest.mark.parametrize("together", [1, 10])
async def test_what_is_no_longer_shown_is_removed_the_second_night(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, hidden: Answer | None, together: int
) -> None:
    geo.hidden, geo.ids_a_time = hidden, 10
    geo.shows(*several(8))
    async with desk(bus, settings, clock, geo.base, together=together) as one:
        await one.poll()
        ids = {post.original.native_id.partition("#")[2]: post.id for post in await posts(bus)}
        del geo.reports["3"]
        await one.poll()
        await one.night()
        assert await removed(bus) == 0, "that a list lacks it says nothing, and one night not enough"
        await one.night()
        (order,) = [one for one in await notices(bus) if isinstance(one, Retraction)]
        assert (order.post_id, order.reason) == (ids["3"], "its platform no longer shows it")
        assert "3" not in one.state["rereading"]["open"]
        geo.shows(report(3))
        await one.night()
    assert await removed(bus) == 1 and len(await posts(bus)) == 8, "once removed it stays away"


async def test_open_reports_are_read_every_night_and_closed_ones_every_seventh(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    long_ago = NOON - timedelta(days=9)
    old = [report(number, made=long_ago, status=status) for number, status in ((2, "closed"), (3, "investigating"))]
    geo.shows(report(1), *old)
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        geo.shows(report(3, made=long_ago, status="closed"))
        read = []
        for _ in range(7):
            before = len(geo.asked_for())
            await one.night()
            read.append(sorted(geo.asked_for()[before:]))
    assert read == [["1", "3"], *[["1"]] * 5, ["1", "2", "3"]]
    assert sorted(await numbers(bus)) == ["1", "2", "3"], "a report that ends is no new text"


async def test_a_night_goes_on_where_it_was_also_after_a_start(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(*several(60))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        clock.move(seconds=one.one.rereading.seconds)
        await one.poll()
        await one.source.step(one.one)
        assert len(geo.asked_for()) == 25
    async with desk(bus, settings, clock, geo.base) as one:
        while one.one.rereading.seconds <= 0:
            await one.source.step(one.one)
        assert one.one.rereading.seconds > 20 * 3600
    assert len(geo.asked_for()) == 60 == len({*geo.asked_for()})


async def test_many_that_are_no_longer_shown_are_believed_on_the_third_night(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(*several(60))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
    away = {name: geo.reports.pop(name) for name in list(geo.reports)[:12]}  # a few of each round, many of the night
    async with desk(bus, settings, clock, geo.base) as one:
        await one.night()
        await one.night()
        assert await removed(bus) == 0
        geo.reports |= away
        await one.night()
        assert await removed(bus) == 0 and one.state["rereading"]["missing"] == {}, "it was an outage"
        for name in away:
            del geo.reports[name]
    for nights in (2, 1):
        async with desk(bus, settings, clock, geo.base) as one:
            for _ in range(nights):
                assert await removed(bus) == 0
                await one.night()
    assert await removed(bus) == 12, "it was none"


@pytest.mark.parametrize("ill", [NOTHING, (404, {}, b"")])
@pytest.mark.parametrize("good_nights", [0, 1])
async def test_a_server_that_shows_no_report_by_its_id_is_not_believed(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, ill: Answer, good_nights: int
) -> None:
    geo.shows(*several(3))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        for _ in range(good_nights):
            await one.night()
    geo.trouble = lambda path: ill if "/requests/" in path else None
    for _ in range(4):
        async with desk(bus, settings, clock, geo.base) as one:
            await one.night()
            await one.night()
    assert await removed(bus) == 0


async def test_the_only_open_report_is_removed_where_a_closed_one_is_still_shown(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(report(1), report(2, status="closed"))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        del geo.reports["1"]
        await one.night()
        await one.night()
    assert await removed(bus) == 1


async def test_a_report_that_breaks_its_server_hides_no_other(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(*several(30))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        geo.trouble = lambda path: (500, {}, b"") if path.startswith("/api/requests/7.json") else None
        del geo.reports["8"], geo.reports["29"]
        await one.night()
        assert len({*geo.asked_for()}) == len(geo.asked_for()) == 30
        await one.night()
    assert await removed(bus) == 2 and await gaps(bus) == []


@pytest.mark.parametrize("answer", [(403, {}, b""), (503, {"Retry-After": "60"}, b"")])
async def test_reports_that_are_always_refused_are_passed_over_and_told(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, answer: Answer
) -> None:
    geo.shows(*several(60))
    refused = {"/api/requests/3.json", "/api/requests/4.json", "/api/requests/5.json"}
    geo.trouble = lambda path: answer if path.partition("?")[0] in refused else None
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        clock.move(seconds=one.one.rereading.seconds)
        while one.one.rereading.seconds < 3600:
            clock.move(seconds=one.one.rereading.seconds)
            await one.one.reread()
            await one.source._keep(heard=True)
    assert len({*geo.asked_for()}) == 60
    (gap,) = await gaps(bus)
    assert "3 that are held could not be read again; edits and removals are not known" in gap.why and gap.end
    assert await removed(bus) == 0


async def test_a_server_that_refuses_questions_for_several_is_asked_for_each(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(*several(20))
    geo.trouble = lambda path: (403, {}, b"") if "service_request_id" in path else None
    async with desk(bus, settings, clock, geo.base, together=10) as one:
        await one.poll()
        await one.night()
    assert len(geo.asked_for()) == 20 and await gaps(bus) == []


async def test_a_server_that_asks_to_wait_instead_of_giving_several_is_left_alone(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(*several(20))
    geo.trouble = lambda path: (429, {"Retry-After": "900"}, b"") if "service_request_id" in path else None
    async with desk(bus, settings, clock, geo.base, together=10) as one:
        await one.poll()
        clock.move(seconds=one.one.rereading.seconds)
        await one.one.reread()
        assert one.one.rereading.seconds == 900 and geo.asked_for() == []


async def test_a_list_that_is_cut_short_removes_nothing(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(*several(20))
    geo.ids_a_time = 2  # of ten that it is asked for
    async with desk(bus, settings, clock, geo.base, together=10) as one:
        await one.poll()
        await one.night()
        assert len(geo.asked_for()) == 16, "what the answer left out was asked for by itself"
        geo.trouble = lambda path: NOTHING if "/requests.json" in path else None
        await one.night()
    assert await removed(bus) == 0


@pytest.mark.parametrize(
    "ill",
    [
        (500, {}, b""),
        (502, {}, b"[]"),
        (200, {}, b"<html>down for maintenance</html>"),
        (200, {}, b""),
        (200, {}, b'[{"code": 500, "description": "oh"}]'),
        (200, {}, bare([report(99)])),
        (400, {}, b"[]"),
    ],
)
@pytest.mark.parametrize("together", [1, 10])
async def test_an_answer_that_is_none_removes_nothing_and_is_asked_again(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, ill: Answer, together: int
) -> None:
    geo.shows(*several(3))
    geo.ids_a_time = 10
    async with desk(bus, settings, clock, geo.base, together=together) as one:
        await one.poll()
        geo.trouble = lambda path: ill if "service_request_id" in path or "/requests/" in path else None
        await one.night()
        assert timedelta(0) < timedelta(seconds=one.one.rereading.seconds) <= timedelta(minutes=10)
        assert await removed(bus) == 0 and len(one.state["rereading"]["open"]) == 3
        geo.trouble = lambda path: None
        clock.move(minutes=10)
        await one.one.step()
    assert {*geo.asked_for()} == {"0", "1", "2"} or together == 10
    assert await removed(bus) == 0


async def test_while_a_server_does_not_answer_nothing_is_read_again(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(report(1))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        geo.trouble = lambda path: (404, {}, b"")
        clock.move(seconds=one.one.rereading.seconds)
        await one.source.step(one.one)
        assert one.one.rereading.seconds == 0 < one.one.seconds
        await one.source.step(one.one)
        assert geo.asked_for() == []
    (gap,) = await gaps(bus)
    assert gap.why == "the reports of 127.0.0.1 cannot be heard: its server answers 404"


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refusal_is_told_once_with_what_to_do(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, status: int
) -> None:
    geo.trouble = lambda path: (status, {}, b"")
    async with desk(bus, settings, clock, geo.base, name="Penmarrow") as one:
        for minutes in (30, 60, 120, 240, 360):
            await one.poll()
            assert one.one.seconds == minutes * 60
        geo.trouble = lambda path: None
        clock.move(hours=6)
        await one.poll()
    told, ended = await gaps(bus)
    assert f"the reports of Penmarrow cannot be heard: its server refuses us ({status}): ask whoever runs" in told.why
    assert (told.start, told.end) == (NOON, None) and (ended.start, ended.end) == (NOON, clock.now)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_asks_to_wait_is_obeyed(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, status: int
) -> None:
    geo.shows(report(1))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        geo.trouble = lambda path: (status, {"Retry-After": "7200"}, b"") if "/requests/" in path else None
        await one.night()
        assert one.one.polled.seconds == one.one.rereading.seconds == 7200, "of whatever it was asked for"
        clock.move(hours=2)
        geo.trouble = lambda path: (status, {"Retry-After": "Tue, 10 Nov 2026 23:59:59 GMT"}, b"")
        await one.poll()
        assert one.one.seconds == 1800
    assert await gaps(bus) == []


async def test_pauses_grow_and_the_third_failure_is_told_and_ended(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(report(1))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        geo.trouble = lambda path: (500, {}, b"")
        pauses = []
        for count in range(6):
            clock.move(seconds=one.one.seconds)
            assert len(await gaps(bus)) == (count > 2)
            await one.poll()
            pauses.append(one.one.seconds / 60)
    assert pauses == [30, 60, 120, 240, 360, 360]
    geo.trouble = lambda path: None
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
    told, ended = await gaps(bus)
    assert told.start == ended.start == NOON and "500" in told.why and ended.end == clock.now


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BOMB, "it can swell without end"),
        (b"<html>Cookies?</html>", "no list of reports"),
        (b"ERROR: Missing jurisdiction_id", "it wants a `jurisdiction_id`"),
    ],
)
async def test_what_is_no_list_is_told_at_once(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, body: bytes, why: str
) -> None:
    geo.trouble = lambda path: (200, {}, body)
    async with desk(bus, settings, clock, geo.base, jurisdiction_id="") as one:
        await one.poll()
    (gap,) = await gaps(bus)
    assert why in gap.why


async def test_a_report_that_cannot_be_taken_is_rejected_alone(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    broken = [{"description": "no id"}, report(2, "half \ud800"), report(3, "\0"), {"service_request_id": 4}]
    geo.trouble = lambda path: (200, {}, bare([report(1), *broken, report(5)]))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        await one.poll()
        assert one.state["rereading"]["open"] == ["1", "5"]
    assert sorted(await numbers(bus)) == ["1", "5"]
    reasons = [one.reason for one in await rejects(bus)]
    assert len(reasons) == 4 and not any("half \ud800" in reason for reason in reasons)


async def test_what_cannot_be_worked_is_a_failure_of_that_endpoint_alone(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open311_asking, "records", lambda body: 1 / 0)
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        assert one.state["failures"] == 1


async def test_a_failing_endpoint_stops_no_other_and_listening_ends_when_told(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(report(1))
    heard = await bus.client.subscribe(POSTS.subjects)
    told = await bus.client.subscribe(NOTICES.subjects)

    async def at_once_then_never(seconds: float) -> None:
        if seconds > 2:
            await asyncio.Event().wait()

    table = Open311Settings(
        enabled=True,
        allow_private=True,
        endpoint=tuple(Endpoint(url=url, jurisdiction_id="x", local=True) for url in (f"{geo.url}/gone", geo.base)),
    )
    async with outlet(bus, settings, clock, "open311", rules=Rules()) as out:
        task = asyncio.create_task(Open311(table, out, COUNCIL, clock, at_once_then_never).listen())
        await heard.next_msg(timeout=20)
        await told.next_msg(timeout=20)
        await end(task)
        checkpoint = out.ledger.checkpoint()
        assert checkpoint is not None and len(checkpoint.state["endpoints"]) == 2


async def test_one_number_at_two_endpoints_is_two_reports(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    other = GeoServer()
    geo.shows(report(1, "one"))
    other.shows(report(1, "another"))
    async with desk(bus, settings, clock, geo.base, other.base) as one:
        for following in one.source.following.values():
            await one.source.step(following)
        other.shows(report(2, "a third"))
        for following in one.source.following.values():
            await following.poll()
        await one.source._keep(heard=True)
        del other.reports["1"]
        for _ in range(3):
            clock.move(hours=24)
            for following in one.source.following.values():
                await following.reread()
                await following.reread()  # the end of the night
        await one.source._keep(heard=True)
    other.close()
    assert len({post.id for post in await posts(bus)}) == 3 and await removed(bus) == 1


async def test_the_silence_of_an_endpoint_that_left_the_council_file_ends(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.trouble = lambda path: (403, {}, b"")
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
    clock.move(hours=3)
    for _ in range(2):
        async with desk(bus, settings, clock) as one:
            checkpoint = one.out.ledger.checkpoint()
            assert checkpoint is not None and checkpoint.state == {"endpoints": {}}
    _, ended = await gaps(bus)
    assert (ended.start, ended.end) == (NOON, clock.now) and ended.why.endswith("is no longer listened to")


class Killed(SoundingsError):
    """The process ends here."""


@pytest.mark.parametrize("after", [0, 3, 9])
async def test_killed_in_the_middle_it_loses_nothing_and_counts_nothing_twice(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    geo.shows(*several(10))
    with pytest.raises(Killed):
        async with desk(bus, settings, clock, geo.base) as one:
            take, taken = one.out.offer, 0

            async def offer(native: Any) -> Any:
                nonlocal taken
                if taken == after:
                    await one.out.flush()  # as it may have gone out by itself, before the checkpoint
                    raise Killed
                taken += 1
                return await take(native)

            monkeypatch.setattr(one.out, "offer", offer)
            await one.poll()
    async with desk(bus, settings, clock, geo.base) as one:
        assert one.out.before is None, "a checkpoint follows what it speaks of"
        await one.poll()
        assert len(one.state["rereading"]["open"]) == 10
    assert sorted(map(int, await numbers(bus))) == list(range(10))


async def test_another_bus_is_given_everything_again(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(report(1, status="closed", made=NOON - timedelta(days=13)), report(2))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
    clock.move(days=30)
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
    await bus.jetstream.delete_stream(POSTS.name)
    await bus.declare()
    async with desk(bus, settings, clock, geo.base) as one:
        assert one.one.seconds == 0
        await one.night()
    assert sorted(await numbers(bus)) == ["1", "2"], "also what is closed and old"


async def test_a_post_that_is_wanted_once_more_is_given_wherever_it_stands(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(report(1, made=NOON - timedelta(days=13)), report(2))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        wanted = (await posts(bus))[0].id
        clock.move(days=1)
        await ask_again(bus, "open311", [wanted], clock.now)
        clock.move(minutes=1)
        await one.night()
        await one.night()
    assert [post.id for post in await posts(bus)][2:] == [wanted]


async def test_what_is_held_no_more_is_forgotten_by_the_list_of_open_reports(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer
) -> None:
    geo.shows(*several(2))
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        await one.out.retract(f"{geo.base.removeprefix('http://')}?penmarrow#1", "an officer removed it")
        clock.move(days=20)
        await one.night()
        assert one.state["rereading"]["open"] == ["0"]
    assert geo.asked_for() == ["0"]


@pytest.mark.parametrize("ahead", [{"hours": 3}, {"days": 40}])
@pytest.mark.parametrize("restart", [True, False])
async def test_a_clock_that_was_ahead_stops_nothing(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, ahead: dict[str, float], restart: bool
) -> None:
    geo.shows(report(1, made=clock.now - timedelta(hours=2)))
    back = clock.now + timedelta(minutes=15)
    async with desk(bus, settings, clock, geo.base) as one:
        await one.poll()
        clock.move(**ahead)
        geo.shows(report(2, made=NOON))
        await one.poll()
        clock.now = back
        geo.shows(report(3, made=NOON + timedelta(minutes=10)))
        if not restart:
            await one.source.step(one.one)
    if restart:
        async with desk(bus, settings, clock, geo.base) as one:
            assert one.one.seconds == 0
            await one.source.step(one.one)
    assert sorted(await numbers(bus)) == ["1", "2", "3"]


@pytest.mark.parametrize("ahead", [{"hours": 3}, {"days": 9}])
async def test_an_edit_counts_after_a_clock_that_was_ahead(
    bus: Bus, settings: Settings, clock: Clock, geo: GeoServer, ahead: dict[str, float]
) -> None:
    geo.shows(report(1, "A lamp"))
    async with desk(bus, settings, clock, geo.base) as one:
        clock.move(**ahead)
        await one.poll()
        clock.now = NOON + timedelta(hours=1)
        for words in ("A lamp is out", "[moderated]"):
            geo.shows(report(1, words))
            clock.move(minutes=15)
            await one.source.step(one.one)
    assert [post.text.rpartition("\n")[2] for post in await posts(bus)] == ["A lamp", "A lamp is out", "[moderated]"]
    versions = [post.version for post in await posts(bus)]
    assert versions == sorted({*versions})
