"""The page Search. No logic here: see `dashboard.components.finding`."""

from dashboard.components import finding, frame

frame.page("Search", finding.body)
