"""The topics that every installation knows: slug, label, whose it is, and what may not be done with it.

After the services that GOV.UK and the LG Inform Plus lists name (Open Government Licence). Knows nothing of
the words that people use for them: those are `nlp/topics.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from soundings.council import CouncilFile

NOT_COUNCIL = "not-council"
"""The slug for what is not about the council or its services."""


@dataclass(frozen=True)
class Topic:
    """A service that residents talk about."""

    slug: str
    label: str
    tier: str
    """Which council, or who else, provides it: plain words."""
    restricted: bool = False
    """Never mapped below the whole council, never in rows that leave, at least 10 voices (invariant R5)."""


_BOTH = "county or unitary; some by district"
_DISTRICT, _COUNTY, _ALL = "district or unitary", "county or unitary", "every council"

_BUILT_IN = (
    Topic("bins-recycling", "Bins and recycling", _DISTRICT),
    Topic("street-cleaning", "Street cleaning, litter and fly-tipping", _DISTRICT),
    Topic("roads", "Roads and potholes", _COUNTY),
    Topic("pavements-lighting", "Pavements, lights and crossings", _BOTH),
    Topic("winter-emergencies", "Gritting, severe weather and emergencies", "county or unitary; emergencies: all"),
    Topic("parking", "Parking and Blue Badge", "county or unitary; car parks: all"),
    Topic("travel", "Buses, school travel and transport policy", _BOTH),
    Topic("parks", "Parks, trees and allotments", "district or unitary; allotments: all"),
    Topic("libraries-culture", "Libraries, events and street parties", "county or unitary; events: all"),
    Topic("planning", "Planning and building control", _DISTRICT),
    Topic("council-housing", "Council homes and repairs", _DISTRICT),
    Topic("homelessness", "Homelessness and supported housing", _DISTRICT, True),
    Topic("council-tax-benefits", "Council tax and benefits", _DISTRICT),
    Topic("schools", "Schools and SEND", _COUNTY),
    Topic("early-years-families", "Early years, childcare and families", _COUNTY),
    Topic("childrens-social-care", "Children's social care", _COUNTY, True),
    Topic("adult-social-care", "Adult social care and carers", _BOTH, True),
    Topic("environmental-health", "Noise, pests, dogs, drains", _DISTRICT),
    Topic("business-licensing", "Business rates and licensing", "district or unitary; trading standards: county"),
    Topic("community-safety", "Community safety and vandalism", _ALL),
    Topic("democracy", "Elections, councillors, consultations, complaints", _ALL),
    Topic("community-voluntary", "Community groups, volunteering and grants", _ALL),
    Topic("births-deaths-citizenship", "Bereavement and citizenship", _BOTH),
    Topic("flooding-drainage", "Flooding and drains", "county or unitary, district, or the water company"),
    Topic("climate-energy", "Climate and energy", _ALL),
    Topic("health-nhs", "Health services (NHS)", "not the council: the NHS"),
    Topic("council-money-reorganisation", "Council money and reorganisation", _ALL),
    Topic(NOT_COUNCIL, "Not about the council", "nobody's"),
)

TOPICS: Mapping[str, Topic] = {topic.slug: topic for topic in _BUILT_IN}
"""Every built-in topic by its slug, in the order in which people see them."""


def labels(council_file: CouncilFile) -> dict[str, str]:
    """Slug -> label: the built-in topics, then the council's own; the council may rename a built-in one."""
    own: Mapping[str, Any] = council_file.tables.get("topics", {})
    named = {slug: table["name"] for slug, table in own.items() if "name" in table}
    return {slug: topic.label for slug, topic in TOPICS.items()} | named
