"""One file a page, without logic."""
