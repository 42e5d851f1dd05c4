"""Who acts. The only place that knows: there is no sign-in of our own yet.

The sign-in that a council puts in front of the page may say who it let in, in a header of each request; the setting
`SOUNDINGS_OFFICER_HEADER` names it. It is believed, so the page's port must be reached by that proxy alone. Without it
everybody is "officer".
"""

from __future__ import annotations

import streamlit as st

from dashboard import inert
from dashboard.keeping import settings

NOBODY_NAMED = "officer"
LONGEST = 80
"""Characters of a name that are kept."""


def name() -> str:
    """The name that is written beside a decision."""
    header = settings().officer_header
    given = st.context.headers.get(header, "") if header else ""
    return " ".join(inert.calm(given).split())[:LONGEST] or NOBODY_NAMED
