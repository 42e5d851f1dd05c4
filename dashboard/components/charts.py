"""The charts as Vega-Lite specifications. Pure: knows nothing of Streamlit or the store.

One grammar: names above their bars (nothing is cut off on a phone), numbers beside them, quiet axes, the
accent for what we look at, an upright mark for what it is compared with. Times are text in the council's
hours, because a time axis would show the reader's own time zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

import altair as alt

from dashboard import labels, words
from dashboard.shapes import Bar, MoodRow, Period, TopicRow
from dashboard.theme import Ink

Drawing: TypeAlias = alt.LayerChart | alt.FacetChart
ROW = 46
"""Pixels of a row: its name and its bar."""
BAR = 14
LEGEND = 43
"""Pixels of the legend under a chart: without room of its own it would press the rows together."""


def voices(bars: Sequence[Bar], period: Period, ink: Ink) -> Drawing:
    """Voices in each hour or day, the highest named."""
    highest = max((bar.voices for bar in bars), default=0)
    named = next((bar for bar in bars if bar.voices == highest > 0), None)
    rows = [
        asdict(bar) | {"at": f"{place:03}|{bar.label}", "top": words.number(highest) if bar is named else ""}
        for place, bar in enumerate(bars)  # by place: at the end of summer time an hour comes twice
    ]
    shown = "slice(datum.label, -5)" if period is Period.DAY else "slice(datum.label, 4, -4)"
    axis = alt.Axis(labelAngle=0, labelOverlap="parity", labelExpr=shown, labelSeparation=12, ticks=False, grid=False)
    base = chart(rows).encode(x=alt.X("at:N", sort=None, title=None, axis=axis, scale=alt.Scale(paddingInner=0.3)))
    height = alt.Y(
        "voices:Q", title=None, axis=alt.Axis(tickCount=4, tickMinStep=1, format="d", domain=False, ticks=False)
    )
    tips = [alt.Tooltip("label:N", title=period.unit.capitalize()), alt.Tooltip("voices:Q", title="Voices"),
            alt.Tooltip("posts:Q", title="Posts")]  # fmt: skip
    columns = base.mark_bar(color=ink.focus, cornerRadiusEnd=2).encode(y=height, tooltip=tips)
    top = base.mark_text(dy=-9, color=ink.text, fontWeight=600).encode(y="voices:Q", text="top:N")
    return alt.layer(columns, top).properties(height=220)


def topics(rows: Sequence[TopicRow], ink: Ink) -> Drawing:
    """Voices by topic, with an upright mark for the period before."""
    values = [{"name": row.name, "voices": row.voices, "before": row.before, "said": _said(row)} for row in rows]
    base = chart(values).encode(y=_rows())
    scale = alt.Scale(domainMin=0, domainMax=max(max(row.voices, row.before or 0) for row in rows) * 1.02, nice=False)
    tips = [alt.Tooltip("name:N", title="Topic"), alt.Tooltip("voices:Q", title="Voices"),
            alt.Tooltip("before:Q", title="Before")]  # fmt: skip
    across = alt.X("voices:Q", title=None, axis=None, scale=scale)
    bars = base.mark_bar(color=ink.focus, height=BAR, yOffset=9, cornerRadiusEnd=2).encode(x=across, tooltip=tips)
    marks = base.mark_tick(color=ink.text, thickness=3, height=BAR + 8, yOffset=9).encode(
        x=alt.X("before:Q", axis=None), tooltip=tips
    )
    room = {"left": 0, "right": 0, "top": 0, "bottom": LEGEND}  # level with the chart of moods beside it
    return alt.layer(bars, marks, *captions(base, ink)).properties(height=ROW * len(rows) + LEGEND, padding=room)


def moods(rows: Sequence[MoodRow], ink: Ink) -> Drawing:
    """How the posts on each topic feel: shares of a full bar, unhappy left, pleased right."""
    names = list(labels.MOODS.values())
    values = [
        {"name": row.name, "mood": mood, "order": order, "posts": part, "said": words.unhappy(row.unhappy, row.all)}
        for row in rows
        for order, (mood, part) in enumerate(zip(names, row.parts, strict=True))
    ]
    legend = alt.Legend(
        orient="bottom", title=None, columns=4, columnPadding=12, offset=6, symbolType="square",
        symbolSize=150, symbolStrokeWidth=1, labelFontSize=14, labelColor=ink.text,
    )  # fmt: skip
    colours = alt.Color(
        "mood:N",
        scale=alt.Scale(domain=names, range=[ink.unhappy, ink.unclear, ink.neutral, ink.pleased]),
        legend=legend,
    )
    base = chart(values).encode(y=_rows())
    bars = base.mark_bar(height=BAR + 2, yOffset=9, stroke=ink.usual, strokeWidth=1).encode(
        x=alt.X("posts:Q", stack="normalize", title=None, axis=None),
        color=colours,
        order="order:Q",
        tooltip=[alt.Tooltip("name:N", title="Topic"), alt.Tooltip("mood:N", title="Mood"),
                 alt.Tooltip("posts:Q", title="Posts")],
    )  # fmt: skip
    one = base.transform_filter("datum.order == 0")
    return alt.layer(bars, *captions(one, ink, 250)).properties(height=ROW * len(rows) + LEGEND)


def chart(rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """A drawing of these rows, without marks yet."""
    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]


def _said(row: TopicRow) -> str:
    return " · ".join(filter(None, [words.number(row.voices), words.few(row.voices)]))


def _rows() -> alt.Y:
    return alt.Y("name:N", sort=None, title=None, axis=None, scale=alt.Scale(padding=0))


def captions(base: alt.Chart, ink: Ink, limit: int | alt.ExprRef = 290) -> tuple[alt.Chart, alt.Chart]:
    """The name of each row above its bar, and what is said of it at the right."""
    left: dict[str, Any] = {"align": "left", "baseline": "middle", "dy": -11, "color": ink.text, "limit": limit}
    right = left | {"align": "right", "color": ink.text, "fontWeight": 600, "limit": 190}
    return (
        base.mark_text(**left).encode(x=alt.value(0), text="name:N"),
        base.mark_text(**right).encode(x=alt.value("width"), text="said:N"),
    )


def dressed(chart: Drawing, ink: Ink) -> Drawing:
    """The chart in our type and colours, without the menu that would save or edit it."""
    dressed: Drawing = (
        chart.properties(usermeta={"embedOptions": {"actions": False}}, background="transparent")
        .configure(font="Source Sans, sans-serif")
        .configure_view(strokeWidth=0)
        .configure_axis(labelFontSize=13, labelColor=ink.muted, gridColor=ink.grid, domainColor=ink.usual)
        .configure_text(fontSize=14)
    )
    return dressed
