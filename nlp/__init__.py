"""Post in, Reading out: what a post is about, how its writer feels, what they want, where."""
