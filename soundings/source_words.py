"""How sources are spoken of: the way to a source for a newcomer, and the tables of docs/sources.md. Pure.

Knows nothing of council files: what is missing it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from soundings.policies import POLICIES, Extract, Policy

Columns = Mapping[str, Callable[[Policy], str]]
"""The title of a column -> what it says of a policy."""
NEEDS_KEY = "Then run `soundings check` again. Whether the key is taken, `soundings status` says once it listens."


def way(policy: Policy, *, is_here: bool, is_on: bool, missing: Sequence[str]) -> str:
    """The walk-through of one source: what it costs and needs, step by step, and the lines of what is missing."""
    state = "it is switched on" if is_on else "it is not switched on"
    lines = [f"{policy.title} (`{policy.name}`): {state if is_here else 'this version does not hear it yet'}.", ""]
    lines += [f"  costs     {policy.cost}"]
    lines += [f"  consent   {policy.approval}"] if policy.approval else []
    lines += [f"  key       {key.variable}: {key.what}" for key in policy.keys] or ["  key       none is needed"]
    lines += [f"  we take   {policy.takes}", f"  we drop   {policy.drops}"]
    lines += [f"  its rule  {policy.platform_rule}", f"  ours      {policy.our_rule}", "", *steps(policy, "  ")]
    lines += ["", *missing] if missing else []
    return "\n".join([*lines, *(["", NEEDS_KEY] if policy.keys and is_here else [])])


def steps(policy: Policy, margin: str = "") -> list[str]:
    """The steps, numbered."""
    return [f"{margin}{number}. {step}" for number, step in enumerate(policy.steps, 1)]


def without_key(loaded: Collection[str]) -> str:
    """Which of the sources that can be heard need nothing at all."""
    names = [policy.name for policy in POLICIES.values() if policy.needs_nothing and policy.name in loaded]
    return f"{', '.join(names)} (`soundings check --source {names[0]}` says how)" if names else "none"


def tables() -> Iterator[str]:
    """Lines of docs/sources.md: what each source costs and whose rules bind, how it is heard, and what is allowed."""
    yield from _table("What it needs, and by whose rules", {
        "cost": lambda policy: policy.cost,
        "approval": lambda policy: policy.approval or "nobody's",
        "the platform's rule": lambda policy: policy.platform_rule,
        "ours": lambda policy: policy.our_rule,
    })  # fmt: skip
    yield from _table("What is heard, and what is not", {
        "we take": lambda policy: policy.takes,
        "we drop": lambda policy: policy.drops,
        "how it resumes": lambda policy: policy.resumes,
        "how deletions reach us": lambda policy: policy.deletions,
    })  # fmt: skip
    yield from _table("What may be done with it", {
        "texts are kept": kept,
        "quoted outside the pages": lambda policy: "yes" if policy.may_be_quoted else "never",
        "in extracts": extracted,
        "not computed": not_computed,
    })  # fmt: skip


def kept(policy: Policy) -> str:
    """How long its texts are kept."""
    return f"{policy.longest_days} days at most" if policy.longest_days else "as long as the council says"


def extracted(policy: Policy) -> str:
    """How much of it may leave the council as rows."""
    if policy.extract is Extract.CAPPED:
        return f"{policy.most_a_day} texts a person and day, by hand"
    return {Extract.WHOLE: "with its texts", Extract.NEVER: "numbers only, never its texts"}[policy.extract]


def not_computed(policy: Policy) -> str:
    """The topics and acts that are not said of its posts."""
    slugs = sorted([*policy.topics_not_computed, *policy.acts_not_computed])
    return ", ".join(f"`{slug}`" for slug in slugs)


def _table(title: str, columns: Columns) -> Iterator[str]:
    yield from (f"## {title}", "")
    yield f"| source | {' | '.join(columns)} |"
    yield "|" + "---|" * (len(columns) + 1)
    for policy in POLICIES.values():
        yield f"| `{policy.name}` | {' | '.join(tell(policy) for tell in columns.values())} |"
    yield ""
