"""The page About this listening. No logic here: see `dashboard.components.about`."""

from dashboard.components import about, frame

frame.page("About this listening", about.body)
