"""The charts of the dialogue index as Vega-Lite specifications, in the grammar of `components.charts`. Pure.

A week that is not over, or of so few that a share would say little, is grey and tells its counts; numbers stand above
their bars; a week without anything to tell has no bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

import altair as alt

from dashboard.components.charts import LEGEND, ROW, Drawing, captions, chart
from dashboard.talk import index_words
from dashboard.talk.shapes import Gap, WeekRow
from dashboard.theme import Ink
from dashboard.words import FEW, share

Row: TypeAlias = dict[str, Any]
HEIGHT = 180
DOT = 130
NUMBER = 13
"""Size of a number above its bar: seven stand side by side in a third of the page."""
NAME = alt.ExprRef("width - 8 - 7 * length(datum.said)")
"""The name of a topic has the room that is left beside what is said of it, however narrow the screen is."""
LIFT = alt.ExprRef("indexof(datum.said, ' h') < 0 || length(datum.said) < 5 ? -9 : -24")
"""Of a number above its bar: what has two lines begins higher."""
ROOM, ROOM_FOR_TWO = 1.25, 1.4
"""How much taller than its highest bar a chart is, for the number above that bar; for a number of two lines."""


def replies(weeks: Sequence[WeekRow], ink: Ink) -> Drawing:
    """Replies as a share of our posts, week by week."""
    return _shares([_share(week, week.replies, week.posts) for week in weeks], ink)


def answered(weeks: Sequence[WeekRow], ink: Ink) -> Drawing:
    """Answered questions as a share of those asked, week by week."""
    return _shares([_share(week, week.answered, week.asked) for week in weeks], ink)


def speed(weeks: Sequence[WeekRow], ink: Ink) -> Drawing | None:
    """Median office hours to an answer, week by week; None where too little was answered in any."""
    if all(week.hours is None for week in weeks):
        return None
    highest = max(week.hours or 0 for week in weeks) or 1
    return _bars([_time(week) for week in weeks], highest * ROOM_FOR_TWO, None, ink)


def _shares(rows: Sequence[Row], ink: Ink) -> Drawing:
    """From 0 to 100%: two of these stand side by side, and the same share is the same height in both."""
    axis = alt.Axis(values=[0, 50, 100], labelExpr="datum.value + '%'", domain=False, ticks=False)
    return _bars(rows, 100 * ROOM, axis, ink)


def _share(week: WeekRow, part: int, whole: int) -> Row:
    per_cent = share(part, whole)
    said = "–" if per_cent is None else f"{per_cent}%" if whole >= FEW else f"{part} of {whole}"
    return _row(week, per_cent or 0, said, whole >= FEW)


def _time(week: WeekRow) -> Row:
    """Hours and minutes stand on two lines: beside each other they would touch those of the next week."""
    return _row(week, week.hours or 0, _narrow(week.took) or "–", week.hours is not None)


def _narrow(took: str) -> str:
    """`2 h 20 min` -> `2 h` above `20 min`."""
    return took.replace(" h ", " h\n")


def _row(week: WeekRow, value: float, said: str, enough: bool) -> Row:
    return asdict(week) | {"week": week.label, "value": value, "said": said, "sure": enough and not week.so_far}


def _bars(rows: Sequence[Row], top: float, up: alt.Axis | None, ink: Ink) -> Drawing:
    axis = alt.Axis(labelAngle=0, ticks=False, grid=False, labelOverlap=False, labelPadding=6,
                    labelExpr="split(datum.label, ' ')")  # fmt: skip
    base = chart(rows).encode(x=alt.X("week:N", sort=None, title=None, axis=axis, scale=alt.Scale(paddingInner=0.3)))
    scale = alt.Scale(domain=[0, top], nice=False)
    tips = [alt.Tooltip("week:N", title="Week of"), alt.Tooltip("said:N", title="Share or time"),
            alt.Tooltip("posts:Q", title="Our posts"), alt.Tooltip("asked:Q", title="Asked")]  # fmt: skip
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        y=alt.Y("value:Q", title=None, axis=up, scale=scale),
        color=alt.condition("datum.sure", alt.value(ink.focus), alt.value(ink.usual)),
        tooltip=tips,
    )
    said = base.mark_text(dy=LIFT, lineBreak="\n", color=ink.text, fontWeight=600, fontSize=NUMBER).encode(
        y=alt.Y("value:Q", scale=scale), text="said:N"
    )
    return alt.layer(bars, said).properties(height=HEIGHT)


def agenda(gaps: Sequence[Gap], ink: Ink) -> Drawing:
    """Each topic as two marks on one line: a square for what we post about, a dot for what residents talk about."""
    rows = [asdict(gap) | {"said": index_words.ahead(gap)} for gap in gaps]
    scale = alt.Scale(domain=[0, max(max(gap.ours, gap.theirs) for gap in gaps) * 1.04], nice=False)
    base = chart(rows).encode(y=alt.Y("name:N", sort=None, title=None, axis=None, scale=alt.Scale(padding=0)))
    line = base.mark_rule(color=ink.usual, strokeWidth=3, yOffset=9).encode(
        x=alt.X("ours:Q", title=None, axis=None, scale=scale), x2="theirs:Q"
    )
    return alt.layer(line, _marks(base, scale, ink), *captions(base, ink, NAME)).properties(
        height=ROW * len(gaps) + LEGEND
    )


def _marks(base: alt.Chart, scale: alt.Scale, ink: Ink) -> alt.Chart:
    whose, legend = ["theirs", "ours"], _legend(ink)
    tips = [alt.Tooltip("name:N", title="Topic"), alt.Tooltip("ours:Q", title="% of ours", format=".0f"),
            alt.Tooltip("theirs:Q", title="% of theirs", format=".0f")]  # fmt: skip
    pairs = base.transform_fold(["ours", "theirs"], ["whose", "share"])
    marks: alt.Chart = pairs.mark_point(filled=True, size=DOT, opacity=1, yOffset=9).encode(
        x=alt.X("share:Q", scale=scale),
        shape=alt.Shape("whose:N", scale=alt.Scale(domain=whose, range=["circle", "square"]), legend=legend),
        color=alt.Color("whose:N", scale=alt.Scale(domain=whose, range=[ink.focus, ink.muted]), legend=legend),
        tooltip=tips,
    )
    return marks


def _legend(ink: Ink) -> alt.Legend:
    return alt.Legend(
        orient="top", title=None, offset=8, symbolSize=DOT, labelFontSize=14, labelColor=ink.text, labelLimit=260,
        labelExpr="datum.label == 'ours' ? 'What we post about' : 'What residents talk about'",
    )  # fmt: skip
