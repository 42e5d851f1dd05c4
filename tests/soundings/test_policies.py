"""The policy matrix: one table for every source, and what is asked of it."""

from __future__ import annotations

import dataclasses

import pytest

from soundings import policies
from soundings.errors import BadInput
from soundings.messages import SpeechAct
from soundings.policies import POLICIES, Extract, Policy
from soundings.taxonomy import TOPICS

NAMED = (
    "bluesky",
    "feeds",
    "open311",
    "petitions",
    "mastodon",
    "x",
    "reddit",
    "facebook",
    "youtube",
    "files",
    "sample",
)
BY_CONSENT = {"x", "reddit", "facebook"}


def test_every_source_has_one() -> None:
    assert set(POLICIES) == set(NAMED)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_nothing_is_left_unsaid(policy: Policy) -> None:
    for field in ("title", "cost", "takes", "drops", "resumes", "deletions", "platform_rule", "our_rule"):
        assert getattr(policy, field).strip(), field
        assert "|" not in getattr(policy, field), "it stands in a table"
    assert 1 <= len(policy.steps) <= 5
    assert all(step.endswith(".") for step in policy.steps)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_the_steps_name_every_key_and_how_to_switch_it_on(policy: Policy) -> None:
    steps = " ".join(policy.steps)
    for key in policy.keys:
        assert key.variable.startswith(f"SOUNDINGS_{policy.name.upper()}_")
        assert key.stem in steps
    if policy.name not in ("files", "sample"):
        assert f"[sources.{policy.name}]" in steps and "enabled = true" in steps


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_what_is_not_computed_is_something_that_could_be(policy: Policy) -> None:
    assert policy.topics_not_computed <= set(TOPICS)
    assert policy.acts_not_computed <= set(SpeechAct)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_a_cap_has_a_number_and_nothing_else_has(policy: Policy) -> None:
    assert (policy.most_a_day > 0) is (policy.extract is Extract.CAPPED)


def test_nobody_changes_a_policy_while_it_runs() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        POLICIES["x"].may_be_quoted = True  # type: ignore[misc]
    with pytest.raises(TypeError):
        POLICIES["x"] = POLICIES["files"]  # type: ignore[index]


def test_x_is_never_quoted_and_handed_on_only_in_part() -> None:
    assert not policies.may_be_quoted("x")
    assert policies.extract_of("x") is Extract.CAPPED
    assert policies.of("x").most_a_day == 500


def test_what_is_restricted_is_never_computed_for_x() -> None:
    assert {slug for slug, topic in TOPICS.items() if topic.restricted} < policies.not_for("x")
    assert policies.acts_not_for("x") == {SpeechAct.NEED_FOR_HELP}


@pytest.mark.parametrize("name", ["x", "reddit", "youtube", "facebook"])
def test_what_a_removal_could_not_reach_is_not_quoted(name: str) -> None:
    assert not policies.may_be_quoted(name)
    assert policies.extract_of(name) is not Extract.WHOLE


@pytest.mark.parametrize("name", ["files", "parish-survey", "x-archive"])
def test_a_name_that_an_officer_gave_is_a_files(name: str) -> None:
    assert policies.of(name) is POLICIES["files"]
    assert policies.may_be_quoted(name) and policies.extract_of(name) is Extract.WHOLE
    assert not policies.not_for(name) and not policies.acts_not_for(name)


@pytest.mark.parametrize(("council", "youtube"), [(395, 30), (31, 30), (30, 30), (7, 7)])
def test_the_shorter_of_both_holds(council: int, youtube: int) -> None:
    assert policies.days_kept("youtube", council) == youtube
    assert policies.days_kept("bluesky", council) == council
    assert policies.kept_shorter(council) == ({"youtube": 30} if council > 30 else {})


def test_a_source_without_a_policy_is_refused_in_one_sentence() -> None:
    with pytest.raises(BadInput, match=r"^The source 'nextdoor' has no policy: .*rule R7"):
        policies.require("nextdoor")
    assert policies.require("x") is POLICIES["x"]


def test_what_needs_nothing_is_what_a_newcomer_can_have_at_once() -> None:
    assert {name for name, policy in POLICIES.items() if policy.needs_nothing} == {
        "bluesky", "feeds", "open311", "petitions", "files",
    }  # fmt: skip
    assert {name for name, policy in POLICIES.items() if policy.approval} == BY_CONSENT
