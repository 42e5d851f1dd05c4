"""The service as its operator meets it: up, import, status, ask, and down again however it ends."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from soundings.runtime import is_running
from tests.service import Service, write_posts
from tests.waiting import wait_until

pytestmark = [pytest.mark.service, pytest.mark.timeout(180)]

BAD_LINES = [
    '{"id": "cut", "text": "the line ends in the mid',
    '{"id": "surrogate", "text": "\\ud800", "created_at": "2026-11-02T10:00:00Z"}',
    '{"id": "nul", "text": "a\\u0000b", "created_at": "2026-11-02T10:00:00Z"}',
    json.dumps({"id": "long", "text": "a" * 5_000_000, "created_at": "2026-11-02T10:00:00Z"}),
    '{"id": "future", "text": "a date in 2299", "created_at": "2299-01-01T10:00:00Z"}',
    '{"id": "good", "text": "the same id with another text", "created_at": "2026-11-02T10:00:00Z"}',
]
ODD_LINES = [
    '{"id": "good", "text": "The lamp on Mill Lane is out", "created_at": "2026-11-02T10:00:00Z"}',
    '{"id": "html", "text": "<img src=http://evil.example/a onerror=alert(1)>", "created_at": "2026-11-02T10:00:00Z"}',
    '{"id": "md", "text": "![x](http://evil.example/b.png)", "created_at": "2026-11-02T10:00:00Z"}',
    '{"id": "sheet", "text": "=HYPERLINK(\\"http://evil.example\\")", "created_at": "2026-11-02T10:00:00Z"}',
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("service") / "home")
    running.start()
    yield running
    running.stop()


def test_imported_posts_arrive_and_importing_again_changes_no_number(service: Service, tmp_path: Path) -> None:
    write_posts(tmp_path / "posts.jsonl", 700)
    before = service.totals()["stored"] or 0
    first = service.run("import", str(tmp_path / "posts.jsonl"))
    assert first.returncode == 0, first.stderr
    totals = service.totals()
    assert totals["stored"] == before + 700
    assert totals["waiting"] == 0
    assert service.run("import", str(tmp_path / "posts.jsonl")).returncode == 0
    assert service.totals() == totals


def test_bad_lines_are_named_and_cost_the_others_nothing(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    path.write_text("\n".join([ODD_LINES[0], *BAD_LINES, *ODD_LINES[1:]]) + "\n", encoding="utf-8")
    before = service.totals()
    done = service.run("import", str(path), "--source", "mixed")
    after = service.totals()
    assert (after["stored"] or 0) - (before["stored"] or 0) == len(ODD_LINES), done.stderr
    assert (after["rejected"] or 0) - (before["rejected"] or 0) == len(BAD_LINES), done.stderr
    for number in range(2, 2 + len(BAD_LINES)):
        assert f"line {number}" in done.stderr + done.stdout
    listed = service.run("rejected")
    assert "mixed.jsonl" in listed.stdout
    assert service.run("import", str(path), "--source", "mixed").returncode == done.returncode
    assert service.totals() == after


def test_one_id_with_three_dates_is_one_post(service: Service, tmp_path: Path) -> None:
    before = service.totals()["stored"] or 0
    for number, date in enumerate(("2026-11-02T10:00:00Z", "2026-11-03T10:00:00Z", "2026-09-30T10:00:00Z")):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(json.dumps({"id": "dated", "text": f"Take {number}", "created_at": date}) + "\n")
        assert service.run("import", str(path), "--source", "dated").returncode == 0
    assert service.totals()["stored"] == before + 1


def test_a_spreadsheet_cannot_be_made_to_calculate(service: Service) -> None:
    answer = service.run("ask", "search", "HYPERLINK", "--since", "1990-01-01", "--format", "csv")
    assert answer.returncode == 0, answer.stderr
    assert "\n=HYPERLINK" not in answer.stdout
    assert ",=HYPERLINK" not in answer.stdout
    assert ',"=HYPERLINK' not in answer.stdout
    assert "HYPERLINK" in answer.stdout


def test_a_second_up_says_who_holds_the_folder(service: Service) -> None:
    second = service.run("up")
    assert second.returncode == 1
    assert f"process {service.pid} holds it" in second.stderr


def test_a_forgotten_account_is_gone(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    lines = [
        {"id": f"f{number}", "author": author, "text": f"words of {number}", "created_at": "2026-11-02T10:00:00Z"}
        for number, author in enumerate(("anna", "bert"))
    ]
    path.write_text("\n".join(map(json.dumps, lines)) + "\n")
    before = service.totals()["stored"] or 0
    assert service.run("import", str(path), "--source", "forgetting").returncode == 0
    done = service.run("forget", "--source", "forgetting", "--account", "anna", "--yes")
    assert done.returncode == 0, done.stderr
    wait_until(lambda: service.totals()["stored"] == before + 1, "the forgotten post to go")
    assert service.run("import", str(path), "--source", "forgetting").returncode == 0
    assert service.totals()["stored"] == before + 1, "an order to forget is for ever"


def test_commands_without_a_service_say_so(tmp_path: Path) -> None:
    nobody = Service(tmp_path / "home")
    write_posts(tmp_path / "posts.jsonl", 1)
    for command in (["import", str(tmp_path / "posts.jsonl")], ["ask", "posts"], ["status"], ["rejected"]):
        done = nobody.run(*command)
        assert done.returncode == 3, (command, done.stderr)
        assert "soundings up" in done.stderr + done.stdout


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_up(tmp_path: Path, how: signal.Signals) -> None:
    service = Service(tmp_path / "home")
    service.start()
    pids = service.pids()
    assert set(pids) == {"bus", "listeners", "nlp", "store", "dashboard"}
    assert all(map(is_running, pids.values()))
    code = service.signal(how)
    assert code == (0 if how is not signal.SIGKILL else -how)
    wait_until(lambda: not any(map(is_running, pids.values())), "everything to go down", 30)
    assert service.run("status").returncode == 3


@pytest.mark.parametrize("spared", ["bus", "store", "nlp"])
def test_what_outlives_up_and_its_guard_makes_way_for_the_next(tmp_path: Path, spared: str) -> None:
    """Else two servers would write into one folder, or the database stay locked for ever."""
    service = Service(tmp_path / "home")
    service.start()
    write_posts(tmp_path / "posts.jsonl", 50)
    left = service.pids()[spared]
    service.kill_all_but(spared)
    assert is_running(left)
    service.start()
    assert not is_running(left)
    assert service.run("import", str(tmp_path / "posts.jsonl")).returncode == 0
    assert service.totals()["stored"] == 50
    service.stop()
