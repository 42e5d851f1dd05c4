"""Colours, sizes and the small style sheet of the pages. Knows nothing of what is shown in them.

Measured for contrast (4.5:1 for text, 3:1 for marks) and for colour-blind distance:
orange against blue, never red against green; one accent; grey is what we compare with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ICON = Path(__file__).parent / "images" / "icon.png"
"""The page's icon: a local file, because a named icon would be fetched from another host."""
WORDMARK = Path(__file__).parent / "images" / "wordmark.svg"


@dataclass(frozen=True)
class Ink:
    """The colours that a chart uses, as hex."""

    focus: str
    usual: str
    text: str
    muted: str
    grid: str
    background: str
    unhappy: str
    unclear: str
    neutral: str
    pleased: str


LIGHT = Ink(
    focus="#0B6470", usual="#7D8A93", text="#12232E", muted="#4A5C68", grid="#E3E9EC", background="#FFFFFF",
    unhappy="#B3441E", unclear="#FFFFFF", neutral="#B4C0C7", pleased="#1F6FB2",
)  # fmt: skip
DARK = Ink(
    focus="#4FB8C4", usual="#9DABB4", text="#E8EEF1", muted="#A9B8C1", grid="#22333D", background="#0E1A22",
    unhappy="#F08A5D", unclear="#0E1A22", neutral="#5C6D78", pleased="#6DB3F2",
)  # fmt: skip


def ink(kind: str | None) -> Ink:
    """The colours for the theme that the browser shows: `light` or `dark`."""
    return DARK if kind == "dark" else LIGHT


_SHARED: Mapping[str, Any] = {
    "baseFontSize": 17,
    "headingFontSizes": ["2rem", "1.25rem", "1.125rem", "1rem", "1rem", "1rem"],
    "headingFontWeights": [700, 650, 600, 600, 600, 600],
    "metricValueFontSize": "2rem",
    "metricValueFontWeight": 650,
    "baseRadius": "0.375rem",
    "buttonRadius": "0.375rem",
    "linkUnderline": True,
    "showWidgetBorder": True,
    "paddingTop": "1.75rem",
    "paddingBottom": "4rem",
}
_LIGHT: Mapping[str, Any] = {
    "primaryColor": "#0B6470",
    "backgroundColor": "#FFFFFF",
    "secondaryBackgroundColor": "#F1F5F6",
    "textColor": "#12232E",
    "linkColor": "#0A5A86",
    "borderColor": "#C9D3D9",
    "orangeTextColor": "#9A3A18",
    "blueTextColor": "#0A5A86",
    "grayTextColor": "#4A5C68",
    "orangeBackgroundColor": "#FBEAE3",
    "blueBackgroundColor": "#E3EFF8",
    "grayBackgroundColor": "#EDF1F3",
    "yellowTextColor": "#6B4100",
    "yellowBackgroundColor": "#FBF3DC",
    "violetTextColor": "#4B3D86",
    "violetBackgroundColor": "#ECE9F6",
    "greenTextColor": "#0B5560",
    "greenBackgroundColor": "#DCEEF0",
}
_DARK: Mapping[str, Any] = {
    "primaryColor": "#4FB8C4",
    "backgroundColor": "#0E1A22",
    "secondaryBackgroundColor": "#16262F",
    "textColor": "#E8EEF1",
    "linkColor": "#7CC4EE",
    "borderColor": "#33464F",
    "orangeTextColor": "#F4A27E",
    "blueTextColor": "#8CCBF2",
    "grayTextColor": "#B4C2CA",
    "orangeBackgroundColor": "#3A2318",
    "blueBackgroundColor": "#12304A",
    "grayBackgroundColor": "#1E2F39",
    "yellowTextColor": "#F2C472",
    "yellowBackgroundColor": "#332912",
    "violetTextColor": "#C9BFFA",
    "violetBackgroundColor": "#2A2547",
    "greenTextColor": "#86D6DF",
    "greenBackgroundColor": "#10363D",
}
_SIDEBAR_LIGHT: Mapping[str, Any] = {
    "backgroundColor": "#0F2B3A",
    "secondaryBackgroundColor": "#1B3C4D",
    "textColor": "#EAF2F5",
    "primaryColor": "#7FD3DC",
    "linkColor": "#9AD8F5",
    "borderColor": "#3A5A6B",
    "grayTextColor": "#B9CAD3",
}
_SIDEBAR_DARK: Mapping[str, Any] = {
    **_SIDEBAR_LIGHT,
    "backgroundColor": "#0A141A",
    "secondaryBackgroundColor": "#16262F",
}


def options() -> dict[str, Any]:
    """The theme as Streamlit's options, such as `theme.light.primaryColor`."""
    parts = {
        "theme": _SHARED,
        "theme.light": _LIGHT,
        "theme.dark": _DARK,
        "theme.light.sidebar": _SIDEBAR_LIGHT,
        "theme.dark.sidebar": _SIDEBAR_DARK,
    }
    return {f"{part}.{name}": value for part, values in parts.items() for name, value in values.items()}


STYLE = """<style>
.stMainBlockContainer { max-width: 72rem; padding-left: 3rem; padding-right: 3rem; }
@media (min-width: 48rem) { section[data-testid="stSidebar"][data-collapsed="false"] { width: 16rem !important; } }
[data-testid="stSidebarLogo"], [data-testid="stHeaderLogo"] { height: 2.25rem; max-width: 12rem; }
[data-testid="stExpandSidebarButton"]::after { content: "Menu"; padding-left: 0.25rem; font-family: inherit; }
.st-key-invented [data-testid="stAlertContainer"] { padding: 0.5rem 0.875rem; }
.st-key-council p { font-size: 0.875rem; }
.st-key-council { margin-bottom: -1.5rem; }
.st-key-waiting { min-height: 2.5rem; justify-content: center; }
.st-key-waiting button { white-space: nowrap; }
[class*="st-key-day-"] p { display: flex; align-items: center; gap: 0.75rem; }
[class*="st-key-day-"] p::after { content: ""; flex: 1; border-top: 1px solid currentColor; opacity: 0.35; }
.st-key-opening p { font-size: 1.25rem; line-height: 1.5; max-width: 46rem; }
[class*="st-key-says"] p, .st-key-note p { max-width: 46rem; }
button[data-testid*="-primary"] { background: #0B6470; color: #FFFFFF; }
button[data-testid*="-primary"]:hover { background: #0A5560; color: #FFFFFF; }
[data-testid="stPopoverBody"] { width: min(30rem, 92vw); }
[class*="st-key-asks-"] [data-testid="stText"] { font-size: 1.125rem; font-weight: 600; }
[class*="st-key-turn-"] { padding-left: 0.875rem; box-shadow: inset 3px 0 #7D8A9355; }
[class*="st-key-turn-1-"] { margin-left: 1.25rem; }
[class*="st-key-turn-2-"] { margin-left: 2.5rem; }
[class*="st-key-turn-3-"] { margin-left: 3.75rem; }
[class*="st-key-decided"] p { max-width: 46rem; }
[class*="st-key-asked-"] [data-testid="stText"], [class*="st-key-talk-"] [data-testid="stText"],
.st-key-question [data-testid="stText"], [class*="st-key-deed-"] [data-testid="stText"],
[class*="st-key-saying-"] [data-testid="stText"],
[class*="st-key-post-"] [data-testid="stText"] { max-width: 46rem; line-height: 1.5; overflow-wrap: anywhere; }
[data-testid="stBadge"] { overflow-wrap: anywhere; white-space: normal; }
@media (min-width: 40.01rem) {
  .st-key-says-topics, .st-key-says-moods { min-height: 4.75rem; }
  .st-key-says-replies, .st-key-says-answers, .st-key-says-speed { min-height: 4.75rem; }
}
@media (max-width: 40rem) {
  .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; padding-top: 4.75rem; }
  .st-key-opening p { font-size: 1.125rem; }
  [class*="st-key-turn-1-"], [class*="st-key-turn-2-"], [class*="st-key-turn-3-"] { margin-left: 0.75rem; }
}
@media print { .st-key-live, section[data-testid="stSidebar"] { display: none; } }
</style>"""
"""What the theme cannot say: line lengths, the wordmark's height, a phone's margins, print."""
