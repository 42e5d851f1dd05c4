"""Any value that TOML can give, for hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

PLAIN: st.SearchStrategy[Any] = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.sampled_from(["https://x.example/", "http://[", "https://[::1", "@", "resident", "press", "feeds", "report"]),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
