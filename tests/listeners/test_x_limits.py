"""What X allows and what a council wants to spend: connections, posts and dollars, by a clock that a test moves."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from listeners.secrets import secret
from listeners.sources import SOURCES, problems
from listeners.x_alone import alone
from listeners.x_events import Ended, How
from listeners.x_pacing import MOST, WINDOW, Pacing
from listeners.x_settings import TOKEN, XSettings, lacking
from listeners.x_spending import Spending, spending
from soundings import policies
from soundings.errors import BadInput, SoundingsError
from tests.listeners.kit import NOON, Clock
from tests.listeners.toml_values import VALUES

CONSENT = "X letter of 3 May 2026, case 12345"
ENDS = st.builds(Ended, st.sampled_from(How), st.sampled_from([0, 429, 503]), st.floats(0, 100))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(ENDS, st.floats(0, 120)), min_size=60, max_size=100), st.floats(0, 1))
def test_no_more_connections_than_x_takes_whatever_happens(ends: list[tuple[Ended, float]], chance: float) -> None:
    clock, pacing, begun = Clock(), Pacing(chance=lambda: chance), []
    for end, lived in ends:
        clock.move(seconds=pacing.wait(clock()))
        pacing.begins(clock())
        begun.append(clock())
        pacing = Pacing(json.loads(json.dumps(pacing.state)), lambda: chance)  # as after a kill
        clock.move(seconds=lived)
        pacing.ended(end, clock())
    for at, start in enumerate(begun):
        assert sum(later - start < WINDOW for later in begun[at:]) <= MOST < 50


def test_pauses_grow_and_a_good_connection_ends_them() -> None:
    clock, pacing = Clock(), Pacing(chance=lambda: 0.0)

    def pause(end: Ended, lived: float = 0.0) -> float:
        pacing.begins(clock())
        clock.move(seconds=lived)
        pacing.ended(end, clock())
        return pacing.wait(clock())

    assert [pause(Ended(How.CLOSED)) for _ in range(3)] == [20, 40, 80]
    assert pause(Ended(How.CLOSED), 61) == 2
    assert [pause(Ended(How.REFUSED, 429)) for _ in range(6)] == [60, 120, 240, 480, 900, 900]
    assert pause(Ended(How.REFUSED, 503, wait=1000.0)) == 1000
    assert pause(Ended(How.NETWORK), 3600) == 2
    assert [pause(Ended(How.NETWORK)) for _ in range(3)] == [1, 2, 4]


def spends(before: dict[str, object] | None = None, **table: float) -> Spending:
    return Spending(XSettings.model_validate({"permission": CONSENT, **table}), before or {})


def test_a_post_is_paid_for_once_a_day() -> None:
    one, now = spends(), NOON
    one.took(["1", "2", "1"], now)
    one.took(["2"], now, users=3)
    found = spending({"spent": one.state}, now)
    assert found and (found.posts, found.dollars) == (2, 0.04)
    one.took(["2"], now + timedelta(days=1))
    found = spending({"spent": one.state}, now)
    assert found and found.words("x") == "x: 3 posts this month, $0.04 of $50.00"


def test_a_month_begins_anew_also_where_nothing_runs() -> None:
    one = spends()
    one.took(map(str, range(1240)), NOON)
    shown = spending({"spent": json.loads(json.dumps(one.state))}, NOON)
    assert shown and shown.words("x") == "x: 1,240 posts this month, $6.20 of $50.00"
    later = spending({"spent": one.state}, NOON + timedelta(days=30))
    assert later and (later.posts, later.dollars) == (0, 0.0)
    assert spending({"cut": 3}, NOON) is None


def test_caps_end_with_the_day_and_with_the_month() -> None:
    late = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    day = spends(posts_a_day=20)
    assert day.closed_until(late) is None and day.left(late) == 20
    day.took(map(str, range(11)), late)
    assert day.closed_until(late) == datetime(2027, 1, 1, tzinfo=UTC)
    again = spends(day.state, posts_a_day=20)
    assert again.closed_until(late) is not None, "also after a start"
    assert again.closed_until(late + timedelta(minutes=2)) is None
    month = spends(dollars_a_month=1, posts_a_day=1000)
    month.took(map(str, range(191)), NOON)
    assert month.closed_until(NOON) == datetime(2026, 12, 1, tzinfo=UTC) and month.left(NOON) == 9
    assert spends(month.state, dollars_a_month=2, posts_a_day=1000).closed_until(NOON) is None


def test_what_costs_nothing_is_capped_by_posts_alone() -> None:
    assert spends(dollars_a_post=0.0, dollars_a_month=0.0, posts_a_day=50).left(NOON) == 50


@pytest.mark.parametrize("permission", [{}, {"permission": " "}, {"permission": "yes"}, {"permission": "Granted"}])
def test_without_x_s_written_consent_it_does_not_start(permission: dict[str, str]) -> None:
    (problem,) = problems({"x": {"enabled": True, **permission}})
    assert problem.path[:2] == ("sources", "x") and "written consent" in problem.message
    assert problems({"x": {"enabled": True, "permission": CONSENT}}) == []


@pytest.mark.parametrize(
    "table",
    [
        {"api": "http://api.x.com"}, {"api": "https://a:b@api.x.com"}, {"api": "https://api.x.com/2"}, {"api": "x"},
        {"api": "https://[x"}, {"places": ["home"]}, {"posts_a_day": 1}, {"dollars_a_month": -1},
        {"look_back_hours": 200}, {"follow": ["anna"]},
    ],
)  # fmt: skip
def test_settings_that_cannot_be(table: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        XSettings.model_validate({"permission": CONSENT, **table})


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*XSettings.model_fields, "odd"]), VALUES, max_size=5))
def test_any_table_is_told_and_none_raises(table: dict[str, object]) -> None:
    for problem in problems({"x": table}):
        assert problem.path[:2] == ("sources", "x") and problem.message


def test_what_is_lacking_is_said_without_asking_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    assert ["written consent" in lacking(XSettings())[0], TOKEN in lacking(XSettings())[1]] == [True, True]
    monkeypatch.setenv(TOKEN, "t")
    assert lacking(XSettings.model_validate({"permission": CONSENT})) == []


def test_a_secret_in_a_file_must_be_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "token"
    path.write_text(" a-token\n")
    monkeypatch.delenv("KEY", raising=False)
    monkeypatch.setenv("KEY_FILE", str(path))
    path.chmod(0o640)
    with pytest.raises(BadInput, match="chmod 600"):
        secret("KEY", "key")
    path.chmod(0o600)
    assert secret("KEY", "key") == "a-token"
    path.write_text("\n")
    with pytest.raises(BadInput, match="empty"):
        secret("KEY", "key")
    path.unlink()
    with pytest.raises(BadInput, match="no readable file"):
        secret("KEY", "key")
    monkeypatch.setenv("KEY", " of the environment ")
    assert secret("KEY", "key") == "of the environment"
    monkeypatch.delenv("KEY")
    monkeypatch.delenv("KEY_FILE")
    with pytest.raises(BadInput, match="There is no key: set KEY, or KEY_FILE"):
        secret("KEY", "key")


def test_one_process_a_token_until_it_ends(tmp_path: Path) -> None:
    with alone(tmp_path, "one"), alone(tmp_path, "two"), pytest.raises(SoundingsError), alone(tmp_path, "one"):
        pass
    with alone(tmp_path, "one"):
        assert all("one" not in path.name for path in tmp_path.iterdir())


def test_what_x_forbids_is_not_computed_for_this_very_source() -> None:
    """`nlp.policy` goes by this name: see tests/nlp/test_policy.py."""
    assert "x" in SOURCES and "homelessness" in policies.not_for("x")
