"""One file a page, without logic: what the navigation runs."""
