"""What each source's policy allows (invariant R7): asked by whoever computes, keeps, quotes or hands on.

A name that is no source's is a file's: an officer imported it under that name. Knows nothing of how a source is heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from soundings.errors import BadInput
from soundings.policy_shape import Extract as Extract
from soundings.policy_shape import Key as Key
from soundings.policy_shape import Policy as Policy
from soundings.policy_table import TABLE
from soundings.words import SpeechAct

FILES = "files"

POLICIES: Mapping[str, Policy] = MappingProxyType({policy.name: policy for policy in TABLE})
"""Every policy by the name of its source, in the order in which people see them."""


def of(source: str) -> Policy:
    """The policy of a source; of a name that an officer gave to a file, the policy of files."""
    return POLICIES.get(source) or POLICIES[FILES]


def require(source: str) -> Policy:
    """The policy of a source that listens by itself. Raises BadInput when it has none: it does not load."""
    if source not in POLICIES:
        raise BadInput(
            f"The source '{source}' has no policy: nobody has written down what may be done with it. Add it to "
            "soundings/policy_table.py (rule R7)."
        )
    return POLICIES[source]


def not_for(source: str) -> frozenset[str]:
    """Topics that are not said about a post of a source, because its terms forbid it."""
    return of(source).topics_not_computed


def acts_not_for(source: str) -> frozenset[SpeechAct]:
    """Speech acts that are not said about a post of a source, because its terms forbid it."""
    return of(source).acts_not_computed


def days_kept(source: str, days: int) -> int:
    """Days after collection until a text of a source goes, where the council keeps `days`."""
    return min(days, of(source).longest_days or days)


def kept_shorter(days: int) -> dict[str, int]:
    """The sources whose texts go before `days`, which is what the council keeps -> how many days they are kept."""
    return {name: kept for name in POLICIES if (kept := days_kept(name, days)) < days}


def may_be_quoted(source: str) -> bool:
    """Whether a text of a source may stand outside the dashboard: in an alert, a report or on a public page."""
    return of(source).may_be_quoted


def extract_of(source: str) -> Extract:
    """How much of a source's texts may be in rows that leave the council."""
    return of(source).extract
