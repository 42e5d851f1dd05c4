"""Reading in, answers out. The only room that speaks SQL."""
