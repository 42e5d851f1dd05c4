"""The contract of Soundings: what the stages say to each other, and nothing of what they do.

This package imports no stage. A stage imports this package and never another stage, but for
`alerts` and `dashboard`, which may ask `store` its questions.
"""

__version__ = "0.1.0"
