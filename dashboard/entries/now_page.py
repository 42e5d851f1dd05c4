"""The page Now. No logic here: see `dashboard.components.now`."""

from dashboard.components import frame, now

frame.page("Now", now.body)
